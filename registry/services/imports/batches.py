"""A file on its way in: rehearsed by being brought in and rolled back, confirmed as exactly the rehearsed bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from registry import audit, clock
from registry.labels import label
from registry.models.accounts import Account
from registry.models.imports import ImportBatch
from registry.rules import RuleBroken
from registry.rules.imports import BROUGHT_IN_ONCE, REHEARSED_FIRST, ImportKind, ImportStatus
from registry.rules.permissions import Action, Actor
from registry.services.changes import Tally
from registry.services.imports.kinds import BRINGING, NEEDED
from registry.services.imports.layouts import LAYOUTS
from registry.services.imports.rows import Gathered
from registry.sheets import Problem, Unreadable, read, template, with_problems
from registry.words import N_

CHANGES_KEPT = 500
PAGE = 50


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a file would do: counts and changes, or every problem it has."""

    tally: Tally
    problems: Sequence[Problem] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.problems

    @property
    def refused_rows(self) -> int:
        return len({(problem.sheet, problem.row) for problem in self.problems})


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A file in the list of imports, and who sent it."""

    batch: ImportBatch
    sent_by: str


class _RolledBack(Exception):
    """Ends the rehearsal's savepoint."""


def try_out(
    session: Session, actor: Actor, *, kind: ImportKind, filename: str, content: bytes, today: date
) -> Rehearsal:
    """The real import inside a savepoint that is rolled back. Writes nothing."""
    tried: list[Rehearsal] = []
    try:
        with session.begin_nested():
            tried.append(perform(session, actor, kind=kind, filename=filename, content=content, today=today))
            raise _RolledBack
    except _RolledBack:
        session.expire_all()
    return tried[0]


def perform(
    session: Session,
    actor: Actor,
    *,
    kind: ImportKind,
    filename: str,
    content: bytes,
    today: date,
    batch: str | None = None,
) -> Rehearsal:
    """Bring a file in, whole or not at all: with any problem the caller rolls back."""
    actor.require(Action.IMPORT_PERFORM)
    actor.require(NEEDED[kind])
    try:
        table = read(content, filename, LAYOUTS[kind])
    except Unreadable as unreadable:
        return Rehearsal(Tally(), list(unreadable.problems))
    gathered = Gathered(table, list(table.problems))
    tally = BRINGING[kind](session, actor, gathered, today, batch)
    return Rehearsal(tally, sorted(gathered.problems, key=_place))


def rehearse(
    session: Session, actor: Actor, *, kind: ImportKind, filename: str, content: bytes, today: date
) -> ImportBatch:
    """Try a file out and keep it with what it would do. A file already brought in gives the batch that did it."""
    digest = sha256(content).hexdigest()
    if (before := _confirmed(session, kind, digest)) is not None:
        actor.require(Action.IMPORT_PERFORM)
        return before
    tried = try_out(session, actor, kind=kind, filename=filename, content=content, today=today)
    batch = ImportBatch(
        kind=kind,
        filename=filename[-255:],
        sha256=digest,
        content=content,
        status=ImportStatus.REHEARSED if tried.is_clean else ImportStatus.REFUSED,
        account_id=actor.account_id,
        **_told(tried),
    )
    session.add(batch)
    session.flush()
    return batch


def confirm(session: Session, actor: Actor, *, batch_id: int, digest: str, today: date) -> ImportBatch:
    """Bring in exactly the rehearsed bytes. Confirmed before: nothing happens. RuleBroken when it cannot be."""
    actor.require(Action.IMPORT_PERFORM)
    batch = session.get_one(ImportBatch, batch_id, options=[undefer(ImportBatch.content)], with_for_update=True)
    if batch.status is ImportStatus.CONFIRMED:
        return batch
    if digest != batch.sha256 or sha256(batch.content).hexdigest() != batch.sha256:
        raise RuleBroken([REHEARSED_FIRST.broken(N_("This is not the file that was rehearsed."))])
    if batch.status is ImportStatus.REFUSED:
        raise RuleBroken([REHEARSED_FIRST.broken(N_("The file has problems; mend them and send it again."))])
    if _confirmed(session, batch.kind, batch.sha256) is not None:
        raise RuleBroken([BROUGHT_IN_ONCE.broken(N_("The same file was brought in before."))])
    return _bring_in(session, actor, batch, today)


def _bring_in(session: Session, actor: Actor, batch: ImportBatch, today: date) -> ImportBatch:
    try:
        with session.begin_nested():
            done = perform(
                session,
                actor,
                kind=batch.kind,
                filename=batch.filename,
                content=batch.content,
                today=today,
                batch=f"import-{batch.id}",
            )
            if not done.is_clean:
                raise _RolledBack
            batch.status, batch.confirmed_at = ImportStatus.CONFIRMED, clock.now()
            session.flush()
    except IntegrityError as error:
        raise RuleBroken([BROUGHT_IN_ONCE.broken(N_("The same file was brought in before."))]) from error
    except _RolledBack:
        session.refresh(batch)
        batch.status = ImportStatus.REFUSED  # the register moved on since the rehearsal
    for name, value in _told(done).items():
        setattr(batch, name, value)
    if batch.status is ImportStatus.CONFIRMED:
        audit.record(
            session,
            actor,
            Action.IMPORT_PERFORM,
            batch,
            batch=f"import-{batch.id}",
            kind=batch.kind,
            filename=batch.filename,
            sha256=batch.sha256,
            created=done.tally.created,
            updated=done.tally.updated,
            unchanged=done.tally.unchanged,
        )
    return batch


def get(session: Session, actor: Actor, batch_id: int) -> ImportBatch:
    actor.require(Action.IMPORT_VIEW)
    return session.get_one(ImportBatch, batch_id)


def problems_of(batch: ImportBatch) -> list[Problem]:
    return [Problem.from_plain(plain) for plain in batch.problems]


def marked_file(session: Session, actor: Actor, batch_id: int) -> bytes:
    """The file sent, as .xlsx with a column that says what is wrong with each row."""
    actor.require(Action.IMPORT_VIEW)
    batch = session.get_one(ImportBatch, batch_id, options=[undefer(ImportBatch.content)])
    return with_problems(batch.content, batch.filename, LAYOUTS[batch.kind], problems_of(batch))


def empty_file(kind: ImportKind) -> bytes:
    """An .xlsx to fill in, with an example row, hints and drop-downs."""
    return template(LAYOUTS[kind], label(kind))


def batches(
    session: Session, actor: Actor, *, after: int | None = None, size: int = PAGE
) -> tuple[list[BatchRow], int | None]:
    """A page of files sent, the latest first, and the key of the next page."""
    actor.require(Action.IMPORT_VIEW)
    query = (
        select(ImportBatch, Account.display_name)
        .outerjoin(Account, Account.id == ImportBatch.account_id)
        .order_by(ImportBatch.id.desc())
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(ImportBatch.id < after)
    found = [BatchRow(batch, name or "—") for batch, name in session.execute(query)]
    return found[:size], found[size - 1].batch.id if len(found) > size else None


def _confirmed(session: Session, kind: ImportKind, digest: str) -> ImportBatch | None:
    same = (ImportBatch.kind == kind, ImportBatch.sha256 == digest, ImportBatch.status == ImportStatus.CONFIRMED)
    return session.scalar(select(ImportBatch).where(*same))


def _told(tried: Rehearsal) -> dict[str, Any]:
    changes = [
        {"subject": change.subject, "fields": {name: [*map(_text, pair)] for name, pair in change.fields.items()}}
        for change in tried.tally.changes[:CHANGES_KEPT]
    ]
    return {
        "created_count": tried.tally.created,
        "updated_count": tried.tally.updated,
        "unchanged_count": tried.tally.unchanged,
        "refused_count": tried.refused_rows,
        "problems": [problem.as_plain() for problem in tried.problems],
        "changes": changes,
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.sheet, problem.row or 0, problem.column
