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
UNDECIDED = N_(
    "Nothing was written: somebody has to say whom some rows speak of. Send the file on the pages and decide."
)
COUNTS = {
    "created": N_("New"),
    "updated": N_("Changed"),
    "unchanged": N_("As before"),
    "refused": N_("With problems"),
    "undecided": N_("To decide"),
}
SAID = {
    ImportStatus.REHEARSED: REHEARSED,
    ImportStatus.CONFIRMED: BROUGHT_IN,
    ImportStatus.UNDECIDED: UNDECIDED,
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
@click.option("--source", default="", help="Where the file comes from: its headings are read as remembered for it.")
@click.option("--dry-run", is_flag=True, help="Rehearse only: say what would happen, write nothing at all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def import_(kind: str, file: Path, source: str, dry_run: bool, as_json: bool) -> None:
    """Bring in units, people, training records or exam results from a spreadsheet, whole or not at all."""
    content = file.read_bytes()
    outcome = _outcome(ImportKind(kind), file.name, content, source=source, dry_run=dry_run)
    for problem in outcome.problems:
        say_why(_line(problem))
    if as_json:
        click.echo(json.dumps(_plain(kind, file.name, content, outcome), ensure_ascii=False))
    else:
        _tell(ImportKind(kind), file.name, outcome)
    if outcome.problems:
        raise SystemExit(1)


def _outcome(kind: ImportKind, filename: str, content: bytes, *, source: str, dry_run: bool) -> Outcome:
    """The real run in one transaction; a rehearsal, or a file with problems, leaves nothing behind, no batch either."""
    outcome: list[Outcome] = []
    try:
        with db.transaction(current_app.extensions["sessions"]) as session:
            outcome.append(_run(session, kind, filename, content, source, dry_run))
            if dry_run or outcome[0].status is not ImportStatus.CONFIRMED:
                raise Refused
    except Refused:
        pass
    return outcome[0]


def _run(session: Session, kind: ImportKind, filename: str, content: bytes, source: str, dry_run: bool) -> Outcome:
    today = clock.today()
    if (before := imports.brought_in(session, kind=kind, content=content)) is not None:
        rows = before.created_count + before.updated_count + before.unchanged_count
        return Outcome(before.status, BEFORE, _counts(0, 0, rows, 0, 0), [])
    batch = imports.rehearse(
        session, SYSTEM, kind=kind, filename=filename, content=content, today=today, source=source.strip()
    )
    if batch.status is ImportStatus.REHEARSED and not dry_run:
        digest = imports.fingerprint(session, batch)
        batch = imports.confirm(session, SYSTEM, batch_id=batch.id, digest=digest, today=today)
    return _of(session, batch)


def _of(session: Session, batch: ImportBatch) -> Outcome:
    counts = _counts(
        batch.created_count, batch.updated_count, batch.unchanged_count, batch.refused_count, batch.undecided_count
    )
    problems = [*imports.problems_of(batch), *imports.doubts_of(session, batch)]
    return Outcome(batch.status, SAID.get(batch.status, REFUSED), counts, problems)


def _counts(*numbers: int) -> dict[str, int]:
    return dict(zip(COUNTS, numbers, strict=True))


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
