"""The year's obligation by policy: what everybody in an enforcement or supervision post owes, has done and still lacks.

Hours count on the day on which the training was completed. The list walks through the units in the order of their
names, a few at a time, so that its first page costs the same in a large register as in a small one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.people import HELD, Appointment, Person
from registry.models.training import Attendance, TrainingCourse, TrainingSession
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.rules.training import OBLIGED, Lack, Obligation, Standing, TrainingKind, day_of
from registry.services import policies
from registry.services.changes import in_chunks

PAGE = 50
UNITS_AT_ONCE = (1, 4, 16, 64, 256)
DONE_ON = func.coalesce(Attendance.completed_on, TrainingSession.held_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFilter:
    """Which of those obliged to list: of a unit, and who lacks something or one course."""

    department_id: int | None = None
    lack: Lack | None = None
    course_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """One person obliged in the year, in the post of the day asked for."""

    person_id: int
    name: str
    identity_masked: str
    department_id: int
    unit: str
    post: str
    duty: Duty
    standing: Standing


@dataclass(frozen=True, slots=True)
class OwingPage:
    rows: list[Owing]
    after: str | None


def obligation_of(session: Session, *, year: int, today: date) -> Obligation:
    """What is owed in a year. Compulsory are the courses held in it, and while it lasts those that are to be held."""
    day = day_of(year, today)
    policy = policies.in_force(session, day)
    held = (
        TrainingSession.held_on.between(date(year, 1, 1), date(year, 12, 31)),
        TrainingSession.withdrawn_on.is_(None),
    )
    was_held = exists(select(TrainingSession.id).where(TrainingSession.course_id == TrainingCourse.id, *held))
    due = or_(was_held, TrainingCourse.is_active) if year == today.year else was_held
    online = select(TrainingSession.id).where(TrainingSession.kind == TrainingKind.ONLINE_COMMON_LAW, *held).limit(1)
    courses = select(TrainingCourse.id).where(TrainingCourse.is_compulsory, due).order_by(TrainingCourse.title)
    return Obligation(
        year=year,
        day=day,
        policy_version=policy.version,
        hours=policy.training_hours,
        courses=list(session.scalars(courses)),
        is_online_owed=session.scalar(online) is not None,
    )


def owing(
    session: Session,
    actor: Actor,
    *,
    owed: Obligation,
    chosen: ObligationFilter,
    after: str | None = None,
    size: int = PAGE,
) -> OwingPage:
    """A page of those obliged by unit and name, with what each has done; a unit's people see their own alone."""
    actor.require(Action.TRAINING_VIEW)
    units = _units(session, actor, chosen)
    found: list[Any] = []
    for unit_ids, beyond in _steps(units, after):
        query = _rows(owed).where(Appointment.department_id.in_(unit_ids), *_lacking(owed, chosen), *beyond)
        ordered = query.order_by(Department.name, Department.id, Person.name, Person.id)
        found += session.execute(ordered.limit(size + 1 - len(found))).all()
        if len(found) > size:
            break
    standings = standings_of(session, owed=owed, person_ids=[row.id for row in found[:size]])
    rows = [_owing(row, standings[row.id]) for row in found[:size]]
    return OwingPage(rows, _key(found[size - 1]) if len(found) > size else None)


def everybody_owing(
    session: Session, actor: Actor, *, owed: Obligation, chosen: ObligationFilter, most: int
) -> list[Owing]:
    """The first `most` of the list."""
    return owing(session, actor, owed=owed, chosen=chosen, size=most).rows


def standings_of(session: Session, *, owed: Obligation, person_ids: Sequence[int]) -> dict[int, Standing]:
    """What these people have done in the year; all of them taken as obliged."""
    nothing = Standing(obligation=owed, is_obliged=True)
    found = dict.fromkeys(person_ids, nothing)
    online = func.count().filter(TrainingSession.kind == TrainingKind.ONLINE_COMMON_LAW)
    for chunk in in_chunks(person_ids):
        own = Attendance.person_id.in_(chunk)
        done = _done(owed, Attendance.person_id, func.sum(Attendance.hours), online).where(own)
        for person_id, hours, online_count in session.execute(done.group_by(Attendance.person_id)):
            found[person_id] = replace(nothing, hours=_rounded(hours), is_online_done=online_count > 0)
        followed = _done(owed, Attendance.person_id, TrainingSession.course_id).distinct()
        for person_id, course_id in session.execute(followed.where(own, TrainingSession.course_id.in_(owed.courses))):
            before = found[person_id]
            found[person_id] = replace(before, courses_done=before.courses_done | {course_id})
    return found


def standing_of(session: Session, actor: Actor, *, person_id: int, year: int, today: date) -> Standing:
    """One person's hours and courses of a year against the obligation, and whether he or she is obliged at all."""
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.TRAINING_VIEW, person.department_id)
    owed = obligation_of(session, year=year, today=today)
    is_obliged = session.scalar(_rows(owed).with_only_columns(Person.id).where(Person.id == person_id)) is not None
    return replace(standings_of(session, owed=owed, person_ids=[person_id])[person_id], is_obliged=is_obliged)


def obliged(owed: Obligation) -> list[ColumnElement[bool]]:
    """The condition that a post is held on the day and obliges, for a query over people and posts."""
    latest = select(func.max(Appointment.from_on)).where(
        Appointment.person_id == Person.id, Appointment.from_on <= owed.day, HELD
    )
    return [
        Appointment.duty.in_(OBLIGED),
        Appointment.from_on == latest.correlate(Person).scalar_subquery(),
        or_(Appointment.until_on.is_(None), Appointment.until_on >= owed.day),
        Person.withdrawn_on.is_(None),
    ]


def _rows(owed: Obligation) -> AnySelect:
    return (
        select(
            Person.id,
            Person.name,
            Person.identity_masked,
            Appointment.department_id,
            Department.name.label("unit"),
            Appointment.section,
            Appointment.post,
            Appointment.duty,
        )
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Department, Department.id == Appointment.department_id)
        .where(*obliged(owed))
    )


def _units(session: Session, actor: Actor, chosen: ObligationFilter) -> list[int]:
    """The units to walk through, in the order of their names."""
    query = select(Department.id).order_by(Department.name, Department.id)
    if actor.is_unit_bound:
        query = query.where(Department.id == actor.department_id)
    if chosen.department_id is not None:
        query = query.where(Department.id == chosen.department_id)
    return list(session.scalars(query))


def _steps(units: list[int], after: str | None) -> Iterator[tuple[list[int], list[ColumnElement[bool]]]]:
    """Which units to look into next, and for the one where the last page ended, behind whom."""
    unit, person_id, name = [*(after or "").split("|", 2), "", "", ""][:3]
    if unit.isdecimal() and person_id.isdecimal() and int(unit) in units:
        units = units[units.index(int(unit)) :]
        yield units[:1], [or_(Person.name > name, and_(Person.name == name, Person.id > int(person_id)))]
        units = units[1:]
    sizes = iter(UNITS_AT_ONCE)
    while units:
        size = next(sizes, UNITS_AT_ONCE[-1])
        yield units[:size], []
        units = units[size:]


def _done(owed: Obligation, *columns: Any) -> AnySelect:
    """Completed attendance of the year."""
    return (
        select(*columns)
        .select_from(Attendance)
        .join(Attendance.session)
        .where(Attendance.is_completed, DONE_ON.between(owed.first_day, owed.day))
    )


def _lacking(owed: Obligation, chosen: ObligationFilter) -> list[ColumnElement[bool]]:
    found = []
    if chosen.course_id is not None:
        found.append(_without(owed, TrainingSession.course_id == chosen.course_id))
    online = _without(owed, TrainingSession.kind == TrainingKind.ONLINE_COMMON_LAW) if owed.is_online_owed else false()
    courses = or_(false(), *(_without(owed, TrainingSession.course_id == one) for one in owed.courses))
    lacks = {Lack.HOURS: _short_of_hours(owed), Lack.COURSES: courses, Lack.ONLINE: online}
    if chosen.lack is not None:
        found.append(or_(*lacks.values()) if chosen.lack is Lack.ANY else lacks[chosen.lack])
    return found


def _short_of_hours(owed: Obligation) -> ColumnElement[bool]:
    if not owed.hours:
        return false()
    own = _done(owed, func.coalesce(func.sum(Attendance.hours), 0)).where(Attendance.person_id == Person.id)
    short: ColumnElement[bool] = tenths(own.correlate(Person).scalar_subquery()) < owed.hours * 10
    return short


def _without(owed: Obligation, what: ColumnElement[bool]) -> ColumnElement[bool]:
    return ~exists(_done(owed, Attendance.id).where(Attendance.person_id == Person.id, what).correlate(Person))


def tenths(hours: Any) -> Any:
    """Hours in whole tenths, since SQLite adds them up in binary fractions."""
    return func.round(hours * 10)


def _rounded(hours: Any) -> Decimal:
    return round(Decimal(hours), 1)


def _owing(row: Any, standing: Standing) -> Owing:
    return Owing(
        person_id=row.id,
        name=row.name,
        identity_masked=row.identity_masked,
        department_id=row.department_id,
        unit=row.unit,
        post=" ".join(word for word in (row.section, row.post) if word),
        duty=row.duty,
        standing=standing,
    )


def _key(row: Any) -> str:
    return f"{row.department_id}|{row.id}|{row.name}"
