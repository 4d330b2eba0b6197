"""Exams as spreadsheets: results that can be brought in again, and the statistics as they are shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.labels import label
from registry.models.departments import Department
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import Person
from registry.rules.exams import ExamOutcome
from registry.rules.permissions import Action, Actor
from registry.services.departments import named_on
from registry.services.exams.publishing import stands
from registry.services.exams.statistics import Counted, SittingStatistics, YearStatistics
from registry.sheets import Sheet, workbook

RESULTS = ("考试名称", "考试科目", "考试日期", "姓名", "身份证号", "单位", "成绩")
COUNTS = ("应考", "实考", "缺考", "成绩作废", "合格", "不合格", "合格率（%）", "平均分", "最高分", "最低分")


def results_workbook(session: Session, actor: Actor, *, sitting_id: int) -> bytes:
    """The standing results of a sitting in the columns of the import, numbers masked. The trail tells who took them.

    A unit's people take those of their unit.
    """
    actor.require(Action.EXAM_VIEW)
    actor.require(Action.PERSON_EXPORT)
    sitting = session.get_one(ExamSitting, sitting_id)
    unit = named_on(ExamResult.department_id, Department.name, sitting.held_on)
    query = (
        select(Person.name, Person.identity_masked, unit, ExamResult)
        .join(Person, Person.id == ExamResult.person_id)
        .join(Department, Department.id == ExamResult.department_id)
        .where(ExamResult.sitting_id == sitting_id, stands())
        .order_by(unit, Person.name, ExamResult.id)
    )
    if actor.is_unit_bound:
        query = query.where(ExamResult.department_id == actor.department_id)
    exam = [sitting.title, label(sitting.subject), sitting.held_on]
    rows = [[*exam, name, number, unit, _score(one)] for name, number, unit, one in session.execute(query)]
    unit_taken = actor.department_id if actor.is_unit_bound else None
    audit.record(session, actor, Action.PERSON_EXPORT, sitting, department_id=unit_taken, exported=len(rows))
    return workbook([Sheet(title="考试成绩", headings=RESULTS, rows=rows)])


def statistics_workbook(found: SittingStatistics) -> bytes:
    """The statistics of a sitting, sheet by sheet as the page shows them."""
    named = [(unit.unit, unit) for unit in found.units]
    if len(named) > 1:
        named.append(("合计", found.whole))
    bands = [[band.span, band.count] for band in found.bands]
    grades = [[label(grade), count] for grade, count in found.whole.grades.items()]
    return workbook(
        [
            Sheet(title="分单位统计", headings=("单位", *COUNTS), rows=[[name, *_cells(one)] for name, one in named]),
            Sheet(title="分数段", headings=("分数段", "人数"), rows=bands),
            Sheet(title="等次", headings=("等次", "人数"), rows=grades),
        ]
    )


def year_workbook(found: YearStatistics) -> bytes:
    """The statistics of a year by unit and subject, with a line that sums up each subject."""
    named = [*((one.unit, one) for one in found.units), *(("合计", one) for one in found.subjects)]
    rows = [[name, label(one.subject), *_cells(one)] for name, one in named]
    headings = ("单位", "考试科目", *COUNTS)
    return workbook([Sheet(title=f"{found.year}年度考试统计", headings=headings, rows=rows)])


def _cells(one: Counted) -> Sequence[Any]:
    counts = [one.entered, one.sat, one.absent, one.annulled, one.passed, one.failed]
    return [*counts, one.pass_rate, one.average, one.highest, one.lowest]


def _score(result: ExamResult) -> Any:
    """A number, or the word that the import reads for it."""
    return {ExamOutcome.ABSENT: "缺考", ExamOutcome.ANNULLED: "取消"}.get(result.outcome, result.score)
