"""Many people on their way in: sorted by what they ask for, then written a thousand at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from registry import audit, clock, jobs
from registry.db import add_rows, count_anew
from registry.models.people import Appointment, Person
from registry.rules.jobs import JobPhase
from registry.rules.people import EndReason
from registry.rules.permissions import Action, Actor
from registry.services import tasks
from registry.services.changes import Change, Tally, differences, in_chunks
from registry.services.locking import hold_people
from registry.services.people.entries import PERSON_FIELDS, POST_FIELDS, SEALED_FIELDS, PersonEntry, plain
from registry.services.people.knowing import Known, known_people
from registry.vault import Vault, vault_of

WRITE_AT_ONCE = 1_000


@dataclass(slots=True)
class Intake:
    """Entries in which nothing is wrong: new people, changes of known ones, and how many change nothing."""

    fresh: list[PersonEntry] = field(default_factory=list)
    changed: list[PersonEntry] = field(default_factory=list)
    unchanged: int = 0

    def take(self, vault: Vault, entry: PersonEntry, known: Known | None) -> None:
        """Sort an entry in, beside what the register knows."""
        if known is None:
            self.fresh.append(entry)
        elif _changes_nothing(vault, entry, known):
            self.unchanged += 1
        else:
            self.changed.append(entry)


def write(
    session: Session, actor: Actor, intake: Intake, *, today: date, reason: str = "", batch: str | None = None
) -> Tally:
    """Record what was taken in; the caller has looked for obstacles. The trail comes last: others wait for it.

    Certificates of people whom it moves are flagged.
    """
    actor.require(Action.PERSON_MANAGE)
    tally = Tally(created=len(intake.fresh), unchanged=intake.unchanged)
    ids, total = _add(session, intake.fresh), len(intake.fresh) + len(intake.changed)
    registered = (_registered(entry, person_id) for entry, person_id in zip(intake.fresh, ids, strict=True))
    acts: list[audit.Act] = []
    before: dict[int, tasks.Card] = {}
    _hold(session, intake.changed)
    for entries in in_chunks(intake.changed):
        known = known_people(session, [entry.identity_number for entry in entries])
        before |= tasks.grounds_of(session, [there.person.id for there in known.values()], today=today)
        acts += _change(session, entries, known, tally, reason)
    told = _told(session, chain(registered, acts), total)
    audit.record_many(session, actor, Action.PERSON_MANAGE, told, batch=batch)
    tasks.follow(session, actor, before, today=today, batch=batch)
    return tally


def _hold(session: Session, entries: Sequence[PersonEntry]) -> None:
    """Lock whom these entries change: all before the first, in the order in which everybody locks."""
    vault = vault_of(session)
    ids: list[int] = []
    for chunk in in_chunks([vault.index(entry.identity_number) for entry in entries]):
        ids += session.scalars(select(Person.id).where(Person.identity_index.in_(chunk)))
    hold_people(session, ids)


def correct(
    session: Session, person: Person, columns: Mapping[str, Any], sealed: Mapping[str, str]
) -> dict[str, list[Any]]:
    """Change the person's own columns; what changed, from what to what."""
    changed = differences(person, columns)
    for name, text in sealed.items():
        changed |= _sealed_change(session, person, name, text)
    for name, value in columns.items():
        setattr(person, name, value)
    return changed


def noted(person: Person, changed: Mapping[str, Sequence[Any]], tally: Tally, reason: str) -> list[audit.Act]:
    """What changed, counted and as an act for the trail; nothing changed, no act."""
    if not changed:
        tally.unchanged += 1
        return []
    tally.updated += 1
    shown = {name: [*map(_shown, pair)] for name, pair in changed.items() if not name.startswith("name_")}
    tally.changes.append(Change(subject=person.name, fields=shown, key=person.id))
    return [_act(person.id, person.department_id, shown, reason)]


def _changes_nothing(vault: Vault, entry: PersonEntry, known: Known) -> bool:
    person, post = known.person, known.post or known.last_post
    return (
        post is not None
        and not known.is_in_error
        and (known.post is not None or post.from_on == entry.from_on)
        and all(getattr(person, name) == getattr(entry, name) for name in PERSON_FIELDS)
        and all(getattr(post, name) == getattr(entry, name) for name in POST_FIELDS)
        and all(_keeps(vault, getattr(person, f"{name}_sealed"), getattr(entry, name)) for name in SEALED_FIELDS)
    )


def _keeps(vault: Vault, sealed: bytes | None, text: str) -> bool:
    """Whether a sealed value stays: none given, or the same again."""
    return not text or (sealed is not None and vault.open(sealed) == text)


def _add(session: Session, entries: Sequence[PersonEntry]) -> Sequence[int]:
    """Insert new people with their posts; their ids in order."""
    vault, ids = vault_of(session), _next_ids(session, len(entries))
    for begin in range(0, len(entries), WRITE_AT_ONCE):
        some, at = entries[begin : begin + WRITE_AT_ONCE], clock.now()
        numbered = list(zip(some, ids[begin : begin + WRITE_AT_ONCE], strict=True))
        people = [{"id": id_, "created_at": at, **_person_row(entry, vault)} for entry, id_ in numbered]
        session.connection().execute(insert(Person), people)
        posts = [{"created_at": at, **_post_row(entry, id_)} for entry, id_ in numbered]
        add_rows(session, Appointment, posts)
        if begin == 0 and len(entries) > WRITE_AT_ONCE:
            count_anew(session, Person, Appointment)
        jobs.tell(session, JobPhase.WRITING, begin + len(some), len(entries))
    return ids


def _next_ids(session: Session, count: int) -> Sequence[int]:
    """Ids for new people, known before they are written: so both tables take many rows in one statement."""
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(Person.__tablename__, "id")
        return session.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, count))).all()
    last = session.scalar(select(func.max(Person.id))) or 0  # a writing session of SQLite is the only one
    return range(last + 1, last + 1 + count)


def _person_row(entry: PersonEntry, vault: Vault) -> dict[str, Any]:
    sealed = {name: getattr(entry, name) for name in SEALED_FIELDS}
    return {
        **entry.person_values(),
        **entry.identity_values(),
        **{f"{name}_sealed": vault.seal(text) if text else None for name, text in sealed.items()},
        "identity_sealed": vault.seal(entry.identity_number),
        "identity_index": vault.index(entry.identity_number),
        "department_id": entry.department_id,
    }


def _post_row(entry: PersonEntry, person_id: int) -> dict[str, Any]:
    return {"person_id": person_id, "from_on": entry.from_on, **entry.post_values()}


def _registered(entry: PersonEntry, person_id: int) -> audit.Act:
    facts = {"registered": entry.name, "from_on": entry.from_on.isoformat()}
    return _act(person_id, entry.department_id, facts)


def _change(
    session: Session, entries: Sequence[PersonEntry], known: Mapping[str, Known], tally: Tally, reason: str
) -> list[audit.Act]:
    """Change known people; posts end before the next ones begin, since nobody holds two at once."""
    acts: list[audit.Act] = []
    begun: list[Appointment] = []
    for entry in entries:
        there = known[entry.identity_number]
        if there.is_in_error:
            acts.append(_take_up(session, there.person, entry, begun))
            tally.created += 1
            continue
        sealed = {name: getattr(entry, name) for name in SEALED_FIELDS}
        changed = correct(session, there.person, entry.person_values(), sealed)
        changed |= _next_post(there, entry, begun)
        there.person.department_id = entry.department_id
        acts += noted(there.person, changed, tally, reason)
    session.flush()
    session.add_all(begun)
    session.flush()
    return acts


def _take_up(session: Session, person: Person, entry: PersonEntry, begun: list[Appointment]) -> audit.Act:
    """A file that was opened in error and withdrawn becomes that of whoever is registered now: nothing of it stays."""
    person.withdrawn_on = person.phone_sealed = person.email_sealed = None
    correct(session, person, entry.person_values(), {name: getattr(entry, name) for name in SEALED_FIELDS})
    person.department_id = entry.department_id
    begun.append(Appointment(**_post_row(entry, person.id)))
    return _registered(entry, person.id)


def _sealed_change(session: Session, person: Person, name: str, text: str) -> dict[str, list[Any]]:
    """A new number or address is sealed; the trail learns that it changed, not what it is. None: left alone."""
    vault, kept = vault_of(session), getattr(person, f"{name}_sealed")
    if _keeps(vault, kept, text):
        return {}
    setattr(person, f"{name}_sealed", vault.seal(text))
    return {name: ["***" if kept else None, "***"]}


def _next_post(known: Known, entry: PersonEntry, begun: list[Appointment]) -> dict[str, list[Any]]:
    """The same first day corrects the post in place; a later one ends it the day before and begins the next."""
    post = known.post
    if post is None and known.last_post is not None and known.last_post.from_on == entry.from_on:
        return {}  # somebody who left, written down with the post that ended
    if post is None or entry.from_on > post.from_on:
        return _begin_post(known, entry, begun)
    changed = differences(post, entry.post_values())
    for name, value in entry.post_values().items():
        setattr(post, name, value)
    return changed


def _begin_post(known: Known, entry: PersonEntry, begun: list[Appointment]) -> dict[str, list[Any]]:
    before = known.post
    if before is not None and not differences(before, entry.post_values()):
        return {}  # the same post under a later day: no new appointment
    if before is not None:
        moved = before.department_id != entry.department_id
        before.until_on = max(entry.from_on - timedelta(days=1), before.from_on)
        before.end_reason = EndReason.TRANSFER if moved else EndReason.REASSIGNMENT
    begun.append(Appointment(**_post_row(entry, known.person.id)))
    began = {"from_on": [before.from_on if before else None, entry.from_on]}
    return {**(differences(before, entry.post_values()) if before else {}), **began}


def _told(session: Session, acts: Iterable[audit.Act], total: int) -> Iterator[audit.Act]:
    """The acts one by one, with word of how far it is."""
    for done, act in enumerate(acts, 1):
        yield act
        if done % WRITE_AT_ONCE == 0:
            jobs.tell(session, JobPhase.RECORDING, done, total)


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
