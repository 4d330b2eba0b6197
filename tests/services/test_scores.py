"""Score sheets: saved row by row, entered blind by a second person, compared, published once and complete."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.accounts import Account
from registry.models.exams import Candidate, ExamResult, ExamSitting, ScoreEntry
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.exams import ExamOutcome, ExamSubject, mark_of
from registry.rules.permissions import Actor, Role
from registry.services import exams
from registry.services.exams import FIRST, SECOND, ResultEntry, Right, Typed
from tests.factories import EXAM_DAY, make_candidate, make_department, make_person, make_result, make_sitting

TODAY = date(2026, 6, 15)
FULL = Decimal(100)
CELLS = st.sampled_from(["", "60", "59.9", "85", "缺", "z"])


def clerk(session: Session, name: str = "one", *, is_active: bool = True) -> Actor:
    account = Account(username=name, display_name=name, password_hash="-", role=Role.BUREAU_CLERK, is_active=is_active)
    session.add(account)
    session.flush()
    return Actor(account_id=account.id, name=name, role=Role.BUREAU_CLERK)


def entered(session: Session, count: int = 3) -> tuple[ExamSitting, list[Candidate]]:
    sitting = make_sitting(session)
    return sitting, [make_candidate(session, sitting) for _ in range(count)]


def save(session: Session, actor: Actor, sitting: ExamSitting, round: int, **texts: str) -> exams.Saved:
    """Texts by place in the list, from blank cells: `_0="85"`."""
    people = session.scalars(
        select(Candidate.person_id).where(Candidate.sitting_id == sitting.id).order_by(Candidate.admission_number)
    ).all()
    cells = {people[int(place[1:])]: Typed(text=text) for place, text in texts.items()}
    return exams.save_scores(session, actor, sitting_id=sitting.id, round=round, cells=cells, today=TODAY)


def shown(session: Session, actor: Actor, sitting: ExamSitting, round: int) -> list[str]:
    page = exams.sheet(session, actor, sitting_id=sitting.id, round=round)
    return [row.mark.word if row.mark else "" for row in page.rows]


def entries_of_trail(session: Session) -> list[TrailEntry]:
    return list(session.scalars(select(TrailEntry).where(TrailEntry.subject_type == "score_entries")))


def test_what_is_right_is_saved_and_what_is_wrong_says_why_in_one_entry(session: Session) -> None:
    actor, (sitting, candidates) = clerk(session), entered(session)

    saved = save(session, actor, sitting, FIRST, _0="85.5", _1="185", _2="缺")

    assert shown(session, actor, sitting, FIRST) == ["85.5", "", "absent"]
    assert (saved.entered, list(saved.refused)) == (2, [candidates[1].person_id])
    (entry,) = entries_of_trail(session)
    assert entry.subject_id == sitting.id
    numbers = [candidates[place].admission_number for place in (0, 2)]
    assert entry.facts == {
        "round": 1,
        "scores_entered": 2,
        "scores": {numbers[0]: "— → 85.5", numbers[1]: "— → 缺考"},
    }


def test_cells_that_did_not_change_are_no_save_and_cleared_ones_are_told(session: Session) -> None:
    actor, (sitting, candidates) = clerk(session), entered(session)
    save(session, actor, sitting, FIRST, _0="85", _1="60")
    first, second, _ = (candidate.person_id for candidate in candidates)

    same = {first: Typed(text="85.0", before="85"), second: Typed(text="60", before="60")}
    cleared = {first: Typed(text="", before="85"), second: Typed(text="61", before="60")}
    nothing = exams.save_scores(session, actor, sitting_id=sitting.id, round=FIRST, cells=same, today=TODAY)
    saved = exams.save_scores(session, actor, sitting_id=sitting.id, round=FIRST, cells=cleared, today=TODAY)

    assert (nothing.total, saved.cleared, saved.changed) == (0, 1, 1)
    assert shown(session, actor, sitting, FIRST) == ["", "61", ""]
    assert len(entries_of_trail(session)) == 2


def test_the_second_entry_is_blind_and_made_by_somebody_else(session: Session) -> None:
    one, other, (sitting, _) = clerk(session), clerk(session, "two"), entered(session)
    save(session, one, sitting, FIRST, _0="85", _1="70", _2="60")

    assert shown(session, other, sitting, SECOND) == ["", "", ""]
    assert [row.is_closed for row in exams.sheet(session, one, sitting_id=sitting.id, round=SECOND).rows] == [True] * 3
    refused = save(session, one, sitting, SECOND, _0="85").refused
    assert [violation.code for violation in refused.values()] == ["EXAM-11"]
    assert save(session, other, sitting, SECOND, _0="85", _1="71").entered == 2


def test_the_only_clerk_may_make_both_entries_and_the_trail_says_so(session: Session) -> None:
    one, (sitting, _) = clerk(session), entered(session)
    clerk(session, "left", is_active=False)
    save(session, one, sitting, FIRST, _0="85")

    assert save(session, one, sitting, SECOND, _0="85").by_one_alone

    assert "entered_alone" not in entries_of_trail(session)[0].facts
    assert entries_of_trail(session)[1].facts["entered_alone"] is True


def test_differences_are_settled_by_either_entry_or_by_what_is_typed(session: Session) -> None:
    one, other, (sitting, candidates) = clerk(session), clerk(session, "two"), entered(session, 4)
    save(session, one, sitting, FIRST, _0="85", _1="70", _2="60", _3="90")
    save(session, other, sitting, SECOND, _0="58", _1="缺", _2="66", _3="90")
    found = exams.differences(session, one, sitting_id=sitting.id)
    assert [(one.first.word, one.second.word, one.first_by, one.second_by) for one in found] == [
        ("85", "58", "one", "two"),
        ("70", "absent", "one", "two"),
        ("60", "66", "one", "two"),
    ]

    texts = ("85", "absent", "61")
    rights = {
        row.person_id: Right(text=text, first=row.first.word, second=row.second.word)
        for row, text in zip(found, texts, strict=True)
    }
    saved = exams.settle(session, one, sitting_id=sitting.id, rights=rights, today=TODAY)
    again = exams.settle(session, one, sitting_id=sitting.id, rights=rights, today=TODAY)

    assert (saved.total, saved.refused, again.total, len(again.refused)) == (3, {}, 0, 3)
    assert exams.differences(session, one, sitting_id=sitting.id) == []
    assert shown(session, one, sitting, FIRST) == shown(session, other, sitting, SECOND) == [*texts, "90"]
    assert entries_of_trail(session)[-1].facts["scores"][candidates[2].admission_number] == "60 / 66 → 61"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_differences_are_those_entered_twice_and_not_alike(session: Session, pairs: list[tuple[str, str]]) -> None:
    with session.begin_nested() as savepoint:
        one, other, (sitting, candidates) = clerk(session), clerk(session, "two"), entered(session, len(pairs))
        save(session, one, sitting, FIRST, **{f"_{place}": first for place, (first, _) in enumerate(pairs)})
        save(session, other, sitting, SECOND, **{f"_{place}": second for place, (_, second) in enumerate(pairs)})

        found = [row.person_id for row in exams.differences(session, one, sitting_id=sitting.id)]
        ready = exams.readiness(session, one, sitting_id=sitting.id, today=TODAY)
        savepoint.rollback()

    marks = [(mark_of(first, FULL), mark_of(second, FULL)) for first, second in pairs]
    differing = [first is not None and second is not None and first != second for first, second in marks]
    assert found == [one.person_id for one, differs in zip(candidates, differing, strict=True) if differs]
    complete = all(first for first, _ in marks) and len({bool(second) for _, second in marks}) == 1
    assert (ready.obstacles == []) is (complete and not any(differing))


def test_publication_says_everything_that_is_missing(session: Session) -> None:
    one, other, (sitting, candidates) = clerk(session), clerk(session, "two"), entered(session)
    save(session, one, sitting, FIRST, _0="85", _1="70")
    save(session, other, sitting, SECOND, _0="58")

    with pytest.raises(RuleBroken) as refused:
        exams.publish_scores(session, one, sitting_id=sitting.id, today=TODAY)
    ready = exams.readiness(session, one, sitting_id=sitting.id, today=TODAY)

    assert [violation.code for violation in refused.value.violations] == ["EXAM-12"] * 3
    assert [violation.params["count"] for violation in ready.obstacles] == [1, 2, 1]
    assert [name.split()[0] for name in ready.lacking_first] == [candidates[2].admission_number]
    assert len(ready.lacking_second) == 2
    assert session.scalar(select(func.count()).select_from(ExamResult)) == 0


def test_publishing_locks_the_sheet_and_keeps_the_unit_of_the_admission_slip(session: Session) -> None:
    one, (sitting, candidates) = clerk(session), entered(session)
    candidates[0].department_id = make_department(session).id
    save(session, one, sitting, FIRST, _0="60", _1="59.5", _2="取消")

    tally = exams.publish_scores(session, one, sitting_id=sitting.id, today=TODAY)

    results = exams.standing_results(session, sitting.id)
    assert (tally.created, exams.is_published(session, sitting.id)) == (3, True)
    assert [results[one.person_id].passed for one in candidates] == [True, False, False]
    assert results[candidates[2].person_id].outcome is ExamOutcome.ANNULLED
    assert results[candidates[0].person_id].department_id == candidates[0].department_id
    for act in (
        lambda: save(session, one, sitting, FIRST, _0="90"),
        lambda: exams.settle(session, one, sitting_id=sitting.id, rights={}, today=TODAY),
        lambda: exams.publish_scores(session, one, sitting_id=sitting.id, today=TODAY),
    ):
        with pytest.raises(RuleBroken, match="EXAM-2"):
            act()


def test_a_sitting_without_candidates_or_before_its_day_is_not_published_from_the_sheet(session: Session) -> None:
    one, empty = clerk(session), make_sitting(session)
    later, _ = make_sitting(session, held_on=TODAY + timedelta(days=1)), None
    make_candidate(session, later)

    for sitting, code in ((empty, "EXAM-12"), (later, "EXAM-13")):
        with pytest.raises(RuleBroken, match=code):
            exams.publish_scores(session, one, sitting_id=sitting.id, today=TODAY)
    with pytest.raises(RuleBroken, match="EXAM-13"):
        save(session, one, later, FIRST, _0="85")


def test_an_import_may_publish_a_sitting_that_has_candidates(session: Session) -> None:
    one, (sitting, candidates) = clerk(session), entered(session, 1)
    stranger = make_person(session)

    for person_id in (candidates[0].person_id, stranger.id):
        entry = ResultEntry(person_id=person_id, score=Decimal(80))
        exams.publish_results(session, one, sitting=sitting, entries=[entry])

    found = exams.sitting_statistics(session, one, sitting_id=sitting.id)
    assert (found.whole.entered, found.whole.sat, found.without_result) == (2, 2, [])
    assert [name.partition("（")[0] for name in found.not_entered] == [stranger.name]


def test_attempts_beyond_the_policy_are_told_before_publication(session: Session) -> None:
    one, (sitting, candidates) = clerk(session), entered(session, 2)
    often, once = (candidate.person for candidate in candidates)
    for days, subject, score in ((30, sitting.subject, 40), (20, sitting.subject, 50), (10, sitting.subject, None)):
        make_result(session, often, make_sitting(session, subject, EXAM_DAY - timedelta(days=days)), score)
    make_result(session, once, make_sitting(session, sitting.subject, EXAM_DAY - timedelta(days=5)), 40)
    make_result(session, once, make_sitting(session, ExamSubject.SPECIAL_LAW, EXAM_DAY), 40)
    make_result(session, once, make_sitting(session, sitting.subject, date(EXAM_DAY.year - 1, 4, 1)), 40)
    save(session, one, sitting, FIRST, _0="85", _1="85")

    ready = exams.readiness(session, one, sitting_id=sitting.id, today=TODAY)

    assert [(found.name, found.attempt) for found in ready.beyond] == [(often.name, 3)]
    assert ready.obstacles == []


def test_score_sheets_are_the_bureau_s_and_pages_of_them_go_by_admission_number(session: Session) -> None:
    one, (sitting, candidates) = clerk(session), entered(session)
    candidates[0].room = candidates[1].room = "一"
    candidates[2].room = "二"
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=candidates[0].department_id)

    page = exams.sheet(session, one, sitting_id=sitting.id, round=FIRST, room="一", size=1)
    rest = exams.sheet(session, one, sitting_id=sitting.id, round=FIRST, room="一", after=page.after)

    assert [row.person_id for row in (*page.rows, *rest.rows)] == [one.person_id for one in candidates[:2]]
    assert (rest.after, page.rooms, page.entered, page.candidates) == (None, ["一", "二"], 0, 3)
    with pytest.raises(Denied):
        exams.sheet(session, head, sitting_id=sitting.id, round=FIRST)
    assert session.scalar(select(func.count()).select_from(ScoreEntry)) == 0
