"""Who attended a session: recorded with the unit and rank of the day, corrected and taken back for a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.db import add_rows
from registry.models.people import HELD, Appointment
from registry.models.training import Attendance, TrainingSession
from registry.rules import RuleBroken
from registry.rules.people import Rank
from registry.rules.permissions import Action, Actor
from registry.rules.training import CORRECTED_WITH_REASON, correction_problems
from registry.services.changes import Change, Tally, differences, in_chunks
from registry.words import N_

WRITE_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceEntry:
    """One person at one session; hours of the session when none are given."""

    person_id: int
    hours: Decimal | None = None
    is_completed: bool = True
    completed_on: date | None = None


def attend(
    session: Session,
    actor: Actor,
    *,
    training: TrainingSession,
    entries: Sequence[AttendanceEntry],
    batch: str | None = None,
) -> Tally:
    """Record who attended, with the unit and rank of that day; known lines are brought to these values.

    A line that was taken back is on the list again, and so is a session that was.
    """
    actor.require(Action.TRAINING_MANAGE)
    known = {
        one.person_id: one for one in session.scalars(select(Attendance).where(Attendance.session_id == training.id))
    }
    tally = Tally()
    fresh = [entry for entry in entries if entry.person_id not in known]
    taken_back = {person_id for person_id, there in known.items() if there.withdrawn_on is not None}
    back = [entry.person_id for entry in entries if entry.person_id in taken_back]
    posts = posts_on(session, [*(entry.person_id for entry in fresh), *back], training.held_on)
    rows = [_row(training, entry, posts[entry.person_id]) for entry in fresh]
    for chunk in in_chunks(rows, WRITE_AT_ONCE):
        add_rows(session, Attendance, chunk)
    tally.created = len(rows)
    for entry in entries:
        if (there := known.get(entry.person_id)) is not None:
            _take_over(training, there, entry, tally, posts.get(entry.person_id))
    session.flush()
    if entries and training.withdrawn_on is not None:
        changed = {"withdrawn_on": [training.withdrawn_on, None]}
        training.withdrawn_on = None
        audit.record(session, actor, Action.TRAINING_MANAGE, training, batch=batch, changed=changed)
    if rows:
        came = [entry.person_id for entry in fresh]
        audit.record(session, actor, Action.TRAINING_MANAGE, training, batch=batch, attended=came)
    acts = [_corrected(known[int(change.subject)], change) for change in tally.changes]
    audit.record_many(session, actor, Action.TRAINING_MANAGE, acts, batch=batch)
    return tally


def line(session: Session, actor: Actor, attendance_id: int) -> Attendance:
    """One line of attendance with its session and person; NoResultFound when there is none."""
    actor.require(Action.TRAINING_MANAGE)
    return session.scalars(
        select(Attendance)
        .options(joinedload(Attendance.session), joinedload(Attendance.person))
        .where(Attendance.id == attendance_id)
    ).one()


def correct_line(
    session: Session, actor: Actor, *, attendance_id: int, entry: AttendanceEntry, reason: str, today: date
) -> None:
    """Correct hours and completion of one line, for a reason; a line taken back is on the list again."""
    there = line(session, actor, attendance_id)
    if problems := correction_problems(
        held_on=there.session.held_on,
        completed_on=entry.completed_on,
        is_completed=entry.is_completed,
        reason=reason,
        today=today,
    ):
        raise RuleBroken(problems)
    tally = Tally()
    _take_over(there.session, there, entry, tally)
    session.flush()
    acts = [_corrected(there, change, reason.strip()) for change in tally.changes]
    audit.record_many(session, actor, Action.TRAINING_MANAGE, acts)


def take_back(session: Session, actor: Actor, *, attendance_id: int, reason: str, today: date) -> None:
    """Take a line off the list that was recorded by mistake: it stays on record and counts nowhere."""
    there = line(session, actor, attendance_id)
    if not reason.strip():
        raise RuleBroken([CORRECTED_WITH_REASON.broken(N_("Say why the line is taken back."))])
    if there.withdrawn_on is not None:
        return
    values = {"withdrawn_on": today, "is_completed": False, "completed_on": None}
    changed = differences(there, values)
    for name, value in values.items():
        setattr(there, name, value)
    session.flush()
    change = Change(subject=str(there.person_id), fields={k: [*map(str, v)] for k, v in changed.items()})
    audit.record_many(session, actor, Action.TRAINING_MANAGE, [_corrected(there, change, reason.strip())])


def posts_on(session: Session, person_ids: Sequence[int], day: date) -> dict[int, tuple[int, Rank]]:
    """Unit and rank of each person on a day: of the post held then, else of the first one."""
    found: dict[int, tuple[int, Rank]] = {}
    for chunk in in_chunks(person_ids):
        rows = session.execute(
            select(Appointment.person_id, Appointment.department_id, Appointment.rank, Appointment.from_on)
            .where(Appointment.person_id.in_(chunk), HELD)
            .order_by(Appointment.person_id, Appointment.from_on)
        )
        for person_id, department_id, rank, from_on in rows:
            if from_on <= day or person_id not in found:
                found[person_id] = (department_id, rank)
    return found


def _corrected(line: Attendance, change: Change, reason: str = "") -> audit.Act:
    """A line of attendance that says something else now: what it said, and what it says."""
    return audit.Act(
        subject_type=TrainingSession.__tablename__,
        subject_id=line.session_id,
        department_id=line.department_id,
        reason=reason,
        facts={"person_id": line.person_id, **change.fields},
    )


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


def _take_over(
    training: TrainingSession,
    there: Attendance,
    entry: AttendanceEntry,
    tally: Tally,
    post: tuple[int, Rank] | None = None,
) -> None:
    """Bring a line to what is written down; one that was taken back is a new one, of the `post` of the day."""
    is_back = there.withdrawn_on is not None
    values = {**_row(training, entry, post or (there.department_id, there.rank)), "withdrawn_on": None}
    changed = differences(there, values)
    if not changed:
        tally.unchanged += 1
        return
    for name in changed:
        setattr(there, name, values[name])
    tally.created += is_back
    tally.updated += not is_back
    shown = {name: [*map(str, pair)] for name, pair in changed.items()}
    tally.changes.append(Change(subject=str(entry.person_id), fields=shown, key=entry.person_id))
