"""Exams: what passes, which attempts count, which pass is the best."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.exams import ExamFact, ExamOutcome, ExamSubject, attempts_in, best_pass, is_pass

pytestmark = pytest.mark.nodb

MARK = Decimal(60)
COMMON = ExamSubject.COMMON_LAW
LAST = date(2026, 12, 31)


@st.composite
def results(draw: st.DrawFn) -> list[ExamFact]:
    """Anything that a person's exams may look like."""
    facts = []
    for result_id in range(draw(st.integers(min_value=0, max_value=8))):
        outcome = draw(st.sampled_from(ExamOutcome))
        marks = st.decimals(min_value=0, max_value=100, places=1)
        score = draw(marks) if outcome is ExamOutcome.SCORED else None
        facts.append(
            ExamFact(
                result_id=result_id,
                subject=draw(st.sampled_from(ExamSubject)),
                sitting="考试",
                held_on=draw(st.dates(min_value=date(2025, 1, 1), max_value=LAST)),
                outcome=outcome,
                score=score,
                pass_mark=MARK,
                passed=is_pass(score, MARK),
            )
        )
    return facts


@pytest.mark.parametrize(
    ("score", "passes"),
    [
        pytest.param("60", True, id="the mark itself"),
        pytest.param("59.9", False, id="a tenth short"),
        pytest.param("100", True, id="full marks"),
        pytest.param("0", False, id="nothing"),
        pytest.param(None, False, id="absent"),
    ],
)
def test_the_pass_mark_decides(score: str | None, passes: bool) -> None:
    assert is_pass(None if score is None else Decimal(score), MARK) is passes


@given(results(), st.dates(min_value=date(2025, 1, 1), max_value=LAST), st.integers(min_value=1, max_value=3))
def test_the_best_pass_is_an_own_pass_up_to_the_day_and_none_is_better(
    facts: list[ExamFact], day: date, attempts: int
) -> None:
    best = best_pass(facts, COMMON, day, attempts)

    if best is not None:
        assert best in facts
        assert best.passed
        assert best.subject is COMMON
        assert best.held_on <= day
        in_year = [fact for fact in attempts_in(facts, COMMON, day) if fact.held_on.year == best.held_on.year]
        assert best in in_year[:attempts]


@given(results(), st.integers(min_value=1, max_value=3))
def test_no_pass_means_that_no_counted_attempt_passed(facts: list[ExamFact], attempts: int) -> None:
    best = best_pass(facts, COMMON, LAST, attempts)

    counted = []
    for year in (2025, 2026):
        counted += [fact for fact in attempts_in(facts, COMMON, LAST) if fact.held_on.year == year][:attempts]
    scores = [fact.score for fact in counted if fact.passed]
    assert (best.score if best else None) == max(scores, default=None)


@given(results())
def test_the_order_of_the_results_does_not_matter(facts: list[ExamFact]) -> None:
    assert best_pass(facts, COMMON, LAST, 2) == best_pass(list(reversed(facts)), COMMON, LAST, 2)


@given(results())
def test_more_attempts_never_take_a_pass_away(facts: list[ExamFact]) -> None:
    few, many = best_pass(facts, COMMON, LAST, 1), best_pass(facts, COMMON, LAST, 9)

    assert few is None or (many is not None and (many.score or 0) >= (few.score or 0))


@given(results())
def test_the_absent_and_the_annulled_make_no_attempt(facts: list[ExamFact]) -> None:
    assert all(fact.outcome is ExamOutcome.SCORED for fact in attempts_in(facts, COMMON, LAST))


def test_the_earlier_of_two_equal_passes_wins() -> None:
    early, late = (
        ExamFact(
            result_id=n,
            subject=COMMON,
            sitting="考试",
            held_on=day,
            outcome=ExamOutcome.SCORED,
            score=Decimal(80),
            pass_mark=MARK,
            passed=True,
        )
        for n, day in enumerate((date(2026, 3, 1), date(2026, 4, 1)))
    )

    assert best_pass([late, early], COMMON, LAST, 2) is early
