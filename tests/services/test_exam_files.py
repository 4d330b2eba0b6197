"""Results that leave as a file come back as an import unchanged; a unit's people take their own alone."""

import io
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.exams import ExamResult, ExamSitting
from registry.rules import Denied
from registry.rules.exams import ExamOutcome
from registry.rules.imports import ImportKind
from registry.rules.people import masked
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import exams
from tests.services.importing import LI, bring_in, bring_in_all, told


def test_exported_results_come_back_unchanged_corrections_and_absences_too(session: Session) -> None:
    bring_in_all(session)
    sitting = session.scalars(select(ExamSitting)).one()
    wrong = session.scalars(select(ExamResult).where(ExamResult.score.is_not(None))).one()
    exams.correct_result(
        session, SYSTEM, result_id=wrong.id, score=Decimal("58.5"), outcome=ExamOutcome.SCORED, reason="复核"
    )

    content = exams.results_workbook(session, SYSTEM, sitting_id=sitting.id)

    assert told(bring_in(session, ImportKind.EXAM_RESULTS, content)) == (0, 0, 2)


def test_a_unit_s_people_take_the_results_of_their_unit_alone(session: Session) -> None:
    bring_in_all(session)
    sitting = session.scalars(select(ExamSitting)).one()
    unit = session.scalars(select(Department).where(Department.code == "702")).one()
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=unit.id)

    book = openpyxl.load_workbook(io.BytesIO(exams.results_workbook(session, head, sitting_id=sitting.id)))

    (row,) = book.worksheets[0].iter_rows(min_row=2, values_only=True)
    assert row[3:] == ("李红", masked(LI), unit.name, "缺考")
    with pytest.raises(Denied):
        exams.results_workbook(
            session, Actor(account_id=None, name="-", role=Role.ADMINISTRATOR), sitting_id=sitting.id
        )
