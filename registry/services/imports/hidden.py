"""Files of people whose numbers are masked, as our own exports show them: each row leads to its person or is told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.rules.people import IDENTITY_LENGTH
from registry.services.changes import in_chunks
from registry.services.imports.matching import fits
from registry.services.imports.rows import Gathered, Units
from registry.sheets import Row, alike
from registry.vault import vault_of
from registry.words import N_

COLUMN = "identity_number"


@dataclass(frozen=True, slots=True)
class _Bearer:
    department_id: int
    number: str


def uncover(session: Session, gathered: Gathered, units: Units) -> None:
    """Put the whole number where a row shows a part of it; what fits nobody, or several, is a problem of its row."""
    rows = gathered.table.rows
    hidden = [row for row in rows if _part(row)]
    if not hidden:
        return
    bearers = _bearers(session, {row.values["name"] for row in hidden if row.values["name"]})
    for place, row in enumerate(rows):
        if _part(row):
            rows[place] = replace(row, values=row.values.changed(COLUMN, _whole(gathered, units, row, bearers)))


def _part(row: Row) -> bool:
    number = row.values[COLUMN]
    return number is not None and ("*" in number or len(number) != IDENTITY_LENGTH)


def _whole(gathered: Gathered, units: Units, row: Row, bearers: Mapping[str, Sequence[_Bearer]]) -> str | None:
    part, name, unit = row.values[COLUMN], row.values["name"], units.find(row.values["unit"] or "")
    if "*" not in part:
        gathered.complain(row, COLUMN, N_("An identity number has 18 characters."))
        return None
    fitting = [one for one in bearers.get(alike(name or ""), ()) if fits(part, one.number)]
    there = [one for one in fitting if unit is not None and one.department_id == unit.id]
    found = there or fitting
    if len(found) != 1:
        said = N_("This number is masked and does not lead to exactly one person on record; write the whole number.")
        gathered.complain(row, COLUMN, said)
        return None
    return found[0].number


def _bearers(session: Session, names: set[str]) -> Mapping[str, Sequence[_Bearer]]:
    vault = vault_of(session)
    found: dict[str, list[_Bearer]] = defaultdict(list)
    for chunk in in_chunks(sorted(names)):
        people = session.execute(
            select(Person.name, Person.department_id, Person.identity_sealed).where(
                Person.name.in_(chunk), Person.withdrawn_on.is_(None)
            )
        )
        for name, department_id, sealed in people:
            found[alike(name)].append(_Bearer(department_id, vault.open(sealed)))
    return found
