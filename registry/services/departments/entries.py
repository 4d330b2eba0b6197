"""A unit as the office writes it down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department, DepartmentScope
from registry.rules.departments import DepartmentFacts, DepartmentKind, Profile, scopes_in_words, scopes_of

PLAIN = (
    "short_name",
    "kind",
    "confirmation_notice",
    "confirmed_on",
    "entrusted_from",
    "entrusted_until",
    "entrustment_document",
    "enforcement_basis",
    "legal_review_section",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentEntry:
    """A unit as the office writes it down. `entrusting_code` names the entruster of an entrusted organisation.

    Several fields stand in one text, divided by 、, and their areas in another; the basis is the main one's.
    `renamed_on` is the first day of a name that differs from the one on record, `changed_on` that of a kind, of fields
    and areas that differ; without them, the day of the record.
    """

    code: str
    name: str
    kind: DepartmentKind
    short_name: str = ""
    parent_code: str | None = None
    confirmation_notice: str | None = None
    confirmed_on: date | None = None
    entrusting_code: str | None = None
    entrusted_from: date | None = None
    entrusted_until: date | None = None
    entrustment_document: str | None = None
    enforcement_field: str = ""
    enforcement_area: str = ""
    enforcement_basis: str = ""
    legal_review_section: str | None = None
    renamed_on: date | None = None
    changed_on: date | None = None

    def facts(self) -> DepartmentFacts:
        return DepartmentFacts(
            code=self.code,
            kind=self.kind,
            entrusting_code=self.entrusting_code,
            entrusted_from=self.entrusted_from,
            entrusted_until=self.entrusted_until,
        )

    def profile(self) -> Profile:
        field, area = scopes_of(self.enforcement_field, self.enforcement_area)[0]
        return Profile(self.kind, field, area, self.enforcement_basis)


def on_record(session: Session) -> dict[str, DepartmentEntry]:
    """Every unit as it would be written down today, by code; two queries."""
    units = session.scalars(select(Department)).all()
    codes: Mapping[int | None, str] = {unit.id: unit.code for unit in units}
    further = open_scopes(session)
    return {unit.code: _entry(unit, codes, further.get(unit.id, [])) for unit in units}


def open_scopes(session: Session) -> dict[int, list[DepartmentScope]]:
    """The fields that units have beside their main one now, by unit."""
    wanted = select(DepartmentScope).where(DepartmentScope.until_on.is_(None)).order_by(DepartmentScope.id)
    found: dict[int, list[DepartmentScope]] = {}
    for scope in session.scalars(wanted):
        found.setdefault(scope.department_id, []).append(scope)
    return found


def act_on(department_id: int, reason: str = "", **facts: Any) -> audit.Act:
    """An act on a unit, for the trail."""
    return audit.Act(
        subject_type=Department.__tablename__,
        subject_id=department_id,
        department_id=department_id,
        reason=reason,
        facts=facts,
    )


def _entry(unit: Department, codes: Mapping[int | None, str], further: list[DepartmentScope]) -> DepartmentEntry:
    main = (unit.enforcement_field, unit.enforcement_area)
    fields, areas = scopes_in_words([main, *((scope.field, scope.area) for scope in further)])
    return DepartmentEntry(
        code=unit.code,
        name=unit.name,
        parent_code=codes.get(unit.parent_id),
        entrusting_code=codes.get(unit.entrusting_department_id),
        enforcement_field=fields,
        enforcement_area=areas,
        **{name: getattr(unit, name) for name in PLAIN},
    )
