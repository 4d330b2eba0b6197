"""What a sitting still lacks before its results can be published from the score sheet, and publishing them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from registry import audit
from registry.models.exams import Candidate, ExamResult, ExamSitting, ScoreEntry
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken, Violation
from registry.rules.exams import SCORED_WHEN_HELD, SCORES_COMPLETE, ExamOutcome
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.services.changes import Tally
from registry.services.exams.comparing import difference_count
from registry.services.exams.publishing import ResultEntry, publish_results
from registry.services.exams.scoring import FIRST, SECOND, of_candidate, open_sitting
from registry.words import N_

NAMED = 20  # of those who lack a score, so many are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """A candidate for whom this is an attempt more than the policy counts in a year."""

    admission_number: str
    name: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How far the score sheets of a sitting are, counted as they would be published.

    `lacking_first` and `lacking_second` name the first of the candidates without that entry; `obstacles` is empty when
    the results can be published.
    """

    candidates: int
    first: int
    second: int
    differing: int
    sat: int
    absent: int
    annulled: int
    passed: int
    lacking_first: list[str]
    lacking_second: list[str]
    beyond: list[Beyond]
    attempts: int
    obstacles: list[Violation]

    @property
    def failed(self) -> int:
        return self.sat - self.passed


def readiness(session: Session, actor: Actor, *, sitting_id: int, today: date) -> Readiness:
    """Count the sheets of a sitting and say what stands in the way of publishing."""
    actor.require(Action.EXAM_MANAGE)
    sitting = session.get_one(ExamSitting, sitting_id)
    counts = _counts(session, sitting)
    differing = difference_count(session, sitting_id)
    attempts = policies.by_id(session, sitting.policy_id).exam_attempts
    return Readiness(
        **counts,
        differing=differing,
        lacking_first=_lacking(session, sitting_id, FIRST) if counts["first"] else [],
        lacking_second=_lacking(session, sitting_id, SECOND) if counts["second"] else [],
        beyond=_beyond(session, sitting, attempts),
        attempts=attempts,
        obstacles=_obstacles(sitting, counts, differing, today),
    )


def publish_scores(session: Session, actor: Actor, *, sitting_id: int, today: date) -> Tally:
    """Publish what the sheet of a sitting holds, once; from then on it is corrected by successors alone."""
    actor.require(Action.EXAM_MANAGE)
    sitting = open_sitting(session, sitting_id, today)
    if broken := _obstacles(sitting, _counts(session, sitting), difference_count(session, sitting_id), today):
        raise RuleBroken(broken)
    entries = select(ScoreEntry, Candidate.department_id).join(
        Candidate, and_(of_candidate(ScoreEntry), ScoreEntry.round == FIRST)
    )
    found = session.execute(entries.where(Candidate.sitting_id == sitting_id).order_by(Candidate.admission_number))
    results = [
        ResultEntry(person_id=one.person_id, score=one.score, outcome=one.outcome, department_id=department_id)
        for one, department_id in found
    ]
    return publish_results(session, actor, sitting=sitting, entries=results)


def sheet_history(session: Session, actor: Actor, *, sitting_id: int) -> list[TrailEntry]:
    """What was done to the score sheets of a sitting, the latest first; for those who may enter scores."""
    actor.require(Action.EXAM_MANAGE)
    return audit.of(session, ScoreEntry.__tablename__, sitting_id)


def _counts(session: Session, sitting: ExamSitting) -> dict[str, int]:
    first, second = aliased(ScoreEntry), aliased(ScoreEntry)
    query = (
        select(
            func.count(Candidate.id),
            func.count(first.id),
            func.count(second.id),
            func.count(first.id).filter(first.outcome == ExamOutcome.SCORED),
            func.count(first.id).filter(first.outcome == ExamOutcome.ABSENT),
            func.count(first.id).filter(first.outcome == ExamOutcome.ANNULLED),
            func.count(first.id).filter(first.score >= sitting.pass_mark),
        )
        .select_from(Candidate)
        .outerjoin(first, and_(of_candidate(first), first.round == FIRST))
        .outerjoin(second, and_(of_candidate(second), second.round == SECOND))
        .where(Candidate.sitting_id == sitting.id)
    )
    names = ("candidates", "first", "second", "sat", "absent", "annulled", "passed")
    return dict(zip(names, session.execute(query).one(), strict=True))


def _obstacles(sitting: ExamSitting, counts: dict[str, int], differing: int, today: date) -> list[Violation]:
    if sitting.held_on > today:
        message = N_("The exam is held on %(day)s; its scores can be entered from that day on.")
        return [SCORED_WHEN_HELD.broken(message, day=sitting.held_on)]
    if not counts["candidates"]:
        message = N_("Nobody is entered for this sitting: enter its candidates, or bring its results in as a file.")
        return [SCORES_COMPLETE.broken(message)]
    found = []
    if missing := counts["candidates"] - counts["first"]:
        message = N_("Candidates without a first entry: %(count)s. Give each a score, 缺考 or 取消.")
        found.append(SCORES_COMPLETE.broken(message, count=missing))
    if counts["second"] and (missing := counts["candidates"] - counts["second"]):
        message = N_("Candidates without a second entry, which was begun: %(count)s.")
        found.append(SCORES_COMPLETE.broken(message, count=missing))
    if differing:
        message = N_("Candidates whose two entries differ: %(count)s. Compare them and say what is right.")
        found.append(SCORES_COMPLETE.broken(message, count=differing))
    return found


def _lacking(session: Session, sitting_id: int, round: int) -> list[str]:
    """Number and name of the first candidates without an entry in this round."""
    entry = aliased(ScoreEntry)
    query = (
        select(Candidate.admission_number, Person.name)
        .join(Person, Person.id == Candidate.person_id)
        .outerjoin(entry, and_(of_candidate(entry), entry.round == round))
        .where(Candidate.sitting_id == sitting_id, entry.id.is_(None))
        .order_by(Candidate.admission_number)
        .limit(NAMED)
    )
    return [f"{number} {name}" for number, name in session.execute(query)]


def _beyond(session: Session, sitting: ExamSitting, allowed: int) -> list[Beyond]:
    """Whose score here would be more attempts in the year than the policy counts: it stays on record, no more."""
    correction = aliased(ExamResult)
    before = func.count(ExamResult.id)
    query = (
        select(Candidate.admission_number, Person.name, before)
        .join(Person, Person.id == Candidate.person_id)
        .join(ScoreEntry, and_(of_candidate(ScoreEntry), ScoreEntry.round == FIRST, _sat(ScoreEntry)))
        .join(ExamResult, and_(ExamResult.person_id == Candidate.person_id, _sat(ExamResult)))
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .outerjoin(correction, correction.supersedes_id == ExamResult.id)
        .where(Candidate.sitting_id == sitting.id, correction.id.is_(None), _earlier(sitting))
        .group_by(Candidate.admission_number, Person.name)
        .having(before >= allowed)
        .order_by(Candidate.admission_number)
    )
    return [
        Beyond(admission_number=number, name=name, attempt=count + 1) for number, name, count in session.execute(query)
    ]


def _sat(held: type[ScoreEntry] | type[ExamResult]) -> ColumnElement[bool]:
    return held.outcome == ExamOutcome.SCORED


def _earlier(sitting: ExamSitting) -> ColumnElement[bool]:
    """Sittings of the same subject and year that come before this one: by day, as attempts are counted."""
    return and_(
        ExamSitting.id != sitting.id,
        ExamSitting.subject == sitting.subject,
        ExamSitting.held_on.between(date(sitting.held_on.year, 1, 1), sitting.held_on),
    )
