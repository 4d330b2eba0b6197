"""The posts under certificates: what an act took away is flagged, what another one brought back is settled."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from registry.models.certificates import Certificate
from registry.models.people import HELD, Appointment
from registry.rules.permissions import Actor
from registry.rules.tasks import OF_THE_POST, Footing, TaskKind, TaskOutcome, grounds_gone
from registry.services.changes import in_chunks
from registry.services.tasks.opening import (
    Flag,
    disqualified,
    in_force,
    raise_flags,
    unit_ended_under,
    units_fallen,
)
from registry.services.tasks.settling import open_tasks, settle


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate in force over the latest post of its holder."""

    id: int
    person_id: int
    department_id: int
    gone: frozenset[TaskKind]
    since: date | None


Grounds = Mapping[int, Card]  # by certificate


def grounds_of(session: Session, person_ids: Sequence[int], *, today: date) -> Grounds:
    """What is missing under the certificates of these people; asked before an act, and compared after it."""
    found: dict[int, Card] = {}
    for chunk in in_chunks(person_ids):
        for row in session.execute(_over_posts(chunk, today)):
            found[row.id] = _card(row)
    return found


def follow(session: Session, actor: Actor, before: Grounds, *, today: date, batch: str | None = None) -> None:
    """Flag what went missing since; settle what is there again."""
    if not before:
        return
    session.flush()
    people = sorted({card.person_id for card in before.values()})
    now = grounds_of(session, people, today=today)
    gone = {card_id: card.gone for card_id, card in before.items()}  # one that came meanwhile stood on everything
    nothing: frozenset[TaskKind] = frozenset()
    flags = [
        _flag(card, kind)
        for card in now.values()
        for kind in TaskKind
        if kind in card.gone - gone.get(card.id, nothing)
    ]
    raise_flags(session, actor, flags, opened_on=today, batch=batch)
    _settle(session, actor, now, today)


def entered_late(
    session: Session,
    actor: Actor,
    numbers: Sequence[str],
    *,
    fallen: Collection[int],
    today: date,
    batch: str | None = None,
) -> None:
    """Flag whatever is missing today under certificates that came into the register after their day of issue.

    `fallen` are the units that are no enforcement subjects today.
    """
    for chunk in in_chunks(numbers):
        cards = select(Certificate.id, Certificate.person_id).where(Certificate.number.in_(chunk), in_force(today))
        people = {row.id: row.person_id for row in session.execute(cards)}
        now = grounds_of(session, sorted(set(people.values())), today=today)
        late = [now[card_id] for card_id in people if card_id in now]
        flags = [_flag(card, kind) for card in late for kind in TaskKind if kind in card.gone]
        raise_flags(session, actor, flags, opened_on=today, batch=batch)
        disqualified(session, actor, sorted(set(people.values())), today=today, batch=batch)
        unit_ended_under(session, actor, list(people), today=today, batch=batch)
        units_fallen(session, actor, fallen, facts={}, today=today, certificate_ids=list(people), batch=batch)


def _flag(card: Card, kind: TaskKind) -> Flag:
    facts = {"on": card.since.isoformat()} if card.since else {}
    return Flag.on(card, kind, **facts)


def settle_restored(session: Session, actor: Actor, person_ids: Sequence[int], *, today: date) -> None:
    """Settle what these people's posts bear again, after something was undone."""
    _settle(session, actor, grounds_of(session, person_ids, today=today), today)


def _settle(session: Session, actor: Actor, now: Grounds, today: date) -> None:
    for chunk in in_chunks(sorted(now)):
        restored = [
            task
            for task in open_tasks(session, list(chunk))
            if task.kind in OF_THE_POST and task.kind not in now[task.certificate_id].gone
        ]
        settle(session, actor, restored, TaskOutcome.GROUND_RESTORED, today=today)


def _over_posts(person_ids: Sequence[int], today: date) -> Any:
    """Certificates in force with the latest post of their holders."""
    latest = (
        select(Appointment.person_id, func.max(Appointment.from_on).label("from_on"))
        .where(Appointment.person_id.in_(person_ids), HELD)
        .group_by(Appointment.person_id)
        .subquery()
    )
    post = aliased(Appointment)
    return (
        select(
            Certificate.id,
            Certificate.kind,
            Certificate.person_id,
            Certificate.department_id,
            post.department_id.label("serves_in"),
            post.duty,
            post.establishment,
            post.from_on,
            post.until_on,
            post.end_reason,
        )
        .join(latest, latest.c.person_id == Certificate.person_id)
        .join(post, and_(post.person_id == Certificate.person_id, post.from_on == latest.c.from_on))
        .where(Certificate.person_id.in_(person_ids), in_force(today))
        .order_by(Certificate.id, post.id)
    )


def _card(row: Any) -> Card:
    post = Footing(department_id=row.serves_in, duty=row.duty, establishment=row.establishment, ended=row.end_reason)
    return Card(
        id=row.id,
        person_id=row.person_id,
        department_id=row.department_id,
        gone=grounds_gone(row.kind, row.department_id, post),
        since=row.until_on or row.from_on,
    )
