"""Files of people: new ones, new posts, corrections; an empty cell leaves alone what is on record."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from registry.rules import Violation
from registry.rules.people import (
    CAREER_IN_ORDER,
    GENUINE_IDENTITY,
    Duty,
    Education,
    Establishment,
    PoliticalStatus,
    Rank,
)
from registry.rules.permissions import Actor
from registry.services import people
from registry.services.changes import Tally
from registry.services.imports.rows import Gathered, Units, refuse_other_name
from registry.services.people import PersonEntry
from registry.services.people.entries import PERSON_FIELDS
from registry.services.people.registering import Known
from registry.sheets import Row
from registry.words import N_

NEEDED = ("identity_number", "name", "from_on", "establishment")
WORDS: Mapping[str, type[StrEnum]] = {
    "establishment": Establishment,
    "duty": Duty,
    "rank": Rank,
    "political_status": PoliticalStatus,
    "education": Education,
}
YES_OR_NO = ("is_law_major", "has_law_qualification")
OF_THE_POST = ("section", "post", "duty", "enforcement_field", "enforcement_area")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/、,;-]{4,39}")
_FORMS = (
    ("phone", _PHONE, N_("%(value)s is no telephone number.")),
    ("office_phone", _PHONE, N_("%(value)s is no telephone number.")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), N_("%(value)s is no e-mail address.")),
)


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Record new people and change known ones; every row is checked before one is written."""
    rows, units = gathered.table.rows, Units(session, today)
    gathered.refuse_doubles(rows, lambda row: row.values["identity_number"], "identity_number")
    known = people.known_people(session, [row.values["identity_number"] for row in rows if row.values[NEEDED[0]]])
    entries = []
    for row in rows:
        _refuse_nonsense(gathered, row)
        unit = units.of(gathered, row, "unit")
        if unit is not None and all(row.values[name] for name in NEEDED):
            there = known.get(row.values["identity_number"])
            if there is not None:
                refuse_other_name(gathered, row, there.person.name)
            entries.append((row, _entry(row, unit.id, there)))
    for row, entry in entries:
        for violation in people.obstacles(entry, known, today):
            gathered.complain_of(row, _column_of(row, violation), [violation])
    if gathered.problems:
        return Tally()
    return people.bring_in(session, actor, entries=[entry for _, entry in entries], today=today, batch=batch)


def _column_of(row: Row, violation: Violation) -> str:
    if violation.rule is CAREER_IN_ORDER:
        return "works_since_on" if row.values.get("works_since_on") else "joined_on"
    return "identity_number" if violation.rule is GENUINE_IDENTITY else "from_on"


def _refuse_nonsense(gathered: Gathered, row: Row) -> None:
    """What a shifted column or a rounding spreadsheet leaves behind."""
    name = row.values["name"]
    if name is not None and any(character.isdigit() for character in name):
        gathered.complain(row, "name", N_("%(value)s is no name."), value=name)
    for column, fit, sentence in _FORMS:
        value = row.values.get(column)
        if value is not None and not fit.fullmatch(value):
            gathered.complain(row, column, sentence, value=value)


def _entry(row: Row, department_id: int, known: Known | None) -> PersonEntry:
    given = {name: value for name, value in row.values.items() if value is not None and name != "unit"}
    for name, kind in WORDS.items():
        if name in given:
            given[name] = kind(given[name])
    given |= {name: given[name] == "yes" for name in YES_OR_NO if name in given}
    values: dict[str, Any] = {**given, "department_id": department_id}
    return PersonEntry(**{**_on_record(known, department_id), **values, **_name_on_record(known)})


def _on_record(known: Known | None, department_id: int) -> dict[str, Any]:
    """What stays when the file does not say: everything of the person, the rank, and the post within one unit."""
    if known is None:
        return {}
    kept = {name: getattr(known.person, name) for name in PERSON_FIELDS}
    if known.post is not None:
        kept["rank"] = known.post.rank
        if known.post.department_id == department_id:
            kept |= {name: getattr(known.post, name) for name in OF_THE_POST}
    return kept


def _name_on_record(known: Known | None) -> dict[str, str]:
    """Width and spaces of a name do not change it; another name has been told as a problem by now."""
    return {} if known is None else {"name": known.person.name}
