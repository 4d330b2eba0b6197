"""What an import did or would do, as its batch keeps it: counts, problems, and changes in the words of the file."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import canonical_json
from registry.models.departments import Department
from registry.rules.imports import ImportKind, ImportStatus
from registry.services.changes import Change, Tally
from registry.services.imports.layouts import LAYOUTS
from registry.services.imports.rows import Place, Question
from registry.sheets import Column, Kind, Problem
from registry.words import N_

CHANGES_KEPT = 5_000
PROBLEMS_KEPT = 10_000
NOT_IN_THE_FILE = ("name_",)  # columns that follow from others: how a name is spoken


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a file would do: counts and changes, or every problem it has; what of it was not read, whom it asks about.

    `questions` with their decisions or without, `open_count` of them without; `matches`: rows matched by name.
    `hidden`: sheets that are not shown. `is_unread`: not one row was read, because of the headings or because the file
    is no spreadsheet.
    """

    tally: Tally
    problems: Sequence[Problem] = ()
    ignored: Sequence[str] = ()
    skipped: Sequence[str] = ()
    hidden: Sequence[str] = ()
    questions: Sequence[Question] = ()
    open_count: int = 0
    matches: Mapping[Place, int] = field(default_factory=dict)
    left_out: int = 0
    is_unread: bool = False
    refused_rows: int = field(init=False)

    def __post_init__(self) -> None:
        told = {(problem.sheet, problem.row) for problem in self.problems}
        object.__setattr__(self, "refused_rows", len(told))

    @property
    def is_clean(self) -> bool:
        return not self.problems and not self.open_count

    @property
    def status(self) -> ImportStatus:
        """What a rehearsal with this outcome has come to."""
        if self.problems:
            return ImportStatus.REFUSED
        return ImportStatus.UNDECIDED if self.open_count else ImportStatus.REHEARSED

    @property
    def matches_sha256(self) -> str:
        """A mark of whom the rows were matched to by name; empty when there is none."""
        pairs = sorted((*place, person_id) for place, person_id in self.matches.items())
        return sha256(canonical_json(pairs).encode()).hexdigest() if pairs else ""


def as_columns(session: Session, kind: ImportKind, tried: Rehearsal) -> dict[str, Any]:
    """The columns of a batch that tell about it."""
    return {
        "created_count": tried.tally.created,
        "updated_count": tried.tally.updated,
        "unchanged_count": tried.tally.unchanged,
        "refused_count": tried.refused_rows,
        "undecided_count": tried.open_count,
        "left_out_count": tried.left_out,
        "matched_count": len(tried.matches),
        "matches_sha256": tried.matches_sha256,
        "problems": [problem.as_plain() for problem in _kept(tried.problems)],
        "changes": told_changes(session, kind, tried.tally.changes[:CHANGES_KEPT]),
        "unread": {
            "headings": list(tried.ignored),
            "sheets": list(tried.skipped),
            **({"hidden": list(tried.hidden)} if tried.hidden else {}),
            **({"rows": True} if tried.is_unread else {}),
        },
    }


def packed(session: Session, kind: ImportKind, tried: Rehearsal) -> bytes | None:
    """All problems and changes of a long file, compressed; None where a batch keeps them all as they are."""
    changes = tried.tally.changes
    if len(tried.problems) <= PROBLEMS_KEPT and len(changes) <= CHANGES_KEPT:
        return None
    problems = [problem.as_plain() for problem in tried.problems]
    whole = {"problems": problems, "changes": told_changes(session, kind, changes)}
    return zlib.compress(canonical_json(whole).encode())


def unpacked(content: bytes) -> Mapping[str, Any]:
    """What `packed` put together: `problems` and `changes`, plain."""
    found: dict[str, Any] = json.loads(zlib.decompress(content))
    return found


def _kept(problems: Sequence[Problem]) -> Sequence[Problem]:
    if len(problems) <= PROBLEMS_KEPT:
        return problems
    more = N_("There are %(count)s more problems; mend these first.")
    return [*problems[:PROBLEMS_KEPT], Problem(message=more, params={"count": len(problems) - PROBLEMS_KEPT})]


def told_changes(session: Session, kind: ImportKind, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes in the words of the file, each with its sheet and row."""
    columns = {column.name: column for column in LAYOUTS[kind]}
    units = {str(id_): name for id_, name in session.execute(select(Department.id, Department.name))} if changes else {}
    return [
        {
            "subject": one.subject,
            "fields": _fields(one.fields, columns, units),
            **({} if one.place is None else {"sheet": one.place[0], "row": one.place[1]}),
        }
        for one in changes
    ]


def _fields(
    fields: Mapping[str, Sequence[Any]], columns: Mapping[str, Column], units: Mapping[str, str]
) -> dict[str, list[str | None]]:
    """`{heading: [before, after]}`, with the words that a person would write in the file."""
    told: dict[str, list[str | None]] = {}
    for name, pair in fields.items():
        if name == "department_id":
            told[columns["unit"].title] = [units.get(str(value)) for value in pair]
        elif not name.startswith(NOT_IN_THE_FILE):
            column = columns.get(name)
            told[column.title if column else name] = [_word(value, column) for value in pair]
    return told


def _word(value: Any, column: Column | None) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or value in {"True", "False"}:
        return "是" if value in {True, "True"} else "否"
    if column is not None and column.kind is Kind.CHOICE:
        return next((word for word, meant in column.choices.items() if meant == value), str(value))
    return str(value)
