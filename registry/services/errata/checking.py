"""A file somebody holds against what was printed: the same bytes, the same rows, or what was changed in it."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry.models.rosters import Roster, RosterCopy
from registry.rules import RuleBroken
from registry.rules.errata import FILE_IS_READ
from registry.rules.permissions import Action, Actor
from registry.services.rosters.contents import to_print
from registry.services.rosters.printing import marks_of
from registry.services.rosters.workbooks import comma_separated, headings, spreadsheet
from registry.sheets import table_in
from registry.words import N_

SHOWN = 50
NUMBER, NAME, PLACE = (headings()[place] for place in (9, 1, 0))
PDF, XLSX = b"%PDF", b"PK\x03\x04"
ENCODINGS = ("utf-8-sig", "gb18030")


class Verdict(StrEnum):
    """The very bytes; the same rows in a file saved anew; rows that were changed."""

    UNCHANGED = "unchanged"
    SAVED_ANEW = "saved_anew"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Cell:
    """One field that differs."""

    heading: str
    printed: str
    found: str


@dataclass(frozen=True, slots=True)
class Altered:
    """A line that differs: missing from the file, not of the roster, or changed field by field."""

    place: str
    name: str
    number: str
    is_missing: bool = False
    is_foreign: bool = False
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a file turned out to be; the first of its altered lines, and how many there are."""

    filename: str
    sha256: str
    verdict: Verdict
    is_pdf: bool
    lines: int
    copies: Sequence[int] = ()
    columns_missing: Sequence[str] = ()
    columns_foreign: Sequence[str] = ()
    altered: Sequence[Altered] = ()
    altered_count: int = 0

    @property
    def is_refused(self) -> bool:
        """A changed table, or a PDF that is not the one printed: what its pages show cannot be vouched for."""
        return self.verdict is Verdict.CHANGED or (self.is_pdf and self.verdict is Verdict.SAVED_ANEW)


def check(session: Session, actor: Actor, *, roster_id: int, filename: str, content: bytes) -> Checked:
    """Hold a CSV or PDF against a frozen roster; nothing of it is kept.

    RuleBroken (ERR-4) for a file that is neither, has no readable table, or is a spreadsheet saved anew, (ROST-6) when
    the roster's own data are others now.
    """
    chosen = select(Roster).where(Roster.id == roster_id).options(undefer(Roster.data))
    roster = session.scalars(chosen).one()
    actor.require_unit(Action.ROSTER_VIEW, roster.department_id)
    data = to_print(session, roster)
    digest, expected = sha256(content).hexdigest(), comma_separated(data)
    told = {"filename": filename, "sha256": digest, "is_pdf": content.startswith(PDF), "lines": roster.line_count}
    copies = _copies(session, roster_id, digest)
    if copies or _is_original(roster, data, content, digest, expected):
        return Checked(**told, verdict=Verdict.UNCHANGED, copies=copies)  # type: ignore[arg-type]
    missing, foreign, altered = _held_against(_table(content), _rows(expected))
    is_same = not (missing or foreign or altered)
    return Checked(
        **told,  # type: ignore[arg-type]
        verdict=Verdict.SAVED_ANEW if is_same else Verdict.CHANGED,
        columns_missing=missing,
        columns_foreign=foreign,
        altered=altered[:SHOWN],
        altered_count=len(altered),
    )


def _copies(session: Session, roster_id: int, digest: str) -> list[int]:
    """The copies in the ledger that are these very bytes."""
    chosen = select(RosterCopy.copy_number).where(RosterCopy.roster_id == roster_id, RosterCopy.sha256 == digest)
    return list(session.scalars(chosen.order_by(RosterCopy.copy_number)))


def _is_original(roster: Roster, data: Mapping[str, Any], content: bytes, digest: str, expected: bytes) -> bool:
    if content.startswith(PDF):
        return digest == roster.pdf_sha256
    if content.startswith(XLSX):
        return content == spreadsheet(data, marks_of(roster))
    return content == expected


def _table(content: bytes) -> list[list[str]]:
    if content.startswith(XLSX):
        saved = N_("This spreadsheet is no copy of the roster as it was taken; save its rows as CSV to compare them.")
        raise RuleBroken([FILE_IS_READ.broken(saved)])
    plain = table_in(content) if content.startswith(PDF) else content
    if plain is None:
        none = N_("The PDF is not the one that was printed, and no table that can be read is attached to it.")
        raise RuleBroken([FILE_IS_READ.broken(none)])
    rows = _rows(plain)
    if not rows or NUMBER not in rows[0]:
        unlike = N_("The file has no column %(column)s; send the CSV of the roster or its PDF.")
        raise RuleBroken([FILE_IS_READ.broken(unlike, column=NUMBER)])
    return rows


def _rows(content: bytes) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
            return [row for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise RuleBroken([FILE_IS_READ.broken(N_("The file is no text that can be read."))])


def _held_against(
    found: Sequence[Sequence[str]], printed: Sequence[Sequence[str]]
) -> tuple[list[str], list[str], list[Altered]]:
    """Columns missing or foreign, and the lines that differ: missing and changed ones in order, foreign ones last."""
    missing = [heading for heading in printed[0] if heading not in found[0]]
    foreign = [heading for heading in found[0] if heading not in printed[0]]
    theirs, rest = _by_number(found)
    altered = []
    for line in (dict(zip(printed[0], row, strict=True)) for row in printed[1:]):
        other = theirs.pop(line[NUMBER], None)
        if other is None:
            altered.append(_named(line, is_missing=True))
        elif cells := tuple(
            Cell(heading, text, other[heading])
            for heading, text in line.items()
            if heading in other and other[heading] != text
        ):
            altered.append(Altered(line[PLACE], line[NAME], line[NUMBER], cells=cells))
    return missing, foreign, altered + [_named(line, is_foreign=True) for line in (*theirs.values(), *rest)]


def _by_number(rows: Sequence[Sequence[str]]) -> tuple[dict[str, Mapping[str, str]], list[Mapping[str, str]]]:
    """The lines of a file by certificate number; and those with a number that came before."""
    found: dict[str, Mapping[str, str]] = {}
    twice: list[Mapping[str, str]] = []
    for row in rows[1:]:
        line = {heading: row[place] if place < len(row) else "" for place, heading in enumerate(rows[0])}
        if line[NUMBER] in found:
            twice.append(line)
        else:
            found[line[NUMBER]] = line
    return found, twice


def _named(line: Mapping[str, str], *, is_missing: bool = False, is_foreign: bool = False) -> Altered:
    return Altered(line.get(PLACE, ""), line.get(NAME, ""), line[NUMBER], is_missing, is_foreign)
