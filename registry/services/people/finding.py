"""Finding people: a page of a list by key, and the few words about some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus, status_on
from registry.rules.people import Duty, Education, Establishment, Rank, Sex
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks
from registry.services.narrowing import Arm, Count, in_passing, united
from registry.services.people.narrowing import PersonFilter, listed

PAGE = 50
ORDER = (Person.name_pinyin, Person.name, Person.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNote:
    """A live certificate in a list of people."""

    certificate_id: int
    department_id: int
    kind: CertificateKind
    number: str
    status: CertificateStatus
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person in a list. Section, post, duty and what follows are of the present post, empty without one."""

    id: int
    name: str
    identity_masked: str
    unit: str
    department_id: int
    section: str
    post: str
    duty: Duty | None
    cards: Sequence[CardNote]
    rank: Rank | None
    establishment: Establishment | None
    from_on: date | None
    sex: Sex
    born_on: date
    education: Education | None
    has_law_qualification: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A page of people; `after` is the key of the next page, None on the last; `count` is of all pages."""

    rows: list[PersonRow]
    after: str | None
    count: Count


def search(
    session: Session, actor: Actor, *, chosen: PersonFilter, today: date, after: str | None = None, size: int = PAGE
) -> PersonPage:
    """A page of people in the order of the alphabet, in a few queries; a unit's people find their own alone."""
    actor.require(Action.PERSON_VIEW)
    found, last = listed(session, actor, chosen, today), _last_seen(session, after)
    parts = [_part(arm, last).limit(size + 1) for arm in found.arms]
    page = _page(parts, size + 1).subquery()
    shown = _rows().join(page, page.c.id == Person.id).order_by(page.c.name_pinyin, page.c.name, page.c.id)
    rows = session.execute(shown).all()
    more = str(rows[size - 1].id) if len(rows) > size else None
    return PersonPage(_with_cards(session, rows[:size], today), more, found.count)


def some(session: Session, actor: Actor, *, person_ids: Sequence[int], today: date) -> list[PersonRow]:
    """These people as they stand in a list, in the order given; those of other units are left out."""
    actor.require(Action.PERSON_VIEW)
    found = session.execute(_scoped(actor, _rows()).where(Person.id.in_(person_ids))).all()
    by_id = {row.id: row for row in _with_cards(session, found, today)}
    return [by_id[person_id] for person_id in person_ids if person_id in by_id]


def ids_of(session: Session, actor: Actor, *, chosen: PersonFilter, today: date, most: int) -> list[int]:
    """The people of a list in its order, as far as `most`."""
    actor.require(Action.PERSON_VIEW)
    found = listed(session, actor, chosen, today)
    page = _page([_part(arm, None).limit(most) for arm in found.arms], most).subquery()
    return list(session.scalars(select(page.c.id).order_by(page.c.name_pinyin, page.c.name, page.c.id)))


def _rows() -> AnySelect:
    return (
        select(
            Person.id,
            Person.name,
            Person.identity_masked,
            Person.department_id,
            Department.name.label("unit"),
            Appointment.section,
            Appointment.post,
            Appointment.duty,
            Appointment.rank,
            Appointment.establishment,
            Appointment.from_on,
            Person.sex,
            Person.born_on,
            Person.education,
            Person.has_law_qualification,
        )
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Appointment, and_(Appointment.person_id == Person.id, Appointment.until_on.is_(None)))
    )


def _scoped(actor: Actor, query: AnySelect) -> AnySelect:
    return query.where(Person.department_id == actor.department_id) if actor.is_unit_bound else query


def _part(arm: Arm, last: Sequence[Any] | None) -> AnySelect:
    """The rows of an arm in their order, behind a key; what is to be sorted is kept from being walked."""
    order = ORDER if arm.is_walk else (in_passing(Person.name_pinyin), *ORDER[1:])
    rows = arm.rows.with_only_columns(*ORDER).order_by(*order)
    return rows if last is None else rows.where(tuple_(*order) > tuple_(*last))


def _page(parts: Sequence[AnySelect], size: int) -> AnySelect:
    """The first rows of all arms together."""
    if len(parts) == 1:
        return parts[0]
    every = united(parts).subquery()
    return select(every).order_by(every.c.name_pinyin, every.c.name, every.c.id).limit(size)


def _last_seen(session: Session, after: str | None) -> Sequence[Any] | None:
    """Where the next page begins; a key that is none begins at the beginning."""
    if not after or not after.isdecimal():
        return None
    return session.execute(select(*ORDER).where(Person.id == int(after))).first()


def _with_cards(session: Session, found: Sequence[Any], today: date) -> list[PersonRow]:
    cards: dict[int, list[CardNote]] = {row.id: [] for row in found}
    live = select(Certificate).where(Certificate.status.in_(LIVE)).order_by(Certificate.kind)
    for chunk in in_chunks(list(cards)):
        for card in session.scalars(live.where(Certificate.person_id.in_(chunk))):
            cards[card.person_id].append(_note(card, today))
    return [
        PersonRow(
            id=row.id,
            name=row.name,
            identity_masked=row.identity_masked,
            unit=row.unit,
            department_id=row.department_id,
            section=row.section or "",
            post=row.post or "",
            duty=row.duty,
            cards=cards[row.id],
            rank=row.rank,
            establishment=row.establishment,
            from_on=row.from_on,
            sex=row.sex,
            born_on=row.born_on,
            education=row.education,
            has_law_qualification=row.has_law_qualification,
        )
        for row in found
    ]


def _note(card: Certificate, today: date) -> CardNote:
    return CardNote(
        certificate_id=card.id,
        department_id=card.department_id,
        kind=card.kind,
        number=card.number,
        status=status_on(card.status, card.valid_until, today),
        valid_until=card.valid_until,
    )
