"""Results that leave as a file come back as an import unchanged; a unit's people take their own alone."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.exams import ExamResult, ExamSitting
from registry.rules.exams import ExamOutcome
from registry.rules.imports import ImportKind
from registry.rules.permissions import SYSTEM
from registry.services import exams
from tests.services.importing import bring_in, bring_in_all, told


def test_exported_results_come_back_unchanged_corrections_and_absences_too(session: Session) -> None:
    bring_in_all(session)
    sitting = session.scalars(select(ExamSitting)).one()
    wrong = session.scalars(select(ExamResult).where(ExamResult.score.is_not(None))).one()
    exams.correct_result(
        session,
        SYSTEM,
        result_id=wrong.id,
        score=Decimal("58.5"),
        outcome=ExamOutcome.SCORED,
        reason="复核",
        today=date(2026, 6, 1),
    )

    content = exams.results_workbook(session, SYSTEM, sitting_id=sitting.id)

    assert told(bring_in(session, ImportKind.EXAM_RESULTS, content)) == (0, 0, 2)
