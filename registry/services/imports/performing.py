"""The import itself: the whole file or nothing, and the rehearsal, which is the import rolled back."""

from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from registry import jobs
from registry.rules import RuleBroken
from registry.rules.imports import ImportKind
from registry.rules.jobs import JobPhase
from registry.rules.permissions import Action, Actor
from registry.services.changes import Tally
from registry.services.imports.kinds import BRINGING, NEEDED
from registry.services.imports.layouts import LAYOUTS
from registry.services.imports.rows import Decisions, Gathered
from registry.services.imports.telling import Rehearsal
from registry.sheets import Meaning, Problem, Unreadable, read


class RolledBack(Exception):
    """Ends a savepoint whose work is not to stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """All that an import is a function of, beside the register: bytes, meanings of headings, decisions about rows."""

    kind: ImportKind
    filename: str
    content: bytes
    meanings: Meaning = field(default_factory=dict)
    decisions: Decisions = field(default_factory=dict)


def try_out(session: Session, actor: Actor, *, brought: Brought, today: date) -> Rehearsal:
    """The real import inside a savepoint that is rolled back. Writes nothing."""
    tried: list[Rehearsal] = []
    try:
        with session.begin_nested():
            tried.append(perform(session, actor, brought=brought, today=today))
            raise RolledBack
    except RolledBack:
        session.expire_all()
    return tried[0]


def perform(session: Session, actor: Actor, *, brought: Brought, today: date, batch: str | None = None) -> Rehearsal:
    """Bring a file in, whole or not at all: with any problem or open question the caller rolls back."""
    actor.require(Action.IMPORT_PERFORM)
    actor.require(NEEDED[brought.kind])
    layout = LAYOUTS[brought.kind]
    try:
        table = read(brought.content, brought.filename, layout, brought.meanings, partial(_tell_reading, session))
    except Unreadable as unreadable:
        return Rehearsal(Tally(), unreadable.problems, is_unread=True)
    titles = {column.name: column.title for column in layout}
    gathered, tally = Gathered(table, titles, list(table.problems), brought.decisions), Tally()
    try:
        tally = BRINGING[brought.kind](session, actor, gathered, today, batch)
    except RuleBroken as broken:  # a rule that no check of the rows foresaw still refuses the whole file
        gathered.problems += [Problem(message=one.message, params=one.params) for one in broken.violations]
    return Rehearsal(
        tally,
        sorted(gathered.problems, key=_place),
        ignored=table.ignored,
        skipped=table.skipped,
        hidden=table.hidden,
        questions=gathered.questions,
        open_count=len(gathered.open_questions),
        matches=gathered.matches,
        left_out=gathered.left_out,
    )


def _tell_reading(session: Session, done: int, total: int) -> None:
    jobs.tell(session, JobPhase.READING, done, total)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.sheet, problem.row or 0, problem.column
