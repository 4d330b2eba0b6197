"""Files of certificates that the province issued: entered under their numbers, through the gate as of their day."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from registry.rules import Violation
from registry.rules.certificates import CertificateKind
from registry.rules.numbers import NUMBER_IS_FREE
from registry.rules.permissions import Actor
from registry.services import applications
from registry.services.certificates import IssuedEntry, Received
from registry.services.changes import Tally
from registry.services.imports.matching import Match, people_of
from registry.services.imports.rows import Gathered, Place, place_of
from registry.sheets import Row, alike

NEEDED = ("kind", "number", "issued_on")


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Enter what the list has and the register does not; every row is checked before one is written."""
    known = people_of(session, gathered, today)
    rows = gathered.table.rows
    gathered.refuse_doubles(rows, _number, "number")
    for row in rows:
        gathered.refuse_later_days(row, "issued_on", today)
    complete = [row for row in rows if place_of(row) in known and all(row.values[name] for name in NEEDED)]
    entries = [_entry(row, known) for row in complete]
    for row, looked in zip(complete, applications.look_at(session, actor, entries=entries), strict=True):
        _complain(gathered, row, looked)
    if gathered.problems or gathered.open_questions:
        return Tally()
    return applications.receive(session, actor, entries=entries, today=today, batch=batch)


def _number(row: Row) -> str | None:
    return alike(row.values["number"]) if row.values["number"] else None


def _entry(row: Row, known: Mapping[Place, Match]) -> IssuedEntry:
    return IssuedEntry(
        person_id=known[place_of(row)].id,
        kind=CertificateKind(row.values["kind"]),
        number=row.values["number"],
        issued_on=row.values["issued_on"],
        valid_until=row.values.get("valid_until"),
    )


def _complain(gathered: Gathered, row: Row, looked: Received) -> None:
    """What the gate says is told of the holder, what is wrong with the number of the number."""
    by_column: dict[str, Sequence[Violation]] = {
        "number": [one for one in looked.violations if one.rule is NUMBER_IS_FREE],
        "name": [one for one in looked.violations if one.rule is not NUMBER_IS_FREE],
    }
    for column, violations in by_column.items():
        gathered.complain_of(row, column, violations)
