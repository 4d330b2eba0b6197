"""Sittings and their results, read by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.exams import Candidate, ExamResult, ExamSitting, ScoreEntry
from registry.models.people import Person
from registry.rules.candidates import SittingState
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.permissions import Action, Actor
from registry.services.departments import named_on
from registry.services.exams.publishing import has_results, stands

PAGE = 50


@dataclass(frozen=True, slots=True)
class SittingRow:
    """A sitting with how far it has come, whom it has entered, and its results: all, absent or annulled, passed."""

    sitting: ExamSitting
    state: SittingState
    entered: int
    candidates: int
    missed: int
    passed: int

    @property
    def called(self) -> int:
        """Whom a list counts: the candidates, or the results of a sitting that nobody was entered for here."""
        return max(self.entered, self.candidates)

    @property
    def sat(self) -> int:
        return self.candidates - self.missed

    @property
    def failed(self) -> int:
        return self.sat - self.passed


@dataclass(frozen=True, slots=True)
class SittingPage:
    rows: list[SittingRow]
    after: str | None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One standing result of a sitting; `was_corrected` when it superseded another."""

    result: ExamResult
    name: str
    identity_masked: str
    unit: str

    @property
    def was_corrected(self) -> bool:
        return self.result.supersedes_id is not None


def sittings(
    session: Session,
    actor: Actor,
    *,
    year: int | None = None,
    subject: ExamSubject | None = None,
    state: SittingState | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> SittingPage:
    """A page of sittings, the latest first; a unit's people get the counts of their unit."""
    actor.require(Action.EXAM_VIEW)
    on_record = select(ExamSitting).where(ExamSitting.withdrawn_on.is_(None))
    query = on_record.order_by(ExamSitting.held_on.desc(), ExamSitting.id.desc()).limit(size + 1)
    if subject is not None:
        query = query.where(ExamSitting.subject == subject)
    if state is not None:
        query = query.where(_stands(state))
    if year is not None:
        query = query.where(ExamSitting.held_on.between(date(year, 1, 1), date(year, 12, 31)))
    if after and after.isdecimal():
        last = session.get_one(ExamSitting, int(after))
        same_day = (ExamSitting.held_on == last.held_on) & (ExamSitting.id < last.id)
        query = query.where((ExamSitting.held_on < last.held_on) | same_day)
    found = list(session.scalars(query))
    rows = _rows(session, actor, found[:size])
    return SittingPage(rows, str(found[size - 1].id) if len(found) > size else None)


def years(session: Session) -> list[int]:
    """The years in which exams were held, the latest first."""
    days = select(func.min(ExamSitting.held_on), func.max(ExamSitting.held_on))
    first, last = session.execute(days.where(ExamSitting.withdrawn_on.is_(None))).one()
    return [] if first is None else list(range(last.year, first.year - 1, -1))


def get(session: Session, actor: Actor, sitting_id: int) -> SittingRow:
    """One sitting with its counts; NoResultFound when there is none."""
    actor.require(Action.EXAM_VIEW)
    return _rows(session, actor, [session.get_one(ExamSitting, sitting_id)])[0]


def results(
    session: Session,
    actor: Actor,
    *,
    sitting_id: int,
    passed: bool | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> tuple[list[ResultRow], int | None]:
    """A page of a sitting's standing results and the key of the next page; a unit's people see their own."""
    actor.require(Action.EXAM_VIEW)
    query = (
        _standing(actor, select(ExamResult, Person.name, Person.identity_masked, _unit_then()))
        .join(Person, Person.id == ExamResult.person_id)
        .join(Department, Department.id == ExamResult.department_id)
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .where(ExamResult.sitting_id == sitting_id)
        .order_by(ExamResult.id)
        .limit(size + 1)
    )
    if passed is not None:
        query = query.where(ExamResult.passed == passed)
    if after is not None:
        query = query.where(ExamResult.id > after)
    found = [ResultRow(*row) for row in session.execute(query)]
    return found[:size], found[size - 1].result.id if len(found) > size else None


def result(session: Session, actor: Actor, result_id: int) -> ResultRow:
    """One result; NoResultFound when there is none, Denied for another unit's people."""
    row = session.execute(
        select(ExamResult, Person.name, Person.identity_masked, _unit_then())
        .join(Person, Person.id == ExamResult.person_id)
        .join(Department, Department.id == ExamResult.department_id)
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .where(ExamResult.id == result_id)
    ).one()
    found = ResultRow(*row)
    actor.require_unit(Action.EXAM_VIEW, found.result.department_id)
    return found


def candidate_ids(session: Session, actor: Actor, *, sitting_id: int) -> list[int]:
    """Everybody with a result in the sitting, by unit and name."""
    actor.require(Action.EXAM_VIEW)
    query = (
        _standing(actor, select(ExamResult.person_id))
        .join(Person, Person.id == ExamResult.person_id)
        .where(ExamResult.sitting_id == sitting_id)
        .order_by(Person.department_id, Person.name, Person.id)
    )
    return list(session.scalars(query))


def _rows(session: Session, actor: Actor, sittings: Sequence[ExamSitting]) -> list[SittingRow]:
    ids = [one.id for one in sittings]
    counted, entered = _counts(session, actor, ids), _entered(session, actor, ids)
    states = {
        state: set(session.scalars(select(ExamSitting.id).where(ExamSitting.id.in_(ids), _stands(state))))
        for state in (SittingState.SCORING, SittingState.PUBLISHED)
    }
    return [
        SittingRow(
            one,
            next((state for state, found in states.items() if one.id in found), SittingState.ANNOUNCED),
            entered.get(one.id, 0),
            *counted.get(one.id, (0, 0, 0)),
        )
        for one in sittings
    ]


def _stands(state: SittingState) -> ColumnElement[bool]:
    """Published when there is a result; before that being scored when there is an entry of a score sheet."""
    published = has_results()
    begun = exists().where(ScoreEntry.sitting_id == ExamSitting.id)
    if state is SittingState.PUBLISHED:
        return published
    return ~published & (begun if state is SittingState.SCORING else ~begun)


def _entered(session: Session, actor: Actor, sitting_ids: Sequence[int]) -> dict[int, int]:
    query: AnySelect = select(Candidate.sitting_id, func.count()).where(Candidate.sitting_id.in_(sitting_ids))
    if actor.is_unit_bound:
        query = query.where(Candidate.department_id == actor.department_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Candidate.sitting_id))}


def _unit_then() -> ColumnElement[str]:
    """What the unit was called on the day of the exam."""
    return named_on(ExamResult.department_id, Department.name, ExamSitting.held_on)


def _standing(actor: Actor, query: AnySelect) -> AnySelect:
    standing = query.where(stands())
    return standing.where(ExamResult.department_id == actor.department_id) if actor.is_unit_bound else standing


def _counts(session: Session, actor: Actor, sitting_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    missed = func.count().filter(ExamResult.outcome != ExamOutcome.SCORED)
    counted = (
        _standing(actor, select(ExamResult.sitting_id, func.count(), missed, func.count().filter(ExamResult.passed)))
        .where(ExamResult.sitting_id.in_(sitting_ids))
        .group_by(ExamResult.sitting_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(counted)}
