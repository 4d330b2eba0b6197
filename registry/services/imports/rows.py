"""What every kind of file shares: rows matched to units and people, problems with their place, nothing written yet."""

import difflib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules import Violation
from registry.rules.permissions import Action
from registry.services import departments, people
from registry.sheets import Problem, Row, Table, alike
from registry.words import N_

ALIKE_ENOUGH = 0.6  # 市场监管局 is near 市场监督管理局


@dataclass(slots=True)
class Gathered:
    """Rows of a file on their way in: problems are collected, never raised."""

    table: Table
    titles: Mapping[str, str]  # the headings of our templates, for a column that the file does not have
    problems: list[Problem] = field(default_factory=list)

    def complain(self, row: Row, column: str, message: str, **params: Any) -> None:
        """Something is wrong with the value in that column (by its name in code)."""
        self.problems.append(
            Problem(
                message=message,
                params=params,
                sheet=row.sheet,
                row=row.number,
                column=self.table.headings[row.sheet].get(column) or self.titles[column],
                value=row.raw.get(column, ""),
            )
        )

    def complain_of(self, row: Row, column: str, violations: Sequence[Violation]) -> None:
        for violation in violations:
            self.complain(row, column, violation.message, **violation.params)

    def refuse_doubles(self, rows: Sequence[Row], key: Callable[[Row], Any], column: str) -> None:
        """A key that stands in more than one row is a problem of each of them; rows without a key are left out."""
        keys = [(row, key(row)) for row in rows]
        seen = Counter(one for _, one in keys if one is not None)
        for row, one in keys:
            if one is not None and seen[one] > 1:
                said = N_("%(value)s stands in this file more than once.")
                self.complain(row, column, said, value=row.raw[column])

    def refuse_later_days(self, row: Row, column: str, today: date) -> None:
        day = row.values.get(column)
        if day is not None and day > today:
            self.complain(row, column, N_("%(day)s has not come yet."), day=day)


class Units:
    """The units of the register as files name them: by code or by whole name."""

    def __init__(self, session: Session, today: date) -> None:
        self._session, self._today = session, today
        known = departments.by_code(session).values()
        self._by_word = {alike(unit.name): unit for unit in known} | {alike(unit.code): unit for unit in known}
        self._by_number = _unambiguous({unit.code.lstrip("0"): unit for unit in known if unit.code.isdigit()}, known)
        self._names = [unit.name for unit in known if unit.ended_on is None]
        self.find = cache(self._find)
        self._hint = cache(self._why_unknown)

    def of(self, gathered: Gathered, row: Row, column: str) -> Department | None:
        """The unit a row names; when there is none, or it has ended, that is told."""
        text = row.values[column]
        if text is None:
            return None
        unit: Department | None = self.find(text)
        if unit is None:
            message, params = self._hint(text)
            gathered.complain(row, column, message, **params)
        elif unit.ended_on is not None and unit.ended_on <= self._today:
            over = N_("%(unit)s ended on %(day)s; name the unit that took over its work.")
            gathered.complain(row, column, over, unit=unit.name, day=unit.ended_on)
            return None
        return unit

    def _find(self, text: str) -> Department | None:
        """A number that a spreadsheet has robbed of its zeros still finds its unit, if there is only one."""
        return self._by_word.get(alike(text)) or self._by_number.get(text.lstrip("0") if text.isdigit() else "")

    def _why_unknown(self, text: str) -> tuple[str, dict[str, str]]:
        if (now := self._renamed().get(alike(text))) is not None:
            return N_("%(unit)s has been renamed; write %(now)s."), {"unit": text, "now": now}
        if near := difflib.get_close_matches(text, self._names, n=1, cutoff=ALIKE_ENOUGH):
            said = N_("No unit of this register has the code or name %(unit)s; is it %(near)s?")
            return said, {"unit": text, "near": near[0]}
        return N_("No unit of this register has the code or name %(unit)s."), {"unit": text}

    def _renamed(self) -> dict[str, str]:
        """Former names, as the trail remembers them, and the names of today."""
        acts = self._session.execute(
            select(TrailEntry.subject_id, TrailEntry.facts).where(
                TrailEntry.subject_type == Department.__tablename__, TrailEntry.action == Action.DEPARTMENT_MANAGE
            )
        ).all()
        today = {unit.id: unit.name for unit in self._by_word.values()}
        return {
            alike(facts["name"][0]): today[unit_id]
            for unit_id, facts in acts
            if isinstance(facts.get("name"), list) and unit_id in today
        }


def _unambiguous(by_number: dict[str, Department], known: Any) -> dict[str, Department]:
    counted = Counter(unit.code.lstrip("0") for unit in known if unit.code.isdigit())
    return {number: unit for number, unit in by_number.items() if number and counted[number] == 1}


def people_of(session: Session, gathered: Gathered) -> Mapping[str, Person]:
    """The people of the rows by identity number; a row whose person is unknown or bears another name is a problem."""
    numbers = [row.values["identity_number"] for row in gathered.table.rows if row.values["identity_number"]]
    known = {number: one.person for number, one in people.known_people(session, numbers).items()}
    for row in gathered.table.rows:
        number = row.values["identity_number"]
        if number is None:
            continue
        if number not in known:
            gathered.complain(
                row, "identity_number", N_("Nobody with this identity number is registered; bring in the person first.")
            )
        else:
            refuse_other_name(gathered, row, known[number].name)
    return known


def refuse_other_name(gathered: Gathered, row: Row, known: str) -> None:
    """A number with somebody else's name beside it is the sign of shifted rows, or of a slip."""
    name = row.values["name"]
    if name is not None and alike(name) != alike(known):
        message = N_("The register knows the holder of this number as %(known)s, not %(name)s.")
        gathered.complain(row, "name", message, known=known, name=name)
