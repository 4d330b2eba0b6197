"""Units that a file recorded or renamed, taken back."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models.departments import Department, DepartmentName, DepartmentProfile, DepartmentScope
from registry.services.imports.undoing.doing import Done, chunks
from registry.services.imports.undoing.parts import freed

IN_ERROR = "登记有误"
CODE, NAME = 20, 100  # characters
UNITS = Department.__tablename__
HISTORIES: Mapping[type[Any], tuple[str, ...]] = {
    DepartmentName: ("name",),
    DepartmentProfile: ("kind", "field", "area", "basis"),
}


def take_histories_back(session: Session, done: Done) -> None:
    """A name or a kind and field that the file gave a unit become the former ones, on the day before those began.

    The rows of a history follow one another without a gap and none is deleted; so what was written in error says on
    every day what the unit was, the former row goes on, and the next one may begin on any day.
    """
    for model, said in HISTORIES.items():
        for row_id in sorted(done.made[model.__tablename__]):
            wrong = session.get_one(model, row_id)
            if wrong.department_id not in done.made[UNITS]:  # what a unit began with goes with it
                _take_back(session, done, wrong, said)


def _take_back(session: Session, done: Done, wrong: Any, said: tuple[str, ...]) -> None:
    model = type(wrong)
    former = session.scalars(
        select(model)
        .where(model.department_id == wrong.department_id, model.id != wrong.id)
        .order_by(model.from_on.desc())
        .limit(1)
    ).one()
    began = _first_day(session, done, wrong)
    for name in said:
        setattr(wrong, name, getattr(former, name))
    wrong.from_on = wrong.until_on = began - timedelta(days=1)
    wrong.reason = IN_ERROR
    session.flush()


def end_scopes(session: Session, done: Done) -> None:
    """Fields of enforcement that the file added to a unit ended on the day on which they began."""
    for some in chunks(done.made[DepartmentScope.__tablename__]):
        added = (DepartmentScope.id.in_(some), DepartmentScope.until_on.is_(None))
        session.execute(update(DepartmentScope).where(*added).values(until_on=DepartmentScope.from_on))


def end_units(session: Session, ids: Iterable[int], today: date) -> None:
    """Units that the file recorded ended on their first day; their codes and names are free for the right ones."""
    for some in chunks(ids):
        for unit in session.scalars(select(Department).where(Department.id.in_(some))):
            first = select(DepartmentName).where(DepartmentName.department_id == unit.id)
            name = session.scalars(first.order_by(DepartmentName.from_on.desc()).limit(1)).one()
            unit.ended_on, unit.ending_document = min(name.from_on, today), IN_ERROR
            unit.parent_id, unit.short_name = None, ""
            unit.code = freed(unit.code, unit.id, CODE)
            unit.name = name.name = f"{unit.name[: NAME - 20]}（{IN_ERROR}·{unit.id}）"
    session.flush()


def _first_day(session: Session, done: Done, wrong: Any) -> date:
    """The first day of a unit's history as it was before the file, which may have moved it back."""
    model = type(wrong)
    others = select(model.id, model.from_on).where(model.department_id == wrong.department_id, model.id != wrong.id)
    began: list[date] = []
    for row in session.execute(others):
        moved = done.changed[model.__tablename__].get(row.id, {}).get("from_on")
        began += [row.from_on, *([date.fromisoformat(moved[0])] if moved else [])]
    return min(began)
