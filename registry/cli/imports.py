"""`registry import KIND FILE`: a file brought in by the console, or only rehearsed; every problem at once on stderr."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy.orm import Session

from registry import clock, db
from registry.cli.console import language, say_why
from registry.labels import label
from registry.models.imports import ImportBatch
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import SYSTEM
from registry.services import imports
from registry.sheets import Problem
from registry.words import N_, translate

REHEARSED = N_("Rehearsed: nothing was written.")
BROUGHT_IN = N_("Brought in.")
BEFORE = N_("This very file was brought in before; nothing was changed.")
REFUSED = N_("Refused: nothing was written.")
COUNTS = {
    "created": N_("New"),
    "updated": N_("Changed"),
    "unchanged": N_("As before"),
    "refused": N_("With problems"),
}


class Refused(Exception):
    """Ends the transaction of a file with problems, so that nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file."""

    status: ImportStatus
    said: str
    counts: dict[str, int]
    problems: list[Problem]


@click.command(name="import")
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--dry-run", is_flag=True, help="Rehearse only: say what would happen, write nothing at all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def import_(kind: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring in units, people, training records or exam results from a spreadsheet, whole or not at all."""
    content = file.read_bytes()
    outcome = _outcome(ImportKind(kind), file.name, content, dry_run=dry_run)
    for problem in outcome.problems:
        say_why(_line(problem))
    if as_json:
        click.echo(json.dumps(_plain(kind, file.name, content, outcome), ensure_ascii=False))
    else:
        _tell(ImportKind(kind), file.name, outcome)
    if outcome.problems:
        raise SystemExit(1)


def _outcome(kind: ImportKind, filename: str, content: bytes, *, dry_run: bool) -> Outcome:
    """The real run in one transaction; a rehearsal, or a file with problems, leaves nothing behind, no batch either."""
    outcome: list[Outcome] = []
    try:
        with db.transaction(current_app.extensions["sessions"]) as session:
            outcome.append(_run(session, kind, filename, content, dry_run))
            if dry_run or outcome[0].status is ImportStatus.REFUSED:
                raise Refused
    except Refused:
        pass
    return outcome[0]


def _run(session: Session, kind: ImportKind, filename: str, content: bytes, dry_run: bool) -> Outcome:
    today = clock.today()
    if (before := imports.brought_in(session, kind=kind, content=content)) is not None:
        rows = before.created_count + before.updated_count + before.unchanged_count
        return Outcome(before.status, BEFORE, _counts(0, 0, rows, 0), [])
    batch = imports.rehearse(session, SYSTEM, kind=kind, filename=filename, content=content, today=today)
    if batch.status is ImportStatus.REHEARSED and not dry_run:
        batch = imports.confirm(session, SYSTEM, batch_id=batch.id, digest=batch.sha256, today=today)
    return _of(batch)


def _of(batch: ImportBatch) -> Outcome:
    said = {ImportStatus.REHEARSED: REHEARSED, ImportStatus.CONFIRMED: BROUGHT_IN}.get(batch.status, REFUSED)
    counts = _counts(batch.created_count, batch.updated_count, batch.unchanged_count, batch.refused_count)
    return Outcome(batch.status, said, counts, imports.problems_of(batch))


def _counts(created: int, updated: int, unchanged: int, refused: int) -> dict[str, int]:
    return dict(zip(COUNTS, (created, updated, unchanged, refused), strict=True))


def _line(problem: Problem) -> str:
    place, reason = problem.place(language()), problem.in_words(language())
    return translate(N_("%(place)s: %(reason)s"), language(), {"place": place, "reason": reason}) if place else reason


def _plain(kind: str, filename: str, content: bytes, outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": kind,
        "file": filename,
        "sha256": sha256(content).hexdigest(),
        "status": outcome.status.value,
        "said": translate(outcome.said, language()),
        "counts": outcome.counts,
        "problems": [
            {
                "sheet": problem.sheet,
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "reason": problem.in_words(language()),
            }
            for problem in outcome.problems
        ],
    }


def _tell(kind: ImportKind, filename: str, outcome: Outcome) -> None:
    click.echo(f"{filename} ({label(kind, language())})")
    for name, count in outcome.counts.items():
        click.echo(f"{translate(COUNTS[name], language())}: {count}")
    click.echo(translate(outcome.said, language()))
