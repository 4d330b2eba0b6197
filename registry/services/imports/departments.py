"""Files of units: new ones and changes of known ones, known by code; an empty cell leaves alone what is on record."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.rules.departments import (
    FIELDS_HAVE_AREAS,
    NAME_IS_FREE,
    NAMES_FOLLOW,
    PROFILES_FOLLOW,
    STANDS_UNDER_ANOTHER,
    DepartmentKind,
)
from registry.rules.permissions import Actor
from registry.services import departments
from registry.services.changes import Tally
from registry.services.departments import DepartmentEntry
from registry.services.imports.rows import Gathered, place_of
from registry.sheets import Row, alike
from registry.words import N_

NEEDED = ("code", "name", "kind")
ENTRUSTMENT = ("entrusting_code", "entrusted_from", "entrusted_until", "entrustment_document")
OTHER_UNITS = ("entrusting_code", "parent_code")
COLUMN_OF = {
    NAME_IS_FREE: "name",
    NAMES_FOLLOW: "renamed_on",
    PROFILES_FOLLOW: "changed_on",
    STANDS_UNDER_ANOTHER: "parent_code",
    FIELDS_HAVE_AREAS: "enforcement_area",
}


def bring_in(session: Session, actor: Actor, gathered: Gathered, today: date, batch: str | None) -> Tally:
    """Record new units and change known ones; every row is checked before one is written."""
    rows = gathered.table.rows
    for column in ("code", "name"):
        gathered.refuse_doubles(rows, partial(_key, column), column)
    known, kept = departments.by_code(session), departments.on_record(session)
    codes = _codes_by_word(known, rows)
    entries = [(row, _entry(row, kept, codes)) for row in rows if all(row.values[name] for name in NEEDED)]
    for row, entry in entries:
        gathered.refuse_later_days(row, "confirmed_on", today)
        if not _has_lost_zeros(gathered, row, known):
            for violation in departments.obstacles(session, entry, known, [other for _, other in entries], today):
                gathered.complain_of(row, COLUMN_OF.get(violation.rule, "entrusting_code"), [violation])
    if gathered.problems:
        return Tally()
    tally = departments.bring_in(session, actor, entries=[entry for _, entry in entries], today=today, batch=batch)
    return tally.placed({entry.code: place_of(row) for row, entry in entries})


def _key(column: str, row: Row) -> str | None:
    return alike(row.values[column]) if row.values[column] else None


def _codes_by_word(known: Mapping[str, Department], rows: list[Row]) -> dict[str, str]:
    """Codes by code and by name, of the register and of the file: an entruster is written either way."""
    pairs = [(unit.code, unit.name) for unit in known.values()]
    pairs += [(row.values["code"], row.values["name"]) for row in rows if row.values["code"] and row.values["name"]]
    return {alike(name): code for code, name in pairs} | {alike(code): code for code, _ in pairs}


def _has_lost_zeros(gathered: Gathered, row: Row, known: Mapping[str, Department]) -> bool:
    """`1` beside a known `001` is what a spreadsheet makes of a code that it takes for a number; so may be `7`."""
    code = row.values["code"]
    if code in known or not code.isdigit():
        return False
    whole = next((other for other in known if other.isdigit() and other.lstrip("0") == code.lstrip("0")), None)
    message = N_("The register has this code as %(known)s; a spreadsheet drops zeros in front. Write codes as text.")
    if whole is None:
        whole = next((other for other in known if other.startswith("0") and len(other) > len(code)), None)
        message = N_("Codes like %(known)s begin with zeros; a spreadsheet drops them. Write codes as text.")
    if whole is None:
        return False
    gathered.complain(row, "code", message, known=whole)
    return True


def _entry(row: Row, kept: Mapping[str, DepartmentEntry], codes: Mapping[str, str]) -> DepartmentEntry:
    given = {name: value for name, value in row.values.items() if value is not None}
    for name in OTHER_UNITS:
        if (other := given.get(name)) is not None:
            given[name] = codes.get(alike(other), other)
    there = kept.get(given["code"])
    values: dict[str, Any] = {**(asdict(there) if there else {}), **given}
    values["kind"] = DepartmentKind(values["kind"])
    if values["kind"] is not DepartmentKind.ENTRUSTED_ORGANISATION:
        values |= {name: given.get(name) for name in ENTRUSTMENT}
    return DepartmentEntry(**values)
