"""Courses: what is taught again and again, and which of it everybody owes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.trail import TrailEntry
from registry.models.training import TrainingCourse, TrainingSession
from registry.rules import RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.training import RECORDED_ONCE, TrainingKind
from registry.services.changes import differences
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEntry:
    """A course as the office writes it down."""

    code: str
    title: str
    kind: TrainingKind
    hours: Decimal
    is_compulsory: bool = False
    is_active: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with how often and when it was held last."""

    course: TrainingCourse
    held: int
    last_held_on: date | None


def courses(session: Session, actor: Actor) -> list[CourseRow]:
    """Every course, those still given first."""
    actor.require(Action.TRAINING_VIEW)
    rows = session.execute(
        select(TrainingCourse, func.count(TrainingSession.id), func.max(TrainingSession.held_on))
        .outerjoin(
            TrainingSession, (TrainingSession.course_id == TrainingCourse.id) & TrainingSession.withdrawn_on.is_(None)
        )
        .group_by(TrainingCourse.id)
        .order_by(TrainingCourse.is_active.desc(), TrainingCourse.title)
    )
    return [CourseRow(*row) for row in rows]


def course(session: Session, actor: Actor, course_id: int) -> TrainingCourse:
    """One course; NoResultFound when there is none."""
    actor.require(Action.TRAINING_VIEW)
    return session.get_one(TrainingCourse, course_id)


def course_history(session: Session, actor: Actor, *, course_id: int) -> Sequence[TrailEntry]:
    """What was done to a course, the latest first."""
    actor.require(Action.TRAINING_VIEW)
    return audit.of(session, TrainingCourse.__tablename__, course_id)


def last_held(session: Session, actor: Actor, *, course_id: int) -> TrainingSession | None:
    """The latest session of a course; None when it was never held."""
    actor.require(Action.TRAINING_VIEW)
    held = select(TrainingSession).where(TrainingSession.course_id == course_id, TrainingSession.withdrawn_on.is_(None))
    return session.scalar(held.order_by(TrainingSession.held_on.desc(), TrainingSession.id.desc()).limit(1))


def add_course(session: Session, actor: Actor, *, entry: CourseEntry) -> TrainingCourse:
    """Take a course into the list; its code and title are its own."""
    actor.require(Action.TRAINING_MANAGE)
    _refuse_taken(session, entry, None)
    made = TrainingCourse(**asdict(entry))
    session.add(made)
    audit.record(session, actor, Action.TRAINING_MANAGE, made, code=made.code, title=made.title)
    return made


def change_course(
    session: Session, actor: Actor, *, course_id: int, entry: CourseEntry, reason: str
) -> Mapping[str, Sequence[object]]:
    """Bring a course to these values; what changed, from what to what. Sessions held of it stay as they were."""
    actor.require(Action.TRAINING_MANAGE)
    kept = session.get_one(TrainingCourse, course_id)
    _refuse_taken(session, entry, course_id)
    changed = differences(kept, asdict(entry))
    for name, (_before, after) in changed.items():
        setattr(kept, name, after)
    if changed:
        told = {"is_given" if name == "is_active" else name: pair for name, pair in changed.items()}
        audit.record(session, actor, Action.TRAINING_MANAGE, kept, reason=reason.strip(), changed=told)
    return changed


def _refuse_taken(session: Session, entry: CourseEntry, own_id: int | None) -> None:
    same = select(TrainingCourse).where(
        or_(TrainingCourse.code == entry.code, TrainingCourse.title == entry.title), TrainingCourse.id != (own_id or 0)
    )
    if (taken := session.scalars(same.limit(1)).first()) is not None:
        said = N_("The code or the title belongs to the course %(code)s, %(title)s.")
        raise RuleBroken([RECORDED_ONCE.broken(said, code=taken.code, title=taken.title)])
