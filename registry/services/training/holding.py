"""Sessions of training: recorded, changed, and taken back while nobody has attended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingCourse, TrainingSession
from registry.rules import RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.training import ATTENDED_STAYS, HELD_IN_ORDER, RECORDED_ONCE, TrainingKind, TrainingMode
from registry.services.changes import differences
from registry.words import N_

MOST_HOURS = 999  # a year of days has fewer than this many hours of lessons


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
    course_id: int | None = None

    @property
    def own_code(self) -> str:
        named = sha256(f"{self.title}|{self.kind}".encode()).hexdigest()[:4].upper()
        return self.code or f"PX{self.held_on:%Y%m%d}-{named}"

    def values(self) -> dict[str, Any]:
        """The columns that may change."""
        return {
            "title": self.title,
            "kind": self.kind,
            "mode": self.mode,
            "held_on": self.held_on,
            "hours": self.hours,
            "ended_on": self.ended_on,
            "place": self.place,
            "organiser": self.organiser,
        }


def hold(session: Session, actor: Actor, *, entry: SessionEntry) -> TrainingSession:
    """Record a session; one with the same code is brought to these values. Who names no course leaves it as it is."""
    actor.require(Action.TRAINING_MANAGE)
    _refuse_disorder(entry)
    course = {} if entry.course_id is None else {"course_id": entry.course_id}
    held = session.scalar(select(TrainingSession).where(TrainingSession.code == entry.own_code))
    if held is None:
        return _record(session, actor, entry)
    _bring_to(session, actor, held, {**entry.values(), **course, "withdrawn_on": None})
    return held


def open_session(session: Session, actor: Actor, *, entry: SessionEntry) -> TrainingSession:
    """Record a session that is not on record yet; refused when one of its title, kind and day is."""
    actor.require(Action.TRAINING_MANAGE)
    _refuse_disorder(entry)
    there = session.scalar(select(TrainingSession).where(TrainingSession.code == entry.own_code))
    if there is not None and there.withdrawn_on is None:
        said = N_("%(title)s of %(day)s is on record already.")
        raise RuleBroken([RECORDED_ONCE.broken(said, title=there.title, day=there.held_on)])
    if there is None:
        return _record(session, actor, entry)
    _bring_to(session, actor, there, {**entry.values(), "course_id": entry.course_id, "withdrawn_on": None})
    return there


def change_session(
    session: Session, actor: Actor, *, session_id: int, entry: SessionEntry, reason: str
) -> dict[str, list[Any]]:
    """Bring a session to these values; what changed, from what to what. Its code and its attendance stay."""
    actor.require(Action.TRAINING_MANAGE)
    _refuse_disorder(entry)
    held = session.get_one(TrainingSession, session_id)
    return _bring_to(session, actor, held, {**entry.values(), "course_id": entry.course_id}, reason=reason.strip())


def withdraw_session(session: Session, actor: Actor, *, session_id: int, reason: str, today: date) -> None:
    """Take back a session that was recorded by mistake; refused when somebody attended."""
    actor.require(Action.TRAINING_MANAGE)
    held = session.get_one(TrainingSession, session_id)
    attended = select(Attendance.id).where(Attendance.session_id == session_id, Attendance.withdrawn_on.is_(None))
    if session.scalar(attended.limit(1)) is not None:
        said = N_("Somebody attended %(title)s; take the lines of attendance back first.")
        raise RuleBroken([ATTENDED_STAYS.broken(said, title=held.title)])
    if held.withdrawn_on is None:
        _bring_to(session, actor, held, {"withdrawn_on": today}, reason=reason.strip())


def session_history(session: Session, actor: Actor, *, session_id: int) -> Sequence[TrailEntry]:
    """What was done to a session, the latest first; a unit's people do not see who else attended."""
    actor.require(Action.TRAINING_VIEW)
    told = audit.of(session, TrainingSession.__tablename__, session_id)
    if actor.is_unit_bound:
        return [entry for entry in told if entry.department_id in {None, actor.department_id}]
    return told


def _record(session: Session, actor: Actor, entry: SessionEntry) -> TrainingSession:
    held = TrainingSession(code=entry.own_code, course_id=entry.course_id, **entry.values())
    session.add(held)
    audit.record(session, actor, Action.TRAINING_MANAGE, held, title=held.title, held_on=held.held_on)
    return held


def _bring_to(
    session: Session, actor: Actor, held: TrainingSession, values: dict[str, Any], reason: str = ""
) -> dict[str, list[Any]]:
    changed = differences(held, values)
    for name, (_before, after) in changed.items():
        setattr(held, name, after)
    if changed:
        told = {name: pair for name, pair in changed.items() if name != "course_id"}
        if "course_id" in changed:
            told["course"] = [_title_of(session, course_id) for course_id in changed["course_id"]]
        audit.record(session, actor, Action.TRAINING_MANAGE, held, reason=reason, changed=told)
    return changed


def _title_of(session: Session, course_id: int | None) -> str | None:
    return None if course_id is None else session.get_one(TrainingCourse, course_id).title


def _refuse_disorder(entry: SessionEntry) -> None:
    if entry.ended_on is not None and entry.ended_on < entry.held_on:
        raise RuleBroken([HELD_IN_ORDER.broken(N_("The training ends before it begins."))])
