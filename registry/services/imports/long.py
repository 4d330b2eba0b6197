"""Long files: rehearsed and brought in by the worker, in one transaction each, while a page tells how far it is."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, jobs
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.models.imports import ImportBatch
from registry.models.jobs import Job
from registry.rules import RuleBroken
from registry.rules.imports import WITH_THE_WORKER, ImportKind, ImportStatus
from registry.rules.jobs import UNDER_WAY, JobKind, JobPhase
from registry.rules.permissions import Action, Actor
from registry.services import accounts
from registry.services.imports.batches import (
    brought_in,
    confirm,
    content_of,
    fingerprint,
    keep,
    rehearse,
    rehearse_batch,
    to_confirm,
)
from registry.services.imports.undoing import to_undo, undo
from registry.sheets import Problem, row_count
from registry.words import N_

LONG_ROWS = 3_000
LONG_BYTES = 1_000_000  # so long that not even the rows are counted while somebody waits


def send(
    session: Session, actor: Actor, *, kind: ImportKind, filename: str, content: bytes, today: date, source: str = ""
) -> ImportBatch:
    """Take a file in for rehearsal: a short one at once, a long one by the worker."""
    actor.require(Action.IMPORT_PERFORM)
    if not _is_long(content, filename):
        return rehearse(session, actor, kind=kind, filename=filename, content=content, today=today, source=source)
    if (before := brought_in(session, kind=kind, content=content)) is not None:
        return before
    batch = keep(session, actor, kind=kind, filename=filename, content=content, source=source)
    if not _is_under_way(session, batch):
        _leave_to_the_worker(session, actor, batch)
    return batch


def rehearse_again(session: Session, actor: Actor, *, batch: ImportBatch, today: date) -> ImportBatch:
    """Rehearse a kept file as it is meant and decided now: a short one at once, a long one by the worker."""
    actor.require(Action.IMPORT_REHEARSE)
    if not _is_long(content_of(session, batch), batch.filename):
        return rehearse_batch(session, actor, batch=batch, today=today)
    _leave_to_the_worker(session, actor, batch)
    return batch


def approve(session: Session, actor: Actor, *, batch_id: int, digest: str, today: date) -> ImportBatch:
    """Bring in what was rehearsed: a short file at once, a long one by the worker."""
    batch = to_confirm(session, actor, batch_id=batch_id, digest=digest)
    if batch.status is ImportStatus.CONFIRMED or _is_under_way(session, batch):
        return batch
    if batch.created_count + batch.updated_count + batch.unchanged_count <= LONG_ROWS:
        return confirm(session, actor, batch_id=batch_id, digest=digest, today=today)
    batch.status = ImportStatus.CONFIRMING
    _enqueue(session, actor, batch)
    return batch


def take_back(session: Session, actor: Actor, *, batch_id: int, reason: str, today: date) -> ImportBatch:
    """Undo what was brought in: a short file at once, a long one by the worker."""
    batch = to_undo(session, actor, batch_id=batch_id, reason=reason)
    if batch.status is ImportStatus.UNDONE or _is_under_way(session, batch):
        return batch
    if batch.created_count + batch.updated_count <= LONG_ROWS:
        return undo(session, actor, batch_id=batch_id, reason=reason, today=today)
    batch.status, batch.undone_because = ImportStatus.UNDOING, reason.strip()
    _enqueue(session, actor, batch)
    return batch


def job_of(session: Session, actor: Actor, batch: ImportBatch) -> Job | None:
    """The latest job of a long file."""
    actor.require(Action.IMPORT_VIEW)
    return session.scalars(
        select(Job)
        .where(Job.kind == JobKind.IMPORT, Job.arguments["batch_id"].as_integer() == batch.id)
        .order_by(Job.id.desc())
        .limit(1)
    ).first()


def work(sessions: Sessions, progress: Progress, *, batch_id: int, account_id: int | None) -> dict[str, Any]:
    """Rehearse, bring in or undo, whichever the batch waits for. Run again after a crash it does what is left to do."""
    progress(0, 0, JobPhase.READING)
    try:
        with transaction(sessions) as session:
            jobs.report_to(session, progress)
            told = _do(session, accounts.who_asked(session, account_id, Action.IMPORT_PERFORM), batch_id, clock.today())
    except Exception as error:
        _give_back(sessions, batch_id, error)
        raise
    rows = told["created"] + told["updated"] + told["unchanged"]
    progress(rows, rows)
    return told


def _do(session: Session, actor: Actor, batch_id: int, today: date) -> dict[str, Any]:
    batch = session.get_one(ImportBatch, batch_id)
    if batch.status is ImportStatus.WAITING:
        rehearse_batch(session, actor, batch=batch, today=today)
    elif batch.status is ImportStatus.CONFIRMING:
        confirm(session, actor, batch_id=batch_id, digest=fingerprint(session, batch), today=today)
    elif batch.status is ImportStatus.UNDOING:
        undo(session, actor, batch_id=batch_id, reason=batch.undone_because, today=today)
    return _result(batch)


def _result(batch: ImportBatch) -> dict[str, Any]:
    counts = {"created": batch.created_count, "updated": batch.updated_count, "unchanged": batch.unchanged_count}
    return {**counts, "problems": len(batch.problems)}


def _give_back(sessions: Sessions, batch_id: int, error: Exception) -> None:
    """What could not be done is told on the batch, which may be sent or confirmed again."""
    if isinstance(error, RuleBroken):
        problems = [Problem(message=one.message, params=one.params) for one in error.violations]
    else:
        problems = [Problem(message=N_("The registry could not finish; nothing was written. Send the file again."))]
    with transaction(sessions) as session:
        batch = session.get_one(ImportBatch, batch_id)
        if batch.status is ImportStatus.UNDOING:  # it is in as it was; why it stays stands on the page of undoing
            batch.status, batch.undone_because = ImportStatus.CONFIRMED, ""
        elif batch.status in WITH_THE_WORKER:
            batch.status, batch.problems = ImportStatus.REFUSED, [problem.as_plain() for problem in problems]
            batch.whole = None  # what its rehearsal told is not what stands against it now


def _leave_to_the_worker(session: Session, actor: Actor, batch: ImportBatch) -> None:
    batch.status = ImportStatus.WAITING
    _enqueue(session, actor, batch)


def _enqueue(session: Session, actor: Actor, batch: ImportBatch) -> None:
    jobs.enqueue(session, actor, JobKind.IMPORT, batch_id=batch.id, account_id=actor.account_id)


def _is_under_way(session: Session, batch: ImportBatch) -> bool:
    asked = select(Job.id).where(
        Job.kind == JobKind.IMPORT,
        Job.arguments["batch_id"].as_integer() == batch.id,
        Job.status.in_(UNDER_WAY),
    )
    return batch.status in WITH_THE_WORKER and session.scalars(asked.limit(1)).first() is not None


def _is_long(content: bytes, filename: str) -> bool:
    return len(content) > LONG_BYTES or row_count(content, filename) > LONG_ROWS
