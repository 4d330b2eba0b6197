"""A unit as the office writes it down."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from registry import audit
from registry.models.departments import Department
from registry.rules.departments import DepartmentFacts, DepartmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentEntry:
    """A unit as the office writes it down. `entrusting_code` names the entruster of an entrusted organisation."""

    code: str
    name: str
    kind: DepartmentKind
    confirmation_notice: str | None = None
    confirmed_on: date | None = None
    entrusting_code: str | None = None
    entrusted_from: date | None = None
    entrusted_until: date | None = None
    enforcement_field: str = ""
    enforcement_area: str = ""
    legal_review_section: str | None = None

    def facts(self) -> DepartmentFacts:
        return DepartmentFacts(
            code=self.code,
            kind=self.kind,
            entrusting_code=self.entrusting_code,
            entrusted_from=self.entrusted_from,
            entrusted_until=self.entrusted_until,
        )


def act_on(department_id: int, reason: str = "", **facts: Any) -> audit.Act:
    """An act on a unit, for the trail."""
    return audit.Act(
        subject_type=Department.__tablename__,
        subject_id=department_id,
        department_id=department_id,
        reason=reason,
        facts=facts,
    )
