"""What every kind of file shares: rows matched to units and people, problems with their place, nothing written yet."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.people import Person
from registry.rules import Violation
from registry.services import departments, people
from registry.sheets import Problem, Row, Table
from registry.words import N_


@dataclass(slots=True)
class Gathered:
    """Rows of a file on their way in: problems are collected, never raised."""

    table: Table
    problems: list[Problem] = field(default_factory=list)

    def complain(self, row: Row, column: str, message: str, **params: Any) -> None:
        """Something is wrong with the value in that column (by its name in code)."""
        self.problems.append(
            Problem(
                message=message,
                params=params,
                sheet=row.sheet,
                row=row.number,
                column=self.table.headings.get(column, column),
                value=row.raw.get(column, ""),
            )
        )

    def complain_of(self, row: Row, column: str, violations: Sequence[Violation]) -> None:
        for violation in violations:
            self.complain(row, column, violation.message, **violation.params)

    def refuse_doubles(self, key: Callable[[Row], Any], column: str) -> None:
        """A key that stands in more than one row is a problem of each of them."""
        seen = Counter(key(row) for row in self.table.rows)
        for row in self.table.rows:
            if key(row) is not None and seen[key(row)] > 1:
                self.complain(row, column, N_("%(value)s stands in this file more than once."), value=row.raw[column])


def unit_finder(session: Session) -> Callable[[str], Department | None]:
    """Finds a unit by its code or its whole name."""
    by_code = departments.by_code(session)
    by_name = {unit.name: unit for unit in by_code.values()}
    return lambda text: by_code.get(text) or by_name.get(text)


def people_of(session: Session, gathered: Gathered) -> Mapping[str, Person]:
    """The people of the rows by identity number; a row whose person is unknown or bears another name is a problem."""
    numbers = [row.values["identity_number"] for row in gathered.table.rows if row.values["identity_number"]]
    known = {number: one.person for number, one in people.known_people(session, numbers).items()}
    for row in gathered.table.rows:
        number = row.values["identity_number"]
        if number is None:
            continue
        person = known.get(number)
        if person is None:
            gathered.complain(
                row, "identity_number", N_("Nobody with this identity number is registered; bring in the person first.")
            )
        elif row.values["name"] and row.values["name"] != person.name:
            message = N_("The register knows the holder of this number as %(known)s, not %(name)s.")
            gathered.complain(row, "name", message, known=person.name, name=row.values["name"])
    return known
