"""Sorts, as printers call single letters of type: characters cast once and put together to words without Pango."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from registry.printing.cards.forms import Line

STAND_ALONE = re.compile("[0-9\u4e00-\u9fff]+")  # neither kerned nor joined with their neighbours
SHOWN = re.compile(r"\[(.*)\] TJ")
PLAINLY_WRITTEN = 5  # operators: begin, matrix, font, text, end
SPACED_AT_EASE = ("normal", 0)


@dataclass(frozen=True, slots=True)
class Sort:
    """A character, or a word of them: the font it is of, its height, how PDF shows it, its width."""

    font: str
    height: float
    baseline: float
    shown: str
    width: float

    def goes_with(self, other: "Sort") -> bool:
        """Whether both stand on one line as of one font."""
        return (self.font, self.height, self.baseline) == (other.font, other.height, other.baseline)


class Case:
    """The sorts of one PDF, by style and character; `cast` gives the operators that write one, or more if it must."""

    def __init__(self, cast: Callable[[str, Any], tuple[Line, list[str]]]) -> None:
        self._cast = cast
        self._sorts: dict[tuple[int, str], Sort | None] = {}

    def composed(self, text: str, style: Any) -> Sort | None:
        """The text put together, or nothing when it has to be set as a whole."""
        if style["letter_spacing"] not in SPACED_AT_EASE or not STAND_ALONE.fullmatch(text):
            return None
        sorts = [sort for character in text if (sort := self._sort(character, style))]
        if len(sorts) < len(text) or not all(sorts[0].goes_with(sort) for sort in sorts):
            return None
        return replace(sorts[0], shown="".join(sort.shown for sort in sorts), width=sum(sort.width for sort in sorts))

    def _sort(self, character: str, style: Any) -> Sort | None:
        key = id(style), character
        if key not in self._sorts:
            self._sorts[key] = self._made(character, style)
        return self._sorts[key]

    def _made(self, character: str, style: Any) -> Sort | None:
        line, operators = self._cast(character, style)
        shown = SHOWN.fullmatch(operators[-2])
        if len(operators) != PLAINLY_WRITTEN or not shown:
            return None
        return Sort(operators[2], line.height, line.baseline, shown[1], line.width)
