"""Corrected exam results: certificates whose qualification no longer rests on a pass that counts are flagged."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.models.certificates import Certificate
from registry.models.exams import ExamResult, ExamSitting, Qualification
from registry.rules.exams import ExamFact, passes_in
from registry.rules.permissions import Actor
from registry.rules.tasks import TaskKind, TaskOutcome
from registry.services import policies
from registry.services.changes import in_chunks
from registry.services.tasks.opening import Flag, in_force, raise_flags
from registry.services.tasks.settling import open_tasks, settle


def result_corrected(session: Session, actor: Actor, result: ExamResult, *, today: date) -> None:
    """Look at every certificate that rests on an exam of this subject and year: flag it, or settle what was flagged.

    A correction of another sitting counts too: an absence that becomes a failure makes a later pass one too many.
    """
    session.flush()
    results = _standing(session, result.person_id)
    rows = [row for row in _resting(session, result, today) if _is_touched(row, result, results)]
    attempts = {row.policy_id: policies.by_id(session, row.policy_id).exam_attempts for row in rows}
    standing = {row.id: _passes_count(row, results, attempts[row.policy_id], today) for row in rows}
    facts = {"sitting_id": result.sitting_id, "result_id": result.id, "outcome": result.outcome}
    flags = [
        Flag.on(row, TaskKind.RESULT_CORRECTED, **facts, on=today.isoformat()) for row in rows if not standing[row.id]
    ]
    raise_flags(session, actor, flags, opened_on=today)
    mended = [card_id for card_id, passes in standing.items() if passes]
    restored = [task for task in open_tasks(session, mended) if task.kind is TaskKind.RESULT_CORRECTED]
    settle(session, actor, restored, TaskOutcome.GROUND_RESTORED, today=today)


def published_late(
    session: Session, actor: Actor, sitting: ExamSitting, result_ids: Sequence[int], *, today: date
) -> None:
    """Look at the certificates that rest on a later exam of the year: what came in late counts as an attempt too."""
    named, later = aliased(ExamResult), aliased(ExamSitting)
    rests = or_(named.id == Qualification.common_result_id, named.id == Qualification.special_result_id)
    for chunk in in_chunks(result_ids):
        late = (
            select(ExamResult)
            .join(Certificate, Certificate.person_id == ExamResult.person_id)
            .join(Qualification, Qualification.id == Certificate.qualification_id)
            .join(named, rests)
            .join(later, later.id == named.sitting_id)
            .where(
                ExamResult.id.in_(chunk),
                in_force(today),
                named.subject == sitting.subject,
                later.held_on > sitting.held_on,
                later.held_on <= date(sitting.held_on.year, 12, 31),
            )
        )
        for result in session.scalars(late.order_by(ExamResult.id)).unique().all():
            result_corrected(session, actor, result, today=today)


def _resting(session: Session, result: ExamResult, today: date) -> Sequence[Any]:
    """The certificates in force of the person, each with the sittings that its qualification names."""
    common, special = aliased(ExamResult), aliased(ExamResult)
    return session.execute(
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.department_id,
            Certificate.policy_id,
            common.sitting_id.label("common"),
            special.sitting_id.label("special"),
        )
        .join(Qualification, Qualification.id == Certificate.qualification_id)
        .join(common, common.id == Qualification.common_result_id)
        .outerjoin(special, special.id == Qualification.special_result_id)
        .where(Certificate.person_id == result.person_id, in_force(today))
        .order_by(Certificate.id)
    ).all()


def _standing(session: Session, person_id: int) -> dict[int, ExamFact]:
    """What stands of each sitting that somebody was in, by sitting."""
    later = aliased(ExamResult)
    rows = session.execute(
        select(ExamResult, ExamSitting.title, ExamSitting.held_on)
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .where(ExamResult.person_id == person_id, ~exists().where(later.supersedes_id == ExamResult.id))
    )
    return {
        one.sitting_id: ExamFact(
            result_id=one.id,
            subject=one.subject,
            sitting=title,
            held_on=held_on,
            outcome=one.outcome,
            score=one.score,
            pass_mark=one.pass_mark,
            passed=one.passed,
        )
        for one, title, held_on in rows
    }


def _is_touched(row: Any, result: ExamResult, results: dict[int, ExamFact]) -> bool:
    """Whether a certificate rests on an exam of the same subject and year."""
    changed = results[result.sitting_id]
    named = [results[sitting] for sitting in (row.common, row.special) if sitting is not None]
    return any((one.subject, one.held_on.year) == (changed.subject, changed.held_on.year) for one in named)


def _passes_count(row: Any, results: dict[int, ExamFact], attempts: int, today: date) -> bool:
    """Whether what stands of each exam that a certificate rests on is a pass, among the attempts that count.

    How many count says the policy by which it was issued.
    """
    named = [results[sitting] for sitting in (row.common, row.special) if sitting is not None]
    return all(one in passes_in(results.values(), one.subject, today, attempts) for one in named)
