"""Corrected exam results: certificates whose qualification no longer rests on a pass are flagged."""

from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.models.certificates import Certificate
from registry.models.exams import ExamResult, Qualification
from registry.rules.permissions import Actor
from registry.rules.tasks import TaskKind, TaskOutcome
from registry.services.tasks.opening import Flag, in_force, raise_flags
from registry.services.tasks.settling import open_tasks, settle

RESTS_ON = (Qualification.common_result_id, Qualification.special_result_id)


def result_corrected(session: Session, actor: Actor, result: ExamResult, *, today: date) -> None:
    """Look at every certificate that rests on what this result corrects: flag it, or settle what was flagged."""
    rows = session.execute(
        select(
            Certificate.id, Certificate.department_id, Qualification.common_result_id, Qualification.special_result_id
        )
        .join(Qualification, Qualification.id == Certificate.qualification_id)
        .where(Certificate.person_id == result.person_id, in_force(today), _rests_on(result))
    ).all()
    standing = {row.id: _all_pass(session, (row.common_result_id, row.special_result_id)) for row in rows}
    facts = {"sitting_id": result.sitting_id, "result_id": result.id, "outcome": result.outcome}
    flags = [
        Flag(
            certificate_id=row.id,
            person_id=result.person_id,
            department_id=row.department_id,
            kind=TaskKind.RESULT_CORRECTED,
            facts={**facts, "on": today.isoformat()},
        )
        for row in rows
        if not standing[row.id]
    ]
    raise_flags(session, actor, flags, opened_on=today)
    mended = [card_id for card_id, passes in standing.items() if passes]
    restored = [task for task in open_tasks(session, mended) if task.kind is TaskKind.RESULT_CORRECTED]
    settle(session, actor, restored, TaskOutcome.GROUND_RESTORED, today=today)


def _rests_on(result: ExamResult) -> ColumnElement[bool]:
    """In SQL: a qualification that names a result of this very sitting, at whatever correction."""
    named = aliased(ExamResult)
    same = (named.sitting_id == result.sitting_id, named.person_id == result.person_id)
    return or_(*(exists(select(named.id).where(named.id == column, *same)) for column in RESTS_ON))


def _all_pass(session: Session, result_ids: tuple[int | None, ...]) -> bool:
    """Whether what stands today of each of these results is a pass."""
    named, now, later = aliased(ExamResult), aliased(ExamResult), aliased(ExamResult)
    failing = (
        select(now.id)
        .join(named, (named.sitting_id == now.sitting_id) & (named.person_id == now.person_id))
        .where(
            named.id.in_([one for one in result_ids if one is not None]),
            ~exists().where(later.supersedes_id == now.id),
            ~now.passed,
        )
    )
    return session.scalar(failing.limit(1)) is None
