"""Cells read as text, days, numbers, identity numbers or words of a choice; what cannot be, says why."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from registry.rules.people import identity_problem, normalise_identity
from registry.sheets.columns import Column, Kind
from registry.words import N_

LONGEST_EXACT = 15  # digits a spreadsheet keeps of a number
LONGEST_TEXT = 500
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff]+")
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(\s+0?0:00(:00)?)?$")
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


class Unfit(Exception):
    """A cell that is not what its column asks for: an English msgid and its params."""

    def __init__(self, message: str, **params: Any) -> None:
        self.message, self.params = message, params
        super().__init__(message)


def text_of(cell: Any) -> str:
    """The cell as a person would read it: full-width made plain, spaces tidied, `85.0` as `85`, days as 2021-05-12."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    plain = _SPACES.sub(" ", unicodedata.normalize("NFKC", str(cell))).strip()
    return _BETWEEN_CHINESE.sub("", plain)


def value_of(cell: Any, column: Column) -> Any:
    """The typed value of a cell that is not empty; Unfit says why there is none."""
    return _READERS[column.kind](cell, column)


def _text(cell: Any, _column: Column) -> str:
    text = text_of(cell)
    if len(text) > LONGEST_TEXT:
        raise Unfit(N_("The text is longer than %(most)s characters."), most=LONGEST_TEXT)
    return text


def _day(cell: Any, _column: Column) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    found = _DAY.match(text) or _COMPACT_DAY.match(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Unfit(N_("%(value)s is no date; write it as 2021-05-12."), value=text)


def _number(cell: Any, _column: Column) -> Decimal:
    try:
        number = Decimal(text_of(cell))
    except InvalidOperation as error:
        raise Unfit(N_("%(value)s is no number."), value=text_of(cell)) from error
    if not number.is_finite():
        raise Unfit(N_("%(value)s is no number."), value=text_of(cell))
    return number


def _identity(cell: Any, _column: Column) -> str:
    if isinstance(cell, (int, float)) and len(f"{cell:.0f}") > LONGEST_EXACT:
        raise Unfit(
            N_("The spreadsheet has rounded this identity number; its last digits are lost. Enter it anew, as text.")
        )
    number = normalise_identity(text_of(cell))
    if (wrong := identity_problem(number)) is not None:
        raise Unfit(wrong)
    return number


def _choice(cell: Any, column: Column) -> str:
    text = text_of(cell)
    if text in column.choices:
        return column.choices[text]
    raise Unfit(
        N_("%(value)s is not known here; write one of: %(words)s."), value=text, words="、".join(column.first_words())
    )


_READERS: Mapping[Kind, Callable[[Any, Column], Any]] = {
    Kind.TEXT: _text,
    Kind.DATE: _day,
    Kind.NUMBER: _number,
    Kind.IDENTITY: _identity,
    Kind.CHOICE: _choice,
}
