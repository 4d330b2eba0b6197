"""Cells read as text, days, numbers, identity numbers or words of a choice; what cannot be, says why."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from registry.rules.people import identity_problem, masked, normalise_identity
from registry.sheets.columns import IDENTITIES, Column, Kind
from registry.words import N_

LONGEST_EXACT = 15  # digits a spreadsheet keeps of a number
READINGS_KEPT = 4_096  # different cells of a column; names and numbers of many people do not come again
YEARS = range(1900, 2200)  # other years are slips of the pen
SERIAL_DAYS = range(20_000, 80_000)  # 1954 to 2119: a day in a cell that was not told to show one
FIRST_SERIAL = date(1899, 12, 30)
SHOWN_ENDS = 4
HAN = "\u3400-\u9fff\U00020000-\U000323af"
_BETWEEN_CHINESE = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_DOT_IN_NAME = re.compile(rf"(?<=[{HAN}])[•‧・･．](?=[{HAN}])")
_SPACES = re.compile(r"\s+")
_DAY = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?"
    r"(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
    r"(?:(?:[\sT]+|\s*[上下中]午\s*|\s*[凌早]晨\s*|\s*晚上\s*)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_DAY_IN_WORDS = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([元一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_CHINESE_DIGITS = {**{digit: place for place, digit in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "元": 1}
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_PART_IDENTITIES = re.compile(r"(?=.*[0-9])[0-9]{0,14}\*{2,18}[0-9]{0,7}[0-9X]?|[0-9]{3,5}[0-9X]")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_LAST_DIGITS_LOST = re.compile(r"[0-9]{15}000")  # 15 digits exact, the others made zero, then turned into text
_OLD_FORM = re.compile(r"[0-9]{15}")  # of before 1999, without century and check digit
_PLAIN = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


class Unfit(Exception):
    """A cell that is not what its column asks for: an English msgid and its params."""

    def __init__(self, message: str, **params: Any) -> None:
        self.message, self.params = message, params
        super().__init__(message)


def text_of(cell: Any) -> str:
    """The cell as a person would read it: letters and digits plain, spaces tidied, `85.0` as `85`, days as 2021-05-12.

    Chinese punctuation stays as it was written; what cannot be seen (control and format characters) is dropped.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    return _tidy(str(cell))


def alike(text: str) -> str:
    """One form for texts that a person takes for the same: width, spaces and capitals do not count."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def part_of(number: str) -> str:
    """Enough of an identity number to know the row by, not enough to know the number."""
    return masked(number) if len(number) > 2 * SHOWN_ENDS else number


def value_of(cell: Any, column: Column) -> Any:
    """The typed value of a cell that is not empty; Unfit says why there is none."""
    return _READERS[column.kind](cell, text_of(cell), column)


@dataclass(frozen=True, slots=True)
class Told:
    """What a cell says: its text as it may be shown, its value (None when empty or unfit), and why it is unfit."""

    shown: str
    value: Any
    unfit: Unfit | None = None


class Readings(dict[Any, Told]):
    """What the cells of one column say. Words and days that come again are read once.

    Numbers are read anew each time: 1, 1.0 and True are one key and three texts.
    """

    def __init__(self, column: Column) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, cell: Any) -> Told:
        told = self._told(cell)
        if isinstance(cell, (str, date)) and len(self) < READINGS_KEPT:
            self[cell] = told
        return told

    def _told(self, cell: Any) -> Told:
        text, column = text_of(cell), self._column
        shown = part_of(text) if column.kind in IDENTITIES else text
        if not text:
            return Told("", None, None if column.blank_allowed else Unfit(N_("This must not be empty.")))
        try:
            return Told(shown, _READERS[column.kind](cell, text, column))
        except Unfit as unfit:
            return Told(shown, None, unfit.with_traceback(None))


def _tidy(text: str) -> str:
    if text.isascii():
        if text.isalnum():  # most numbers and codes: nothing to tidy
            return text
    else:
        text = text.translate(_PLAIN)
    spaced = _SPACES.sub(" ", text)
    if not spaced.isprintable():
        spaced = "".join(one for one in spaced if unicodedata.category(one) not in {"Cc", "Cf"})
    return _DOT_IN_NAME.sub("·", _BETWEEN_CHINESE.sub("", spaced.strip()))


def _narrow(text: str) -> str:
    """The text for columns where full-width signs mean the same as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _text(cell: Any, text: str, column: Column) -> str:
    if column.keeps_zeros:
        _refuse_lost_digits(cell, text, column)
    if len(text) > column.longest:
        raise Unfit(N_("The text is longer than %(most)s characters."), most=column.longest)
    return text


def _refuse_lost_digits(cell: Any, text: str, column: Column) -> None:
    """What a spreadsheet took for a number has lost its zeros in front, unless all its digits are there."""
    if _is_rounded(cell, text):
        raise Unfit(N_("The spreadsheet has rounded this number; its last digits are lost. Enter it anew, as text."))
    if isinstance(cell, (int, float)) and len(text) != column.digits:
        raise Unfit(
            N_(
                "The spreadsheet took this for a number, and zeros in front of it may be lost. "
                "Format the column as text and write it as it is printed."
            )
        )


def _is_rounded(cell: Any, text: str) -> bool:
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return (is_number and len(f"{abs(cell):.0f}") > LONGEST_EXACT) or _ROUNDED.fullmatch(text) is not None


def _day(cell: Any, text: str, _column: Column) -> date:
    if isinstance(cell, datetime):
        day: date | None = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, (int, float)) and isfinite(cell) and int(cell) in SERIAL_DAYS:
        day = FIRST_SERIAL + timedelta(days=int(cell))
    else:
        day = _written_day(_narrow(text))
    if day is None or day.year not in YEARS:
        raise Unfit(N_("%(value)s is no date; write it as 2021-05-12."), value=text)
    return day


def _written_day(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
        in_words = _DAY_IN_WORDS.fullmatch("".join(text.split()))
        return date(*map(_in_digits, in_words.groups())) if in_words else None
    except ValueError:
        return None


def _in_digits(words: str) -> int:
    """二〇二一 is 2021, 二十三 is 23; ValueError for what is no number, as 二十十."""
    if "十" not in words:
        return int("".join(str(_CHINESE_DIGITS[word]) for word in words))
    tens, ones = words.split("十")
    return 10 * (_CHINESE_DIGITS[tens] if tens else 1) + (_CHINESE_DIGITS[ones] if ones else 0)


def _number(_cell: Any, text: str, column: Column) -> Decimal:
    narrow = without_unit(_narrow(text), column.units)
    if not _NUMBER.fullmatch(narrow):
        raise Unfit(N_("%(value)s is no number."), value=text)
    return Decimal(narrow.replace(",", ""))


def without_unit(text: str, units: Sequence[str]) -> str:
    """`40学时` as `40`: a number without the word of what it counts."""
    return next((text.removesuffix(unit).rstrip() for unit in units if text.endswith(unit)), text)


def _identity(cell: Any, text: str, _column: Column) -> str:
    """A number whose last digits a spreadsheet has lost is damaged; nobody guesses them."""
    narrow = _narrow(text).lstrip("'`")
    number = normalise_identity(narrow)
    wrong = identity_problem(number)
    if _is_rounded(cell, narrow) or (wrong is not None and _LAST_DIGITS_LOST.fullmatch(number)):
        raise Unfit(
            N_("The spreadsheet has rounded this identity number; its last digits are lost. Enter it anew, as text.")
        )
    if wrong is not None and _OLD_FORM.fullmatch(number):
        raise Unfit(N_("This is an old identity number with 15 digits. Enter the present one with 18 characters."))
    if wrong is not None:
        raise Unfit(wrong)
    return number


def _identity_or_part(cell: Any, text: str, column: Column) -> str:
    """Platforms hide the middle of a number, or give its last digits only: enough to tell namesakes apart."""
    part = normalise_identity(_narrow(text).lstrip("'`"))
    return part if _PART_IDENTITIES.fullmatch(part) else _identity(cell, text, column)


def _choice(_cell: Any, text: str, column: Column) -> str:
    if text in column.choices:
        return column.choices[text]
    words = {alike(word): value for word, value in column.choices.items()}
    if (value := words.get(alike(text))) is not None:
        return value
    raise Unfit(
        N_("%(value)s is not known here; write one of: %(words)s."), value=text, words="、".join(column.first_words())
    )


_READERS: Mapping[Kind, Callable[[Any, str, Column], Any]] = {
    Kind.TEXT: _text,
    Kind.DATE: _day,
    Kind.NUMBER: _number,
    Kind.IDENTITY: _identity,
    Kind.IDENTITY_OR_PART: _identity_or_part,
    Kind.CHOICE: _choice,
}
