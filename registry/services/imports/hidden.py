"""Files of people whose numbers are masked, as our own exports show them: each row leads to its person or is asked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.people import HELD, Appointment, Person
from registry.rules.people import IDENTITY_LENGTH
from registry.services.changes import in_chunks
from registry.services.imports.matching import ask_apart, fits
from registry.services.imports.rows import Gathered, Units, place_of
from registry.sheets import Row, alike
from registry.vault import vault_of
from registry.words import N_

COLUMN = "identity_number"
DAYS = ("from_on", "works_since_on", "joined_on")  # what tells namesakes of one unit apart


@dataclass(frozen=True, slots=True)
class _Bearer:
    """Somebody who bears a name: the unit, the whole number, and the days of the latest post and of the career."""

    department_id: int
    number: str
    from_on: date | None
    works_since_on: date | None
    joined_on: date | None


def uncover(session: Session, gathered: Gathered, units: Units, today: date) -> None:
    """Put the whole number where a row shows a part of it; who that may be is asked where it fits nobody or several."""
    rows = gathered.table.rows
    hidden = [place for place, row in enumerate(rows) if _part(row)]
    if not hidden:
        return
    bearers = _bearers(session, {name for place in hidden if (name := rows[place].values["name"])})
    unsure = []
    for place in hidden:
        row = rows[place]
        whole = _whole(gathered, units, row, bearers)
        if whole is None and "*" in row.values[COLUMN] and row.values["name"]:
            unsure.append(place)
        else:
            rows[place] = _with(row, whole)
    matches = ask_apart(session, gathered, [rows[place] for place in unsure], today)
    numbers = _numbers(session, [match.id for match in matches.values()])
    for place in unsure:
        match = matches.get(place_of(rows[place]))
        rows[place] = _with(rows[place], None if match is None else numbers[match.id])


def _part(row: Row) -> bool:
    number = row.values[COLUMN]
    return number is not None and ("*" in number or len(number) != IDENTITY_LENGTH)


def _with(row: Row, number: str | None) -> Row:
    return replace(row, values=row.values.changed(COLUMN, number))


def _whole(gathered: Gathered, units: Units, row: Row, bearers: Mapping[str, Sequence[_Bearer]]) -> str | None:
    """The one number that fits what the row says, or None; a number too short to be one is a problem."""
    part, name, unit = row.values[COLUMN], row.values["name"], units.find_then(row.values["unit"] or "")
    if "*" not in part:
        gathered.complain(row, COLUMN, N_("An identity number has 18 characters."))
        return None
    fitting = [one for one in bearers.get(alike(name or ""), ()) if fits(part, one.number)]
    there = [one for one in fitting if unit is not None and one.department_id == unit.id] or fitting
    alike_in_days = [one for one in there if _agrees(one, row, DAYS)]
    said = [name for name in DAYS if row.values.get(name) is not None]
    choices = (there, alike_in_days, [one for one in there if _agrees(one, row, said)])
    return next((found[0].number for found in choices if len(found) == 1), None)


def _agrees(one: _Bearer, row: Row, days: Sequence[str]) -> bool:
    return all(row.values.get(name) == getattr(one, name) for name in days)


def _bearers(session: Session, names: set[str]) -> Mapping[str, Sequence[_Bearer]]:
    vault = vault_of(session)
    latest = select(func.max(Appointment.from_on)).where(Appointment.person_id == Person.id, HELD).scalar_subquery()
    found: dict[str, list[_Bearer]] = defaultdict(list)
    for chunk in in_chunks(sorted(names)):
        people = session.execute(
            select(
                Person.name,
                Person.department_id,
                Person.identity_sealed,
                latest,
                Person.works_since_on,
                Person.joined_on,
            ).where(Person.name.in_(chunk), Person.withdrawn_on.is_(None))
        )
        for name, department_id, sealed, *days in people:
            found[alike(name)].append(_Bearer(department_id, vault.open(sealed), *days))
    return found


def _numbers(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    vault, found = vault_of(session), dict[int, str]()
    for chunk in in_chunks(sorted(set(person_ids))):
        rows = session.execute(select(Person.id, Person.identity_sealed).where(Person.id.in_(chunk)))
        found |= {row.id: vault.open(row.identity_sealed) for row in rows}
    return found
