"""Both entries of a sitting side by side: where they differ, somebody looks at the paper and says what is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.exams import Candidate, ScoreEntry
from registry.models.people import Person
from registry.rules import RuleBroken
from registry.rules.exams import SCORE_IN_RANGE, SEEN_BEFORE_CHANGED, Mark, mark_of
from registry.rules.permissions import Action, Actor
from registry.services.exams.scoring import (
    FIRST,
    PAGE,
    SECOND,
    Saved,
    in_words,
    mark_in,
    of_candidate,
    open_sitting,
    put,
    record_sheet,
)
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A candidate whose entries differ: both marks, and who made them."""

    person_id: int
    admission_number: str
    name: str
    unit: str
    first: Mark
    second: Mark
    first_by: str
    second_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What is right of a candidate, in the words of a cell, and both entries as they were shown."""

    text: str
    first: str
    second: str


def differences(session: Session, actor: Actor, *, sitting_id: int, size: int = PAGE) -> list[Difference]:
    """The first of those candidates whose two entries differ, by admission number; settled ones make room for more."""
    actor.require(Action.EXAM_MANAGE)
    first, second = aliased(ScoreEntry), aliased(ScoreEntry)
    by_first, by_second = aliased(Account), aliased(Account)
    query = (
        _both(select(Candidate, Person.name, Department.name, first, second), first, second)
        .add_columns(by_first.display_name, by_second.display_name)
        .join(Person, Person.id == Candidate.person_id)
        .join(Department, Department.id == Candidate.department_id)
        .outerjoin(by_first, by_first.id == first.account_id)
        .outerjoin(by_second, by_second.id == second.account_id)
        .where(Candidate.sitting_id == sitting_id, _differ(first, second))
        .order_by(Candidate.admission_number)
        .limit(size)
    )
    return [
        Difference(
            person_id=candidate.person_id,
            admission_number=candidate.admission_number,
            name=name,
            unit=unit,
            first=Mark(one.outcome, one.score),
            second=Mark(two.outcome, two.score),
            first_by=one_by or "",
            second_by=two_by or "",
        )
        for candidate, name, unit, one, two, one_by, two_by in session.execute(query)
    ]


def difference_count(session: Session, sitting_id: int) -> int:
    """How many candidates have two entries that differ."""
    first, second = aliased(ScoreEntry), aliased(ScoreEntry)
    query = _both(select(func.count(Candidate.id)), first, second)
    count: int = session.scalars(query.where(Candidate.sitting_id == sitting_id, _differ(first, second))).one()
    return count


def settle(session: Session, actor: Actor, *, sitting_id: int, rights: Mapping[int, Right], today: date) -> Saved:
    """Let both entries of these people say what is right, as far as they are still those that were shown. One entry."""
    actor.require(Action.EXAM_MANAGE)
    sitting = open_sitting(session, sitting_id, today)
    saved = Saved()
    there = _entries(session, sitting_id, rights)
    for person_id, right in rights.items():
        if person_id not in there:
            continue
        number, first, second = there[person_id]
        try:
            mark = mark_of(right.text, sitting.full_marks)
            _refuse(mark, right, first, second)
        except RuleBroken as broken:
            saved.refused[person_id] = broken.violations[0]
            continue
        saved.told[number] = f"{in_words(mark_in(first))} / {in_words(mark_in(second))} → {in_words(mark)}"
        for entry in (first, second):
            if mark is not None and mark_in(entry) != mark:
                put(entry, actor, mark, is_settled=True)
        saved.changed += 1
    if saved.total:
        record_sheet(session, actor, sitting_id, {"scores_settled": saved.changed, "scores": saved.told})
    return saved


def _refuse(mark: Mark | None, right: Right, first: ScoreEntry, second: ScoreEntry) -> None:
    if mark is None:
        raise RuleBroken([SCORE_IN_RANGE.broken(N_("Choose the entry that holds, or type what is right."))])
    shown = (right.first, right.second)
    if tuple(Mark(entry.outcome, entry.score).word for entry in (first, second)) != shown:
        message = N_("An entry changed meanwhile; look at both again.")
        raise RuleBroken([SEEN_BEFORE_CHANGED.broken(message)])


def _entries(
    session: Session, sitting_id: int, rights: Mapping[int, Right]
) -> dict[int, tuple[str, ScoreEntry, ScoreEntry]]:
    """Admission number and both entries of these people, as far as they are candidates with both."""
    first, second = aliased(ScoreEntry), aliased(ScoreEntry)
    query = _both(select(Candidate.person_id, Candidate.admission_number, first, second), first, second)
    query = query.where(Candidate.sitting_id == sitting_id, Candidate.person_id.in_(list(rights)))
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def _both(query: AnySelect, first: type[ScoreEntry], second: type[ScoreEntry]) -> AnySelect:
    of_first = query.join(first, and_(of_candidate(first), first.round == FIRST))
    return of_first.join(second, and_(of_candidate(second), second.round == SECOND))


def _differ(first: type[ScoreEntry], second: type[ScoreEntry]) -> ColumnElement[bool]:
    return or_(first.outcome != second.outcome, first.score != second.score)
