"""Writing spreadsheets: exports, templates to fill in, and a file returned with its problems."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from registry.sheets.cells import text_of
from registry.sheets.columns import Column, Kind
from registry.sheets.files import RawSheet, open_file
from registry.sheets.headings import EXPLANATION, PROBLEM_HEADING, Meaning, headings_of, plain
from registry.sheets.problems import Problem, Unreadable

Made = Any  # XlsxWriter ships no types
CREATED = datetime(2021, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # fixed, so that the same rows give the same bytes
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NARROW, WIDE, PROBLEM_WIDTH = 9, 42, 60
TEMPLATE_ROWS = 1_000
LONGEST_CELL, LONGEST_SHEET_NAME = 32_767, 31
FIRST_YEAR = 1900  # of the calendar of spreadsheets
FONT = "宋体"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of an export: text stays text, days and numbers stay what they are."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx of these sheets; no cell is ever a formula. The same sheets give the same bytes."""
    with _Book() as book:
        for sheet in sheets:
            page = book.page(sheet.title)
            book.head(page, 0, sheet.headings)
            for number, row in enumerate(sheet.rows, 1):
                book.row(page, number, row)
            book.widths(page, [sheet.headings, *sheet.rows[:200]])
    return book.content


def template(columns: Sequence[Column], title: str, advice: Sequence[str] = ()) -> bytes:
    """An .xlsx to fill in: headings, hints, drop-downs, and a second sheet that explains each column."""
    with _Book() as book:
        page = book.page(title)
        book.head(page, 0, [column.title for column in columns])
        for place, column in enumerate(columns):
            _prepare_column(book, page, place, column)
        book.widths(page, [[column.title for column in columns], [column.example for column in columns]])
        _explain(book, columns, advice)
    return book.content


def with_problems(
    content: bytes,
    filename: str,
    columns: Sequence[Column],
    problems: Sequence[Problem],
    meaning: Meaning | None = None,
) -> bytes:
    """The same rows as .xlsx with a last column that says what is wrong; it can be mended and sent again."""
    try:
        return _with_problem_column(open_file(content, filename), columns, problems, meaning)
    except Unreadable as unreadable:
        return workbook([Sheet(PROBLEM_HEADING, [PROBLEM_HEADING], [[p.in_words()] for p in unreadable.problems])])


def _with_problem_column(
    sheets: Sequence[RawSheet], columns: Sequence[Column], problems: Sequence[Problem], meaning: Meaning | None
) -> bytes:
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_sheet[problem.sheet or sheets[0].name].append(problem)
    with _Book() as book:
        for sheet in sheets:
            _marked(book, sheet, by_sheet[sheet.name], _heading_index(sheets, sheet.name, columns, meaning))
    return book.content


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark that spreadsheets look for; cells that begin like a formula get a quote in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(cell: Any) -> str:
    text = text_of(cell) if not isinstance(cell, str) else cell
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text


class _Book:
    """An .xlsx in the making with the few formats all of ours share."""

    def __enter__(self) -> "_Book":
        self._bytes = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book: Made = xlsxwriter.Workbook(self._bytes, options)
        self._book.set_properties({"created": CREATED})
        text = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "num_format": "@"}
        self.text = self._book.add_format(text)
        self.day = self._book.add_format({**text, "num_format": "yyyy-mm-dd"})
        self.number = self._book.add_format({**text, "num_format": "General"})
        heading = {**text, "bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "align": "center"}
        self.heading = self._book.add_format(heading)
        self.problem = self._book.add_format({**text, "font_color": "#C00000", "text_wrap": True})
        self._titles: set[str] = set()
        return self

    def __exit__(self, *_error: object) -> None:
        self._book.close()

    @property
    def content(self) -> bytes:
        return self._bytes.getvalue()

    def page(self, title: str) -> Made:
        """A sheet under a name that a spreadsheet accepts and that is not taken yet."""
        safe = "".join("_" if character in r"[]:*?/\'" else character for character in title)[:LONGEST_SHEET_NAME]
        name, serial = safe or "Sheet", 2
        while name.casefold() in self._titles:
            name, serial = f"{safe[: LONGEST_SHEET_NAME - 5]}_{serial}", serial + 1
        self._titles.add(name.casefold())
        return self._book.add_worksheet(name)

    def head(self, page: Made, number: int, headings: Sequence[str]) -> None:
        for place, heading in enumerate(headings):
            page.write_string(number, place, heading, self.heading)
        page.freeze_panes(number + 1, 0)

    def row(self, page: Made, number: int, cells: Sequence[Any]) -> None:
        for place, cell in enumerate(cells):
            self.cell(page, number, place, cell)

    def cell(self, page: Made, number: int, place: int, cell: Any) -> None:
        if isinstance(cell, (date, datetime)) and cell.year >= FIRST_YEAR:
            page.write_datetime(number, place, cell, self.day)
        elif isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
            page.write_number(number, place, cell, self.number)
        elif text := (cell if isinstance(cell, str) else text_of(cell)):
            page.write_string(number, place, text[:LONGEST_CELL], self.text)

    def widths(self, page: Made, rows: Sequence[Sequence[Any]]) -> None:
        for place in range(len(rows[0])):
            longest = max((_width(row[place]) for row in rows if place < len(row)), default=NARROW)
            page.set_column(place, place, min(WIDE, max(NARROW, longest + 2)), self.text)


def _width(cell: Any) -> int:
    """Chinese characters take two places."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text_of(cell))


def _prepare_column(book: _Book, page: Made, place: int, column: Column) -> None:
    hint = "；".join(text for text in ("必填" if not column.blank_allowed else "", column.note) if text)
    if hint:
        page.write_comment(0, place, hint)
    if column.kind is Kind.CHOICE:
        page.data_validation(1, place, TEMPLATE_ROWS, place, {"validate": "list", "source": column.first_words()})


def _explain(book: _Book, columns: Sequence[Column], advice: Sequence[str]) -> None:
    page = book.page(EXPLANATION)
    headings = ["列名", "必填", "也可写作", "可填内容", "示例", "说明"]
    book.head(page, 0, headings)
    rows = [
        [
            column.title,
            "否" if column.blank_allowed else "是",
            "、".join(column.aliases),
            "、".join(column.first_words()) or {Kind.DATE: "日期", Kind.NUMBER: "数字"}.get(column.kind, "文本"),
            column.example,
            column.note,
        ]
        for column in columns
    ]
    for number, row in enumerate(rows, 1):
        book.row(page, number, row)
    for number, sentence in enumerate(advice, len(rows) + 2):
        book.row(page, number, [sentence])
    book.widths(page, [headings, *rows])


def _heading_index(
    sheets: Sequence[RawSheet], name: str, columns: Sequence[Column], meaning: Meaning | None
) -> int | None:
    try:
        return next((h.index for h in headings_of(sheets, columns, meaning) if h.sheet.name == name), None)
    except Unreadable:
        return None


def _marked(book: _Book, sheet: RawSheet, problems: Sequence[Problem], heading_index: int | None) -> None:
    page = book.page(sheet.name)
    kept = _without_problem_column(sheet.rows, heading_index)
    told = _words_by_row(problems, 0 if heading_index is None else heading_index + 1)
    last = max((len(row) for row in kept), default=0)
    for number, row in enumerate(kept):
        book.row(page, number, row)
    if heading_index is not None:
        page.write_string(heading_index, last, PROBLEM_HEADING, book.heading)
    for number, words in told.items():
        page.write_string(number, last, "\n".join(words)[:LONGEST_CELL], book.problem)
    book.widths(page, kept[:200] or [[""]])
    page.set_column(last, last, PROBLEM_WIDTH, book.problem)


def _words_by_row(problems: Sequence[Problem], of_the_sheet: int) -> dict[int, list[str]]:
    """What to write beside which row, counted from 0; problems of the whole sheet go beside the row `of_the_sheet`."""
    told: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        number = of_the_sheet if problem.row is None else problem.row - 1
        told[number].append(f"{problem.column}：{problem.in_words()}".lstrip("："))
    return told


def _without_problem_column(rows: Sequence[Sequence[Any]], heading_index: int | None) -> list[list[Any]]:
    """A file that comes back a second time loses the first time's problem column."""
    if heading_index is None:
        return [list(row) for row in rows]
    old = {place for place, cell in enumerate(rows[heading_index]) if plain(cell) == PROBLEM_HEADING}
    return [[cell for place, cell in enumerate(row) if place not in old] for row in rows]
