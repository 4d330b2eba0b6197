"""What a score cell says: numbers, words for absent and annulled, in any width; and the grades statistics count."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.labels import label
from registry.rules import RuleBroken
from registry.rules.exams import ExamOutcome, Grade, Mark, grade_of, is_pass, mark_of
from registry.words import LOCALES

FULL = Decimal("100.0")
TENTHS = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
MARKS = st.one_of(
    TENTHS.map(lambda score: Mark(ExamOutcome.SCORED, score)),
    st.sampled_from([Mark(ExamOutcome.ABSENT), Mark(ExamOutcome.ANNULLED)]),
)
WIDE = {ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789.AZaz"}


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("", None),
        (" 　", None),
        ("85", Mark(ExamOutcome.SCORED, Decimal(85))),
        ("８５。５", Mark(ExamOutcome.SCORED, Decimal("85.5"))),
        ("60.", Mark(ExamOutcome.SCORED, Decimal(60))),
        ("072.50", Mark(ExamOutcome.SCORED, Decimal("72.5"))),
        ("-0", Mark(ExamOutcome.SCORED, Decimal(0))),
        ("100", Mark(ExamOutcome.SCORED, Decimal(100))),
        ("缺", Mark(ExamOutcome.ABSENT)),
        ("缺 考", Mark(ExamOutcome.ABSENT)),
        ("Ａ", Mark(ExamOutcome.ABSENT)),
        ("作弊", Mark(ExamOutcome.ANNULLED)),
        ("取消", Mark(ExamOutcome.ANNULLED)),
        ("z", Mark(ExamOutcome.ANNULLED)),
    ],
)
def test_a_cell_is_read_as_it_is_meant(text: str, mark: Mark | None) -> None:
    assert mark_of(text, FULL) == mark


@pytest.mark.parametrize("text", ["100.1", "-1", "85.55", "8x", "1e2", "85,5", "NaN", "合格", "9" * 5000, "八十五"])
def test_a_cell_that_is_no_score_says_why(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        mark_of(text, FULL)

    (violation,) = refused.value.violations
    assert violation.code == "EXAM-1"
    assert len(violation.in_words()) < 120


@given(MARKS)
def test_every_mark_reads_back_from_its_cell_in_any_width_and_language(mark: Mark) -> None:
    said = [mark.word] if mark.score is not None else [mark.word, *(label(mark.outcome, one) for one in LOCALES)]

    for word in said:
        assert mark_of(word, FULL) == mark_of(f" {word.translate(WIDE)} ", FULL) == mark


@given(TENTHS, TENTHS.filter(bool))
def test_a_grade_is_a_pass_exactly_when_the_score_passes(score: Decimal, pass_mark: Decimal) -> None:
    assert (grade_of(score, pass_mark, FULL) is not Grade.FAILED) is is_pass(score, pass_mark)


@pytest.mark.parametrize(
    ("score", "grade"), [("90", "excellent"), ("89.9", "good"), ("80", "good"), ("79.9", "passed"), ("59.9", "failed")]
)
def test_grades_begin_at_ninety_eighty_and_the_pass_mark(score: str, grade: str) -> None:
    assert grade_of(Decimal(score), Decimal(60), FULL) == Grade(grade)
    assert grade_of(Decimal(score) * 2, Decimal(120), FULL * 2) == Grade(grade)
