"""Reading a file: the heading row found below its titles, every row typed, every problem at once."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.sheets.cells import Unfit, alike, part_of, text_of, value_of
from registry.sheets.columns import Column, Kind, Row, Table
from registry.sheets.files import RawSheet, open_file
from registry.sheets.problems import Problem, Unreadable
from registry.words import N_

HEADING_WITHIN = 20  # rows from the top
MEANT = 2  # headings that make a row one of headings, though some are missing
PROBLEM_HEADING = "问题"
EXPLANATION = "填写说明"  # the sheet of our templates that holds no data
_NOT_PART_OF_A_NAME = re.compile(r"[(（\[【].*?[)）\]】]|[\s*＊:：/\\]")

Names = Mapping[str, tuple[str, int]]  # heading, made plain: the column's name, and how good a heading of it this is


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

    @property
    def has_rows(self) -> bool:
        return any(not is_empty(cells) for cells in self.sheet.rows[self.index + 1 :])


def read(content: bytes, filename: str, columns: Sequence[Column]) -> Table:
    """Every row of every sheet whose headings fit; Unreadable when none do, or when a sheet lacks some."""
    sheets = [sheet for sheet in open_file(content, filename) if sheet.name != EXPLANATION]
    headings = headings_of(sheets, columns)
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
    skipped = [sheet.name for sheet in sheets if sheet.name not in taken and not _is_blank(sheet)]
    return Table(rows, problems, written, tuple(ignored), tuple(skipped))


def row_count(content: bytes, filename: str) -> int:
    """How many rows a file has, headings and titles included; 0 when it cannot be read."""
    try:
        return sum(len(sheet.rows) for sheet in open_file(content, filename))
    except Unreadable:
        return 0


def headings_of(sheets: Sequence[RawSheet], columns: Sequence[Column]) -> list[Heading]:
    """The heading row of each sheet that has one; Unreadable tells what is missing, sheet by sheet."""
    found = [heading for sheet in sheets if (heading := _best_row(sheet, columns)) is not None]
    fitting = [heading for heading in found if not _missing(heading, columns)]
    meant = [one for one in found if one not in fitting and len(one.places) >= MEANT and one.has_rows]
    if not fitting and not meant:
        raise Unreadable(_why_none(sheets, found, columns))
    wrong = [problem for heading in meant for problem in _incomplete(heading, columns)]
    wrong += [problem for heading in fitting for problem in _doubled(heading)]
    if wrong:
        raise Unreadable(wrong)
    return fitting


def plain(heading: Any) -> str:
    """A heading for comparing: `成绩（分）*` is `成绩`."""
    return alike(_NOT_PART_OF_A_NAME.sub("", text_of(heading)))


def is_empty(cells: Sequence[Any]) -> bool:
    return all(text_of(cell) == "" for cell in cells)


def _is_blank(sheet: RawSheet) -> bool:
    return all(is_empty(cells) for cells in sheet.rows)


def _best_row(sheet: RawSheet, columns: Sequence[Column]) -> Heading | None:
    """The row among the first ones that names the most columns."""
    names = {plain(word): (one.name, rank) for one in columns for rank, word in enumerate((one.title, *one.aliases))}
    best: Heading | None = None
    for index, cells in enumerate(sheet.rows[:HEADING_WITHIN]):
        heading = _heading(sheet, index, cells, names)
        if heading.places and (best is None or len(heading.places) > len(best.places)):
            best = heading
    return best


def _heading(sheet: RawSheet, index: int, cells: Sequence[Any], names: Names) -> Heading:
    """Where several headings stand for one column (单位名称 and 单位编码), the best one counts."""
    claims: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, cell in enumerate(cells):
        if (known := names.get(plain(cell))) is not None:
            claims[known[0]].append((known[1], place))
    places = {name: min(claimed)[1] for name, claimed in claims.items()}
    used = {plain(cells[place]) for place in places.values()}
    counted = Counter(plain(cell) for cell in cells)
    unknown = [text_of(cell) for cell in cells if plain(cell) not in {"", PROBLEM_HEADING, *used}]
    doubled = [text_of(cells[place]) for place in places.values() if counted[plain(cells[place])] > 1]
    return Heading(sheet, index, places, tuple(unknown), tuple(doubled))


def _missing(heading: Heading, columns: Sequence[Column]) -> list[str]:
    return [column.title for column in columns if column.required and column.name not in heading.places]


def _why_none(sheets: Sequence[RawSheet], found: Sequence[Heading], columns: Sequence[Column]) -> list[Problem]:
    """No row of any sheet looks like headings, but for one word perhaps."""
    if found:
        nearest = min(found, key=lambda heading: len(_missing(heading, columns)))
        return _incomplete(nearest, columns)
    required = [column.title for column in columns if column.required]
    message = N_("No row of headings was found. The file needs the columns: %(columns)s.")
    named = next((sheet.name for sheet in sheets if not _is_blank(sheet)), "")
    return [Problem(message=message, params={"columns": "、".join(required)}, sheet=named)]


def _incomplete(heading: Heading, columns: Sequence[Column]) -> list[Problem]:
    return [
        Problem(
            message=N_("The column %(column)s is missing."),
            params={"column": title},
            sheet=heading.sheet.name,
            row=heading.index + 1,
            column=title,
        )
        for title in _missing(heading, columns)
    ]


def _doubled(heading: Heading) -> list[Problem]:
    message = N_("Two columns are named %(column)s; the registry cannot tell which one counts.")
    return [
        Problem(message=message, params={"column": text}, sheet=heading.sheet.name, row=heading.index + 1, column=text)
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
        text = text_of(cell)
        raw[column.name] = part_of(text) if column.kind is Kind.IDENTITY else text
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
