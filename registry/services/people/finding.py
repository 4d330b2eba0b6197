"""Finding people: a page of a list by key, and the few words about some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus, status_on
from registry.rules.people import IDENTITY_LENGTH, Duty, normalise_identity
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks
from registry.vault import vault_of

PAGE = 50
UNIT_WORD, UNIT_INITIALS = 2, 4  # shorter texts are names: 王 is no 王集乡, ls is no 龙山街道


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFilter:
    """What to list.

    `text` is the beginning of a name, its pinyin or initials, part of a unit's name, a whole certificate number or a
    whole identity number. `is_certified` asks for a valid certificate of the kind that the post needs.
    """

    text: str = ""
    department_id: int | None = None
    duty: Duty | None = None
    is_certified: bool | None = None


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
    """One person in a list. Section, post and duty are of the present post, empty when there is none."""

    id: int
    name: str
    identity_masked: str
    unit: str
    department_id: int
    section: str
    post: str
    duty: Duty | None
    cards: Sequence[CardNote]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A page of people; `after` is the key of the next page, None on the last."""

    rows: list[PersonRow]
    after: str | None


def search(
    session: Session, actor: Actor, *, chosen: PersonFilter, today: date, after: str | None = None, size: int = PAGE
) -> PersonPage:
    """A page of people by name, in two queries; a unit's people find their own alone."""
    actor.require(Action.PERSON_VIEW)
    query = _narrowed(session, _scoped(actor, _rows()), chosen, today)
    if after:
        query = query.where(_beyond(after))
    found = session.execute(query.order_by(Person.name, Person.id).limit(size + 1)).all()
    rows = _with_cards(session, found[:size], today)
    return PersonPage(rows, _key(found[size - 1]) if len(found) > size else None)


def count(session: Session, actor: Actor, *, chosen: PersonFilter, today: date) -> int:
    """How many people a list has on all its pages."""
    actor.require(Action.PERSON_VIEW)
    found = _narrowed(session, _scoped(actor, _rows()), chosen, today).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def some(session: Session, actor: Actor, *, person_ids: Sequence[int], today: date) -> list[PersonRow]:
    """These people as they stand in a list, in the order given; those of other units are left out."""
    actor.require(Action.PERSON_VIEW)
    found = session.execute(_scoped(actor, _rows()).where(Person.id.in_(person_ids))).all()
    by_id = {row.id: row for row in _with_cards(session, found, today)}
    return [by_id[person_id] for person_id in person_ids if person_id in by_id]


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
        )
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Appointment, and_(Appointment.person_id == Person.id, Appointment.until_on.is_(None)))
    )


def _scoped(actor: Actor, query: AnySelect) -> AnySelect:
    return query.where(Person.department_id == actor.department_id) if actor.is_unit_bound else query


def _narrowed(session: Session, query: AnySelect, chosen: PersonFilter, today: date) -> AnySelect:
    if text := chosen.text.strip():
        query = query.where(_spoken_of(session, text))
    if chosen.department_id is not None:
        query = query.where(Person.department_id == chosen.department_id)
    if chosen.duty is not None:
        query = query.where(Appointment.duty == chosen.duty)
    if chosen.is_certified is not None:
        query = query.where(_certified(today) if chosen.is_certified else ~_certified(today))
    return query


def _spoken_of(session: Session, text: str) -> ColumnElement[bool]:
    holds = Person.id.in_(select(Certificate.person_id).where(Certificate.number == text))
    number = normalise_identity(text)
    if len(number) == IDENTITY_LENGTH and number[:-1].isdigit():
        return or_(Person.identity_index == vault_of(session).index(number), holds)
    typed = "".join(text.split())
    found = [
        holds,
        Person.name.startswith(typed, autoescape=True),
        Person.name_pinyin.startswith(typed.lower(), autoescape=True),
        Person.name_initials.startswith(typed.lower(), autoescape=True),
    ]
    if len(typed) >= UNIT_WORD:
        found.append(Person.department_id.in_(select(Department.id).where(_unit_named(typed))))
    return or_(*found)


def _unit_named(typed: str) -> ColumnElement[bool]:
    named = Department.name.contains(typed, autoescape=True)
    if len(typed) < UNIT_INITIALS:
        return or_(named, Department.code == typed)
    return or_(named, Department.code == typed, Department.name_initials.startswith(typed.lower(), autoescape=True))


def _certified(today: date) -> ColumnElement[bool]:
    valid = and_(Certificate.status == CertificateStatus.ACTIVE, Certificate.valid_until >= today)
    needed = case(
        (Appointment.duty == Duty.ENFORCEMENT, CertificateKind.ENFORCEMENT.value),
        (Appointment.duty == Duty.SUPERVISION, CertificateKind.SUPERVISION.value),
    )
    fitting = or_(needed.is_(None), Certificate.kind == needed)
    return exists(select(Certificate.id).where(Certificate.person_id == Person.id, valid, fitting))


def _key(row: Any) -> str:
    return f"{row.id}|{row.name}"


def _beyond(after: str) -> ColumnElement[bool]:
    """The rows behind a key; a key that is none begins at the beginning."""
    person_id, _, name = after.partition("|")
    if not person_id.isdecimal():
        return Person.id.is_not(None)
    return or_(Person.name > name, and_(Person.name == name, Person.id > int(person_id)))


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
