"""Units that a file recorded or renamed, taken back."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models.departments import Department, DepartmentName, DepartmentScope
from registry.services.imports.undoing.doing import Done, chunks
from registry.services.imports.undoing.parts import freed

IN_ERROR = "登记有误"
CODE, NAME = 20, 100  # characters
NAMES, UNITS = DepartmentName.__tablename__, Department.__tablename__


def take_names_back(session: Session, done: Done) -> None:
    """A name that the file gave a unit becomes its former name on the day before that one began.

    Names of a unit follow one another without a gap and none is deleted; so what was written in error says on every
    day what the unit was called, the former name goes on, and the next name may begin on any day.
    """
    for row_id in sorted(done.made[NAMES]):
        wrong = session.get_one(DepartmentName, row_id)
        if wrong.department_id in done.made[UNITS]:
            continue  # the name of a unit that goes with it
        former = session.scalars(
            select(DepartmentName)
            .where(DepartmentName.department_id == wrong.department_id, DepartmentName.id != row_id)
            .order_by(DepartmentName.from_on.desc())
            .limit(1)
        ).one()
        began = _first_day(session, done, wrong.department_id, row_id)
        wrong.name, wrong.from_on, wrong.until_on = former.name, began - timedelta(days=1), began - timedelta(days=1)
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


def _first_day(session: Session, done: Done, department_id: int, but: int) -> date:
    """The first day of a unit's names as they were before the file, which may have moved it back."""
    others = select(DepartmentName.id, DepartmentName.from_on).where(
        DepartmentName.department_id == department_id, DepartmentName.id != but
    )
    began: list[date] = []
    for row in session.execute(others):
        moved = done.changed[NAMES].get(row.id, {}).get("from_on")
        began += [row.from_on, *([date.fromisoformat(moved[0])] if moved else [])]
    return min(began)
