"""Reading a file: the heading row found below its titles, every row typed, every problem at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.sheets.cells import Unfit, part_of, text_of, value_of
from registry.sheets.columns import IDENTITIES, Column, Row, Table
from registry.sheets.files import open_file
from registry.sheets.headings import EXPLANATION, Heading, Meaning, headings_of, is_blank, is_empty
from registry.sheets.problems import Problem, Unreadable
from registry.words import N_


def read(content: bytes, filename: str, columns: Sequence[Column], meaning: Meaning | None = None) -> Table:
    """Every row of every sheet whose headings fit; Unreadable when none do, or when a sheet lacks some.

    `meaning` says what headings stand for that the columns do not know, or wins over what they know.
    """
    sheets = [sheet for sheet in open_file(content, filename) if sheet.name != EXPLANATION]
    headings = headings_of(sheets, columns, meaning)
    rows: list[Row] = []
    problems: list[Problem] = []
    for heading in headings:
        for row, found in _rows(heading, columns):
            rows.append(row)
            problems += found
    if not rows:
        raise Unreadable([Problem(message=N_("There is no row below the headings."), sheet=headings[0].sheet.name)])
    written = {one.sheet.name: {name: one.written(name) for name in one.places} for one in headings}
    ignored = dict.fromkeys(unknown for heading in headings for unknown in heading.unknown)
    taken = {heading.sheet.name for heading in headings}
    skipped = [sheet.name for sheet in sheets if sheet.name not in taken and not is_blank(sheet)]
    return Table(rows, problems, written, tuple(ignored), tuple(skipped))


def row_count(content: bytes, filename: str) -> int:
    """How many rows a file has, headings and titles included; 0 when it cannot be read."""
    try:
        return sum(len(sheet.rows) for sheet in open_file(content, filename))
    except Unreadable:
        return 0


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
        text = text_of(cell)
        raw[column.name] = part_of(text) if column.kind in IDENTITIES else text
        try:
            values[column.name] = _value(cell, text, column)
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
