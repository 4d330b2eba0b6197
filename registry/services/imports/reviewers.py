"""Files of legal reviewers: who reviews for which unit since when, with or without the law qualification."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.rules.permissions import Actor
from registry.services import departments, people
from registry.services.changes import Tally
from registry.services.departments import ReviewerEntry
from registry.services.imports.matching import Match, people_of
from registry.services.imports.rows import Gathered, Place, Units, place_of
from registry.sheets import Row


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Appoint whom the list has and the register does not; every row is checked before one is written."""
    known, units = people_of(session, gathered, today), Units(session, today)
    rows = gathered.table.rows
    gathered.refuse_doubles(rows, lambda row: _person(known, row), "identity_number", otherwise="name")
    for row in rows:
        gathered.refuse_later_days(row, "from_on", today)
    served = people.units_of(session, [match.id for match in known.values()])
    named = {place_of(row): units.of(gathered, row, "unit") for row in rows}
    complete = [row for row in rows if place_of(row) in known and row.values["from_on"]]
    entries = [_entry(row, known[place_of(row)], named[place_of(row)], served) for row in complete]
    for row, looked in zip(complete, departments.look_at_reviewers(session, actor, entries=entries), strict=True):
        gathered.complain_of(row, "name", looked.violations)
    if gathered.problems or gathered.open_questions:
        return Tally()
    tally = departments.bring_in_reviewers(session, actor, entries=entries, batch=batch)
    return tally.placed({known[place_of(row)].id: place_of(row) for row in complete})


def _person(known: Mapping[Place, Match], row: Row) -> int | None:
    match = known.get(place_of(row))
    return None if match is None else match.id


def _entry(row: Row, match: Match, unit: Department | None, served: Mapping[int, int]) -> ReviewerEntry:
    """Without a unit in the row, the one in which the person serves."""
    said = row.values.get("has_law_qualification")
    return ReviewerEntry(
        person_id=match.id,
        name=match.name,
        department_id=served[match.id] if unit is None else unit.id,
        from_on=row.values["from_on"],
        has_law_qualification=None if said is None else said == "yes",
    )
