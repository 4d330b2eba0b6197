"""A file's bytes as sheets of plain cells, whatever program wrote it."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, overload

from charset_normalizer import from_bytes
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from registry.sheets.archives import DAMAGED, NO_SPREADSHEET, PROTECTED, TOO_LONG, TOO_WIDE, inspect
from registry.sheets.limits import MOST_COLUMNS, MOST_ROWS
from registry.sheets.problems import Problem, Unreadable
from registry.words import N_

Cell = Any  # str, int, float, bool, date, datetime, time, timedelta: what the reader gives
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BM")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
CSV_ENCODINGS = ("utf-8-sig", "gb18030")
CSV_NAME = "CSV"
DELIMITERS = ",\t;"
PANIC = "PanicException"  # of Rust, in which the reader is written; it is no Exception and stands in no module
LOOKED_AT = 8_192
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')  # how web systems keep a spreadsheet from rounding a number


class WorkbookRows(Sequence[Sequence[Cell]]):
    """The rows of a workbook's sheet, made as they are asked for: nobody holds a long sheet as a whole.

    Cells merged downwards (.xlsx and .xls; of .ods the reader does not tell) say the same in each of their rows.
    """

    def __init__(self, sheet: CalamineSheet) -> None:
        self._sheet = sheet
        self._merged: dict[int, list[tuple[int, int]]] = defaultdict(list)  # first row: column and last row
        for (first, column), (last, _) in sheet.merged_cell_ranges or ():
            if last > first:
                self._merged[first].append((column, last))
        last_row, last_column = sheet.end or (-1, -1)
        self._height, self.width = last_row + 1, last_column + 1

    def __len__(self) -> int:
        return self._height

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        with _failures_told():
            yield from self._filled() if self._merged else self._sheet.iter_rows()

    @overload
    def __getitem__(self, index: int) -> Sequence[Cell]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Sequence[Cell]]: ...
    def __getitem__(self, index: int | slice) -> Sequence[Cell] | list[Sequence[Cell]]:
        if isinstance(index, slice):
            return list(islice(self, *index.indices(self._height)))
        return next(islice(self, range(self._height)[index], None))

    def _filled(self) -> Iterator[Sequence[Cell]]:
        """A row in which nothing else stands stays empty, however far a note is merged."""
        held: dict[int, tuple[int, Cell]] = {}
        for number, row in enumerate(self._sheet.iter_rows()):
            held = {column: cell for column, cell in held.items() if cell[0] >= number}
            if held and any(cell not in ("", None) for cell in row):
                for column, (_, cell) in held.items():
                    row[column] = cell if row[column] in ("", None) else row[column]
            yield row
            held |= {column: (last, row[column]) for column, last in self._merged.get(number, ()) if column < len(row)}


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet's cells from its first row on; `rows[0]` is row 1 of the spreadsheet."""

    name: str
    rows: Sequence[Sequence[Cell]]
    is_hidden: bool = False


def open_file(content: bytes, filename: str) -> list[RawSheet]:
    """The sheets of a file that are shown; Unreadable says in a sentence why there is none to read."""
    return [sheet for sheet in open_whole(content, filename) if not sheet.is_hidden]


def open_whole(content: bytes, filename: str) -> list[RawSheet]:
    """The sheets of a file, hidden ones by name alone, told by its content and not by its name; Unreadable says why."""
    if not content.strip():
        raise unreadable(N_("The file is empty."))
    if content.startswith((ZIP, OLE)):
        return _workbook(content)
    if content.startswith(UTF_16):
        return [RawSheet(CSV_NAME, _csv(_decoded(content, ("utf-16",))))]
    if content.startswith(BINARY) or b"\x00" in content[:LOOKED_AT]:
        raise unreadable(NO_SPREADSHEET)
    text = _decoded(content, CSV_ENCODINGS)
    if text.lstrip().startswith("<"):
        raise unreadable(N_("This is a web page with the name of a spreadsheet. Open it and save it as .xlsx."))
    return [RawSheet(CSV_NAME, _csv(text))]


def unreadable(message: str, **params: Any) -> Unreadable:
    return Unreadable([Problem(message=message, params=params)])


def _workbook(content: bytes) -> list[RawSheet]:
    wrong = inspect(content, is_archive=content.startswith(ZIP))
    if wrong is not None:
        raise unreadable(wrong.message, **wrong.params)
    with _failures_told():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        wanted = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        shown = {
            sheet.name: WorkbookRows(book.get_sheet_by_name(sheet.name))
            for sheet in wanted
            if sheet.visible is SheetVisibleEnum.Visible
        }
    for rows in shown.values():
        _refuse_oversize(len(rows), rows.width)
    if not any(cell not in ("", None) for rows in shown.values() for row in rows for cell in row):
        raise unreadable(N_("The workbook is empty."))
    return [RawSheet(one.name, shown.get(one.name, ()), is_hidden=one.name not in shown) for one in wanted]


@contextmanager
def _failures_told() -> Iterator[None]:
    """What the reader of workbooks cannot make out is told in a sentence; so is its own breaking down."""
    try:
        yield
    except PasswordError as error:
        raise unreadable(PROTECTED) from error
    except (CalamineError, OSError, ValueError, ArithmeticError) as error:
        raise unreadable(DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise unreadable(DAMAGED) from error


def _refuse_oversize(height: int, width: int) -> None:
    if height > MOST_ROWS:
        raise unreadable(TOO_LONG, most=MOST_ROWS)
    if width > MOST_COLUMNS:
        raise unreadable(TOO_WIDE, most=MOST_COLUMNS)


def _csv(text: str) -> list[list[str]]:
    head = text[:LOOKED_AT]
    delimiter = max(DELIMITERS, key=lambda tried: _share_divided(head, tried))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [[_KEPT_AS_TEXT.sub(r"\1", cell) for cell in row] for row in reader]
    except csv.Error as error:
        message = N_("Line %(line)s of the .csv file cannot be read; a quotation mark is not closed or out of place.")
        raise unreadable(message, line=reader.line_num) from error
    _refuse_oversize(len(rows), max(map(len, rows), default=0))
    return rows


def _share_divided(text: str, delimiter: str) -> float:
    """How many of the rows it divides: the true delimiter divides the headings too, another one only some cells."""
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    return sum(len(row) > 1 for row in rows) / max(len(rows), 1)


def _decoded(content: bytes, encodings: Sequence[str]) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if (best := from_bytes(content).best()) is not None:
        return str(best)
    raise unreadable(N_("The characters of the .csv file cannot be read. Save it as UTF-8."))
