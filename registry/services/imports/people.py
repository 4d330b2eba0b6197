"""Files of people: new ones, new posts, corrections; an empty cell leaves alone what is on record."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry import jobs
from registry.rules import Violation
from registry.rules.jobs import JobPhase
from registry.rules.people import CAREER_IN_ORDER, GENUINE_IDENTITY, Duty
from registry.rules.permissions import Actor
from registry.services import people
from registry.services.changes import Tally, differences
from registry.services.imports.hidden import uncover
from registry.services.imports.rows import Gathered, Place, Units, place_of, refuse_other_name
from registry.services.people import PersonEntry
from registry.services.people.entries import PERSON_FIELDS
from registry.services.people.knowing import Known
from registry.sheets import Row
from registry.vault import vault_of
from registry.words import N_

NEEDED = ("identity_number", "name", "from_on", "establishment")
YES_OR_NO = ("is_law_major", "has_law_qualification")
OF_THE_POST = ("section", "post", "duty", "enforcement_field", "enforcement_area")
CHECK_AT_ONCE = 2_000
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/、,;-]{4,39}")
_FORMS = (
    ("phone", _PHONE, N_("%(value)s is no telephone number.")),
    ("office_phone", _PHONE, N_("%(value)s is no telephone number.")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), N_("%(value)s is no e-mail address.")),
)


def bring_in(
    session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None, *, duty: Duty | None = None
) -> Tally:
    """Record new people and change known ones; every row is checked before one is written.

    `duty`: what everybody of a list that is of one duty alone serves for, such as supervisors.
    """
    gathered.leave_out()
    rows, units, intake = gathered.table.rows, Units(session, today), people.Intake()
    uncover(session, gathered, units, today)
    gathered.refuse_doubles(rows, lambda row: row.values["identity_number"], "identity_number")
    taken: dict[int, Place] = {}
    for begin in range(0, len(rows), CHECK_AT_ONCE):
        some = rows[begin : begin + CHECK_AT_ONCE]
        known = people.known_rows(session, [row.values[NEEDED[0]] for row in some if row.values[NEEDED[0]]])
        for row in some:
            _refuse_same_file(gathered, row, known.get(row.values[NEEDED[0]]), taken)
            entry = _checked(gathered, units, row, known, today, duty)
            if entry is not None and not gathered.problems:
                intake.take(vault_of(session), entry, known.get(entry.identity_number))
        jobs.tell(session, JobPhase.CHECKING, begin + len(some), len(rows))
    if gathered.problems or gathered.open_questions:
        return Tally()
    rows.clear()  # so many rows and what is written of them would not fit into a small machine side by side
    return people.write(session, actor, intake, today=today, batch=batch).placed(taken)


def _checked(
    gathered: Gathered, units: Units, row: Row, known: Mapping[str, Known], today: date, duty: Duty | None
) -> PersonEntry | None:
    """What a row asks for; what is wrong with it is told, and None where it says too little."""
    _refuse_nonsense(gathered, row)
    unit, values = units.named(gathered, row, "unit"), row.values
    there = known.get(values["identity_number"])
    if there is not None and there.is_in_error:
        there = None  # a withdrawn file says nothing of whoever is registered now
    if unit is None or not all(values[name] for name in NEEDED):
        return None
    if there is not None and place_of(row) not in gathered.decisions:
        refuse_other_name(gathered, row, there.person.name)
    entry = _entry(row, unit.id, there, duty)
    if not _is_as_it_was(there, entry) and units.refuse_over(gathered, row, "unit", unit):
        return None
    for violation in people.obstacles(entry, known, today):
        gathered.complain_of(row, _column_of(row, violation), [violation])
    return entry


def _is_as_it_was(known: Known | None, entry: PersonEntry) -> bool:
    """Whether the row says of the post what is on record of the latest one: nothing begins and nothing changes."""
    latest = None if known is None else known.post or known.last_post
    return latest is not None and latest.from_on == entry.from_on and not differences(latest, entry.post_values())


def _refuse_same_file(gathered: Gathered, row: Row, known: Known | None, taken: dict[int, Place]) -> None:
    """Two numbers that a merge made one person's: one row is enough, and two may disagree."""
    if known is not None and known.person.id in taken:
        merged = N_(
            "Another row of this file is of the same person: the files of both numbers were merged (no. %(id)s)."
        )
        gathered.complain(row, "identity_number", merged, id=known.person.id)
    if known is not None:
        taken[known.person.id] = place_of(row)


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


def _entry(row: Row, department_id: int, known: Known | None, duty: Duty | None) -> PersonEntry:
    given = row.values.filled()
    del given["unit"]
    if duty is not None:
        given["duty"] = duty
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
