"""Sittings announced, singly or both subjects of a day together, and what of them may change afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.exams import ExamResult, ExamSitting
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken, Violation
from registry.rules.candidates import ANNOUNCED_ONCE, CHANGES_SAY_WHY
from registry.rules.exams import ExamSubject
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.services.changes import differences
from registry.services.exams.papers import discard_papers
from registry.services.exams.publishing import refuse_published
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingEntry:
    """One exam in one subject; a special one of a field or of all. Without a code it gets one from the rest."""

    subject: ExamSubject
    held_on: date
    title: str
    code: str = ""
    starts: str = ""
    place: str = ""
    note: str = ""
    enforcement_field: str = ""

    @property
    def own_code(self) -> str:
        said = [self.title, self.subject, *([self.enforcement_field] if self.enforcement_field else [])]
        named = sha256("|".join(said).encode()).hexdigest()[:4].upper()
        return self.code or f"KS{self.held_on:%Y%m%d}-{named}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One exam day: a sitting for each subject, each with its time of day (`9:00-11:00`).

    The special one is of `enforcement_field`, or of every field.
    """

    title: str
    held_on: date
    starts: dict[ExamSubject, str]
    place: str = ""
    note: str = ""
    enforcement_field: str = ""

    def entries(self) -> list[SittingEntry]:
        return [
            SittingEntry(
                subject=subject,
                held_on=self.held_on,
                title=self.title,
                starts=starts,
                place=self.place,
                note=self.note,
                enforcement_field=self.enforcement_field if subject is ExamSubject.SPECIAL_LAW else "",
            )
            for subject, starts in self.starts.items()
        ]


def announce(session: Session, actor: Actor, *, entry: SittingEntry) -> ExamSitting:
    """Record a sitting with the pass mark in force on its day; a known code gives the sitting that bears it."""
    actor.require(Action.EXAM_MANAGE)
    known = session.scalar(select(ExamSitting).where(ExamSitting.code == entry.own_code))
    if known is not None:
        return known
    policy = policies.in_force(session, entry.held_on)
    sitting = ExamSitting(
        code=entry.own_code,
        title=entry.title,
        subject=entry.subject,
        enforcement_field=entry.enforcement_field,
        held_on=entry.held_on,
        starts=entry.starts,
        place=entry.place,
        note=entry.note,
        pass_mark=Decimal(policy.pass_mark),
        full_marks=Decimal(policy.full_marks),
        policy_id=policy.version,
    )
    session.add(sitting)
    of_field: dict[str, Any] = {"enforcement_field": entry.enforcement_field} if entry.enforcement_field else {}
    audit.record(
        session,
        actor,
        Action.EXAM_MANAGE,
        sitting,
        title=sitting.title,
        exam_subject=sitting.subject,
        held_on=sitting.held_on,
        pass_mark=policy.pass_mark,
        policy=policy.version,
        **of_field,
    )
    return sitting


def announce_together(session: Session, actor: Actor, *, announcement: Announcement) -> list[ExamSitting]:
    """Announce the sittings of one exam day. RuleBroken names each that was announced before."""
    actor.require(Action.EXAM_MANAGE)
    entries = announcement.entries()
    codes = [entry.own_code for entry in entries]
    if known := session.scalars(select(ExamSitting).where(ExamSitting.code.in_(codes))).all():
        raise RuleBroken([_known(sitting) for sitting in known])
    return [announce(session, actor, entry=entry) for entry in entries]


def change_sitting(
    session: Session, actor: Actor, *, sitting_id: int, title: str, starts: str, place: str, note: str, reason: str
) -> ExamSitting:
    """Change what a sitting says of title, time, place and note; day, subject and pass mark stay as announced.

    RuleBroken without a reason, without a change, or when results are published.
    """
    actor.require(Action.EXAM_MANAGE)
    sitting = session.get_one(ExamSitting, sitting_id, with_for_update=True)
    refuse_published(session, sitting_id)
    values = {"title": title, "starts": starts, "place": place, "note": note}
    changed = differences(sitting, values)
    broken = []
    if not reason.strip():
        broken.append(CHANGES_SAY_WHY.broken(N_("Say why the sitting is changed.")))
    if not changed:
        broken.append(CHANGES_SAY_WHY.broken(N_("Nothing is changed: everything stands like this already.")))
    if broken:
        raise RuleBroken(broken)
    for name, value in values.items():
        setattr(sitting, name, value)
    discard_papers(session, sitting_id)
    audit.record(session, actor, Action.EXAM_MANAGE, sitting, reason=reason.strip(), changed=changed)
    return sitting


def history(session: Session, actor: Actor, *, sitting_id: int) -> Sequence[TrailEntry]:
    """What was done to a sitting and to its results, the latest first; for the bureau and the auditor."""
    actor.require_unit(Action.EXAM_VIEW, None)
    corrected = select(ExamResult.id).where(ExamResult.sitting_id == sitting_id, ExamResult.supersedes_id.is_not(None))
    return audit.newest(
        audit.of(session, ExamSitting.__tablename__, sitting_id),
        audit.of_several(session, ExamResult.__tablename__, corrected),
    )


def _known(sitting: ExamSitting) -> Violation:
    said = N_("%(title)s is announced for %(day)s already.")
    return ANNOUNCED_ONCE.broken(said, title=sitting.title, day=sitting.held_on)
