"""A file's bytes as sheets of plain cells, whatever program wrote it."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from registry.sheets.problems import Problem, Unreadable
from registry.words import N_

Cell = Any  # str, int, float, bool, date, datetime, time, timedelta: what the reader gives
MOST_ROWS = 200_000
MOST_BYTES_UNPACKED = 1_000_000_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = (b"\x89PNG", b"%PDF", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
CSV_ENCODINGS = ("utf-8-sig", "gb18030")
CSV_NAME = "CSV"
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet's cells from its first row on; `rows[0]` is row 1 of the spreadsheet."""

    name: str
    rows: Sequence[Sequence[Cell]]


def open_file(content: bytes, filename: str) -> list[RawSheet]:
    """The sheets of a file, told by its content and not by its name; Unreadable says in a sentence why not."""
    if not content.strip():
        raise unreadable(N_("The file is empty."))
    if content.startswith((ZIP, OLE)):
        return _workbook(content)
    if content.startswith(BINARY) or b"\x00" in content[:4096]:
        raise unreadable(N_("This is no spreadsheet. Send .xlsx, .xls, .ods or .csv."))
    if content.lstrip()[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise unreadable(N_("This is a web page with the name of a spreadsheet. Open it and save it as .xlsx."))
    return [RawSheet(CSV_NAME, _csv(content))]


def unreadable(message: str, **params: Any) -> Unreadable:
    return Unreadable([Problem(message=message, params=params)])


def _workbook(content: bytes) -> list[RawSheet]:
    _refuse_bombs(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        wanted = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]
        sheets = [RawSheet(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in wanted]
    except PasswordError as error:
        raise unreadable(N_("The workbook is protected by a password. Remove it and send the file again.")) from error
    except (CalamineError, OSError, ValueError) as error:
        raise unreadable(
            N_("The workbook cannot be read; it may be damaged. Open it, save it anew and send it again.")
        ) from error
    if not any(any(cell not in ("", None) for row in sheet.rows for cell in row) for sheet in sheets):
        raise unreadable(N_("The workbook is empty."))
    if sum(len(sheet.rows) for sheet in sheets) > MOST_ROWS:
        raise unreadable(N_("The file has more than %(most)s rows. Split it and send the parts."), most=MOST_ROWS)
    return sheets


def _refuse_bombs(content: bytes) -> None:
    if not content.startswith(ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise unreadable(
            N_("The workbook cannot be read; it may be damaged. Open it, save it anew and send it again.")
        ) from error
    if unpacked > MOST_BYTES_UNPACKED:
        raise unreadable(N_("The workbook is too large when unpacked. Split it and send the parts."))


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    try:
        dialect = csv.Sniffer().sniff(text[:8192], DELIMITERS)
        delimiter = dialect.delimiter
    except csv.Error:
        delimiter = ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise unreadable(N_("The .csv file cannot be read: %(why)s."), why=str(error)) from error
    if len(rows) > MOST_ROWS:
        raise unreadable(N_("The file has more than %(most)s rows. Split it and send the parts."), most=MOST_ROWS)
    return rows


def _decoded(content: bytes) -> str:
    for encoding in CSV_ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    if (best := from_bytes(content).best()) is not None:
        return str(best)
    raise unreadable(N_("The characters of the .csv file cannot be read. Save it as UTF-8."))
