"""Statistics count what stands: the graded as the rule grades them, corrections once, nobody left out."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from registry.rules.exams import ExamOutcome, grade_of
from registry.rules.permissions import SYSTEM
from registry.services import exams
from tests.factories import make_candidate, make_person, make_result, make_sitting

SCORES = ("0", "59.9", "60", "79.9", "80", "89.9", "90", "100")


@pytest.mark.parametrize("full", [100, 150])
def test_the_database_grades_as_the_rule_does_and_bands_hold_everybody(session: Session, full: int) -> None:
    sitting = make_sitting(session, full_marks=Decimal(full), pass_mark=Decimal("60"))
    scores = [Decimal(score) * full / 100 for score in SCORES]
    for score in scores:
        make_result(session, make_person(session), sitting, str(score.quantize(Decimal("0.1"))))

    found = exams.sitting_statistics(session, SYSTEM, sitting_id=sitting.id)

    marks = [score.quantize(Decimal("0.1")) for score in scores]
    expected = Counter(grade_of(mark, sitting.pass_mark, sitting.full_marks) for mark in marks)
    assert found.whole.grades == {grade: expected[grade] for grade in found.whole.grades}
    assert sum(band.count for band in found.bands) == found.whole.sat == len(SCORES)
    assert (found.bands[0].span, found.bands[-1].span) == (f"{full - 10}–{full}", "0–9.9")
    assert (found.whole.highest, found.whole.lowest) == (full, 0)


def test_a_corrected_result_counts_once_and_as_it_stands(session: Session) -> None:
    sitting, person = make_sitting(session), make_person(session)
    make_candidate(session, sitting, person)
    make_candidate(session, sitting)
    result = make_result(session, person, sitting, 85)
    exams.correct_result(
        session,
        SYSTEM,
        result_id=result.id,
        score=None,
        outcome=ExamOutcome.ANNULLED,
        reason="雷同卷",
        today=date(2026, 6, 1),
    )

    found = exams.sitting_statistics(session, SYSTEM, sitting_id=sitting.id)
    year = exams.year_statistics(session, SYSTEM, year=sitting.held_on.year)

    assert (found.whole.entered, found.whole.sat, found.whole.annulled) == (2, 0, 1)
    assert (found.whole.average, found.whole.pass_rate, found.whole.without_result) == (None, None, 1)
    assert len(found.without_result) == 1
    assert found.not_entered == []
    assert [one.annulled for one in year.subjects] == [1]
