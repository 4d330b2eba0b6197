"""The list of units as a workbook that comes back as an import: the columns of the file that offices fill in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry import audit
from registry.labels import label
from registry.models.departments import Department
from registry.rules.permissions import Action, Actor
from registry.services.departments.entries import DepartmentEntry, on_record
from registry.services.departments.listing import DepartmentFilter, listed_codes
from registry.sheets import Sheet, workbook

Columns = Sequence[tuple[str, str]]  # name in code and heading, as the layout of the file has them


def export(session: Session, actor: Actor, *, chosen: DepartmentFilter, columns: Columns, today: date) -> bytes:
    """The units listed, as .xlsx; the trail tells who took how many."""
    actor.require(Action.DEPARTMENT_EXPORT)
    codes = listed_codes(session, actor, chosen=chosen, today=today)
    taken = audit.Act(
        subject_type=Department.__tablename__,
        subject_id=None,
        department_id=actor.department_id if actor.is_unit_bound else None,
        facts={"exported_units": len(codes)},
    )
    audit.record_many(session, actor, Action.DEPARTMENT_EXPORT, [taken])
    written = on_record(session)
    rows = [[_cell(written[code], name) for name, _ in columns] for code in codes]
    return workbook([Sheet(title="单位", headings=[title for _, title in columns], rows=rows)])


def _cell(entry: DepartmentEntry, name: str) -> Any:
    value = getattr(entry, name)
    if name == "kind":
        return label(value)
    return "" if value is None else value
