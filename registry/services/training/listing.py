"""Sessions and their attendance, read by page; a unit's people see the counts and lines of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.training import Attendance, TrainingSession
from registry.rules.people import SECTION_LEVEL_AND_ABOVE
from registry.rules.permissions import Action, Actor
from registry.rules.training import TrainingKind, TrainingMode
from registry.services.departments import named_on

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions to list. `text` is a part of the title, the place or the organiser, or the whole code."""

    text: str = ""
    year: int | None = None
    kind: TrainingKind | None = None
    mode: TrainingMode | None = None
    course_id: int | None = None


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


def sessions(
    session: Session,
    actor: Actor,
    *,
    year: int | None = None,
    chosen: SessionFilter | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> SessionPage:
    """A page of sessions, the latest first, with their counts."""
    actor.require(Action.TRAINING_VIEW)
    query = (
        select(TrainingSession)
        .options(joinedload(TrainingSession.course))
        .order_by(TrainingSession.held_on.desc(), TrainingSession.id.desc())
        .limit(size + 1)
    )
    query = _narrowed(query, chosen or SessionFilter(year=year))
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
    held = select(TrainingSession.held_on).where(TrainingSession.withdrawn_on.is_(None)).limit(1)
    earliest, latest = held.order_by(TrainingSession.held_on), held.order_by(TrainingSession.held_on.desc())
    first, last = session.execute(select(earliest.scalar_subquery(), latest.scalar_subquery())).one()
    return [] if first is None else list(range(last.year, first.year - 1, -1))


def get(session: Session, actor: Actor, session_id: int) -> SessionRow:
    """One session with its counts; NoResultFound when there is none."""
    actor.require(Action.TRAINING_VIEW)
    held = session.get_one(TrainingSession, session_id, options=[joinedload(TrainingSession.course)])
    return SessionRow(held, *_counts(session, actor, [session_id]).get(session_id, (0, 0, 0)))


def attended(
    session: Session,
    actor: Actor,
    *,
    session_id: int,
    after: int | None = None,
    size: int = PAGE,
    taken_back: bool = False,
) -> tuple[list[Attended], int | None]:
    """A page of a session's attendance and the key of the next page; a unit's people see their own.

    With `taken_back`, the lines that were taken off the list instead.
    """
    actor.require(Action.TRAINING_VIEW)
    query = (
        select(Attendance, Person.name, named_on(Attendance.department_id, Department.name, TrainingSession.held_on))
        .join(Attendance.person)
        .join(Department, Department.id == Attendance.department_id)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .options(contains_eager(Attendance.person))
        .where(Attendance.session_id == session_id)
        .where(Attendance.withdrawn_on.is_not(None) if taken_back else Attendance.withdrawn_on.is_(None))
        .order_by(Attendance.id)
        .limit(size + 1)
    )
    if actor.is_unit_bound:
        query = query.where(Attendance.department_id == actor.department_id)
    if after is not None:
        query = query.where(Attendance.id > after)
    found = [Attended(*row) for row in session.execute(query)]
    return found[:size], found[size - 1].attendance.id if len(found) > size else None


def present(session: Session, actor: Actor, *, session_id: int, person_ids: Sequence[int]) -> dict[int, Attendance]:
    """The lines of these people on a session's list, those taken back included, by person."""
    actor.require(Action.TRAINING_VIEW)
    lines = select(Attendance).where(Attendance.session_id == session_id, Attendance.person_id.in_(person_ids))
    return {line.person_id: line for line in session.scalars(lines)}


def _narrowed(query: AnySelect, chosen: SessionFilter) -> AnySelect:
    query = query.where(TrainingSession.withdrawn_on.is_(None))
    if chosen.year is not None:
        query = query.where(TrainingSession.held_on.between(date(chosen.year, 1, 1), date(chosen.year, 12, 31)))
    if chosen.kind is not None:
        query = query.where(TrainingSession.kind == chosen.kind)
    if chosen.mode is not None:
        query = query.where(TrainingSession.mode == chosen.mode)
    if chosen.course_id is not None:
        query = query.where(TrainingSession.course_id == chosen.course_id)
    if text := chosen.text.strip():
        said = (TrainingSession.title, TrainingSession.place, TrainingSession.organiser)
        parts = [column.contains(text, autoescape=True) for column in said]
        query = query.where(parts[0] | parts[1] | parts[2] | (TrainingSession.code == text))
    return query


def _counts(session: Session, actor: Actor, session_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    senior = func.count().filter(Attendance.rank.in_(SECTION_LEVEL_AND_ABOVE))
    query: AnySelect = (
        select(Attendance.session_id, func.count(), func.count().filter(Attendance.is_completed), senior)
        .where(Attendance.session_id.in_(session_ids), Attendance.withdrawn_on.is_(None))
        .group_by(Attendance.session_id)
    )
    if actor.is_unit_bound:
        query = query.where(Attendance.department_id == actor.department_id)
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}
