"""What a file should hold: columns with their usual headings, and rows as they were read."""

from collections.abc import Iterator, Mapping, Sequence
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
    `keeps_zeros`: a text of digits in which zeros in front count (a certificate number). A cell that the spreadsheet
    took for a number is then a problem, unless it has all the `digits` that a whole one has. `units`: words that may
    stand behind a number (40学时).
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    blank_allowed: bool = False
    kind: Kind = Kind.TEXT
    longest: int = 500
    keeps_zeros: bool = False
    digits: int | None = None
    units: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    note: str = ""

    def first_words(self) -> list[str]:
        """The first accepted word of each value."""
        words: dict[str, str] = {}
        for word, value in self.choices.items():
            words.setdefault(value, word)
        return list(words.values())


class Cells(Mapping[str, Any]):
    """What stands in one row, by column name; all rows of a sheet share the names."""

    __slots__ = ("_cells", "_places")

    def __init__(self, places: Mapping[str, int], cells: Sequence[Any]) -> None:
        self._places, self._cells = places, cells

    def __getitem__(self, name: str) -> Any:
        return self._cells[self._places[name]]

    def get(self, name: str, default: Any = None) -> Any:
        place = self._places.get(name)
        return default if place is None else self._cells[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def changed(self, name: str, cell: Any) -> "Cells":
        """The same with another value in one place."""
        cells = list(self._cells)
        cells[self._places[name]] = cell
        return Cells(self._places, cells)

    def filled(self) -> dict[str, Any]:
        """The cells that hold a value."""
        return {name: cell for name, cell in zip(self._places, self._cells, strict=True) if cell is not None}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, its values by column name (None when empty), and the text as written.

    Of an identity number `raw` keeps a part only: it is there to be shown.
    """

    sheet: str
    number: int
    values: Cells
    raw: Cells


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a file with every problem found; `headings` as written, by sheet and column name.

    `ignored`: headings that name no column of ours; `skipped`: sheets without a row of headings; `hidden`: sheets that
    are not shown, which nobody reads.
    """

    rows: list[Row]
    problems: list[Problem]
    headings: Mapping[str, Mapping[str, str]]
    ignored: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
