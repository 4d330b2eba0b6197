"""Certificates that are to give way: each as it was printed, and as it would be printed today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.departments import Department
from registry.models.people import HELD, Appointment, Person
from registry.rules.certificates import CertificateAct, Face, Predecessor
from registry.services.changes import in_chunks
from registry.services.departments import named_on, names_on, profiles_on


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a card says of a unit."""

    name: str
    field: str
    area: str


def predecessors(session: Session, cards: Sequence[Certificate], day: date) -> dict[int, Predecessor]:
    """The facts of each for a succession, by id; the present ones as of a day."""
    units = _units(session, day)
    found: dict[int, Predecessor] = {}
    for chunk in in_chunks(cards):
        ids, people = [card.id for card in chunk], [card.person_id for card in chunk]
        known = {row.id: row for row in session.execute(_known().where(Certificate.id.in_(ids)))}
        posts = _posts(session, people)
        for card in chunk:
            found[card.id] = _predecessor(card, known[card.id], posts.get(card.person_id, ()), units, day)
    return found


def _predecessor(
    card: Certificate, known: Any, posts: Sequence[Appointment], units: Mapping[int, _Unit], day: date
) -> Predecessor:
    then = _post_on(posts, card.issued_on) or next(
        (one for one in posts if one.department_id == card.department_id), None
    )
    now = _post_on(posts, day)
    printed, unit = then.post if then else "", units[now.department_id if now else known.department_id]
    return Predecessor(
        kind=card.kind,
        status=card.status,
        issued_on=card.issued_on,
        valid_until=card.valid_until,
        printed=Face(name=card.holder_name, unit=known.unit, field=card.field, area=card.area, post=printed),
        present=Face(
            name=known.name,
            unit=unit.name,
            field=unit.field,
            area=unit.area,
            post=now.post if now else printed,
        ),
        is_published=known.act is CertificateAct.PUBLISH_LOSS,
    )


def _known() -> Any:
    """The holder, the act that stands, and the name that the unit bore when the card was issued."""
    return (
        select(
            Certificate.id,
            Person.name,
            Person.department_id,
            CertificatePeriod.act,
            named_on(Certificate.department_id, Department.name, Certificate.issued_on).label("unit"),
        )
        .join(Person, Person.id == Certificate.person_id)
        .join(Department, Department.id == Certificate.department_id)
        .join(
            CertificatePeriod,
            (CertificatePeriod.certificate_id == Certificate.id) & CertificatePeriod.until_on.is_(None),
        )
    )


def _posts(session: Session, person_ids: Sequence[int]) -> dict[int, list[Appointment]]:
    """Every post that these people held, by person, in order."""
    found: dict[int, list[Appointment]] = {}
    held = select(Appointment).where(Appointment.person_id.in_(person_ids), HELD)
    for post in session.scalars(held.order_by(Appointment.person_id, Appointment.from_on)):
        found.setdefault(post.person_id, []).append(post)
    return found


def _post_on(posts: Sequence[Appointment], day: date) -> Appointment | None:
    return next(
        (one for one in reversed(posts) if one.from_on <= day and (one.until_on is None or one.until_on >= day)), None
    )


def _units(session: Session, day: date) -> dict[int, _Unit]:
    names = names_on(session, day)
    return {
        unit_id: _Unit(names[unit_id], then.field, then.area) for unit_id, then in profiles_on(session, day).items()
    }
