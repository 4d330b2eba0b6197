"""Recording people: new ones, and changes of known ones. Known by identity number, through its blind index."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry import audit
from registry.models.people import Person
from registry.rules import RuleBroken, Violation
from registry.rules.careers import DEAD
from registry.rules.merging import closed
from registry.rules.people import APPOINTED_IN_ORDER, GENUINE_IDENTITY, EndReason, days_out_of_order
from registry.rules.permissions import Action, Actor
from registry.services.changes import Tally, differences
from registry.services.people.entries import SEALED_FIELDS, PersonEntry, person_columns, problems
from registry.services.people.intake import Intake, correct, noted, write
from registry.services.people.knowing import Known, known_people
from registry.vault import vault_of
from registry.words import N_


def register(session: Session, actor: Actor, *, entry: PersonEntry, today: date) -> Person:
    """Record one new person; RuleBroken says everything that is wrong, a number already registered included.

    A file that was opened in error and withdrawn is taken up again.
    """
    actor.require(Action.PERSON_MANAGE)
    known = known_people(session, [entry.identity_number]).get(entry.identity_number)
    if known is not None and not known.is_in_error:
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
    if broken := closed(person.id, person.withdrawn_on):
        raise RuleBroken(broken)
    if values["from_on"] is None:
        if broken := days_out_of_order(person.born_on, values["works_since_on"], values["joined_on"], today):
            raise RuleBroken(broken)
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
    intake = Intake()
    for entry in entries:
        intake.take(vault_of(session), entry, known.get(entry.identity_number))
    return write(session, actor, intake, today=today, reason=reason, batch=batch)


def obstacles(entry: PersonEntry, known: Mapping[str, Known], today: date) -> list[Violation]:
    """Everything that is wrong with an entry beside what the register knows."""
    found = problems(entry, today)
    there = known.get(entry.identity_number)
    if there is not None and _begins_after_death(there, entry):
        found.append(APPOINTED_IN_ORDER.broken(DEAD, name=there.person.name))
    if there is not None and _begins_over(there, entry):
        over = N_("The latest post ended on %(day)s; a new one begins after it.")
        found.append(APPOINTED_IN_ORDER.broken(over, day=there.last_day))
    if there is not None and there.post is not None and entry.from_on < there.post.from_on:
        early = N_("The present post began on %(day)s; an earlier one is not entered over it.")
        found.append(APPOINTED_IN_ORDER.broken(early, day=there.post.from_on))
    return found


def _begins_after_death(there: Known, entry: PersonEntry) -> bool:
    last = there.last_post
    return last is not None and last.end_reason is EndReason.DEATH and last.from_on != entry.from_on


def _begins_over(there: Known, entry: PersonEntry) -> bool:
    """Whether a post would begin before the latest one ended; that latest one itself, as it was, begins nothing."""
    is_latest = there.last_post is not None and there.last_post.from_on == entry.from_on
    if is_latest and not differences(there.last_post, entry.post_values()):
        return False
    return there.last_day is not None and entry.from_on <= there.last_day


def _correct(session: Session, actor: Actor, person: Person, values: Mapping[str, Any], reason: str) -> Tally:
    tally = Tally()
    changed = correct(session, person, person_columns(values), {name: values[name] for name in SEALED_FIELDS})
    acts = noted(person, changed, tally, reason)
    audit.record_many(session, actor, Action.PERSON_MANAGE, acts)
    return tally
