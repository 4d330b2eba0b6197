"""Lists as files of the registry: who is listed, with every column of the import; they come back unchanged."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.labels import label
from registry.models.certificates import Certificate
from registry.models.people import Appointment, Person
from registry.rules.imports import ImportKind
from registry.rules.permissions import Action, Actor
from registry.services import certificates as certificate_service
from registry.services import departments, limits
from registry.services import people as people_service
from registry.services.certificates import CertificateFilter, CertificateRow
from registry.services.changes import in_chunks
from registry.services.imports import LAYOUTS
from registry.services.people import CardNote, PersonFilter, PersonRow
from registry.sheets import Column, Kind, Sheet, workbook

HELD = "持证情况"  # no column of the import: a certificate is never brought in with a person
SEALED = frozenset({"phone", "email"})  # stay in the house
PEOPLE_COLUMNS: Sequence[Column] = [one for one in LAYOUTS[ImportKind.PEOPLE] if one.name not in SEALED]
CERTIFICATE_COLUMNS: Sequence[Column] = LAYOUTS[ImportKind.CERTIFICATES]


def people(session: Session, actor: Actor, *, chosen: PersonFilter, today: date) -> bytes:
    """The people listed, as .xlsx with masked numbers; the trail tells who took how many of which unit."""
    actor.require(Action.PERSON_EXPORT)
    page = people_service.search(session, actor, chosen=chosen, today=today, size=limits.MOST)
    limits.refuse_a_part(page.after)
    _tell(session, actor, Person.__tablename__, len(page.rows), chosen.department_id)
    values = _values_of(session, [row.id for row in page.rows])
    rows = [[*_cells(PEOPLE_COLUMNS, values[row.id] | _shown(row)), held(row.cards)] for row in page.rows]
    headings = [*(column.title for column in PEOPLE_COLUMNS), HELD]
    return workbook([Sheet(title="人员", headings=headings, rows=rows)])


def certificates(session: Session, actor: Actor, *, chosen: CertificateFilter, today: date) -> bytes:
    """The certificates listed, as .xlsx with masked numbers of their holders, and the status of the day."""
    actor.require(Action.PERSON_EXPORT)
    page = certificate_service.search(session, actor, chosen=chosen, today=today, size=limits.MOST)
    limits.refuse_a_part(page.after)
    _tell(session, actor, Certificate.__tablename__, len(page.rows), chosen.department_id)
    masked = _masked(session, [row.certificate.person_id for row in page.rows])
    rows = [[*_cells(CERTIFICATE_COLUMNS, _card(row, masked)), label(row.status)] for row in page.rows]
    headings = [*(column.title for column in CERTIFICATE_COLUMNS), "状态"]
    return workbook([Sheet(title="证件", headings=headings, rows=rows)])


def _card(row: CertificateRow, masked: Mapping[int, str]) -> dict[str, Any]:
    card = row.certificate
    own = {name: getattr(card, name) for name in ("kind", "number", "issued_on", "valid_until")}
    return {**own, "name": card.holder_name, "identity_number": masked[card.person_id], "unit": row.unit}


def _masked(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in in_chunks(person_ids):
        rows = session.execute(select(Person.id, Person.identity_masked).where(Person.id.in_(chunk)))
        found |= {row.id: row.identity_masked for row in rows}
    return found


def _tell(session: Session, actor: Actor, table: str, count: int, department_id: int | None) -> None:
    unit = actor.department_id if actor.is_unit_bound else department_id
    taken = audit.Act(subject_type=table, subject_id=None, department_id=unit, facts={"exported": count})
    audit.record_many(session, actor, Action.PERSON_EXPORT, [taken])


def _shown(row: PersonRow) -> dict[str, Any]:
    return {"name": row.name, "identity_number": row.identity_masked}


def held(cards: Sequence[CardNote]) -> str:
    """Every live certificate in a line of words."""
    return "；".join(f"{label(c.kind)} {c.number}（{label(c.status)}，至{c.valid_until:%Y-%m-%d}）" for c in cards)


def _values_of(session: Session, person_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the columns hold, by person: of the present post, or of the latest for somebody who left."""
    units, found = departments.names(session), {}
    posts = [getattr(Appointment, name) for name in _names_in(Appointment)]
    own = [getattr(Person, name) for name in _names_in(Person)]
    for chunk in in_chunks(person_ids):
        rows = session.execute(
            select(Person.id, Appointment.department_id, *own, *posts)
            .outerjoin(Appointment, Appointment.person_id == Person.id)
            .where(Person.id.in_(chunk))
            .order_by(Person.id, Appointment.from_on)
        )
        for row in rows.mappings():  # the latest post comes last
            found[row["id"]] = {**row, "unit": units.get(row["department_id"])}
    return found


def _names_in(model: type[Any]) -> list[str]:
    """The columns of the layout that a table has; the person's own come first where both have one."""
    columns = set(model.__table__.columns.keys()) - {"id", "department_id"}
    taken = set() if model is Person else set(Person.__table__.columns.keys())
    return [one.name for one in PEOPLE_COLUMNS if one.name in columns - taken]


def _cells(columns: Sequence[Column], values: Mapping[str, Any]) -> list[Any]:
    return [_cell(column, values.get(column.name)) for column in columns]


def _cell(column: Column, value: Any) -> Any:
    """A value in the word that the import reads as the same value."""
    if column.kind is not Kind.CHOICE or value is None:
        return "" if value is None else value
    if isinstance(value, bool):
        return "是" if value else "否"
    return next(word for word, meant in column.choices.items() if meant == value)
