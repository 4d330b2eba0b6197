"""Units recorded and changed, one by one or a file of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department, DepartmentScope
from registry.rules import RuleBroken, Violation
from registry.rules.departments import (
    ENTRUSTMENT_IS_WHOLE,
    NAME_IS_FREE,
    NAMES_FOLLOW,
    PROFILES_FOLLOW,
    STANDS_UNDER_ANOTHER,
    DepartmentKind,
    is_circle,
    problems,
    scopes_of,
)
from registry.rules.permissions import Action, Actor
from registry.services.changes import Change, Tally
from registry.services.departments import mandates, naming, profiles, scopes
from registry.services.departments.entries import PLAIN, DepartmentEntry, act_on, on_record, open_scopes
from registry.services.departments.falling import follow_standing
from registry.services.departments.reading import by_code as units_by_code
from registry.services.pinyin import initials
from registry.words import N_

COMPARED = tuple(one.name for one in fields(DepartmentEntry) if one.name not in {"code", "renamed_on", "changed_on"})

STANDING = ("kind", "confirmed_on", "entrusting_code", "entrusted_from", "entrusted_until")
PROFILE = {"kind", "enforcement_field", "enforcement_area", "enforcement_basis"}


def establish(session: Session, actor: Actor, *, entry: DepartmentEntry, today: date) -> Department:
    """Record one new unit; RuleBroken says everything that is wrong with it, a code in use included."""
    actor.require(Action.DEPARTMENT_MANAGE)
    if session.scalar(select(Department.id).where(Department.code == entry.code)) is not None:
        raise RuleBroken([NAME_IS_FREE.broken(N_("The code %(code)s is in use."), code=entry.code)])
    bring_in(session, actor, entries=[entry], today=today)
    return session.scalars(select(Department).where(Department.code == entry.code)).one()


def change(session: Session, actor: Actor, *, entry: DepartmentEntry, reason: str, today: date) -> Tally:
    """Change a unit, found by its code; NoResultFound when there is none."""
    actor.require(Action.DEPARTMENT_MANAGE)
    session.scalars(select(Department.id).where(Department.code == entry.code)).one()
    return bring_in(session, actor, entries=[entry], reason=reason, today=today)


def bring_in(
    session: Session,
    actor: Actor,
    *,
    entries: Sequence[DepartmentEntry],
    today: date,
    reason: str = "",
    batch: str | None = None,
) -> Tally:
    """Record new units and change known ones (known by code); RuleBroken lists every violation of every entry."""
    actor.require(Action.DEPARTMENT_MANAGE)
    known, before = units_by_code(session), on_record(session)
    if broken := [violation for entry in entries for violation in obstacles(session, entry, known, entries, today)]:
        raise RuleBroken(broken)
    added = [Department(code=entry.code, **_new_values(entry)) for entry in entries if entry.code not in known]
    session.add_all(added)
    units = known | {unit.code: unit for unit in added}
    for unit, entry in _pairs(entries, added):
        _relate(unit, entry, units)
    session.flush()
    naming.first_names(session, added, today)
    for unit, entry in _pairs(entries, added):
        scopes.take_scopes(session, unit, _scopes(entry), [], today)
        profiles.first_profiles(session, [unit], entry.changed_on, today)
    book = _Book(session, units, open_scopes(session), today, reason)
    tally, acts = Tally(created=len(added)), []
    for unit, entry in _pairs(entries, known.values()):
        acts += _take_over(book, unit, before[entry.code], entry, tally)
    moved = [unit.id for unit, entry in _pairs(entries, known.values()) if _stands_otherwise(before[entry.code], entry)]
    session.flush()
    acts += [act_on(unit.id, name=unit.name, code=unit.code, established=True) for unit in added]
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, acts, batch=batch)
    if moved:
        follow_standing(session, actor, moved, since=today, document_number="", today=today, batch=batch)
    return tally


def _stands_otherwise(before: DepartmentEntry, entry: DepartmentEntry) -> bool:
    return any(getattr(before, name) != getattr(entry, name) for name in STANDING)


def obstacles(
    session: Session,
    entry: DepartmentEntry,
    known: Mapping[str, Department],
    entries: Sequence[DepartmentEntry],
    today: date,
) -> list[Violation]:
    """Everything that is wrong with an entry beside the units known and those written down with it."""
    codes = {*known, *(other.code for other in entries)}
    found = [*problems(entry.facts(), codes), *_entrusts_again(entry, known, entries)]
    if any(unit.name == entry.name and unit.code != entry.code for unit in known.values()):
        found.append(NAME_IS_FREE.broken(N_("Another unit bears the name %(name)s."), name=entry.name))
    found += _misplaced(entry, known, entries, codes)
    if (unit := known.get(entry.code)) is not None and unit.name != entry.name:
        found += naming.follows(session, unit, entry.renamed_on or today)
    if entry.renamed_on is not None and entry.renamed_on > today:
        found.append(NAMES_FOLLOW.broken(N_("%(day)s has not come yet."), day=entry.renamed_on))
    return found + _untimely(session, unit, entry, today)


def _untimely(session: Session, unit: Department | None, entry: DepartmentEntry, today: date) -> list[Violation]:
    """What is wrong with the fields, and with the day from which the unit is what the entry says."""
    found: list[Violation] = []
    if entry.changed_on is not None and entry.changed_on > today:
        found.append(PROFILES_FOLLOW.broken(N_("%(day)s has not come yet."), day=entry.changed_on))
    try:
        profile = entry.profile()
    except RuleBroken as broken:
        return [*found, *broken.violations]
    if unit is not None and profile != profiles.profile_now(unit):
        found += profiles.profile_follows(session, unit, entry.changed_on or today)
    return found


@dataclass(frozen=True, slots=True)
class _Book:
    """What every change of one act shares."""

    session: Session
    units: Mapping[str, Department]
    scopes: Mapping[int, Sequence[DepartmentScope]]
    today: date
    reason: str


def _take_over(
    book: _Book, unit: Department, before: DepartmentEntry, entry: DepartmentEntry, tally: Tally
) -> list[audit.Act]:
    changed = {
        name: [getattr(before, name), getattr(entry, name)]
        for name in COMPARED
        if getattr(before, name) != getattr(entry, name)
    }
    if not changed:
        tally.unchanged += 1
        return []
    changed_on = entry.changed_on or book.today
    mandates.keep_earlier(book.session, unit, before, entry, changed_on)
    _relate(unit, entry, book.units)
    for name in PLAIN:
        setattr(unit, name, getattr(entry, name))
    if "name" in changed:
        naming.follow(book.session, unit, name=entry.name, from_on=entry.renamed_on or book.today, reason=book.reason)
    if {"enforcement_field", "enforcement_area"} & changed.keys():
        scopes.take_scopes(book.session, unit, _scopes(entry), book.scopes.get(unit.id, ()), changed_on)
    profiles.keep(book.session, unit, from_on=changed_on, reason=book.reason)
    tally.updated += 1
    tally.changes.append(Change(subject=unit.name, fields=changed, key=unit.code))
    since = {"changed_on": changed_on} if entry.changed_on and PROFILE & changed.keys() else {}
    return [act_on(unit.id, reason=book.reason, **changed, **since)]


def _pairs(entries: Sequence[DepartmentEntry], units: Iterable[Department]) -> list[tuple[Department, DepartmentEntry]]:
    by_code = {unit.code: unit for unit in units}
    return [(by_code[entry.code], entry) for entry in entries if entry.code in by_code]


def _relate(unit: Department, entry: DepartmentEntry, units: Mapping[str, Department]) -> None:
    unit.entrusting_department = units[entry.entrusting_code] if entry.entrusting_code else None
    unit.parent = units[entry.parent_code] if entry.parent_code else None


def _misplaced(
    entry: DepartmentEntry, known: Mapping[str, Department], entries: Sequence[DepartmentEntry], codes: set[str]
) -> list[Violation]:
    if entry.parent_code is None:
        return []
    if entry.parent_code not in codes:
        unknown = N_("%(code)s is no other unit of this register.")
        return [STANDS_UNDER_ANOTHER.broken(unknown, code=entry.parent_code)]
    by_id = {unit.id: unit.code for unit in known.values()}
    parents = {unit.code: by_id.get(unit.parent_id or 0) for unit in known.values()}
    parents |= {other.code: other.parent_code for other in [*entries, entry]}
    if is_circle(parents, entry.code):
        circle = N_("%(code)s stands under this unit already, directly or through others.")
        return [STANDS_UNDER_ANOTHER.broken(circle, code=entry.parent_code)]
    return []


def _entrusts_again(
    entry: DepartmentEntry, known: Mapping[str, Department], entries: Sequence[DepartmentEntry]
) -> list[Violation]:
    """An entrusted organisation cannot entrust another (条例第十四条)."""
    kinds = {unit.code: unit.kind for unit in known.values()} | {other.code: other.kind for other in entries}
    if entry.entrusting_code == entry.code or entry.kind is not DepartmentKind.ENTRUSTED_ORGANISATION:
        return []
    if kinds.get(entry.entrusting_code or "") is not DepartmentKind.ENTRUSTED_ORGANISATION:
        return []
    again = N_("%(code)s is entrusted itself and cannot entrust another.")
    return [ENTRUSTMENT_IS_WHOLE.broken(again, code=entry.entrusting_code)]


def _scopes(entry: DepartmentEntry) -> list[tuple[str, str]]:
    return scopes_of(entry.enforcement_field, entry.enforcement_area)


def _new_values(entry: DepartmentEntry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in PLAIN}
    return {**values, "name": entry.name, "name_initials": initials(entry.name, naming.INITIALS)}
