"""Headings mapped by hand: what each means is chosen on the file's page, rehearsed, and remembered for the source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry import audit
from registry.models.imports import ImportBatch
from registry.rules import RuleBroken
from registry.rules.imports import MAY_BE_CHANGED, ONE_MEANING, REHEARSED_FIRST, ImportKind
from registry.rules.permissions import Action, Actor
from registry.services.imports import questions, sources
from registry.services.imports.batches import content_of
from registry.services.imports.layouts import LAYOUTS
from registry.services.imports.long import rehearse_again
from registry.sheets import Meaning, SheetHeadings, Unreadable, headings
from registry.words import N_

UNCHANGEABLE = N_("The file is being worked on, or is in already; nothing about it can be changed now.")


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """One heading of a file: where it stands, values below it, and the column it is taken for (empty: left out)."""

    sheet: str
    text: str
    samples: Sequence[str]
    column: str


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of a file, each once, and the titles of required columns that none stands for, by sheet."""

    rows: Sequence[HeadingRow]
    missing: Mapping[str, Sequence[str]]


def headings_of(session: Session, actor: Actor, *, batch_id: int) -> Headings:
    """What the headings of a file are taken for now; none at all when the file is no spreadsheet."""
    actor.require(Action.IMPORT_VIEW)
    batch = session.get_one(ImportBatch, batch_id)
    sheets = _sheets(session, batch, batch.meanings)
    rows: dict[str, HeadingRow] = {}
    for sheet in sheets:
        for text in sheet.headings:
            column = sheet.taken.get(text, "")
            if text not in rows or (column and not rows[text].column):
                rows[text] = HeadingRow(sheet.sheet, text, sheet.samples[text], column)
    taking = [sheet for sheet in sheets if sheet.taken] or sheets[:1]
    return Headings(list(rows.values()), {sheet.sheet: sheet.missing for sheet in taking if sheet.missing})


def give_meanings(
    session: Session, actor: Actor, *, batch_id: int, meant: Meaning, source: str, today: date
) -> ImportBatch:
    """Say what every heading of a file means, and rehearse it again so; a source named remembers it.

    RuleBroken when two headings of a sheet mean one column, or the file is past changing.
    """
    actor.require(Action.IMPORT_MAP)
    batch = to_change(session, batch_id)
    usual = _taken(_sheets(session, batch, {}))
    before = _taken(sheets := _sheets(session, batch, batch.meanings))
    _refuse_doubles(batch.kind, sheets, meant)
    batch.meanings, batch.source = dict(meant), source
    questions.forget(session, batch)
    changed = sources.changes(batch.kind, before, {heading: name for heading, name in meant.items() if name})
    audit.record(session, actor, Action.IMPORT_MAP, batch, source=source, changed=changed)
    if source:
        sources.remember(session, actor, kind=batch.kind, name=source, usual=usual, meant=meant)
    return rehearse_again(session, actor, batch=batch, today=today)


def try_again(session: Session, actor: Actor, *, batch_id: int, today: date) -> ImportBatch:
    """Rehearse a file once more: somebody was registered meanwhile, or a unit was renamed."""
    actor.require(Action.IMPORT_REHEARSE)
    return rehearse_again(session, actor, batch=to_change(session, batch_id), today=today)


def to_change(session: Session, batch_id: int) -> ImportBatch:
    """The batch, locked, when meanings and decisions may still change; RuleBroken otherwise."""
    batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
    if batch.status not in MAY_BE_CHANGED:
        raise RuleBroken([REHEARSED_FIRST.broken(UNCHANGEABLE)])
    return batch


def _sheets(session: Session, batch: ImportBatch, meanings: Meaning) -> Sequence[SheetHeadings]:
    try:
        return headings(content_of(session, batch), batch.filename, LAYOUTS[batch.kind], meanings)
    except Unreadable:
        return []


def _taken(sheets: Sequence[SheetHeadings]) -> dict[str, str]:
    return {heading: name for sheet in reversed(sheets) for heading, name in sheet.taken.items()}


def _refuse_doubles(kind: ImportKind, sheets: Sequence[SheetHeadings], meant: Meaning) -> None:
    titles = {column.name: column.title for column in LAYOUTS[kind]}
    twice = N_("%(first)s and %(second)s cannot both mean %(column)s; choose one and leave the other out.")
    found = {}
    for sheet in sheets:
        seen: dict[str, str] = {}
        for heading in sheet.headings:
            name = meant.get(heading)
            if name and (first := seen.setdefault(name, heading)) != heading:
                found[first, heading] = ONE_MEANING.broken(twice, first=first, second=heading, column=titles[name])
    if found:
        raise RuleBroken(found.values())
