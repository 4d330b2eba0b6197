"""The trail: every act leaves an entry that bears the hash of the one before, in the same transaction as the act."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import chain, islice
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry import clock
from registry.db import AnySelect, add_rows, canonical_json
from registry.models.trail import TrailEntry
from registry.rules.permissions import Action, Actor

BEGINNING = "0" * 64
CHAIN_LOCK = 0x7261696C  # "rail": the advisory lock under which PostgreSQL appends
READ_AT_ONCE = 5_000
WRITE_AT_ONCE = 2_000
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act to record: what it was done to and the facts in plain values. `before` and `after` show a change."""

    subject_type: str
    subject_id: int | None
    department_id: int | None = None
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class TrailBroken(Exception):
    """The chain does not hold, first at the entry in that `place`."""

    def __init__(self, place: int) -> None:
        super().__init__(f"The trail is broken at entry {place}.")
        self.place = place


def record(
    session: Session,
    actor: Actor,
    action: Action,
    subject: Any,
    *,
    department_id: int | None = None,
    reason: str = "",
    batch: str | None = None,
    **facts: Any,
) -> None:
    """Record one act on one row of the register."""
    session.flush()
    act = Act(
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        department_id=department_id,
        reason=reason,
        facts=facts,
    )
    record_many(session, actor, action, [act], batch=batch)


def record_many(
    session: Session, actor: Actor, action: Action, acts: Iterable[Act], *, batch: str | None = None
) -> None:
    """Record many acts of one kind, one entry each; they are taken and written some thousand at a time."""
    place, previous = _locked_head(session)
    at, left = clock.now(), enumerate(acts, place + 1)
    while some := list(islice(left, WRITE_AT_ONCE)):
        rows = []
        for number, act in some:
            row = _row(number, at, actor, action, act, batch, previous)
            previous = row["hash"]
            rows.append(row)
        add_rows(session, TrailEntry, rows)  # these rows never change


def head(session: Session) -> str:
    """The hash of the latest entry: printed on paper, it anchors the whole chain behind it."""
    return _head(session)[1]


def verify(session: Session) -> int:
    """Walk the whole chain; the number of entries, or TrailBroken naming the first that does not hold."""
    previous, count = BEGINNING, 0
    every = select(TrailEntry).order_by(TrailEntry.id).execution_options(yield_per=READ_AT_ONCE)
    with closing(session.scalars(every)) as entries:
        for entry in entries:
            count += 1
            expected = _hash(_content(entry), previous)
            if entry.id != count or entry.previous_hash != previous or entry.hash != expected:
                raise TrailBroken(count)
            previous = entry.hash
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which entries to show; `before` is the place in the chain after which the page begins, going back."""

    action: str | None = None
    actor_name: str | None = None
    subject_type: str | None = None
    subject_id: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, the latest first, and where the next page begins (None at the end)."""

    entries: list[TrailEntry]
    next_before: int | None


def of(
    session: Session,
    subject_type: str,
    subject_id: int,
    limit: int = PAGE_SIZE,
    *,
    without: Collection[Action] = (),
) -> list[TrailEntry]:
    """The latest entries about one row of the register, `without` those of some acts."""
    told = select(TrailEntry).where(TrailEntry.subject_type == subject_type, TrailEntry.subject_id == subject_id)
    if without:
        told = told.where(TrailEntry.action.not_in(without))
    return list(session.scalars(told.order_by(TrailEntry.id.desc()).limit(limit)))


def of_several(
    session: Session, subject_type: str, subject_ids: Collection[int] | AnySelect, limit: int = PAGE_SIZE
) -> list[TrailEntry]:
    """The same for several rows of one table, by their ids or by the query that finds these."""
    about = (TrailEntry.subject_type == subject_type, TrailEntry.subject_id.in_(subject_ids))
    return list(session.scalars(select(TrailEntry).where(*about).order_by(TrailEntry.id.desc()).limit(limit)))


def newest(*told: Iterable[TrailEntry], limit: int = PAGE_SIZE) -> list[TrailEntry]:
    """The latest entries of several lists."""
    return sorted(chain(*told), key=lambda entry: entry.id, reverse=True)[:limit]


def spelled(entry: TrailEntry) -> str:
    """What of an entry was hashed behind the hash before it, letter for letter."""
    return canonical_json(_content(entry))


def digest(spelled: str, previous: str) -> str:
    """The hash of an entry from what was hashed and the hash of the entry before."""
    return sha256((previous + spelled).encode()).hexdigest()


def latest(session: Session) -> tuple[int, str]:
    """The place and the hash of the latest entry."""
    return _head(session)


def page(session: Session, filters: Filters, size: int = PAGE_SIZE) -> Page:
    """A page of the trail by key; one query."""
    wanted = select(TrailEntry).order_by(TrailEntry.id.desc()).limit(size + 1)
    if filters.action:
        wanted = wanted.where(TrailEntry.action == filters.action)
    if filters.actor_name:
        wanted = wanted.where(TrailEntry.actor_name == filters.actor_name)
    if filters.subject_type:
        wanted = wanted.where(TrailEntry.subject_type == filters.subject_type)
    if filters.subject_id is not None:
        wanted = wanted.where(TrailEntry.subject_id == filters.subject_id)
    if filters.before:
        wanted = wanted.where(TrailEntry.id < filters.before)
    found = list(session.scalars(wanted))
    return Page(found[:size], found[size - 1].id if len(found) > size else None)


def _locked_head(session: Session) -> tuple[int, str]:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    return _head(session)


def _head(session: Session) -> tuple[int, str]:
    last = session.execute(select(TrailEntry.id, TrailEntry.hash).order_by(TrailEntry.id.desc()).limit(1)).first()
    return (last.id, last.hash) if last else (0, BEGINNING)


def _row(
    place: int, at: datetime, actor: Actor, action: Action, act: Act, batch: str | None, previous: str
) -> dict[str, Any]:
    content = {
        "id": place,
        "at": at,
        "account_id": actor.account_id,
        "actor_name": actor.name,
        "role": actor.role,
        "action": action.value,
        "subject_type": act.subject_type,
        "subject_id": act.subject_id,
        "department_id": act.department_id,
        "batch": batch,
        "reason": act.reason,
        "facts": dict(act.facts),
    }
    return {**content, "previous_hash": previous, "hash": _hash(content, previous)}


def _content(entry: TrailEntry) -> dict[str, Any]:
    hashed = ("id", "at", "account_id", "actor_name", "role", "action", "subject_type", "subject_id")
    rest = ("department_id", "batch", "reason", "facts")
    return {name: getattr(entry, name) for name in (*hashed, *rest)}


def _hash(content: Mapping[str, Any], previous: str) -> str:
    return digest(canonical_json(content), previous)
