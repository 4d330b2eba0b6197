"""The year's training added up for each unit: who is obliged, who was trained, who has done everything."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.models.training import Attendance, TrainingSession
from registry.rules.permissions import Action, Actor
from registry.rules.training import Obligation, TrainingKind
from registry.services.narrowing import count
from registry.services.training.obligations import DONE_ON, obliged, tenths

ADDED_UP = 10_000  # people; of more, adding up takes seconds


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


def is_quick(session: Session, actor: Actor) -> bool:
    """Whether everybody whom somebody sees is added up at once, so that nobody has to ask for it."""
    actor.require(Action.TRAINING_VIEW)
    return actor.is_unit_bound or not count(session, select(Person.id), ADDED_UP).is_more


def totals(session: Session, actor: Actor, *, owed: Obligation, department_id: int | None = None) -> list[UnitTotal]:
    """A line for each unit with somebody obliged, by name; a unit's people see their own alone."""
    actor.require(Action.TRAINING_VIEW)
    unit = actor.department_id if actor.is_unit_bound else department_id
    done = _done_by_person(owed, unit).subquery()
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
    if unit is not None:
        query = query.where(Appointment.department_id == unit)
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


def _done_by_person(owed: Obligation, unit: int | None):  # type: ignore[no-untyped-def]  # columns follow the courses
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
    if unit is None:
        return done
    return done.where(Attendance.person_id.in_(select(Appointment.person_id).where(Appointment.department_id == unit)))
