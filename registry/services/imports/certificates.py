"""Files of certificates that the province issued: entered under their numbers, through the gate as of their day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.rules import Violation
from registry.rules.certificates import CertificateKind
from registry.rules.numbers import NUMBER_IS_FREE
from registry.rules.permissions import Actor
from registry.services import applications
from registry.services.certificates import IssuedEntry, Received
from registry.services.changes import Tally, in_chunks
from registry.services.imports.matching import Match, fits, people_of
from registry.services.imports.rows import Gathered, Place, place_of
from registry.sheets import Row, alike
from registry.vault import vault_of

NEEDED = ("kind", "number", "issued_on")


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Enter what the list has and the register does not; every row is checked before one is written."""
    gathered.leave_out()
    known = people_of(session, gathered, today, _holders(session, gathered.table.rows))
    rows = gathered.table.rows
    gathered.refuse_doubles(rows, _number, "number")
    for row in rows:
        gathered.refuse_later_days(row, "issued_on", today)
    complete = [row for row in rows if place_of(row) in known and all(row.values[name] for name in NEEDED)]
    entries = [_entry(row, known) for row in complete]
    every = applications.look_at(session, actor, entries=entries, today=today)
    for row, looked in zip(complete, every, strict=True):
        _complain(gathered, row, looked)
    if gathered.problems or gathered.open_questions:
        return Tally()
    return applications.receive(session, actor, entries=entries, today=today, batch=batch)


def _holders(session: Session, rows: Sequence[Row]) -> dict[Place, Match]:
    """Rows of certificates on record lead to their holders, though these may be called otherwise by now.

    What the row says of its person has to be the holder's: the number or a part of it, and the name of then or today.
    """
    cards = _cards(session, [row.values["number"] for row in rows if row.values["number"]])
    vault, found = vault_of(session), {}
    for row in rows:
        card, name = cards.get(row.values["number"] or ""), row.values["name"]
        if card is None or name is None or alike(name) not in {alike(card.holder_name), alike(card.name)}:
            continue
        is_blank = not row.raw.get("identity_number")
        said = row.values["identity_number"]
        if is_blank or (said is not None and fits(said, vault.open(card.identity_sealed))):
            found[place_of(row)] = Match(card.person_id, card.name)
    return found


def _cards(session: Session, numbers: Sequence[str]) -> dict[str, SqlRow[Any]]:
    found: dict[str, SqlRow[Any]] = {}
    for chunk in in_chunks(sorted(set(numbers))):
        cards = session.execute(
            select(
                Certificate.number,
                Certificate.holder_name,
                Person.id.label("person_id"),
                Person.name,
                Person.identity_sealed,
            )
            .join(Person, Person.id == Certificate.person_id)
            .where(Certificate.number.in_(chunk))
        )
        found |= {card.number: card for card in cards}
    return found


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
