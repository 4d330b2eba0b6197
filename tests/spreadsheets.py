"""Files as offices make them, by the programs they use: rows in, bytes out."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from python_calamine import CalamineWorkbook

Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows, sheet: str = "Sheet1", **others: Rows) -> bytes:
    """By openpyxl; further sheets by their names."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in {sheet: rows, **others}.items():
        page = book.create_sheet(name)
        for row in cells:
            page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xlsx_by_xlsxwriter(rows: Rows, sheet: str = "Sheet1") -> bytes:
    """By XlsxWriter: days as day cells, `=…` as formulas with the value given in a pair `("=A1", value)`."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy/m/d"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, tuple):
                    page.write_formula(number, place, cell[0], None, cell[1])
                else:
                    page.write(number, place, cell)
    return stream.getvalue()


def xls(rows: Rows, sheet: str = "Sheet1") -> bytes:
    """By xlwt, as old programs save."""
    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            page.write(number, place, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_text(rows: Rows, delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def cells(content: bytes, sheet: str | None = None) -> list[list[Any]]:
    """What stands in a sheet of a workbook (the first one, when none is named)."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
