"""The import itself: the whole file or nothing, and the rehearsal, which is the import rolled back."""

from datetime import date

from sqlalchemy.orm import Session

from registry.rules import RuleBroken
from registry.rules.imports import ImportKind
from registry.rules.permissions import Action, Actor
from registry.services.changes import Tally
from registry.services.imports.kinds import BRINGING, NEEDED
from registry.services.imports.layouts import LAYOUTS
from registry.services.imports.rows import Gathered
from registry.services.imports.telling import Rehearsal
from registry.sheets import Problem, Unreadable, read


class RolledBack(Exception):
    """Ends a savepoint whose work is not to stay."""


def try_out(
    session: Session, actor: Actor, *, kind: ImportKind, filename: str, content: bytes, today: date
) -> Rehearsal:
    """The real import inside a savepoint that is rolled back. Writes nothing."""
    tried: list[Rehearsal] = []
    try:
        with session.begin_nested():
            tried.append(perform(session, actor, kind=kind, filename=filename, content=content, today=today))
            raise RolledBack
    except RolledBack:
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
        return Rehearsal(Tally(), unreadable.problems)
    titles = {column.name: column.title for column in LAYOUTS[kind]}
    gathered, tally = Gathered(table, titles, list(table.problems)), Tally()
    try:
        tally = BRINGING[kind](session, actor, gathered, today, batch)
    except RuleBroken as broken:  # a rule that no check of the rows foresaw still refuses the whole file
        gathered.problems += [Problem(message=one.message, params=one.params) for one in broken.violations]
    return Rehearsal(tally, sorted(gathered.problems, key=_place), table.ignored, table.skipped)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.sheet, problem.row or 0, problem.column
