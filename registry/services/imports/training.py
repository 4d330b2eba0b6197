"""Files of training records: sessions held, and who attended them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from registry.models.training import Attendance, TrainingSession
from registry.rules.permissions import Actor
from registry.rules.training import TrainingKind, TrainingMode
from registry.services import training
from registry.services.changes import Tally
from registry.services.imports import events
from registry.services.imports.events import Event
from registry.services.imports.matching import Match, people_of
from registry.services.imports.rows import Gathered, Place, place_of
from registry.services.training import AttendanceEntry, SessionEntry
from registry.sheets import Row
from registry.words import N_

WHAT = "kind"


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Record what sessions are new and who attended; every row is checked before one is written."""
    known = people_of(session, gathered, today)
    for row in gathered.table.rows:
        _check(gathered, row, today)
    found = events.gather(gathered, WHAT)
    events.refuse_doubles(gathered, found, known)
    held = [(event, _on_record(session, gathered, event)) for event in found if event.rows]
    if gathered.problems:
        return Tally()
    tally = Tally()
    for event, there in held:
        if not any(place_of(row) in known for row in event.rows):
            continue  # nobody of it is decided about yet
        course = there or training.hold(session, actor, entry=_session(event))
        entries = _attendances(session, course, event, known)
        done = training.attend(session, actor, training=course, entries=entries, batch=batch)
        tally.add(_named(done, event, known))
    return tally


def _check(gathered: Gathered, row: Row, today: date) -> None:
    values = row.values
    for column in ("held_on", "completed_on"):
        gathered.refuse_later_days(row, column, today)
    hours, began, ended, done = (values.get(name) for name in ("hours", "held_on", "ended_on", "completed_on"))
    if hours is not None and not 0 <= hours <= training.MOST_HOURS:
        gathered.complain(row, "hours", N_("Hours lie between 0 and %(most)s."), most=training.MOST_HOURS)
    elif hours is not None and hours != round(hours, 1):
        gathered.complain(row, "hours", N_("%(value)s has more than one decimal."), value=hours)
    if began and ended and ended < began:
        gathered.complain(row, "ended_on", N_("The training ends before it begins."))
    if began and done and done < began:
        gathered.complain(row, "completed_on", N_("Nobody completes a training before it begins."))
    if ended and ended > today and done is None and values.get("is_completed") != "no":
        gathered.complain(row, "ended_on", N_("The training has not ended; say who has completed it, and when."))


def _on_record(session: Session, gathered: Gathered, event: Event) -> TrainingSession | None:
    """The session a file speaks of, when the register has it; a file adds attendance to it and changes nothing else."""
    own_code = _session(event).own_code
    near = select(TrainingSession).where(
        or_(
            TrainingSession.code == own_code,
            and_(TrainingSession.held_on == event.facts.held_on, TrainingSession.withdrawn_on.is_(None)),
        )
    )
    there: TrainingSession | None = events.find(gathered, event, own_code, session.scalars(near).all(), WHAT)
    return there


def _session(event: Event) -> SessionEntry:
    """A new session: what its first row says; its hours are the most that anybody is given."""
    values = event.rows[0].values
    kind = TrainingKind(values["kind"])
    usual = TrainingMode.ONLINE if kind is TrainingKind.ONLINE_COMMON_LAW else TrainingMode.IN_PERSON
    return SessionEntry(
        code=event.code,
        title=values["title"],
        kind=kind,
        mode=TrainingMode(values.get("mode") or usual),
        held_on=values["held_on"],
        ended_on=max((row.values["ended_on"] for row in event.rows if row.values.get("ended_on")), default=None),
        hours=max((row.values["hours"] for row in event.rows if row.values["hours"]), default=Decimal(0)),
    )


def _attendances(
    session: Session, course: TrainingSession, event: Event, known: Mapping[Place, Match]
) -> list[AttendanceEntry]:
    lines = session.scalars(select(Attendance).where(Attendance.session_id == course.id))
    before = {line.person_id: line for line in lines}
    found = []
    for row in event.rows:
        if (person := known.get(place_of(row))) is not None:
            found.append(_attendance(row, person.id, before.get(person.id)))
    return found


def _attendance(row: Row, person_id: int, before: Attendance | None) -> AttendanceEntry:
    """Where the file does not say whether or when, what is on record stays; somebody new has completed it."""
    said, completed_on = row.values.get("is_completed"), row.values.get("completed_on")
    if before is not None:
        completed_on = completed_on or before.completed_on
        is_completed = before.is_completed if said is None else said == "yes"
    else:
        is_completed = said != "no"
    return AttendanceEntry(
        person_id=person_id, hours=row.values["hours"], is_completed=is_completed, completed_on=completed_on
    )


def _named(tally: Tally, event: Event, known: Mapping[Place, Match]) -> Tally:
    rows: dict[Any, Place] = {known[place].id: place for row in event.rows if (place := place_of(row)) in known}
    tally.changes = [replace(one, subject=known[rows[one.key]].name) for one in tally.changes]
    return tally.placed(rows)
