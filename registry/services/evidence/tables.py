"""What a bundle tells as tables: each a file of comma-separated values, and with fewer columns a part of the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from registry import clock
from registry.labels import label
from registry.sheets import csv_file


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how many millimetres it has on the index; 0 for what only the file tells."""

    heading: str
    width: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One list of the dossier. `nothing` stands on the index in its place when it has no rows."""

    file: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    nothing: str
    note: str = ""

    @property
    def name(self) -> str:
        """Its name in the bundle."""
        return f"data/{self.file}.csv"

    @property
    def what(self) -> str:
        """What the list of files says of it."""
        return f"{self.title}（逗号分隔表，{len(self.rows)} 行）"

    @property
    def content(self) -> bytes:
        """The file: every column, days as 2021-04-17, spreadsheets find no formula in it."""
        return csv_file([column.heading for column in self.columns], [[*map(in_words, row)] for row in self.rows])

    @property
    def told(self) -> Mapping[str, Any]:
        """The part of the index: the columns that have a width."""
        shown = [place for place, column in enumerate(self.columns) if column.width]
        return {
            "title": self.title,
            "columns": [[self.columns[place].heading, self.columns[place].width] for place in shown],
            "rows": [[in_words(row[place]) for place in shown] for row in self.rows],
            "nothing": self.nothing,
            "note": self.note,
        }


def in_words(value: Any) -> str:
    """A value as official paper and files write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(clock.OFFICE_TIME):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
