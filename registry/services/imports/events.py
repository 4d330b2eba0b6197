"""Rows that belong to one event (a training, an exam): grouped, and refused when they disagree about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.services.imports.matching import Match
from registry.services.imports.rows import Gathered, Place, place_of
from registry.sheets import Row, alike
from registry.words import N_


@dataclass(frozen=True, slots=True)
class Facts:
    """What makes an event the same event, whatever its code: title, day, and the kind or subject."""

    title: str
    held_on: date
    what: str

    @classmethod
    def of(cls, title: str, held_on: date, what: str) -> "Facts":
        return cls(alike(title), held_on, what)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a file with its rows; `code` is empty when the file gives none."""

    code: str
    facts: Facts
    rows: Sequence[Row]


def gather(gathered: Gathered, what: str) -> list[Event]:
    """The events of a file in its order; rows under one code that disagree about the event are problems.

    `what` is the column beside title and day that tells events apart. Rows in which one of them is missing or wrong
    have been complained of and are left out.
    """
    rows = [row for row in gathered.table.rows if row.values["title"] and row.values["held_on"] and row.values[what]]
    facts = {id(row): Facts.of(row.values["title"], row.values["held_on"], row.values[what]) for row in rows}
    codes = {facts[id(row)]: row.values["code"] for row in reversed(rows) if row.values.get("code")}
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        code = row.values.get("code") or codes.get(facts[id(row)])
        groups.setdefault(code or facts[id(row)], []).append(row)
    events = []
    for group in groups.values():
        first = facts[id(group[0])]
        agreeing = [row for row in group if not _disagrees(gathered, row, facts[id(row)], group[0], first, what)]
        events.append(Event(group[0].values.get("code") or codes.get(first, ""), first, agreeing))
    return events


def refuse_doubles(gathered: Gathered, events: Iterable[Event], known: Mapping[Place, Match]) -> None:
    """A person may stand under an event only once."""
    once = {
        place_of(row): (number, known[place_of(row)].id)
        for number, event in enumerate(events)
        for row in event.rows
        if place_of(row) in known
    }
    gathered.refuse_doubles(
        gathered.table.rows, lambda row: once.get(place_of(row)), "identity_number", otherwise="name"
    )


def find(gathered: Gathered, event: Event, own_code: str, candidates: Sequence[Any], what: str) -> Any:
    """The event on record among those of its code or day: by code when the file gives one, else by its facts.

    One that bears the code but is another event is a problem. None when the event is new.
    """
    by_code = next((one for one in candidates if one.code == own_code), None)
    same = None if event.code else next((one for one in candidates if is_it(one, event, what)), None)
    there = same or by_code
    if there is not None and not is_it(there, event, what):
        message = N_("The register has under the code %(code)s: %(title)s, %(day)s.")
        gathered.complain(event.rows[0], "code", message, code=there.code, title=there.title, day=there.held_on)
    return there


def is_it(there: Any, event: Event, what: str) -> bool:
    """Whether what the register has is the event of the file."""
    return Facts.of(there.title, there.held_on, getattr(there, what)) == event.facts


def _disagrees(gathered: Gathered, row: Row, facts: Facts, first_row: Row, first: Facts, what: str) -> bool:
    wrong = [
        column
        for column, one, other in (
            ("title", facts.title, first.title),
            ("held_on", facts.held_on, first.held_on),
            (what, facts.what, first.what),
        )
        if one != other
    ]
    for column in wrong:
        message = N_("Row %(number)s has the same code, but says %(other)s here.")
        gathered.complain(row, column, message, number=first_row.number, other=first_row.raw[column])
    return bool(wrong)
