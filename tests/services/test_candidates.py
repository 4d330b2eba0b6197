"""Candidates: proposed from who needs the exam, entered by rule, seated, taken off, until results are published."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.exams import Candidate, ExamSitting, ScoreEntry
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.candidates import PROPOSED, Call, SittingState
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Actor, Role
from registry.services import exams
from registry.services.exams import Announcement
from registry.services.exams.entering import admission_number
from tests.factories import (
    make_candidate,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
)
from tests.queries import counted

CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
DAY = date(2026, 4, 18)
BOTH = Announcement(
    title="2026年度资格考试",
    held_on=DAY,
    starts={ExamSubject.COMMON_LAW: "9:00—11:00", ExamSubject.SPECIAL_LAW: "14:00—16:00"},
    place="县委党校",
    note="带黑色签字笔。",
)


def unit_clerk(department_id: int) -> Actor:
    return Actor(account_id=None, name="unit", role=Role.UNIT_CLERK, department_id=department_id)


def sitting_with(session: Session, *units: int, **values: object) -> tuple[ExamSitting, list[int]]:
    """A sitting with so many candidates of one unit each, entered."""
    sitting = make_sitting(session, held_on=DAY, **values)
    people = [make_person(session, unit).id for size in units for unit in [make_department(session)] * size]
    exams.enter(session, CLERK, sitting_id=sitting.id, person_ids=people)
    return sitting, people


def test_both_subjects_of_a_day_are_announced_together_and_once(session: Session) -> None:
    common, special = exams.announce_together(session, CLERK, announcement=BOTH)

    assert [(one.subject, one.starts, one.place) for one in (common, special)] == [
        (ExamSubject.COMMON_LAW, "9:00—11:00", "县委党校"),
        (ExamSubject.SPECIAL_LAW, "14:00—16:00", "县委党校"),
    ]
    with pytest.raises(RuleBroken, match="announced for 2026-04-18 already") as refused:
        exams.announce_together(session, CLERK, announcement=BOTH)
    assert len(refused.value.violations) == 2


def test_place_and_time_change_with_a_reason_until_results_are_published(session: Session) -> None:
    sitting = make_sitting(session, held_on=DAY, place="县委党校")
    values = {"sitting_id": sitting.id, "title": sitting.title, "starts": "8:30", "place": "一高", "note": ""}

    with pytest.raises(RuleBroken, match="Say why the sitting is changed"):
        exams.change_sitting(session, CLERK, **values, reason=" ")
    exams.change_sitting(session, CLERK, **values, reason="党校维修")

    entry = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()
    assert entry is not None
    assert (entry.reason, entry.facts["changed"]["place"]) == ("党校维修", ["县委党校", "一高"])
    with pytest.raises(RuleBroken, match="Nothing is changed"):
        exams.change_sitting(session, CLERK, **values, reason="再改")
    make_result(session, make_person(session), sitting)
    with pytest.raises(RuleBroken, match="published"):
        exams.change_sitting(session, CLERK, **{**values, "place": "二高"}, reason="再改")


def test_everybody_is_proposed_for_what_the_post_lacks(session: Session) -> None:
    unit = make_department(session)
    sitting, earlier = make_sitting(session, held_on=DAY), make_sitting(session, held_on=date(2026, 1, 9))
    new, supervisor = make_person(session, unit), make_person(session, unit, duty=Duty.SUPERVISION)
    failed, contract = (
        make_person(session, unit),
        make_person(session, unit, establishment=Establishment.CONTRACT_WORKER),
    )
    make_result(session, failed, earlier, 40)
    expiring = make_certificate(session, make_qualified_person(session, unit), valid_until=date(2026, 6, 30))
    spent = make_person(session, unit)
    for score in (40, 50):
        make_result(session, spent, make_sitting(session, held_on=date(2026, 2, 1)), score)
    make_qualified_person(session, unit)
    make_person(session, unit, duty=Duty.OTHER)

    found = exams.proposals(session, CLERK, sitting_id=sitting.id, department_id=unit.id, calls=tuple(Call))

    by_call = {call: {one.person_id for one in found.rows if one.called.call is call} for call in found.counts or ()}
    assert by_call == {
        Call.FIRST: {new.id, supervisor.id},
        Call.RETAKE: {failed.id},
        Call.RENEWAL: {expiring.person_id},
        Call.EXHAUSTED: {spent.id},
        Call.NOT_ELIGIBLE: {contract.id},
    }
    assert (found.count(*PROPOSED), found.count(Call.FIRST), found.count(Call.ELSEWHERE)) == (4, 2, 0)
    proposed = exams.proposals(session, CLERK, sitting_id=sitting.id, department_id=unit.id)
    assert {one.person_id for one in proposed.rows} == {new.id, supervisor.id, failed.id, expiring.person_id}
    again = exams.proposals(session, CLERK, sitting_id=sitting.id, department_id=unit.id, calls=[Call.RETAKE])
    assert [one.called.next_attempt for one in again.rows] == [2]


def test_a_third_attempt_of_a_year_does_not_take_a_pass_out_of_the_proposals(session: Session) -> None:
    sitting, person = make_sitting(session, held_on=DAY), make_person(session)
    for month, score in ((1, 40), (2, 50), (3, 90)):
        make_result(session, person, make_sitting(session, held_on=date(2025, month, 1)), score)

    found = exams.proposals(session, CLERK, sitting_id=sitting.id, department_id=person.department_id)

    assert [(one.person_id, one.called.call) for one in found.rows] == [(person.id, Call.FIRST)]


def test_who_is_entered_here_or_waits_elsewhere_is_not_proposed_again(session: Session) -> None:
    unit = make_department(session)
    here, there = make_sitting(session, held_on=DAY), make_sitting(session, held_on=date(2026, 5, 9))
    entered, waiting = make_person(session, unit), make_person(session, unit)
    exams.enter(session, CLERK, sitting_id=here.id, person_ids=[entered.id])
    exams.enter(session, CLERK, sitting_id=there.id, person_ids=[waiting.id])

    found = exams.proposals(session, CLERK, sitting_id=here.id, department_id=unit.id, calls=tuple(Call))

    assert [(one.person_id, one.called.call) for one in found.rows] == [(waiting.id, Call.ELSEWHERE)]
    assert found.count(*PROPOSED) == 0


def test_proposing_asks_as_often_for_sixty_people_as_for_three(session: Session) -> None:
    sitting, asked = make_sitting(session, held_on=DAY), []
    for more in (3, 57):
        for _ in range(more):
            make_person(session)
        with counted(session.connection()) as sent:
            exams.proposals(session, CLERK, sitting_id=sitting.id)
        asked.append(len(sent))

    assert asked[0] == asked[1] <= 18


def test_entering_gives_numbers_in_the_order_of_units_and_is_done_once(session: Session) -> None:
    sitting, people = sitting_with(session, 2, 1)

    again = exams.enter(session, CLERK, sitting_id=sitting.id, person_ids=[*people, make_person(session).id])

    rows = exams.candidates(session, CLERK, sitting_id=sitting.id)
    assert (again.created, again.unchanged) == (1, 3)
    assert [row.admission_number for row in rows] == [f"2026{sitting.id:03}-000{place}" for place in (1, 2, 3, 4)]
    assert {row.person_id for row in rows[:3]} == set(people)
    assert {(row.room, row.seat) for row in rows} == {("", None)}


def test_whoever_may_not_sit_is_refused_with_the_rule_and_nobody_is_entered(session: Session) -> None:
    sitting = make_sitting(session, held_on=DAY)
    fit, temporary = make_person(session), make_person(session, establishment=Establishment.TEMPORARY)
    spent = make_person(session)
    for month in (1, 2):
        make_result(session, spent, make_sitting(session, held_on=date(2026, month, 1)), 30)

    with pytest.raises(RuleBroken) as refused:
        exams.enter(session, CLERK, sitting_id=sitting.id, person_ids=[fit.id, temporary.id, spent.id])

    assert [(one.code, one.in_words()) for one in refused.value.violations] == [
        ("CERT-2", f"{temporary.name} is not on the establishment."),
        ("CAND-1", f"{spent.name} has no attempt left this year: 2 of 2 used."),
    ]
    assert exams.candidate_count(session, CLERK, sitting_id=sitting.id) == 0


def test_seats_mix_units_and_are_allotted_again_when_rooms_change(session: Session) -> None:
    sitting, _ = sitting_with(session, 3, 3)
    before = {row.person_id for row in exams.candidates(session, CLERK, sitting_id=sitting.id)}

    exams.allot_seats(session, CLERK, sitting_id=sitting.id, rooms="101: 4，102: 2", is_mixed=True)

    rows = exams.candidates(session, CLERK, sitting_id=sitting.id)
    assert [(row.room, row.seat) for row in rows] == [
        ("101", 1),
        ("101", 2),
        ("101", 3),
        ("101", 4),
        ("102", 1),
        ("102", 2),
    ]
    units = [row.department_id for row in rows]
    assert all(left != right for left, right in zip(units, units[1:], strict=False))
    exams.allot_seats(session, CLERK, sitting_id=sitting.id, rooms="201: 6", is_mixed=False)
    rows = exams.candidates(session, CLERK, sitting_id=sitting.id)
    assert [row.department_id for row in rows] == sorted(units)
    assert {row.room for row in rows} == {"201"}
    assert {row.person_id for row in rows} == before
    assert sitting.room_plan == "201: 6"


def test_a_candidate_is_taken_off_with_a_reason_that_the_trail_keeps(session: Session) -> None:
    sitting, _ = sitting_with(session, 2)
    first, second = exams.candidates(session, CLERK, sitting_id=sitting.id)
    scored = {"outcome": ExamOutcome.ABSENT, "round": 1}
    session.add(ScoreEntry(sitting_id=sitting.id, person_id=second.person_id, **scored))

    with pytest.raises(RuleBroken, match="Say why"):
        exams.take_off(session, CLERK, candidate_id=first.candidate_id, reason="")
    with pytest.raises(RuleBroken, match="A score is entered"):
        exams.take_off(session, CLERK, candidate_id=second.candidate_id, reason="调离")
    exams.take_off(session, CLERK, candidate_id=first.candidate_id, reason="调离")

    assert [row.candidate_id for row in exams.candidates(session, CLERK, sitting_id=sitting.id)] == [
        second.candidate_id
    ]
    entry = exams.history(session, CLERK, sitting_id=sitting.id)[0]
    assert (entry.reason, entry.facts["taken_off"], entry.department_id) == (
        "调离",
        first.person_id,
        first.department_id,
    )


def test_after_publication_no_candidate_comes_goes_or_moves(session: Session) -> None:
    sitting, people = sitting_with(session, 1)
    (row,) = exams.candidates(session, CLERK, sitting_id=sitting.id)
    exams.publish_results(
        session,
        CLERK,
        sitting=sitting,
        entries=[exams.ResultEntry(person_id=people[0], score=None, outcome=ExamOutcome.ABSENT)],
    )

    for act in (
        lambda: exams.enter(session, CLERK, sitting_id=sitting.id, person_ids=[make_person(session).id]),
        lambda: exams.take_off(session, CLERK, candidate_id=row.candidate_id, reason="调离"),
        lambda: exams.allot_seats(session, CLERK, sitting_id=sitting.id, rooms="", is_mixed=True),
    ):
        with pytest.raises(RuleBroken, match="published"):
            act()


def test_a_units_people_see_their_own_and_enter_nobody(session: Session) -> None:
    sitting, people = sitting_with(session, 2, 1)
    rows = exams.candidates(session, CLERK, sitting_id=sitting.id)
    actor = unit_clerk(rows[-1].department_id)

    assert [row.person_id for row in exams.candidates(session, actor, sitting_id=sitting.id)] == [rows[-1].person_id]
    assert exams.get(session, actor, sitting.id).entered == 1
    with pytest.raises(Denied):
        exams.enter(session, actor, sitting_id=sitting.id, person_ids=people)
    with pytest.raises(Denied):
        exams.candidate(session, actor, rows[0].candidate_id)
    with pytest.raises(Denied):
        exams.history(session, actor, sitting_id=sitting.id)


def test_sittings_are_listed_by_how_far_they_have_come(session: Session) -> None:
    announced, _ = sitting_with(session, 1)
    scoring, people = sitting_with(session, 1)
    session.add(ScoreEntry(sitting_id=scoring.id, person_id=people[0], outcome=ExamOutcome.ABSENT, round=1))
    published, _ = sitting_with(session, 1)
    make_result(session, make_person(session), published)

    for state, sitting in zip(SittingState, (announced, scoring, published), strict=True):
        page = exams.sittings(session, CLERK, year=2026, subject=ExamSubject.COMMON_LAW, state=state)
        assert [(row.sitting.id, row.state) for row in page.rows] == [(sitting.id, state)]
    assert exams.sittings(session, CLERK, year=2026, subject=ExamSubject.SPECIAL_LAW).rows == []


def test_the_ten_thousandth_candidate_and_those_after_get_numbers_of_their_own(session: Session) -> None:
    sitting = make_sitting(session, held_on=DAY)
    make_candidate(session, sitting, admission_number=admission_number(sitting, 9_999))
    make_candidate(session, sitting, admission_number=admission_number(sitting, 10_000))
    late = make_person(session)

    exams.enter(session, CLERK, sitting_id=sitting.id, person_ids=[late.id])

    number = select(Candidate.admission_number).where(Candidate.person_id == late.id)
    assert session.scalars(number).one() == admission_number(sitting, 10_001)
