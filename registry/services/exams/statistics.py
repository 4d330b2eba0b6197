"""Exams counted by the database: of a sitting by unit, of a year by unit and subject, and the same as spreadsheets."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.exams import Candidate, ExamResult, ExamSitting
from registry.models.people import Person
from registry.rules.exams import GRADES_FROM, ExamOutcome, ExamSubject, Grade
from registry.rules.permissions import Action, Actor
from registry.services.exams.publishing import has_results, is_published, stands

BAND = 10  # marks
TENTH = Decimal("0.1")
NAMED = 200  # of those who do not fit, so many are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Candidates of one unit, or of all: how many, what became of them, and how well they did."""

    unit: str = ""
    subject: ExamSubject | None = None
    entered: int = 0
    sat: int = 0
    absent: int = 0
    annulled: int = 0
    passed: int = 0
    excellent: int = 0
    good: int = 0
    total: Decimal = Decimal(0)
    highest: Decimal | None = None
    lowest: Decimal | None = None

    @property
    def failed(self) -> int:
        return self.sat - self.passed

    @property
    def without_result(self) -> int:
        return self.entered - self.sat - self.absent - self.annulled

    @property
    def average(self) -> Decimal | None:
        return _rounded(self.total / self.sat) if self.sat else None

    @property
    def pass_rate(self) -> Decimal | None:
        """Percent of those who sat."""
        return _rounded(Decimal(100 * self.passed) / self.sat) if self.sat else None

    @property
    def grades(self) -> dict[Grade, int]:
        middling = self.passed - self.excellent - self.good
        return {
            Grade.EXCELLENT: self.excellent,
            Grade.GOOD: self.good,
            Grade.PASSED: middling,
            Grade.FAILED: self.failed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """How many scored from `lowest` to `highest`."""

    lowest: int
    highest: Decimal
    count: int

    @property
    def span(self) -> str:
        return f"{self.lowest}–{self.highest.normalize():f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingStatistics:
    """A sitting counted. `not_entered` have a result but were no candidates, `without_result` the other way round."""

    sitting: ExamSitting
    is_published: bool
    has_candidates: bool
    units: list[Counted]
    whole: Counted
    bands: list[Band]
    not_entered: list[str]
    without_result: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearStatistics:
    """The published sittings of a year: attempts, not people. `subjects` sums up each subject."""

    year: int
    sittings: int
    units: list[Counted]
    subjects: list[Counted]


def sitting_statistics(session: Session, actor: Actor, *, sitting_id: int) -> SittingStatistics:
    """Count a sitting; a unit's people see their unit."""
    actor.require(Action.EXAM_VIEW)
    sitting = session.get_one(ExamSitting, sitting_id)
    people = _people(actor, ExamSitting.id == sitting_id)
    units = _counted(session, people, by_subject=False)
    return SittingStatistics(
        sitting=sitting,
        is_published=is_published(session, sitting_id),
        has_candidates=bool(session.scalar(select(Candidate.id).where(Candidate.sitting_id == sitting_id).limit(1))),
        units=units,
        whole=summed(units),
        bands=_bands(session, people, sitting),
        not_entered=_misfits(session, people, people.c.admission_number.is_(None)),
        without_result=_misfits(session, people, people.c.outcome.is_(None)),
    )


def year_statistics(session: Session, actor: Actor, *, year: int) -> YearStatistics:
    """Count the published sittings of a year by unit and subject; a unit's people see their unit."""
    actor.require(Action.EXAM_VIEW)
    published = has_results()
    within = and_(ExamSitting.held_on.between(date(year, 1, 1), date(year, 12, 31)), published)
    units = _counted(session, _people(actor, within), by_subject=True)
    subjects = [[unit for unit in units if unit.subject is subject] for subject in ExamSubject]
    return YearStatistics(
        year=year,
        sittings=session.scalars(select(func.count(ExamSitting.id)).where(within)).one(),
        units=units,
        subjects=[summed(of_it) for of_it in subjects if of_it],
    )


def summed(counted: Sequence[Counted]) -> Counted:
    """All of these together; the subject stays when there is only one."""
    subjects = {one.subject for one in counted}
    numbers = ("entered", "sat", "absent", "annulled", "passed", "excellent", "good")
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in counted) for name in numbers}
    return Counted(
        **sums,
        subject=subjects.pop() if len(subjects) == 1 else None,
        total=sum((one.total for one in counted), Decimal(0)),
        highest=max((one.highest for one in counted if one.highest is not None), default=None),
        lowest=min((one.lowest for one in counted if one.lowest is not None), default=None),
    )


def _people(actor: Actor, chosen: ColumnElement[bool]) -> Subquery:
    """Everybody who was entered for these sittings or has a result there, once a sitting, with the standing result.

    The unit is that of the result, else that of the admission slip.
    """
    result = aliased(ExamResult)
    same = and_(result.sitting_id == Candidate.sitting_id, result.person_id == Candidate.person_id)
    unit = func.coalesce(result.department_id, Candidate.department_id)
    facts = (ExamSitting.subject, ExamSitting.full_marks, result.outcome, result.score, result.passed)
    entered = (
        select(Candidate.person_id, unit.label("department_id"), Candidate.admission_number, *facts)
        .join(ExamSitting, ExamSitting.id == Candidate.sitting_id)
        .outerjoin(result, and_(same, stands(result)))
        .where(chosen)
    )
    others = (
        select(result.person_id, result.department_id, Candidate.admission_number, *facts)
        .join(ExamSitting, ExamSitting.id == result.sitting_id)
        .outerjoin(Candidate, same)
        .where(chosen, stands(result), Candidate.id.is_(None))
    )
    if actor.is_unit_bound:
        entered = entered.where(unit == actor.department_id)
        others = others.where(result.department_id == actor.department_id)
    return union_all(entered, others).subquery()


def _counted(session: Session, people: Subquery, *, by_subject: bool) -> list[Counted]:
    """One row a unit, or a unit and subject, in the order of the units' names."""
    columns = people.c
    groups = [Department.name, columns.subject] if by_subject else [Department.name]
    good, excellent = (_from(columns, GRADES_FROM[grade]) for grade in (Grade.GOOD, Grade.EXCELLENT))
    query: AnySelect = (
        select(
            *groups,
            func.count().label("entered"),
            *(func.count().filter(columns.outcome == outcome).label(name) for name, outcome in _OUTCOMES),
            func.count().filter(columns.passed).label("passed"),
            func.count().filter(excellent).label("excellent"),
            func.count().filter(good, ~excellent).label("good"),
            func.coalesce(func.sum(columns.score), 0).label("total"),
            func.max(columns.score).label("highest"),
            func.min(columns.score).label("lowest"),
        )
        .select_from(people)
        .join(Department, Department.id == columns.department_id)
        .group_by(Department.id, *groups)
        .order_by(*groups, Department.id)
    )
    return [_row(row._mapping) for row in session.execute(query)]


_OUTCOMES = (("sat", ExamOutcome.SCORED), ("absent", ExamOutcome.ABSENT), ("annulled", ExamOutcome.ANNULLED))


def _row(found: Any) -> Counted:
    values = dict(found)
    values["unit"] = values.pop("name")
    values["total"] = Decimal(str(values["total"])).quantize(TENTH)
    return Counted(**values)


def _from(columns: Any, percent: int) -> ColumnElement[bool]:
    """Passed, and with at least so many of a hundred marks; the rule's own comparison, in whole numbers of marks."""
    reached: ColumnElement[bool] = and_(columns.passed, columns.score * 100 >= columns.full_marks * percent)
    return reached


def _bands(session: Session, people: Subquery, sitting: ExamSitting) -> list[Band]:
    """All bands from the highest down, the empty ones too."""
    full = int(sitting.full_marks)
    last = max((full - 1) // BAND, 0)
    scores = select(people.c.score, func.count()).where(people.c.score.is_not(None)).group_by(people.c.score)
    counted: Counter[int] = Counter()
    for score, count in session.execute(scores):
        counted[min(int(score) // BAND, last)] += count
    return [
        Band(
            lowest=place * BAND,
            highest=sitting.full_marks if place == last else (place + 1) * BAND - TENTH,
            count=counted[place],
        )
        for place in range(last, -1, -1)
    ]


def _misfits(session: Session, people: Subquery, which: ColumnElement[bool]) -> list[str]:
    query = (
        select(Person.name, Department.name)
        .select_from(people)
        .join(Person, Person.id == people.c.person_id)
        .join(Department, Department.id == people.c.department_id)
        .where(which)
        .order_by(Department.name, Person.name, Person.id)
        .limit(NAMED)
    )
    return [f"{name}（{unit}）" for name, unit in session.execute(query)]


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(TENTH, ROUND_HALF_UP)
