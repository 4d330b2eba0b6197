"""What every kind of file shares: rows matched to units and people, problems with their place, nothing written yet."""

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from registry.labels import label_of
from registry.models.departments import Department
from registry.rules import Violation
from registry.rules.imports import Doubt
from registry.services import departments
from registry.sheets import Problem, Row, Table, alike
from registry.words import N_

ALIKE_ENOUGH = 0.6  # 市场监管局 is near 市场监督管理局

Place = tuple[str, int]  # the sheet, and the row's number in it
Decisions = Mapping[Place, int | None]  # about a row: the person chosen, or None when the row is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row that fits nobody or several; `said` is what it says under which heading, `candidates` are person ids."""

    row: Row
    column: str
    heading: str
    doubt: Doubt
    said: Sequence[tuple[str, str]]
    likeness: bytes
    candidates: Sequence[int]


@dataclass(slots=True)
class Gathered:
    """Rows of a file on their way in: problems and questions are collected, never raised."""

    table: Table
    titles: Mapping[str, str]  # the headings of our templates, for a column that the file does not have
    problems: list[Problem] = field(default_factory=list)
    decisions: Decisions = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)  # decided or not
    matches: dict[Place, int] = field(default_factory=dict)  # rows whose person was told by name and unit
    left_out: int = 0

    def complain(self, row: Row, column: str, message: str, **params: Any) -> None:
        """Something is wrong with the value in that column (by its name in code)."""
        self.problems.append(
            Problem(
                message=message,
                params=params,
                sheet=row.sheet,
                row=row.number,
                column=self.heading_of(row, column),
                value=row.raw.get(column, ""),
            )
        )

    def heading_of(self, row: Row, column: str) -> str:
        """How the row's sheet writes the heading of a column; ours, when it has none."""
        return self.table.headings[row.sheet].get(column) or self.titles[column]

    def complain_of(self, row: Row, column: str, violations: Sequence[Violation]) -> None:
        for violation in violations:
            self.complain(row, column, violation.message, **violation.params)

    @property
    def open_questions(self) -> list[Question]:
        return [one for one in self.questions if place_of(one.row) not in self.decisions]

    def leave_out(self) -> None:
        """Rows that somebody decided to leave out are as if they did not stand in the file."""
        out = {place for place, person_id in self.decisions.items() if person_id is None}
        if out:
            kept = [row for row in self.table.rows if place_of(row) not in out]
            self.left_out = len(self.table.rows) - len(kept)
            self.table = replace(self.table, rows=kept)
            self.problems = [one for one in self.problems if (one.sheet, one.row) not in out]

    def refuse_questions_beyond(self, most: int) -> None:
        """More than anybody would answer row by row are problems of the file."""
        if len(asked := self.open_questions) > most:
            self.questions = []
            for one in asked:
                self.complain(one.row, one.column, label_of(one.doubt))

    def refuse_doubles(
        self, rows: Sequence[Row], key: Callable[[Row], Any], column: str, *, otherwise: str = ""
    ) -> None:
        """A key that stands in more than one row is a problem of each of them; rows without a key are left out.

        It is told of the `column`, or where that is empty of the `otherwise` one.
        """
        keys = [(row, key(row)) for row in rows]
        seen = Counter(one for _, one in keys if one is not None)
        for row, one in keys:
            if one is not None and seen[one] > 1:
                said = N_("%(value)s stands in this file more than once.")
                named = column if row.raw.get(column) or not otherwise else otherwise
                self.complain(row, named, said, value=row.raw[named])

    def refuse_later_days(self, row: Row, column: str, today: date) -> None:
        day = row.values.get(column)
        if day is not None and day > today:
            self.complain(row, column, N_("%(day)s has not come yet."), day=day)


class Units:
    """The units of the register as files name them: by code or by whole name."""

    def __init__(self, session: Session, today: date) -> None:
        self._session, self._today = session, today
        known = departments.by_code(session).values()
        self._by_word = _by_short_name(known) | {alike(unit.name): unit for unit in known}
        self._by_word |= {alike(unit.code): unit for unit in known}
        self._by_number = _unambiguous({unit.code.lstrip("0"): unit for unit in known if unit.code.isdigit()}, known)
        self._names = [unit.name for unit in known if unit.ended_on is None]
        self.find = cache(self._find)
        self._hint = cache(self._why_unknown)
        self._former = cache(self._former_names)

    def of(self, gathered: Gathered, row: Row, column: str) -> Department | None:
        """The unit a row names; when there is none, or it has ended, that is told."""
        unit = self.named(gathered, row, column)
        return None if unit is None or self.refuse_over(gathered, row, column, unit) else unit

    def named(self, gathered: Gathered, row: Row, column: str) -> Department | None:
        """The unit a row names, ended or not; when there is none, that is told."""
        text = row.values[column]
        if text is None:
            return None
        unit: Department | None = self.find(text)
        if unit is None:
            message, params = self._hint(text)
            gathered.complain(row, column, message, **params)
        return unit

    def refuse_over(self, gathered: Gathered, row: Row, column: str, unit: Department) -> bool:
        """Whether the unit has ended; that is told then."""
        is_over = unit.ended_on is not None and unit.ended_on <= self._today
        if is_over:
            over = N_("%(unit)s ended on %(day)s; name the unit that took over its work.")
            gathered.complain(row, column, over, unit=unit.name, day=unit.ended_on)
        return is_over

    def find_then(self, text: str) -> Department | None:
        """A unit by what it is called, or by a former name that no other unit bore: lists keep their day's names."""
        bearers = self._former().get(alike(text), ())
        return self.find(text) or (bearers[0] if len(bearers) == 1 else None)

    def _find(self, text: str) -> Department | None:
        """A number that a spreadsheet has robbed of its zeros still finds its unit, if there is only one."""
        return self._by_word.get(alike(text)) or self._by_number.get(text.lstrip("0") if text.isdigit() else "")

    def _why_unknown(self, text: str) -> tuple[str, dict[str, str]]:
        if bearers := self._former().get(alike(text)):
            return N_("%(unit)s has been renamed; write %(now)s."), {"unit": text, "now": bearers[-1].name}
        if near := difflib.get_close_matches(text, self._names, n=1, cutoff=ALIKE_ENOUGH):
            said = N_("No unit of this register has the code or name %(unit)s; is it %(near)s?")
            return said, {"unit": text, "near": near[0]}
        return N_("No unit of this register has the code or name %(unit)s."), {"unit": text}

    def _former_names(self) -> dict[str, list[Department]]:
        return {alike(former): units for former, units in departments.former_names(self._session).items()}


def _by_short_name(known: Iterable[Department]) -> dict[str, Department]:
    """Units by a short name that no other unit has: 城管局."""
    counted = Counter(unit.short_name for unit in known)
    return {alike(unit.short_name): unit for unit in known if unit.short_name and counted[unit.short_name] == 1}


def _unambiguous(by_number: dict[str, Department], known: Any) -> dict[str, Department]:
    counted = Counter(unit.code.lstrip("0") for unit in known if unit.code.isdigit())
    return {number: unit for number, unit in by_number.items() if number and counted[number] == 1}


def place_of(row: Row) -> Place:
    """Where a row stands, which is what it is known by."""
    return row.sheet, row.number


def refuse_other_name(gathered: Gathered, row: Row, known: str) -> None:
    """A number with somebody else's name beside it is the sign of shifted rows, or of a slip."""
    name = row.values["name"]
    if name is not None and alike(name) != alike(known):
        message = N_("The register knows the holder of this number as %(known)s, not %(name)s.")
        gathered.complain(row, "name", message, known=known, name=name)
