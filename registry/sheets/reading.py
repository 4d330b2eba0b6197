"""Reading a file: the heading row found below its titles, every row typed, every problem at once."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from registry.sheets.cells import Readings, Told, Unfit
from registry.sheets.columns import Cells, Column, Row, Table
from registry.sheets.files import open_file, open_whole
from registry.sheets.headings import EXPLANATION, Heading, Meaning, headings_of, is_blank
from registry.sheets.problems import Problem, Unreadable
from registry.words import N_

READ_AT_ONCE = 1_000


def read(
    content: bytes,
    filename: str,
    columns: Sequence[Column],
    meaning: Meaning | None = None,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Table:
    """Every row of every sheet whose headings fit; Unreadable when none do, or when a sheet lacks some.

    `meaning` says what headings stand for that the columns do not know, or wins over what they know. `tell` hears how
    many rows have been read, of how many.
    """
    whole = [sheet for sheet in open_whole(content, filename) if sheet.name != EXPLANATION]
    sheets = [sheet for sheet in whole if not sheet.is_hidden]
    headings = headings_of(sheets, columns, meaning)
    rows: list[Row] = []
    problems: list[Problem] = []
    total = sum(len(heading.sheet.rows) for heading in headings)
    for heading in headings:
        for more, wrong in _Reader(heading, columns).rows():
            rows += more
            problems += wrong
            tell(len(rows), max(len(rows), total))
    if not rows:
        raise Unreadable([Problem(message=N_("There is no row below the headings."), sheet=headings[0].sheet.name)])
    written = {one.sheet.name: {name: one.written(name) for name in one.places} for one in headings}
    ignored = dict.fromkeys(unknown for heading in headings for unknown in heading.unknown)
    taken = {heading.sheet.name for heading in headings}
    skipped = [sheet.name for sheet in sheets if sheet.name not in taken and not is_blank(sheet)]
    hidden = [sheet.name for sheet in whole if sheet.is_hidden]
    return Table(rows, problems, written, tuple(ignored), tuple(skipped), tuple(hidden))


def row_count(content: bytes, filename: str) -> int:
    """How many rows a file has, headings and titles included; 0 when it cannot be read."""
    try:
        return sum(len(sheet.rows) for sheet in open_file(content, filename))
    except Unreadable:
        return 0


class _Reader:
    """Reads the rows below the headings of one sheet, some hundred at a time and then column by column."""

    def __init__(self, heading: Heading, columns: Sequence[Column]) -> None:
        present = [column for column in columns if column.name in heading.places]
        absent = [column.name for column in columns if column.name not in heading.places]
        self._heading, self._columns = heading, present
        self._places = [heading.places[column.name] for column in present]
        self._width = max(self._places) + 1
        self._readings = [Readings(column) for column in present]
        self._raw_names = {column.name: place for place, column in enumerate(present)}
        self._names = {**self._raw_names, **{name: place for place, name in enumerate(absent, len(present))}}
        self._absent: tuple[None, ...] = (None,) * len(absent)

    def rows(self) -> Iterator[tuple[list[Row], list[Problem]]]:
        """The rows with their problems, a batch at a time."""
        filled = self._heading.filled_rows()
        while batch := list(islice(filled, READ_AT_ONCE)):
            yield self._batch([number for number, _ in batch], [cells for _, cells in batch])

    def _batch(self, numbers: Sequence[int], rows: Sequence[Sequence[Any]]) -> tuple[list[Row], list[Problem]]:
        whole = [cells if len(cells) >= self._width else self._filled_up(cells) for cells in rows]
        told = [
            [readings[cells[place]] for cells in whole]
            for readings, place in zip(self._readings, self._places, strict=True)
        ]
        values = zip(*([one.value for one in column] for column in told), strict=True)
        shown = zip(*([one.shown for one in column] for column in told), strict=True)
        sheet, names, raw_names, absent = self._heading.sheet.name, self._names, self._raw_names, self._absent
        return [
            Row(sheet, number, Cells(names, cells + absent), Cells(raw_names, texts))
            for number, cells, texts in zip(numbers, values, shown, strict=True)
        ], self._problems(numbers, told)

    def _filled_up(self, cells: Sequence[Any]) -> Sequence[Any]:
        return [*cells, *[None] * (self._width - len(cells))]

    def _problems(self, numbers: Sequence[int], told: Sequence[Sequence[Told]]) -> list[Problem]:
        return [
            self._problem(number, column, one.shown, one.unfit)
            for column, ones in zip(self._columns, told, strict=True)
            for number, one in zip(numbers, ones, strict=True)
            if one.unfit is not None
        ]

    def _problem(self, number: int, column: Column, value: str, unfit: Unfit) -> Problem:
        return Problem(
            message=unfit.message,
            params=unfit.params,
            sheet=self._heading.sheet.name,
            row=number,
            column=self._heading.written(column.name),
            value=value,
        )
