"""What can be wrong with a file: a sentence, and the sheet, row and column it speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.words import CHINESE, N_, translate

ROW = N_("sheet %(sheet)s, row %(row)s, column %(column)s")
ROW_ONLY = N_("sheet %(sheet)s, row %(row)s")
SHEET_ONLY = N_("sheet %(sheet)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong. `row` is the spreadsheet's own number, from 1; `column` the heading as written."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def in_words(self, locale: str = CHINESE) -> str:
        """The sentence alone."""
        return translate(self.message, locale, self.params)

    def place(self, locale: str = CHINESE) -> str:
        """Where: sheet, row and column as far as they are known; empty for the whole file."""
        where = {"sheet": self.sheet, "row": self.row, "column": self.column}
        if self.row is None:
            return translate(SHEET_ONLY, locale, where) if self.sheet else ""
        return translate(ROW if self.column else ROW_ONLY, locale, where)

    def as_plain(self) -> dict[str, Any]:
        """As it is stored: text and numbers only."""
        return {
            "message": self.message,
            "params": {name: str(value) for name, value in self.params.items()},
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Problem":
        return cls(**plain)


class Unreadable(Exception):
    """The file as a whole cannot be read; carries every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.in_words("en") for problem in problems))
