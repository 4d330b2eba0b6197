"""The year's training added up for each unit: who is obliged, who was trained, who has done everything.

A page of units has as many as have so many posts together: what is added up for it is bounded, however many there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.models.training import Attendance, TrainingSession
from registry.rules.permissions import Action, Actor
from registry.rules.training import Obligation, TrainingKind
from registry.services.narrowing import count
from registry.services.training.obligations import DONE_ON, obliged, tenths

PAGE = 50
ADDED_UP = 3_000  # posts, of now and before, whose holders are looked at for one page
GONE_THROUGH = 20_000  # posts, of now and before, up to which all units are added up beside a page of them


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTotal:
    """One unit's line: 应培训, 已培训 (anybody with a completed training in the year), and who has done everything."""

    department_id: int
    name: str
    obliged: int
    trained: int
    fulfilled: int

    @property
    def lacking(self) -> int:
        return self.obliged - self.fulfilled


@dataclass(frozen=True, slots=True)
class TotalsPage:
    """Lines of a page of units, by name; `after` is the key of the next page, None on the last."""

    lines: list[UnitTotal]
    after: str | None


def totals_page(session: Session, actor: Actor, *, owed: Obligation, after: str | None = None) -> TotalsPage:
    """Units behind a key with somebody obliged, as many as have `ADDED_UP` posts together, and one at least."""
    actor.require(Action.TRAINING_VIEW)
    units = _behind(session, actor, after)
    counted = select(Appointment.department_id, func.count()).group_by(Appointment.department_id)
    posts = dict(session.execute(counted.where(Appointment.department_id.in_([one.id for one in units]))).all())
    sums = accumulate(posts[one.id] for one in units)
    shown = [one for one, posts_so_far in zip(units[:PAGE], sums, strict=False) if posts_so_far <= ADDED_UP] or units[
        :1
    ]
    more = f"{shown[-1].id}|{shown[-1].name}" if len(shown) < len(units) else None
    return TotalsPage(_totals(session, owed, [one.id for one in shown]), more)


def sum_of_all(session: Session, actor: Actor, *, owed: Obligation) -> UnitTotal | None:
    """The lines of every unit added up; None where there are more posts than are gone through at a time."""
    actor.require(Action.TRAINING_VIEW)
    if count(session, select(Appointment.id), GONE_THROUGH).is_more:
        return None
    return altogether(totals(session, actor, owed=owed))


def totals(session: Session, actor: Actor, *, owed: Obligation, department_id: int | None = None) -> list[UnitTotal]:
    """A line for each unit with somebody obliged, by name; a unit's people see their own alone."""
    actor.require(Action.TRAINING_VIEW)
    unit = actor.department_id if actor.is_unit_bound else department_id
    return _totals(session, owed, None if unit is None else [unit])


def _behind(session: Session, actor: Actor, after: str | None) -> Sequence[Any]:
    """The units behind a key in which anybody ever had a post, one more than a page has."""
    has_posts = exists().where(Appointment.department_id == Department.id)
    wanted: AnySelect = select(Department.id, Department.name).where(has_posts)
    if actor.is_unit_bound:
        wanted = wanted.where(Department.id == actor.department_id)
    unit, _, name = (after or "").partition("|")
    if unit.isdecimal():
        wanted = wanted.where(or_(Department.name > name, and_(Department.name == name, Department.id > int(unit))))
    return session.execute(wanted.order_by(Department.name, Department.id).limit(PAGE + 1)).all()


def _totals(session: Session, owed: Obligation, units: Sequence[int] | None) -> list[UnitTotal]:
    """The lines of these units, or of all."""
    done = _done_by_person(owed, units).subquery()
    met: list[ColumnElement[bool]] = [true()]
    if owed.hours:
        met.append(tenths(func.coalesce(done.c.hours, 0)) >= owed.hours * 10)
    if owed.is_online_owed:
        met.append(func.coalesce(done.c.online, 0) > 0)
    met += [func.coalesce(done.c[f"course_{one}"], 0) > 0 for one in owed.courses]
    query = (
        select(
            Department.id,
            Department.name,
            func.count(),
            func.count(done.c.person_id),
            func.count().filter(and_(*met)),
        )
        .select_from(Person)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Department, Department.id == Appointment.department_id)
        .outerjoin(done, done.c.person_id == Person.id)
        .where(*obliged(owed))
        .group_by(Department.id, Department.name)
        .order_by(Department.name, Department.id)
    )
    if units is not None:
        query = query.where(Appointment.department_id.in_(units))
    return [
        UnitTotal(department_id=row[0], name=row[1], obliged=row[2], trained=row[3], fulfilled=row[4])
        for row in session.execute(query)
    ]


def altogether(lines: Iterable[UnitTotal], name: str = "") -> UnitTotal:
    """The lines added up."""
    every = list(lines)
    return UnitTotal(
        department_id=0,
        name=name,
        obliged=sum(line.obliged for line in every),
        trained=sum(line.trained for line in every),
        fulfilled=sum(line.fulfilled for line in every),
    )


def _done_by_person(owed: Obligation, units: Sequence[int] | None):  # type: ignore[no-untyped-def]  # columns follow the courses
    done = (
        select(
            Attendance.person_id,
            func.sum(Attendance.hours).label("hours"),
            func.count().filter(TrainingSession.kind == TrainingKind.ONLINE_COMMON_LAW).label("online"),
            *(func.count().filter(TrainingSession.course_id == one).label(f"course_{one}") for one in owed.courses),
        )
        .select_from(Attendance)
        .join(Attendance.session)
        .where(Attendance.is_completed, DONE_ON.between(owed.first_day, owed.day))
        .group_by(Attendance.person_id)
    )
    if units is None:
        return done
    return done.where(
        Attendance.person_id.in_(select(Appointment.person_id).where(Appointment.department_id.in_(units)))
    )
