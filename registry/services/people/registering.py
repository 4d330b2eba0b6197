"""Recording people: new ones, and changes of known ones. Known by identity number, through its blind index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.people import Appointment, Person
from registry.rules import RuleBroken, Violation
from registry.rules.people import APPOINTED_IN_ORDER, GENUINE_IDENTITY, EndReason
from registry.rules.permissions import Action, Actor
from registry.services.changes import Change, Tally, differences, in_chunks
from registry.services.people.entries import SEALED_FIELDS, PersonEntry, person_columns, plain, problems
from registry.vault import Vault, vault_of
from registry.words import N_

WRITE_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Known:
    """A person already in the register, with the post held now."""

    person: Person
    post: Appointment | None
    last_day: date | None = None  # of the latest post, when none is held now


def register(session: Session, actor: Actor, *, entry: PersonEntry, today: date) -> Person:
    """Record one new person; RuleBroken says everything that is wrong, a number already registered included."""
    actor.require(Action.PERSON_MANAGE)
    if (known := known_people(session, [entry.identity_number]).get(entry.identity_number)) is not None:
        already = N_("%(name)s is registered with this identity number already (file no. %(id)s).")
        raise RuleBroken([GENUINE_IDENTITY.broken(already, name=known.person.name, id=known.person.id)])
    bring_in(session, actor, entries=[entry], today=today)
    return known_people(session, [entry.identity_number])[entry.identity_number].person


def change(
    session: Session, actor: Actor, *, person_id: int, values: Mapping[str, Any], reason: str, today: date
) -> Tally:
    """Change a known person or post; a later first day ends the present post and begins the next one.

    `values` are the fields of a PersonEntry but the identity number, which stays sealed. Without a first day only
    the person changes: that is how somebody who has left is corrected.
    """
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.PERSON_MANAGE, person.department_id)
    if values["from_on"] is None:
        return _correct(session, actor, person, values, reason)
    entry = PersonEntry(identity_number=vault_of(session).open(person.identity_sealed), **values)
    return bring_in(session, actor, entries=[entry], today=today, reason=reason)


def bring_in(
    session: Session,
    actor: Actor,
    *,
    entries: Sequence[PersonEntry],
    today: date,
    reason: str = "",
    batch: str | None = None,
) -> Tally:
    """Record new people and change known ones; RuleBroken lists every violation of every entry, and nothing is done."""
    actor.require(Action.PERSON_MANAGE)
    known = known_people(session, [entry.identity_number for entry in entries])
    if broken := [violation for entry in entries for violation in obstacles(entry, known, today)]:
        raise RuleBroken(broken)
    fresh = [entry for entry in entries if entry.identity_number not in known]
    tally = Tally(created=len(fresh))
    acts = _add(session, fresh)
    for entry in entries:
        if (there := known.get(entry.identity_number)) is not None:
            acts += _take_over(session, there, entry, tally, reason)
    audit.record_many(session, actor, Action.PERSON_MANAGE, acts, batch=batch)
    return tally


def known_people(session: Session, identity_numbers: Sequence[str]) -> dict[str, Known]:
    """Who of these is registered, by identity number."""
    vault = vault_of(session)
    numbers = {vault.index(number): number for number in identity_numbers}
    found: dict[str, Known] = {}
    for chunk in in_chunks(list(numbers)):
        rows = session.execute(
            select(Person, Appointment)
            .outerjoin(Appointment, (Appointment.person_id == Person.id) & Appointment.until_on.is_(None))
            .where(Person.identity_index.in_(chunk))
        )
        found |= {numbers[person.identity_index]: Known(person, post) for person, post in rows}
    return _with_last_days(session, found)


def _with_last_days(session: Session, found: dict[str, Known]) -> dict[str, Known]:
    idle = {known.person.id: number for number, known in found.items() if known.post is None}
    for chunk in in_chunks(list(idle)):
        rows = session.execute(
            select(Appointment.person_id, func.max(Appointment.until_on))
            .where(Appointment.person_id.in_(chunk))
            .group_by(Appointment.person_id)
        )
        found |= {idle[person]: Known(found[idle[person]].person, None, last_day) for person, last_day in rows}
    return found


def obstacles(entry: PersonEntry, known: Mapping[str, Known], today: date) -> list[Violation]:
    """Everything that is wrong with an entry beside what the register knows."""
    found = problems(entry, today)
    there = known.get(entry.identity_number)
    if there is not None and there.last_day is not None and entry.from_on <= there.last_day:
        over = N_("The latest post ended on %(day)s; a new one begins after it.")
        found.append(APPOINTED_IN_ORDER.broken(over, day=there.last_day))
    if there is not None and there.post is not None and entry.from_on < there.post.from_on:
        early = N_("The present post began on %(day)s; an earlier one is not entered over it.")
        found.append(APPOINTED_IN_ORDER.broken(early, day=there.post.from_on))
    return found


def _add(session: Session, entries: Sequence[PersonEntry]) -> list[audit.Act]:
    vault, acts = vault_of(session), []
    for chunk in in_chunks(entries, WRITE_AT_ONCE):
        people = [_person_row(entry, vault) for entry in chunk]
        ids = list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
        posts = [_post_row(entry, person_id) for entry, person_id in zip(chunk, ids, strict=True)]
        session.execute(insert(Appointment), posts)
        acts += [_registered(entry, person_id) for entry, person_id in zip(chunk, ids, strict=True)]
    return acts


def _person_row(entry: PersonEntry, vault: Vault) -> dict[str, Any]:
    return {
        **entry.person_values(),
        **entry.identity_values(),
        "identity_sealed": vault.seal(entry.identity_number),
        "identity_index": vault.index(entry.identity_number),
        "phone_sealed": vault.seal(entry.phone) if entry.phone else None,
        "email_sealed": vault.seal(entry.email) if entry.email else None,
        "department_id": entry.department_id,
    }


def _post_row(entry: PersonEntry, person_id: int) -> dict[str, Any]:
    return {"person_id": person_id, "from_on": entry.from_on, **entry.post_values()}


def _registered(entry: PersonEntry, person_id: int) -> audit.Act:
    facts = {"registered": entry.name, "from_on": entry.from_on.isoformat()}
    return _act(person_id, entry.department_id, facts)


def _take_over(session: Session, known: Known, entry: PersonEntry, tally: Tally, reason: str) -> list[audit.Act]:
    changed = _corrected(session, known.person, entry.person_values(), _sealed_of(entry))
    changed |= _next_post(session, known, entry)
    known.person.department_id = entry.department_id
    return _noted(session, known.person, changed, tally, reason)


def _correct(session: Session, actor: Actor, person: Person, values: Mapping[str, Any], reason: str) -> Tally:
    tally = Tally()
    changed = _corrected(session, person, person_columns(values), {name: values[name] for name in SEALED_FIELDS})
    acts = _noted(session, person, changed, tally, reason)
    audit.record_many(session, actor, Action.PERSON_MANAGE, acts)
    return tally


def _sealed_of(entry: PersonEntry) -> dict[str, str]:
    return {name: getattr(entry, name) for name in SEALED_FIELDS}


def _corrected(
    session: Session, person: Person, columns: Mapping[str, Any], sealed: Mapping[str, str]
) -> dict[str, list[Any]]:
    changed = differences(person, columns)
    for name, text in sealed.items():
        changed |= _sealed_change(session, person, name, text)
    for name, value in columns.items():
        setattr(person, name, value)
    return changed


def _noted(
    session: Session, person: Person, changed: Mapping[str, Sequence[Any]], tally: Tally, reason: str
) -> list[audit.Act]:
    """What changed, counted and as an act for the trail; nothing changed, no act."""
    if not changed:
        tally.unchanged += 1
        return []
    session.flush()
    tally.updated += 1
    shown = {name: [*map(_shown, pair)] for name, pair in changed.items() if not name.startswith("name_")}
    tally.changes.append(Change(subject=person.name, fields=shown))
    return [_act(person.id, person.department_id, shown, reason)]


def _sealed_change(session: Session, person: Person, name: str, text: str) -> dict[str, list[Any]]:
    """A new number or address is sealed; the trail learns that it changed, not what it is. None: left alone."""
    vault, kept = vault_of(session), getattr(person, f"{name}_sealed")
    before = vault.open(kept) if kept else ""
    if not text or before == text:
        return {}
    setattr(person, f"{name}_sealed", vault.seal(text))
    return {name: ["***" if before else None, "***"]}


def _next_post(session: Session, known: Known, entry: PersonEntry) -> dict[str, list[Any]]:
    """The same first day corrects the post in place; a later one ends it the day before and begins the next."""
    post = known.post
    if post is None or entry.from_on > post.from_on:
        return _begin_post(session, known, entry)
    changed = differences(post, entry.post_values())
    for name, value in entry.post_values().items():
        setattr(post, name, value)
    return changed


def _begin_post(session: Session, known: Known, entry: PersonEntry) -> dict[str, list[Any]]:
    before = known.post
    if before is not None and not differences(before, entry.post_values()):
        return {}  # the same post under a later day: no new appointment
    if before is not None:
        moved = before.department_id != entry.department_id
        before.until_on = max(entry.from_on - timedelta(days=1), before.from_on)
        before.end_reason = EndReason.TRANSFER if moved else EndReason.REASSIGNMENT
        session.flush()
    session.add(Appointment(**_post_row(entry, known.person.id)))
    began = {"from_on": [before.from_on if before else None, entry.from_on]}
    return {**(differences(before, entry.post_values()) if before else {}), **began}


def _shown(value: Any) -> Any:
    return plain({"value": value})["value"]


def _act(person_id: int, department_id: int, facts: Mapping[str, Any], reason: str = "") -> audit.Act:
    return audit.Act(
        subject_type=Person.__tablename__,
        subject_id=person_id,
        department_id=department_id,
        reason=reason,
        facts=facts,
    )
