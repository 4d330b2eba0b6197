"""Training: sessions held, and who attended them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.models.training import Attendance, TrainingSession
from registry.rules import RuleBroken
from registry.rules.people import SECTION_LEVEL_AND_ABOVE, Rank
from registry.rules.permissions import Action, Actor
from registry.rules.training import HELD_IN_ORDER, TrainingKind, TrainingMode
from registry.services.changes import Change, Tally, differences, in_chunks
from registry.words import N_

PAGE = 50
MOST_HOURS = 999  # a year of days has fewer than this many hours of lessons
WRITE_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    """A training session as the office writes it down. Without a code it gets one from its day and title."""

    title: str
    kind: TrainingKind
    mode: TrainingMode
    held_on: date
    hours: Decimal
    code: str = ""
    ended_on: date | None = None
    place: str = ""
    organiser: str = ""

    @property
    def own_code(self) -> str:
        named = sha256(f"{self.title}|{self.kind}".encode()).hexdigest()[:4].upper()
        return self.code or f"PX{self.held_on:%Y%m%d}-{named}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceEntry:
    """One person at one session; hours of the session when none are given."""

    person_id: int
    hours: Decimal | None = None
    is_completed: bool = True
    completed_on: date | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list, with who came (of the actor's unit, for a unit's people)."""

    session: TrainingSession
    attended: int
    completed: int
    section_level: int


@dataclass(frozen=True, slots=True)
class SessionPage:
    rows: list[SessionRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class Attended:
    """One line of a session's attendance."""

    attendance: Attendance
    name: str
    unit: str


def hold(session: Session, actor: Actor, *, entry: SessionEntry) -> TrainingSession:
    """Record a session; one with the same code is brought to these values."""
    actor.require(Action.TRAINING_MANAGE)
    if entry.ended_on is not None and entry.ended_on < entry.held_on:
        raise RuleBroken([HELD_IN_ORDER.broken(N_("The training ends before it begins."))])
    values = {
        "title": entry.title,
        "kind": entry.kind,
        "mode": entry.mode,
        "held_on": entry.held_on,
        "hours": entry.hours,
        "ended_on": entry.ended_on,
        "place": entry.place,
        "organiser": entry.organiser,
    }
    held = session.scalar(select(TrainingSession).where(TrainingSession.code == entry.own_code))
    if held is None:
        held = TrainingSession(code=entry.own_code, **values)
        session.add(held)
        audit.record(session, actor, Action.TRAINING_MANAGE, held, title=held.title, held_on=held.held_on)
    elif changed := differences(held, values):
        for name, value in values.items():
            setattr(held, name, value)
        audit.record(session, actor, Action.TRAINING_MANAGE, held, changed=changed)
    return held


def attend(
    session: Session,
    actor: Actor,
    *,
    training: TrainingSession,
    entries: Sequence[AttendanceEntry],
    batch: str | None = None,
) -> Tally:
    """Record who attended, with the unit and rank of that day; known lines are brought to these values."""
    actor.require(Action.TRAINING_MANAGE)
    known = {
        one.person_id: one for one in session.scalars(select(Attendance).where(Attendance.session_id == training.id))
    }
    tally = Tally()
    fresh = [entry for entry in entries if entry.person_id not in known]
    posts = posts_on(session, [entry.person_id for entry in fresh], training.held_on)
    rows = [_row(training, entry, posts[entry.person_id]) for entry in fresh]
    for chunk in in_chunks(rows, WRITE_AT_ONCE):
        session.execute(insert(Attendance), chunk)
    tally.created = len(rows)
    for entry in entries:
        if (there := known.get(entry.person_id)) is not None:
            _take_over(training, there, entry, tally)
    session.flush()
    if rows:
        came = [entry.person_id for entry in fresh]
        audit.record(session, actor, Action.TRAINING_MANAGE, training, batch=batch, attended=came)
    acts = [_corrected(known[int(change.subject)], change) for change in tally.changes]
    audit.record_many(session, actor, Action.TRAINING_MANAGE, acts, batch=batch)
    return tally


def _corrected(line: Attendance, change: Change) -> audit.Act:
    """A line of attendance that says something else now: what it said, and what it says."""
    return audit.Act(
        subject_type=TrainingSession.__tablename__,
        subject_id=line.session_id,
        department_id=line.department_id,
        facts={"person_id": line.person_id, **change.fields},
    )


def posts_on(session: Session, person_ids: Sequence[int], day: date) -> dict[int, tuple[int, Rank]]:
    """Unit and rank of each person on a day: of the post held then, else of the first one."""
    found: dict[int, tuple[int, Rank]] = {}
    for chunk in in_chunks(person_ids):
        rows = session.execute(
            select(Appointment.person_id, Appointment.department_id, Appointment.rank, Appointment.from_on)
            .where(Appointment.person_id.in_(chunk))
            .order_by(Appointment.person_id, Appointment.from_on)
        )
        for person_id, department_id, rank, from_on in rows:
            if from_on <= day or person_id not in found:
                found[person_id] = (department_id, rank)
    return found


def sessions(
    session: Session, actor: Actor, *, year: int | None = None, after: str | None = None, size: int = PAGE
) -> SessionPage:
    """A page of sessions, the latest first, with their counts."""
    actor.require(Action.TRAINING_VIEW)
    query = select(TrainingSession).order_by(TrainingSession.held_on.desc(), TrainingSession.id.desc()).limit(size + 1)
    if year is not None:
        query = query.where(TrainingSession.held_on.between(date(year, 1, 1), date(year, 12, 31)))
    if after and after.isdecimal():
        last = session.get_one(TrainingSession, int(after))
        earlier = (TrainingSession.held_on == last.held_on) & (TrainingSession.id < last.id)
        query = query.where((TrainingSession.held_on < last.held_on) | earlier)
    found = list(session.scalars(query))
    counted = _counts(session, actor, [one.id for one in found[:size]])
    rows = [SessionRow(one, *counted.get(one.id, (0, 0, 0))) for one in found[:size]]
    return SessionPage(rows, str(found[size - 1].id) if len(found) > size else None)


def years(session: Session) -> list[int]:
    """The years in which training was held, the latest first."""
    days = session.execute(select(func.min(TrainingSession.held_on), func.max(TrainingSession.held_on))).one()
    return [] if days[0] is None else list(range(days[1].year, days[0].year - 1, -1))


def get(session: Session, actor: Actor, session_id: int) -> SessionRow:
    """One session with its counts; NoResultFound when there is none."""
    actor.require(Action.TRAINING_VIEW)
    held = session.get_one(TrainingSession, session_id)
    return SessionRow(held, *_counts(session, actor, [session_id]).get(session_id, (0, 0, 0)))


def attended(
    session: Session, actor: Actor, *, session_id: int, after: int | None = None, size: int = PAGE
) -> tuple[list[Attended], int | None]:
    """A page of a session's attendance and the key of the next page; a unit's people see their own."""
    actor.require(Action.TRAINING_VIEW)
    query = (
        select(Attendance, Person.name, Department.name)
        .join(Attendance.person)
        .join(Department, Department.id == Attendance.department_id)
        .options(joinedload(Attendance.person))
        .where(Attendance.session_id == session_id)
        .order_by(Attendance.id)
        .limit(size + 1)
    )
    if actor.is_unit_bound:
        query = query.where(Attendance.department_id == actor.department_id)
    if after is not None:
        query = query.where(Attendance.id > after)
    found = [Attended(*row) for row in session.execute(query)]
    return found[:size], found[size - 1].attendance.id if len(found) > size else None


def _counts(session: Session, actor: Actor, session_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    senior = func.count().filter(Attendance.rank.in_(SECTION_LEVEL_AND_ABOVE))
    query: AnySelect = (
        select(Attendance.session_id, func.count(), func.count().filter(Attendance.is_completed), senior)
        .where(Attendance.session_id.in_(session_ids))
        .group_by(Attendance.session_id)
    )
    if actor.is_unit_bound:
        query = query.where(Attendance.department_id == actor.department_id)
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def _row(training: TrainingSession, entry: AttendanceEntry, post: tuple[int, Rank]) -> dict[str, Any]:
    done = entry.is_completed
    return {
        "session_id": training.id,
        "person_id": entry.person_id,
        "department_id": post[0],
        "rank": post[1],
        "hours": training.hours if entry.hours is None else entry.hours,
        "is_completed": done,
        "completed_on": (entry.completed_on or training.ended_on or training.held_on) if done else None,
    }


def _take_over(training: TrainingSession, there: Attendance, entry: AttendanceEntry, tally: Tally) -> None:
    values = _row(training, entry, (there.department_id, there.rank))
    changed = differences(there, values)
    if not changed:
        tally.unchanged += 1
        return
    for name in changed:
        setattr(there, name, values[name])
    tally.updated += 1
    tally.changes.append(Change(subject=str(entry.person_id), fields={k: [*map(str, v)] for k, v in changed.items()}))
