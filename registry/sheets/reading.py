"""Reading a file: the heading row found below its titles, every row typed, every problem at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.sheets.cells import Unfit, text_of, value_of
from registry.sheets.columns import Column, Row, Table
from registry.sheets.files import RawSheet, open_file
from registry.sheets.problems import Problem, Unreadable
from registry.words import N_

HEADING_WITHIN = 20  # rows from the top
PROBLEM_HEADING = "问题"
_NOT_PART_OF_A_NAME = re.compile(r"[(（\[【].*?[)）\]】]|[\s*＊:：/\\]")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row of a sheet: its index, and for each known column its place."""

    sheet: RawSheet
    index: int
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    doubled: tuple[str, ...]

    def written(self, name: str) -> str:
        return text_of(self.sheet.rows[self.index][self.places[name]])


def read(content: bytes, filename: str, columns: Sequence[Column]) -> Table:
    """Every row of every sheet whose headings fit; Unreadable when none do."""
    headings = headings_of(open_file(content, filename), columns)
    rows: list[Row] = []
    problems: list[Problem] = []
    for heading in headings:
        for row, found in _rows(heading, columns):
            rows.append(row)
            problems += found
    if not rows:
        raise Unreadable([Problem(message=N_("There is no row below the headings."), sheet=headings[0].sheet.name)])
    written = {name: heading.written(name) for heading in headings for name in heading.places}
    ignored = dict.fromkeys(unknown for heading in headings for unknown in heading.unknown)
    return Table(rows, problems, written, tuple(ignored))


def headings_of(sheets: Sequence[RawSheet], columns: Sequence[Column]) -> list[Heading]:
    """The heading row of each sheet that has one; Unreadable tells what is missing in the best of the others."""
    found = [heading for sheet in sheets if (heading := _best_row(sheet, columns)) is not None]
    fitting = [heading for heading in found if not _missing(heading, columns)]
    if not fitting:
        raise Unreadable(_why_none(found, columns))
    if doubled := [problem for heading in fitting for problem in _doubled(heading)]:
        raise Unreadable(doubled)
    return fitting


def plain(heading: Any) -> str:
    """A heading for comparing: `成绩（分）*` is `成绩`."""
    return _NOT_PART_OF_A_NAME.sub("", text_of(heading)).casefold()


def is_empty(cells: Sequence[Any]) -> bool:
    return all(text_of(cell) == "" for cell in cells)


def _best_row(sheet: RawSheet, columns: Sequence[Column]) -> Heading | None:
    """The row among the first ones that names the most columns."""
    names = {plain(word): column.name for column in columns for word in (column.title, *column.aliases)}
    best: Heading | None = None
    for index, cells in enumerate(sheet.rows[:HEADING_WITHIN]):
        heading = _heading(sheet, index, cells, names)
        if heading.places and (best is None or len(heading.places) > len(best.places)):
            best = heading
    return best


def _heading(sheet: RawSheet, index: int, cells: Sequence[Any], names: Mapping[str, str]) -> Heading:
    places: dict[str, int] = {}
    unknown, doubled = [], []
    for place, cell in enumerate(cells):
        name = names.get(plain(cell))
        if name is None:
            unknown.append(text_of(cell))
        elif name in places:
            doubled.append(text_of(cell))
        else:
            places[name] = place
    ignored = tuple(text for text in unknown if text and plain(text) != PROBLEM_HEADING)
    return Heading(sheet, index, places, ignored, tuple(doubled))


def _missing(heading: Heading, columns: Sequence[Column]) -> list[str]:
    return [column.title for column in columns if column.required and column.name not in heading.places]


def _why_none(found: Sequence[Heading], columns: Sequence[Column]) -> list[Problem]:
    required = [column.title for column in columns if column.required]
    if not found:
        message = N_("No row of headings was found. The file needs the columns: %(columns)s.")
        return [Problem(message=message, params={"columns": "、".join(required)})]
    nearest = min(found, key=lambda heading: len(_missing(heading, columns)))
    return [
        Problem(
            message=N_("The column %(column)s is missing."),
            params={"column": title},
            sheet=nearest.sheet.name,
            row=nearest.index + 1,
        )
        for title in _missing(nearest, columns)
    ]


def _doubled(heading: Heading) -> list[Problem]:
    message = N_("Two columns are named %(column)s; the registry cannot tell which one counts.")
    return [
        Problem(message=message, params={"column": text}, sheet=heading.sheet.name, row=heading.index + 1)
        for text in heading.doubled
    ]


def _rows(heading: Heading, columns: Sequence[Column]) -> Iterator[tuple[Row, list[Problem]]]:
    present = [(column, heading.places[column.name]) for column in columns if column.name in heading.places]
    absent = {column.name: None for column in columns if column.name not in heading.places}
    for index, cells in enumerate(heading.sheet.rows[heading.index + 1 :], heading.index + 2):
        if not is_empty(cells):
            yield _row(heading, index, cells, present, absent)


def _row(
    heading: Heading,
    number: int,
    cells: Sequence[Any],
    present: Sequence[tuple[Column, int]],
    absent: Mapping[str, None],
) -> tuple[Row, list[Problem]]:
    values: dict[str, Any] = dict(absent)
    raw: dict[str, str] = {}
    problems = []
    for column, place in present:
        cell = cells[place] if place < len(cells) else None
        raw[column.name] = text_of(cell)
        try:
            values[column.name] = _value(cell, raw[column.name], column)
        except Unfit as unfit:
            values[column.name] = None
            problems.append(_problem(heading, number, column, raw[column.name], unfit))
    return Row(heading.sheet.name, number, values, raw), problems


def _value(cell: Any, text: str, column: Column) -> Any:
    if text:
        return value_of(cell, column)
    if not column.blank_allowed:
        raise Unfit(N_("This must not be empty."))
    return None


def _problem(heading: Heading, number: int, column: Column, value: str, unfit: Unfit) -> Problem:
    return Problem(
        message=unfit.message,
        params=unfit.params,
        sheet=heading.sheet.name,
        row=number,
        column=heading.written(column.name),
        value=value,
    )
