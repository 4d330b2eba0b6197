"""What a file should hold: columns with their usual headings, and rows as they were read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from registry.sheets.problems import Problem


class Kind(StrEnum):
    """How a cell is read. `IDENTITY_OR_PART`: also a number partly starred, or its last digits."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    IDENTITY = "identity"
    IDENTITY_OR_PART = "identity_or_part"
    CHOICE = "choice"


IDENTITIES = frozenset({Kind.IDENTITY, Kind.IDENTITY_OR_PART})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name in code, the heading of our templates, and the headings others give it, the best first.

    `required`: the column must be there. `blank_allowed`: a cell of it may be empty.
    `choices`: accepted word → value; templates offer the first word of each value. `longest`: characters of a text.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    blank_allowed: bool = False
    kind: Kind = Kind.TEXT
    longest: int = 500
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    note: str = ""

    def first_words(self) -> list[str]:
        """The first accepted word of each value."""
        words: dict[str, str] = {}
        for word, value in self.choices.items():
            words.setdefault(value, word)
        return list(words.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, its values by column name (None when empty), and the text as written.

    Of an identity number `raw` keeps a part only: it is there to be shown.
    """

    sheet: str
    number: int
    values: Mapping[str, Any]
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a file with every problem found; `headings` as written, by sheet and column name.

    `ignored`: headings that name no column of ours; `skipped`: sheets without a row of headings.
    """

    rows: list[Row]
    problems: list[Problem]
    headings: Mapping[str, Mapping[str, str]]
    ignored: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
