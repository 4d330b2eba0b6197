"""Training as spreadsheets: a session's attendance that comes back as an import, and who still lacks what."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from registry import audit
from registry.labels import label
from registry.models.people import Person
from registry.models.training import TrainingCourse, TrainingSession
from registry.rules.permissions import Action, Actor
from registry.rules.training import Obligation
from registry.services import limits
from registry.services.training.listing import Attended, attended
from registry.services.training.obligations import ObligationFilter, Owing, owing
from registry.sheets import Sheet, workbook

ATTENDANCE_HEADINGS = (
    "培训编号",
    "培训名称",
    "培训类型",
    "培训方式",
    "培训日期",
    "结束日期",
    "学时",
    "姓名",
    "身份证号",
    "单位",
    "是否完成",
    "完成日期",
)


def attendance_book(session: Session, actor: Actor, *, session_id: int) -> bytes:
    """Who attended, as .xlsx in the columns in which training records are brought in, with masked numbers."""
    actor.require(Action.PERSON_EXPORT)
    held = session.get_one(TrainingSession, session_id)
    rows, after = attended(session, actor, session_id=session_id, size=limits.MOST)
    limits.refuse_a_part(after)
    _tell(session, actor, TrainingSession.__tablename__, session_id, len(rows), actor.department_id)
    return workbook([Sheet(title="参训人员", headings=ATTENDANCE_HEADINGS, rows=[_line(held, row) for row in rows])])


def obligation_book(session: Session, actor: Actor, *, owed: Obligation, chosen: ObligationFilter) -> bytes:
    """The list of the year's obligations as .xlsx: exactly who is listed, with masked numbers."""
    actor.require(Action.PERSON_EXPORT)
    page = owing(session, actor, owed=owed, chosen=chosen, size=limits.MOST)
    limits.refuse_a_part(page.after)
    rows = page.rows
    unit = actor.department_id if actor.is_unit_bound else chosen.department_id
    _tell(session, actor, Person.__tablename__, None, len(rows), unit)
    courses = [session.get_one(TrainingCourse, one) for one in owed.courses]
    headings = [
        "姓名",
        "身份证号",
        "单位",
        "职务",
        "岗位性质",
        "已完成学时",
        "应完成学时",
        "尚缺学时",
        *(course.title for course in courses),
        *(["网上公共法律知识培训"] if owed.is_online_owed else []),
        "年度培训任务",
    ]
    return workbook([Sheet(title=f"{owed.year}年度培训", headings=headings, rows=[_owed(row) for row in rows])])


def _tell(session: Session, actor: Actor, table: str, subject_id: int | None, count: int, unit: int | None) -> None:
    taken = audit.Act(subject_type=table, subject_id=subject_id, department_id=unit, facts={"exported": count})
    audit.record_many(session, actor, Action.PERSON_EXPORT, [taken])


def _line(held: TrainingSession, row: Attended) -> Sequence[Any]:
    there = row.attendance
    return [
        held.code,
        held.title,
        label(held.kind),
        label(held.mode),
        held.held_on,
        held.ended_on or "",
        there.hours,
        row.name,
        there.person.identity_masked,
        row.unit,
        _yes(there.is_completed),
        there.completed_on or "",
    ]


def _owed(row: Owing) -> Sequence[Any]:
    standing, owed = row.standing, row.standing.obligation
    return [
        row.name,
        row.identity_masked,
        row.unit,
        row.post,
        label(row.duty),
        standing.hours,
        Decimal(owed.hours),
        standing.missing_hours,
        *(_yes(course in standing.courses_done) for course in owed.courses),
        *([_yes(standing.is_online_done)] if owed.is_online_owed else []),
        "已完成" if standing.is_met else "未完成",
    ]


def _yes(truth: bool) -> str:
    return "是" if truth else "否"
