"""The roster's summary block and remarks: what adds up, and why in a few words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.campaigns import Statement
from registry.rules.certificates import CertificateStatus
from registry.rules.people import Assessment, EndReason, Establishment
from registry.rules.reviews import ReviewFacts, ReviewFinding, propose
from registry.rules.rosters import NEXT_YEAR, RENEWAL_DUE, UNDER_VERIFICATION, Reviewed, remarks, summarise
from tests.rules.test_reviews import FACTS, FIT, SIXTY_HOURS

pytestmark = pytest.mark.nodb

PASSED, DEFERRED, FAILED, WITHDRAWN = ReviewFinding
LINE = Reviewed(facts=FIT, is_next_year=False, finding=PASSED)


def of(change: Mapping[str, Any], finding: ReviewFinding | None = None) -> Reviewed:
    return replace(LINE, facts=replace(FIT, **change), finding=finding)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        pytest.param({"is_in_post": False}, "left the post", id="left, reason unknown"),
        pytest.param({"is_in_post": False, "end_reason": EndReason.RETIREMENT}, "has retired", id="retired"),
        pytest.param({"is_in_post": False, "end_reason": EndReason.DEATH}, "has died", id="died"),
        pytest.param({"establishment": Establishment.TEMPORARY}, "not on the establishment", id="temporary worker"),
        pytest.param({"unit_stands": False}, "unit no enforcement subject", id="unit fallen"),
        pytest.param({"status": CertificateStatus.SUSPENDED}, "card suspended", id="suspended"),
        pytest.param({"status": CertificateStatus.LOST}, "card lost", id="lost"),
        pytest.param({"status": CertificateStatus.CANCELLED}, "card cancelled", id="cancelled"),
        pytest.param({"assessment": Assessment.INCOMPETENT}, "assessed incompetent", id="incompetent"),
        pytest.param({"is_trained": False}, "training not complete", id="not trained"),
        pytest.param({"exam_passed": False}, "exam not passed", id="not examined"),
        pytest.param({"is_disciplined": True}, UNDER_VERIFICATION, id="disciplined"),
        pytest.param({"statement": Statement.DISCIPLINED}, UNDER_VERIFICATION, id="disciplined, by the unit's word"),
        pytest.param(
            {"is_disciplined": True, "statement": Statement.DISCIPLINED}, UNDER_VERIFICATION, id="by both: once"
        ),
    ],
)
def test_each_fact_has_its_remark(change: Mapping[str, Any], word: str) -> None:
    assert remarks(of(change), SIXTY_HOURS, 2021) == [word]


def test_every_way_to_leave_and_to_end_has_its_words() -> None:
    for reason in EndReason:
        assert remarks(of({"is_in_post": False, "end_reason": reason}), SIXTY_HOURS, 2021)
    for status in set(CertificateStatus) - {CertificateStatus.ACTIVE}:
        assert remarks(of({"status": status}), SIXTY_HOURS, 2021)


def test_a_card_for_next_year_says_that_and_nothing_else() -> None:
    waiting = replace(of({"is_trained": False, "exam_passed": False}), is_next_year=True)
    assert remarks(waiting, SIXTY_HOURS, 2021) == [NEXT_YEAR]


@pytest.mark.parametrize(
    ("valid_until", "finding", "expected"),
    [
        pytest.param(date(2022, 12, 31), PASSED, [RENEWAL_DUE], id="ends on the last day of next year"),
        pytest.param(date(2023, 1, 1), PASSED, [], id="ends a day later"),
        pytest.param(date(2022, 12, 31), DEFERRED, [], id="did not pass"),
        pytest.param(date(2022, 12, 31), None, [], id="not decided yet"),
    ],
)
def test_a_passed_card_that_ends_before_the_next_review_is_to_be_renewed(
    valid_until: date, finding: ReviewFinding | None, expected: list[str]
) -> None:
    assert remarks(of({"valid_until": valid_until}, finding), SIXTY_HOURS, 2021) == expected


def test_the_summary_counts_each_line_where_it_belongs() -> None:
    summary = summarise(
        [
            LINE,
            of({"is_trained": False}, DEFERRED),
            of({"exam_passed": False}, FAILED),
            of({"is_in_post": False}, WITHDRAWN),
            of({"status": CertificateStatus.WITHDRAWN}, WITHDRAWN),
            of({"status": CertificateStatus.SUSPENDED}, DEFERRED),
            of({"status": CertificateStatus.LOST}),
            replace(LINE, is_next_year=True, finding=None),
        ],
        SIXTY_HOURS,
    )
    assert (summary.held, summary.due, summary.reviewed, summary.next_year) == (5, 7, 6, 1)
    assert (summary.passed, summary.deferred, summary.failed) == (1, 2, 1)
    assert (summary.withdrawn, summary.cancelled) == (1, 1)
    assert (summary.untrained, summary.unexamined, summary.suspended, summary.lost) == (1, 1, 1, 1)
    assert not summary.holds


LINES = st.lists(
    st.builds(
        lambda facts, finding: Reviewed(facts=facts, is_next_year=finding is None, finding=finding),
        FACTS,
        st.none() | st.sampled_from(ReviewFinding),
    ),
    max_size=20,
)


@given(LINES)
def test_a_decided_roster_adds_up(lines: list[Reviewed]) -> None:
    summary = summarise(lines, SIXTY_HOURS)
    assert summary.holds
    assert summary.due == summary.reviewed == len(lines) - summary.next_year


@given(LINES.filter(lambda lines: any(line.finding for line in lines)))
def test_one_missing_finding_breaks_the_sum(lines: list[Reviewed]) -> None:
    decided = next(line for line in lines if line.finding)
    open_again = [replace(line, finding=None) if line is decided else line for line in lines]
    assert not summarise(open_again, SIXTY_HOURS).holds


@given(FACTS, st.none() | st.sampled_from(Statement))
def test_whoever_is_not_proposed_to_pass_has_a_remark(facts: ReviewFacts, statement: Statement | None) -> None:
    said = replace(facts, statement=statement)
    finding = propose(said, SIXTY_HOURS).finding
    if finding is not PASSED:
        assert remarks(replace(LINE, facts=said, finding=finding), SIXTY_HOURS, 2021)


def test_what_the_unit_alone_knows_stands_in_the_remark() -> None:
    assert remarks(of({"statement": Statement.IN_POST}, PASSED), SIXTY_HOURS, 2021) == []
    assert remarks(of({"statement": Statement.LEFT}), SIXTY_HOURS, 2021) == ["left, by the unit's word"]
    known = {"statement": Statement.LEFT, "is_in_post": False}
    assert remarks(of(known), SIXTY_HOURS, 2021) == ["left the post"]
