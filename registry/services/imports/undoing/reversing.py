"""A file taken back: all of it or nothing, each record with its entry in the trail, and nothing deleted that counts."""

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.departments import Department
from registry.models.imports import ImportBatch
from registry.models.people import Person
from registry.models.policies import Office
from registry.rules import RuleBroken
from registry.rules.imports import UNDONE_WHILE_FREE, ImportKind, ImportStatus
from registry.rules.permissions import Action, Actor
from registry.services import exams, tasks
from registry.services.imports.kinds import NEEDED
from registry.services.imports.undoing import parts, units
from registry.services.imports.undoing.doing import LINES, PEOPLE, RESULTS, Done, chunks, done_by
from registry.services.imports.undoing.obstacles import changed_people, obstacles
from registry.services.imports.undoing.telling import acts
from registry.words import N_


def undo(session: Session, actor: Actor, *, batch_id: int, reason: str, today: date) -> ImportBatch:
    """Take a file back: what it made is withdrawn, what it changed says again what it said before.

    RuleBroken without a reason, or when something rests on it or changed since. Undone before: nothing happens.
    """
    batch = to_undo(session, actor, batch_id=batch_id, reason=reason)
    if batch.status is ImportStatus.UNDONE:
        return batch
    session.get_one(Office, 1, with_for_update=True)  # one file at a time, whichever way
    done = done_by(session, batch)
    if standing := obstacles(session, done):
        said = N_("%(count)s records stand against it: something rests on them, or they were changed since.")
        raise RuleBroken([UNDONE_WHILE_FREE.broken(said, count=len(standing))])
    told = acts(session, done, reason.strip())
    moved = sorted(changed_people(session, done))
    _reverse(session, actor, done, today)
    batch.status, batch.undone_at = ImportStatus.UNDONE, clock.now()
    batch.undone_by, batch.undone_because = actor.name, reason.strip()
    audit.record_many(session, actor, Action.IMPORT_UNDO, told, batch=f"undo-{done.mark}")
    facts: dict[str, Any] = {"kind": batch.kind, "filename": batch.filename, "rows": done.size}
    audit.record(session, actor, Action.IMPORT_UNDO, batch, reason=reason.strip(), batch=f"undo-{done.mark}", **facts)
    session.expire_all()
    tasks.settle_restored(session, actor, moved, today=today)
    return batch


def to_undo(session: Session, actor: Actor, *, batch_id: int, reason: str) -> ImportBatch:
    """The batch, locked, when it may be taken back or has been; RuleBroken says why it may not."""
    actor.require(Action.IMPORT_UNDO)
    batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
    actor.require(NEEDED[batch.kind])
    if batch.status is ImportStatus.UNDONE:
        return batch
    wrong = []
    if batch.status not in {ImportStatus.CONFIRMED, ImportStatus.UNDOING}:
        wrong.append(UNDONE_WHILE_FREE.broken(N_("The file was not brought in; there is nothing to undo.")))
    elif not batch.is_traced and batch.kind is not ImportKind.CERTIFICATES:
        unknown = N_("The file came in before the registry kept what each row was; correct its records one by one.")
        wrong.append(UNDONE_WHILE_FREE.broken(unknown))
    if not reason.strip():
        wrong.append(UNDONE_WHILE_FREE.broken(N_("Say why the file is undone.")))
    if wrong:
        raise RuleBroken(wrong)
    return batch


def _reverse(session: Session, actor: Actor, done: Done, today: date) -> None:
    """First what the file made, so that nothing is in the way of what was there before."""
    if done.made[RESULTS]:
        taken_back = f"撤销导入：{done.batch.filename}"
        exams.withdraw_results(session, actor, result_ids=sorted(done.made[RESULTS]), reason=taken_back)
    parts.withdraw_lines(session, done.made[LINES], today)
    parts.strike_off(session, done)
    parts.never_held(session, done)
    units.take_histories_back(session, done)
    units.end_scopes(session, done)
    session.flush()
    parts.restore(session, done)
    for some in chunks(done.made[PEOPLE]):
        session.execute(update(Person).where(Person.id.in_(some)).values(withdrawn_on=today))
    units.end_units(session, done.made[Department.__tablename__], today)
    parts.withdraw_events(session, done, today)
    session.flush()
