"""Exams: announced once, published once, corrected by successors; a unit's people see their own."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.exams import ExamResult, ExamSitting
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.permissions import Actor, Role
from registry.services import exams, people
from registry.services.exams import ResultEntry, SittingEntry
from tests.factories import make_department, make_person, make_result, make_sitting

CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
AUDITOR = Actor(account_id=None, name="the auditor", role=Role.AUDITOR)
TODAY = date(2026, 4, 20)
ENTRY = SittingEntry(subject=ExamSubject.COMMON_LAW, held_on=date(2026, 4, 18), title="2026年度行政执法资格考试")


def scored(person_id: int, score: str) -> ResultEntry:
    return ResultEntry(person_id=person_id, score=Decimal(score))


def rows(session: Session, model: type[ExamResult] | type[TrailEntry]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def unit_clerk(department_id: int) -> Actor:
    return Actor(account_id=None, name="unit", role=Role.UNIT_CLERK, department_id=department_id)


def test_a_sitting_takes_the_pass_mark_in_force_on_its_day_and_is_announced_once(session: Session) -> None:
    first = exams.announce(session, CLERK, entry=ENTRY)
    again = exams.announce(session, CLERK, entry=ENTRY)

    assert again is first
    assert (first.pass_mark, first.full_marks) == (60, 100)
    assert session.scalar(select(func.count()).select_from(ExamSitting)) == 1


def test_results_are_published_with_the_pass_they_mean_and_one_entry(session: Session) -> None:
    sitting = exams.announce(session, CLERK, entry=ENTRY)
    graduate, failed, absent = (make_person(session) for _ in range(3))
    before = rows(session, TrailEntry)
    entries = [
        scored(graduate.id, "60"),
        scored(failed.id, "59.5"),
        ResultEntry(person_id=absent.id, score=None, outcome=ExamOutcome.ABSENT),
    ]

    tally = exams.publish_results(session, CLERK, sitting=sitting, entries=entries)

    assert (tally.created, tally.unchanged) == (3, 0)
    standing = exams.standing_results(session, sitting.id)
    assert [standing[one.id].passed for one in (graduate, failed, absent)] == [True, False, False]
    assert standing[graduate.id].department_id == graduate.department_id
    assert rows(session, TrailEntry) == before + 1


def test_the_same_results_again_change_nothing(session: Session) -> None:
    sitting, person = exams.announce(session, CLERK, entry=ENTRY), make_person(session)
    exams.publish_results(session, CLERK, sitting=sitting, entries=[scored(person.id, "70")])
    before = rows(session, TrailEntry)

    tally = exams.publish_results(session, CLERK, sitting=sitting, entries=[scored(person.id, "70.0")])

    assert (tally.created, tally.unchanged, rows(session, TrailEntry)) == (0, 1, before)


@pytest.mark.parametrize(
    ("score", "outcome", "code"),
    [
        pytest.param("100.5", ExamOutcome.SCORED, "EXAM-1", id="above full marks"),
        pytest.param("-1", ExamOutcome.SCORED, "EXAM-1", id="below zero"),
        pytest.param("59.95", ExamOutcome.SCORED, "EXAM-1", id="what rounding would lift to the mark"),
        pytest.param("NaN", ExamOutcome.SCORED, "EXAM-1", id="no number"),
        pytest.param("Infinity", ExamOutcome.SCORED, "EXAM-1", id="no end of a number"),
        pytest.param("70", ExamOutcome.ABSENT, "EXAM-1", id="absent with a score"),
        pytest.param(None, ExamOutcome.SCORED, "EXAM-1", id="sat without a score"),
        pytest.param("80", ExamOutcome.SCORED, "EXAM-2", id="another result than published"),
    ],
)
def test_a_result_that_cannot_be_is_refused_and_none_is_published(
    session: Session, score: str | None, outcome: ExamOutcome, code: str
) -> None:
    sitting, person, other = exams.announce(session, CLERK, entry=ENTRY), make_person(session), make_person(session)
    exams.publish_results(session, CLERK, sitting=sitting, entries=[scored(person.id, "70")])
    wrong = ResultEntry(person_id=person.id, score=None if score is None else Decimal(score), outcome=outcome)

    with pytest.raises(RuleBroken) as refused:
        exams.publish_results(session, CLERK, sitting=sitting, entries=[scored(other.id, "60"), wrong])

    assert [violation.code for violation in refused.value.violations] == [code]
    assert set(exams.standing_results(session, sitting.id)) == {person.id}


def test_a_correction_supersedes_a_result_and_keeps_it(session: Session) -> None:
    wrong = make_result(session, make_person(session), make_sitting(session), 58)

    right = exams.correct_result(
        session, CLERK, result_id=wrong.id, score=Decimal(61), outcome=ExamOutcome.SCORED, reason=" 复核 ", today=TODAY
    )

    assert (right.supersedes_id, right.passed, right.correction_reason) == (wrong.id, True, "复核")
    assert (wrong.score, wrong.passed) == (58, False)
    assert exams.standing_results(session, wrong.sitting_id) == {wrong.person_id: right}
    entry = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc()).limit(1)).one()
    assert (entry.subject_id, entry.reason, entry.facts["score"]) == (right.id, "复核", ["58", "61"])
    assert entry in exams.history(session, CLERK, sitting_id=wrong.sitting_id)
    assert entry in people.file_of(session, CLERK, wrong.person_id, TODAY).history


@pytest.mark.parametrize(
    ("score", "outcome", "reason", "codes"),
    [
        pytest.param("61", ExamOutcome.SCORED, " ", ["EXAM-3"], id="without a reason"),
        pytest.param("58", ExamOutcome.SCORED, "复核", ["EXAM-3"], id="to what it is"),
        pytest.param("101", ExamOutcome.SCORED, "复核", ["EXAM-1"], id="above full marks"),
        pytest.param("61", ExamOutcome.ANNULLED, "", ["EXAM-1", "EXAM-3"], id="annulled with a score and no reason"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    session: Session, score: str, outcome: ExamOutcome, reason: str, codes: list[str]
) -> None:
    wrong = make_result(session, make_person(session), make_sitting(session), 58)

    with pytest.raises(RuleBroken) as refused:
        exams.correct_result(
            session, CLERK, result_id=wrong.id, score=Decimal(score), outcome=outcome, reason=reason, today=TODAY
        )

    assert [violation.code for violation in refused.value.violations] == codes
    assert rows(session, ExamResult) == 1


def test_a_result_is_corrected_once_and_then_its_correction(session: Session) -> None:
    first = make_result(session, make_person(session), make_sitting(session), 58)
    correction = {"outcome": ExamOutcome.SCORED, "reason": "复核", "today": TODAY}
    second = exams.correct_result(session, CLERK, result_id=first.id, score=Decimal(61), **correction)

    with pytest.raises(RuleBroken):
        exams.correct_result(session, CLERK, result_id=first.id, score=Decimal(62), **correction)
    third = exams.correct_result(session, CLERK, result_id=second.id, score=Decimal(57), **correction)

    assert exams.standing_results(session, first.sitting_id) == {first.person_id: third}


def test_a_result_that_was_annulled_has_no_score(session: Session) -> None:
    wrong = make_result(session, make_person(session), make_sitting(session), 90)

    right = exams.correct_result(
        session, CLERK, result_id=wrong.id, score=None, outcome=ExamOutcome.ANNULLED, reason="作弊", today=TODAY
    )

    assert (right.score, right.passed) == (None, False)


def test_only_the_bureau_publishes_and_corrects(session: Session) -> None:
    sitting = make_sitting(session)
    result = make_result(session, make_person(session), sitting, 58)
    for actor in (AUDITOR, unit_clerk(result.department_id)):
        with pytest.raises(Denied):
            exams.announce(session, actor, entry=ENTRY)
        with pytest.raises(Denied):
            exams.publish_results(session, actor, sitting=sitting, entries=[])
        with pytest.raises(Denied):
            exams.correct_result(
                session,
                actor,
                result_id=result.id,
                score=Decimal(99),
                outcome=ExamOutcome.SCORED,
                reason="1",
                today=TODAY,
            )


def test_counts_leave_out_what_a_correction_superseded(session: Session) -> None:
    sitting = make_sitting(session)
    wrong = make_result(session, make_person(session), sitting, 58)
    make_result(session, make_person(session), sitting, 90)
    make_result(session, make_person(session), sitting, None)
    make_result(session, wrong.person, sitting, 60, supersedes_id=wrong.id, correction_reason="复核")

    row = exams.get(session, CLERK, sitting.id)

    assert (row.candidates, row.sat, row.passed, row.failed, row.missed) == (3, 2, 2, 0, 1)
    assert exams.sittings(session, CLERK, year=2021).rows == [row]
    assert exams.sittings(session, CLERK, year=2022).rows == []


def test_a_units_people_see_their_candidates_alone(session: Session) -> None:
    own, other = make_department(session), make_department(session)
    sitting = make_sitting(session)
    mine = make_result(session, make_person(session, own), sitting, 70)
    theirs = make_result(session, make_person(session, other), sitting, 40)
    clerk = unit_clerk(own.id)

    assert [row.result.id for row in exams.results(session, clerk, sitting_id=sitting.id)[0]] == [mine.id]
    assert exams.candidate_ids(session, clerk, sitting_id=sitting.id) == [mine.person_id]
    assert exams.get(session, clerk, sitting.id).candidates == 1
    assert exams.sittings(session, clerk).rows[0].candidates == 1
    with pytest.raises(Denied):
        exams.result(session, clerk, theirs.id)


def test_results_are_read_page_by_page_and_by_outcome(session: Session) -> None:
    sitting = make_sitting(session)
    found = [make_result(session, make_person(session), sitting, score) for score in (70, 40, 80, None, 90)]

    first, after = exams.results(session, AUDITOR, sitting_id=sitting.id, size=3)
    rest, end = exams.results(session, AUDITOR, sitting_id=sitting.id, size=3, after=after)
    failed, _ = exams.results(session, AUDITOR, sitting_id=sitting.id, passed=False)

    assert [row.result.id for row in (*first, *rest)] == [one.id for one in found]
    assert end is None
    assert [row.result.score for row in failed] == [40, None]


def test_sittings_are_read_page_by_page_the_latest_first(session: Session) -> None:
    days = [date(2026, 4, 1), date(2026, 4, 1), date(2026, 3, 1), date(2025, 3, 1)]
    ids = [make_sitting(session, held_on=day).id for day in days]
    seen, after = [], None

    for _ in range(2):
        page = exams.sittings(session, AUDITOR, after=after, size=2)
        seen += [row.sitting.id for row in page.rows]
        after = page.after

    assert seen == [ids[1], ids[0], ids[2], ids[3]]
    assert after is None
    assert exams.years(session) == [2026, 2025]
