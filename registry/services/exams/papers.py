"""Papers for an exam day that the worker printed: kept until anything about the candidates changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.exams import ExamPaper
from registry.models.jobs import Job
from registry.rules.candidates import PaperForm
from registry.rules.jobs import UNDER_WAY, JobKind
from registry.rules.permissions import Action, Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A kept paper: what it is, for which unit and room (empty for all), for how many candidates, since when."""

    paper_id: int
    form: PaperForm
    unit: str
    room: str
    candidate_count: int
    created_at: datetime


def papers(session: Session, actor: Actor, *, sitting_id: int) -> list[PaperRow]:
    """The kept papers of a sitting, the latest first; a unit's people see their own."""
    actor.require(Action.EXAM_VIEW)
    query = (
        select(
            ExamPaper.id,
            ExamPaper.form,
            Department.name,
            ExamPaper.room,
            ExamPaper.candidate_count,
            ExamPaper.created_at,
        )
        .outerjoin(Department, Department.id == ExamPaper.department_id)
        .where(ExamPaper.sitting_id == sitting_id)
        .order_by(ExamPaper.id.desc())
    )
    if actor.is_unit_bound:
        query = query.where(ExamPaper.department_id == actor.department_id)
    return [
        PaperRow(
            paper_id=row[0], form=row[1], unit=row[2] or "", room=row[3], candidate_count=row[4], created_at=row[5]
        )
        for row in session.execute(query)
    ]


def printing_jobs(session: Session, actor: Actor, *, sitting_id: int) -> list[Job]:
    """The printing of a sitting's papers that is under way; a unit's people see their own."""
    actor.require(Action.JOB_VIEW)
    query = select(Job).where(Job.kind == JobKind.PRINT_EXAM_PAPERS, Job.status.in_(UNDER_WAY)).order_by(Job.id)
    if actor.is_unit_bound:
        query = query.where(Job.department_id == actor.department_id)
    return [job for job in session.scalars(query) if job.arguments.get("sitting_id") == sitting_id]


def discard_papers(session: Session, sitting_id: int) -> None:
    """Take the kept papers of a sitting away: what they say is no longer so."""
    session.execute(delete(ExamPaper).where(ExamPaper.sitting_id == sitting_id))
