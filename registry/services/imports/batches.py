"""A file on its way in: rehearsed and kept, confirmed as exactly the rehearsed bytes, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from registry import audit, clock
from registry.db import canonical_json
from registry.labels import label
from registry.models.accounts import Account
from registry.models.imports import ImportBatch
from registry.models.policies import Office
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.imports import (
    BROUGHT_IN_ONCE,
    DECIDED_FIRST,
    IN_THE_REGISTER,
    REHEARSED_FIRST,
    ImportKind,
    ImportStatus,
)
from registry.rules.permissions import Action, Actor
from registry.services.imports import questions, sources, telling
from registry.services.imports.layouts import ADVICE, LAYOUTS
from registry.services.imports.performing import Brought, RolledBack, perform, try_out
from registry.services.imports.telling import Rehearsal, as_columns
from registry.services.imports.tracing import traced
from registry.sheets import Problem, Sheet, template, with_problems, workbook
from registry.vault import vault_of
from registry.words import N_

PAGE = 20  # files; each has a dozen cells, and the latest are what somebody looks for
CHANGE_HEADINGS = ("工作表", "行", "登记", "栏目", "变更前", "变更后")
FINISHED = {*IN_THE_REGISTER, ImportStatus.UNDONE}
ONCE = "uq_import_batches_confirmed_once"
ONCE_ON_SQLITE = "import_batches.kind, import_batches.sha256"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A file in the list of imports, and who sent it (None: the console)."""

    batch: ImportBatch
    sent_by: str | None


def brought_in(session: Session, *, kind: ImportKind, content: bytes) -> ImportBatch | None:
    """The batch that brought these very bytes in, or None when nobody has or the batch was undone."""
    return _latest(session, kind, sha256(content).hexdigest(), *IN_THE_REGISTER)


def keep(
    session: Session, actor: Actor, *, kind: ImportKind, filename: str, content: bytes, source: str = ""
) -> ImportBatch:
    """The batch of a file that was not brought in yet: the one it had when it was sent before, else a new one."""
    actor.require(Action.IMPORT_SEND)
    digest = sha256(content).hexdigest()
    before = _latest(session, kind, digest, *(set(ImportStatus) - FINISHED))
    if before is not None:
        before.source = source or before.source
        return before
    batch = ImportBatch(
        kind=kind,
        filename=PurePosixPath(filename.replace("\\", "/")).name[-255:] or label(kind),
        sha256=digest,
        content=vault_of(session).seal_bytes(content),
        status=ImportStatus.WAITING,
        problems=[],
        changes=[],
        source=source,
        meanings={},
        account_id=actor.account_id,
    )
    session.add(batch)
    audit.record(session, actor, Action.IMPORT_SEND, batch, kind=kind, filename=batch.filename, source=source)
    return batch


def rehearse(
    session: Session, actor: Actor, *, kind: ImportKind, filename: str, content: bytes, today: date, source: str = ""
) -> ImportBatch:
    """Try a file out and keep it with what it would do. A file already brought in gives the batch that did it."""
    actor.require(Action.IMPORT_PERFORM)
    if (before := brought_in(session, kind=kind, content=content)) is not None:
        return before
    batch = keep(session, actor, kind=kind, filename=filename, content=content, source=source)
    return rehearse_batch(session, actor, batch=batch, today=today)


def rehearse_batch(session: Session, actor: Actor, *, batch: ImportBatch, today: date) -> ImportBatch:
    """Try out a file that is kept, with the meanings of its headings and the decisions about its rows."""
    actor.require(Action.IMPORT_REHEARSE)
    sources.recall(session, batch, content_of(session, batch))
    session.flush()
    tried = try_out(session, actor, brought=_brought(session, batch), today=today)
    batch.status = tried.status
    _tell(session, batch, tried)
    facts = {**_counts(batch), "problems": batch.refused_count, "undecided": batch.undecided_count}
    audit.record(session, actor, Action.IMPORT_REHEARSE, batch, **{name: facts[name] for name in facts if facts[name]})
    return batch


def fingerprint(session: Session, batch: ImportBatch) -> str:
    """A mark of all that was rehearsed: the bytes, what the headings mean, what was decided about rows."""
    decisions = [[*place, person_id] for place, person_id in questions.decisions_of(session, batch).items()]
    if not batch.meanings and not decisions:
        return batch.sha256
    return sha256(canonical_json([batch.sha256, batch.meanings, decisions]).encode()).hexdigest()


def confirm(session: Session, actor: Actor, *, batch_id: int, digest: str, today: date) -> ImportBatch:
    """Bring in exactly what was rehearsed: bytes, meanings, decisions. Confirmed before: nothing happens.

    `digest` is the fingerprint of what was rehearsed. RuleBroken when the file cannot be brought in.
    """
    batch = to_confirm(session, actor, batch_id=batch_id, digest=digest)
    return batch if batch.status is ImportStatus.CONFIRMED else _bring_in(session, actor, batch, today)


def to_confirm(session: Session, actor: Actor, *, batch_id: int, digest: str) -> ImportBatch:
    """The batch, locked, when it may be brought in or has been; RuleBroken says why it may not."""
    actor.require(Action.IMPORT_PERFORM)
    batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
    if batch.status is ImportStatus.CONFIRMED:
        return batch
    is_whole = sha256(content_of(session, batch)).hexdigest() == batch.sha256
    if digest != fingerprint(session, batch) or not is_whole:
        raise RuleBroken([REHEARSED_FIRST.broken(N_("This is not the file that was rehearsed."))])
    if batch.status in {ImportStatus.UNDOING, ImportStatus.UNDONE}:
        raise RuleBroken([REHEARSED_FIRST.broken(N_("This file was undone; send it again to bring it in."))])
    if batch.status is ImportStatus.WAITING:
        raise RuleBroken([REHEARSED_FIRST.broken(N_("The file is still being rehearsed."))])
    if batch.status is ImportStatus.REFUSED:
        raise RuleBroken([REHEARSED_FIRST.broken(N_("The file has problems; mend them and send it again."))])
    if batch.status is ImportStatus.UNDECIDED:
        waiting = N_("%(count)s rows wait for a decision whom they speak of; decide about each of them first.")
        raise RuleBroken([DECIDED_FIRST.broken(waiting, count=questions.open_count(session, batch))])
    if _latest(session, batch.kind, batch.sha256, *IN_THE_REGISTER) is not None:
        raise _once()
    return batch


def content_of(session: Session, batch: ImportBatch) -> bytes:
    """The bytes as they were sent."""
    sealed = session.scalars(select(ImportBatch.content).where(ImportBatch.id == batch.id)).one()
    return vault_of(session).open_bytes(sealed)


def _bring_in(session: Session, actor: Actor, batch: ImportBatch, today: date) -> ImportBatch:
    session.get_one(Office, 1, with_for_update=True)  # one file at a time: what the rows are checked against stays
    try:
        with session.begin_nested(), traced(session, batch):
            done = perform(session, actor, brought=_brought(session, batch), today=today, batch=f"import-{batch.id}")
            if not done.is_clean or done.matches_sha256 != batch.matches_sha256:
                raise RolledBack  # the register moved on since the rehearsal
            batch.status, batch.confirmed_at = ImportStatus.CONFIRMED, clock.now()
            session.flush()
    except IntegrityError as error:
        if ONCE in str(error.orig) or ONCE_ON_SQLITE in str(error.orig):
            raise _once() from error
        raise
    except RolledBack:
        session.refresh(batch)
        batch.status = done.status
    _tell(session, batch, done)
    if batch.status is ImportStatus.CONFIRMED:
        _record(session, actor, batch)
    session.flush()
    return batch


def _brought(session: Session, batch: ImportBatch) -> Brought:
    return Brought(
        kind=batch.kind,
        filename=batch.filename,
        content=content_of(session, batch),
        meanings=batch.meanings,
        decisions=questions.decisions_of(session, batch),
    )


def _tell(session: Session, batch: ImportBatch, tried: Rehearsal) -> None:
    for name, value in as_columns(session, batch.kind, tried).items():
        setattr(batch, name, value)
    packed = None if batch.status is ImportStatus.CONFIRMED else telling.packed(session, batch.kind, tried)
    batch.whole = None if packed is None else vault_of(session).seal_bytes(packed)
    questions.keep(session, batch, tried.questions)


def _record(session: Session, actor: Actor, batch: ImportBatch) -> None:
    audit.record(
        session,
        actor,
        Action.IMPORT_PERFORM,
        batch,
        batch=f"import-{batch.id}",
        kind=batch.kind,
        filename=batch.filename,
        sha256=batch.sha256,
        **_counts(batch),
    )


def _counts(batch: ImportBatch) -> dict[str, Any]:
    counts = {"created": batch.created_count, "updated": batch.updated_count, "unchanged": batch.unchanged_count}
    more = {"matched": batch.matched_count, "left_out": batch.left_out_count}
    return {**counts, **{name: count for name, count in more.items() if count}}


def history(session: Session, actor: Actor, *, batch_id: int) -> list[TrailEntry]:
    """Who sent, rehearsed, mapped, decided and confirmed, the latest first."""
    actor.require(Action.IMPORT_VIEW)
    return audit.of(session, ImportBatch.__tablename__, batch_id)


def get(session: Session, actor: Actor, batch_id: int) -> BatchRow:
    """One file and who sent it; NoResultFound when there is none."""
    actor.require(Action.IMPORT_VIEW)
    batch = session.get_one(ImportBatch, batch_id)
    sender = session.get(Account, batch.account_id) if batch.account_id is not None else None
    return BatchRow(batch, sender.display_name if sender else None)


def touched(session: Session, actor: Actor, *, batch_id: int, subject_type: str) -> list[int]:
    """Which rows of a table a file has brought something to, by the trail."""
    actor.require(Action.IMPORT_VIEW)
    of_this = (TrailEntry.batch == f"import-{batch_id}", TrailEntry.subject_type == subject_type)
    return [one for one in session.scalars(select(TrailEntry.subject_id).where(*of_this).distinct()) if one is not None]


def problems_of(batch: ImportBatch) -> list[Problem]:
    """Every problem of a file, as it was kept."""
    return [Problem.from_plain(plain) for plain in batch.problems]


def marked_file(session: Session, actor: Actor, batch_id: int) -> bytes:
    """The file sent, as .xlsx with a column that says what is wrong with each row; for those who may send it again.

    It holds whole identity numbers, so the trail tells who took it.
    """
    actor.require(Action.IMPORT_PERFORM)
    batch = session.get_one(ImportBatch, batch_id)
    audit.record(session, actor, Action.IDENTITY_UNMASK, batch, filename=batch.filename)
    whole = _whole(session, batch)
    problems = problems_of(batch) if whole is None else [Problem.from_plain(plain) for plain in whole["problems"]]
    told = [*problems, *questions.doubts_of(session, batch)]
    return with_problems(content_of(session, batch), batch.filename, LAYOUTS[batch.kind], told, batch.meanings)


def every_change(session: Session, actor: Actor, batch_id: int) -> bytes:
    """All that a file would change by its rehearsal, before and after, as .xlsx."""
    actor.require(Action.IMPORT_PERFORM)
    batch = session.get_one(ImportBatch, batch_id)
    whole = _whole(session, batch)
    changes = batch.changes if whole is None else whole["changes"]
    audit.record(session, actor, Action.PERSON_EXPORT, batch, filename=batch.filename, rows=len(changes))
    rows = [
        [
            one.get("sheet", ""),
            one.get("row", ""),
            one["subject"],
            column,
            *("" if said is None else said for said in pair),
        ]
        for one in changes
        for column, pair in one["fields"].items()
    ]
    return workbook([Sheet(title="变更", headings=CHANGE_HEADINGS, rows=rows)])


def _whole(session: Session, batch: ImportBatch) -> Mapping[str, Any] | None:
    """Everything that the rehearsal of a long file told; None where the batch itself has it all."""
    sealed = session.scalars(select(ImportBatch.whole).where(ImportBatch.id == batch.id)).one()
    return None if sealed is None else telling.unpacked(vault_of(session).open_bytes(sealed))


def empty_file(kind: ImportKind) -> bytes:
    """An .xlsx to fill in, with hints, drop-downs and a sheet that explains each column."""
    return template(LAYOUTS[kind], label(kind), ADVICE)


def batches(
    session: Session, actor: Actor, *, after: int | None = None, size: int = PAGE
) -> tuple[list[BatchRow], int | None]:
    """A page of files sent, the latest first, and the key of the next page."""
    actor.require(Action.IMPORT_VIEW)
    query = (
        select(ImportBatch, Account.display_name)
        .outerjoin(Account, Account.id == ImportBatch.account_id)
        .options(defer(ImportBatch.problems), defer(ImportBatch.changes))
        .order_by(ImportBatch.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(ImportBatch.id < after)
    found = [BatchRow(batch, name) for batch, name in session.execute(query)]
    return found[:size], found[size - 1].batch.id if len(found) > size else None


def _latest(session: Session, kind: ImportKind, digest: str, *statuses: ImportStatus) -> ImportBatch | None:
    same = (ImportBatch.kind == kind, ImportBatch.sha256 == digest, ImportBatch.status.in_(statuses))
    return session.scalars(select(ImportBatch).where(*same).order_by(ImportBatch.id.desc()).limit(1)).first()


def _once() -> RuleBroken:
    return RuleBroken([BROUGHT_IN_ONCE.broken(N_("The same file was brought in before."))])
