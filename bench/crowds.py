"""Files of invented people, as many as wanted: every column of the layout filled, no number is anybody's."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

from registry.demo import cast
from registry.rules.imports import ImportKind
from registry.rules.people import check_digit
from registry.services.imports import LAYOUTS
from registry.sheets import Column, Kind

SEED = 20210425
DIVISION = "410499"  # no county has this code
OLDEST, DAYS = date(1962, 1, 1), 22 * 365
FIRST_DAY, JOINED, POSTED = date(2006, 7, 1), date(2010, 7, 1), date(2014, 7, 1)  # of work, in the unit, in the post
DAYS_APART = 4 * 365
UNITS = tuple((f"{serial:03}", f"郏县第{serial}镇人民政府") for serial in range(1, 35))

Maker = Callable[[Random, int], object]


def people_file(path: Path, rows: int, title: str) -> None:
    """An .xlsx of so many people below one row of title; the same title, the same people in the same order."""
    dice, columns = Random(SEED), LAYOUTS[ImportKind.PEOPLE]
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet("人员")
        page.write_string(0, 0, title)
        page.write_row(1, 0, [column.title for column in columns])
        makers = [_maker(column) for column in columns]
        for serial in range(rows):
            _write(page, serial + 2, [make(dice, serial) for make in makers])


def _write(page: xlsxwriter.worksheet.Worksheet, number: int, cells: Sequence[object]) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, date):
            page.write_datetime(number, place, cell)
        else:
            page.write_string(number, place, str(cell))


def _maker(column: Column) -> Maker:
    """How to invent a value of a column; one that this file has never heard of gets its example."""
    if column.name in MAKERS:
        return MAKERS[column.name]
    if column.kind is Kind.CHOICE:
        words = column.first_words()
        return lambda dice, _serial: dice.choice(words)
    return lambda _dice, _serial: column.example


def _name(dice: Random, serial: int) -> str:
    given = cast.MEN if serial % 2 else cast.WOMEN
    surname = dice.choice(cast.COMPOUND_SURNAMES) if dice.random() < 0.01 else dice.choice(cast.SURNAMES)
    return surname + "".join(dice.choice(given) for _ in range(1 if dice.random() < 0.22 else 2))


def _identity(_dice: Random, serial: int) -> str:
    day, sequence = divmod(serial, 1000)
    body = f"{DIVISION}{OLDEST + timedelta(days=day * 97 % DAYS):%Y%m%d}{sequence:03}"
    return body + check_digit(body)


def _day_after(first: date) -> Maker:
    return lambda dice, _serial: first + timedelta(days=dice.randrange(DAYS_APART))


def _one_of(words: Sequence[str]) -> Maker:
    return lambda dice, _serial: dice.choice(words)


MAKERS: Mapping[str, Maker] = {
    "name": _name,
    "identity_number": _identity,
    "unit": lambda _dice, serial: UNITS[serial % len(UNITS)][1],
    "section": _one_of(cast.SECTIONS),
    "post": _one_of(cast.POSTS),
    "ethnicity": _one_of(cast.ETHNICITIES),
    "major": _one_of(cast.MAJORS),
    "phone": lambda dice, _serial: f"13900{dice.randrange(1_000_000):06}",
    "works_since_on": _day_after(FIRST_DAY),
    "joined_on": _day_after(JOINED),
    "from_on": _day_after(POSTED),
    "email": lambda _dice, serial: f"person{serial}@example.org",
}
