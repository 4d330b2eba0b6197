"""Sittings announced, results published once, corrected only by successors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, insert, select
from sqlalchemy.orm import Session, aliased

from registry import audit, clock
from registry.db import add_rows
from registry.models.exams import ExamResult, ExamSitting
from registry.rules import RuleBroken, Violation
from registry.rules.exams import (
    CORRECTED_WITH_REASON,
    PUBLISHED_ONCE,
    ExamOutcome,
    Mark,
    is_pass,
    unfit,
)
from registry.rules.permissions import Action, Actor
from registry.services import tasks
from registry.services.changes import Tally, in_chunks
from registry.services.training import posts_on
from registry.words import N_

WRITE_AT_ONCE = 2_000
PUBLISHED_AGAIN = "撤回后重新公布"
_KEPT = ("sitting_id", "person_id", "department_id", "subject", "pass_mark")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultEntry:
    """One candidate's outcome; a score belongs to a sat exam and to no other. The unit is that of the admission slip.

    Without a unit, it is the one in which the person held a post on the day of the exam.
    """

    person_id: int
    score: Decimal | None
    outcome: ExamOutcome = ExamOutcome.SCORED
    department_id: int | None = None


def publish_results(
    session: Session, actor: Actor, *, sitting: ExamSitting, entries: Sequence[ResultEntry], batch: str | None = None
) -> Tally:
    """Publish results; the same ones again change nothing. RuleBroken lists every score that cannot be published.

    A result that differs from a published one is refused: it is corrected singly, with its reason. One that was
    withdrawn with its file is no result: the new one takes its place. Certificates that rest on a later exam of the
    year are flagged where an attempt that came in late leaves them without a pass that counts.
    """
    actor.require(Action.EXAM_MANAGE)
    published, withdrawn = standing_results(session, sitting.id), _withdrawn(session, sitting.id)
    if broken := [found for entry in entries for found in obstacles(sitting, entry, published)]:
        raise RuleBroken(broken)
    fresh = [entry for entry in entries if entry.person_id not in published]
    posts = posts_on(session, [entry.person_id for entry in fresh if not entry.department_id], sitting.held_on)
    rows = [
        {**_row(sitting, entry, entry.department_id or posts[entry.person_id][0]), **_again(withdrawn, entry.person_id)}
        for entry in fresh
    ]
    ids: list[int] = []
    for chunk in in_chunks(rows, WRITE_AT_ONCE):
        ids += session.scalars(insert(ExamResult).returning(ExamResult.id), chunk)
    if rows:
        facts = {"published": len(rows), "passed": sum(row["passed"] for row in rows), "results": sorted(ids)}
        audit.record(session, actor, Action.EXAM_MANAGE, sitting, batch=batch, **facts)
        tasks.published_late(session, actor, sitting, ids, today=clock.today())
    return Tally(created=len(rows), unchanged=len(entries) - len(rows))


def obstacles(sitting: ExamSitting, entry: ResultEntry, published: dict[int, ExamResult]) -> list[Violation]:
    """What keeps one result from being published."""
    if (wrong := unfit(Mark(entry.outcome, entry.score), sitting.full_marks)) is not None:
        return [wrong]
    there = published.get(entry.person_id)
    if there is None or (there.score, there.outcome) == (entry.score, entry.outcome):
        return []
    message = N_(
        "A different result is published already (%(score)s); correct it on the sitting's page, with a reason."
    )
    return [PUBLISHED_ONCE.broken(message, score=_shown(there.score) or "—")]


def correct_result(
    session: Session,
    actor: Actor,
    *,
    result_id: int,
    score: Decimal | None,
    outcome: ExamOutcome,
    reason: str,
    today: date,
) -> ExamResult:
    """Publish a correction that supersedes a result and keeps it. Certificates on it are flagged; a person decides."""
    actor.require(Action.EXAM_MANAGE)
    wrong = session.get_one(ExamResult, result_id, with_for_update=True)  # who is being certified on it goes first
    sitting = session.get_one(ExamSitting, wrong.sitting_id)
    entry = ResultEntry(person_id=wrong.person_id, score=score, outcome=outcome)
    broken = obstacles(sitting, entry, {})
    if not reason.strip():
        broken.append(CORRECTED_WITH_REASON.broken(N_("Say why the result is corrected.")))
    if wrong.outcome is ExamOutcome.WITHDRAWN:
        broken.append(
            CORRECTED_WITH_REASON.broken(N_("This result was withdrawn; publish the sitting's results anew."))
        )
    if (wrong.score, wrong.outcome) == (score, outcome):
        broken.append(CORRECTED_WITH_REASON.broken(N_("This is what is published already; a correction changes it.")))
    if session.scalar(select(ExamResult.id).where(ExamResult.supersedes_id == result_id)) is not None:
        broken.append(CORRECTED_WITH_REASON.broken(N_("This result was corrected before; correct the newer one.")))
    if broken:
        raise RuleBroken(broken)
    corrected = ExamResult(
        **_row(sitting, entry, wrong.department_id), supersedes_id=wrong.id, correction_reason=reason.strip()
    )
    session.add(corrected)
    audit.record(
        session,
        actor,
        Action.EXAM_MANAGE,
        corrected,
        department_id=wrong.department_id,
        reason=reason.strip(),
        score=[_shown(wrong.score), _shown(score)],
        outcome=[wrong.outcome, outcome],
        person_id=wrong.person_id,
    )
    tasks.result_corrected(session, actor, corrected, today=today)
    return corrected


def withdraw_results(session: Session, actor: Actor, *, result_ids: Sequence[int], reason: str) -> None:
    """Take back results that a file published by mistake: each gets a successor that is no result, and stays.

    The caller has made sure that they stand and that nothing rests on them.
    """
    actor.require(Action.EXAM_MANAGE)
    for chunk in in_chunks(sorted(result_ids), WRITE_AT_ONCE):
        standing = select(ExamResult).where(ExamResult.id.in_(chunk)).order_by(ExamResult.id).with_for_update()
        rows = [
            {
                **{name: getattr(wrong, name) for name in _KEPT},
                "outcome": ExamOutcome.WITHDRAWN,
                "passed": False,
                "supersedes_id": wrong.id,
                "correction_reason": reason,
            }
            for wrong in session.scalars(standing)
        ]
        add_rows(session, ExamResult, rows)


def stands(result: Any = ExamResult) -> ColumnElement[bool]:
    """In SQL: a result that nothing has superseded, and that is not itself the withdrawal of one."""
    later = aliased(ExamResult)
    return and_(result.outcome != ExamOutcome.WITHDRAWN, ~exists().where(later.supersedes_id == result.id))


def has_results() -> ColumnElement[bool]:
    """In SQL, of a sitting: results of it are published."""
    result = aliased(ExamResult)
    return exists().where(result.sitting_id == ExamSitting.id, stands(result))


def is_published(session: Session, sitting_id: int) -> bool:
    """Whether results of the sitting are published; its candidates and score sheets are closed then."""
    published = select(ExamResult.id).where(ExamResult.sitting_id == sitting_id, stands())
    return session.scalar(published.limit(1)) is not None


def refuse_published(session: Session, sitting_id: int) -> None:
    """RuleBroken when results of the sitting are published: what led to them does not change any more."""
    if is_published(session, sitting_id):
        message = N_("The results of this sitting are published; its candidates and scores are closed.")
        raise RuleBroken([PUBLISHED_ONCE.broken(message)])


def standing_results(session: Session, sitting_id: int) -> dict[int, ExamResult]:
    """The published results of a sitting that no correction has superseded, by person."""
    rows = session.scalars(select(ExamResult).where(ExamResult.sitting_id == sitting_id, stands()))
    return {result.person_id: result for result in rows}


def _withdrawn(session: Session, sitting_id: int) -> dict[int, int]:
    """The withdrawals of a sitting that nothing has superseded, by person."""
    later = aliased(ExamResult)
    rows = session.execute(
        select(ExamResult.person_id, ExamResult.id).where(
            ExamResult.sitting_id == sitting_id,
            ExamResult.outcome == ExamOutcome.WITHDRAWN,
            ~exists().where(later.supersedes_id == ExamResult.id),
        )
    )
    return {row.person_id: row.id for row in rows}


def _again(withdrawn: Mapping[int, int], person_id: int) -> dict[str, Any]:
    """What makes a result the successor of a withdrawn one; nothing where there is none."""
    before = withdrawn.get(person_id)
    return {"supersedes_id": before, "correction_reason": None if before is None else PUBLISHED_AGAIN}


def _shown(score: Decimal | None) -> str | None:
    return None if score is None else f"{Decimal(score).normalize():f}"


def _row(sitting: ExamSitting, entry: ResultEntry, department_id: int) -> dict[str, Any]:
    return {
        "sitting_id": sitting.id,
        "person_id": entry.person_id,
        "department_id": department_id,
        "subject": sitting.subject,
        "pass_mark": sitting.pass_mark,
        "outcome": entry.outcome,
        "score": entry.score,
        "passed": is_pass(entry.score, sitting.pass_mark),
    }
