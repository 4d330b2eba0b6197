"""The one box: people, units, certificates, sittings and trainings that a few typed characters may mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.exams import ExamSitting
from registry.models.training import TrainingSession
from registry.rules.permissions import Action, Actor
from registry.services import certificates, people
from registry.services.certificates import CertificateFilter, CertificateRow
from registry.services.departments import called
from registry.services.narrowing import Count
from registry.services.people import NUMBER_BEGINNING, PersonFilter, PersonRow, identity_in
from registry.services.pinyin import typed

PEOPLE_SHOWN = 20
OTHERS_SHOWN = 10
UNIT_WORD = 2
LATEST = 2_000  # sittings and trainings that are looked through; older ones stand in their lists


class Found(StrEnum):
    """What can be found."""

    PERSON = "person"
    UNIT = "unit"
    CERTIFICATE = "certificate"
    SITTING = "sitting"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found."""

    kind: Found
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The first of each kind; `only` is the one that was meant, when there is no doubt."""

    people: Sequence[PersonRow]
    count: Count
    units: Sequence[Department]
    cards: Sequence[CertificateRow]
    sittings: Sequence[ExamSitting]
    trainings: Sequence[TrainingSession]
    only: Hit | None

    @property
    def is_empty(self) -> bool:
        return not (self.people or self.units or self.cards or self.sittings or self.trainings)


def find(session: Session, actor: Actor, *, text: str, today: date) -> Findings:
    """What a text finds of each kind; a unit's people find what is their unit's."""
    actor.require(Action.PERSON_VIEW)
    page = people.search(session, actor, chosen=PersonFilter(text=text), today=today, size=PEOPLE_SHOWN)
    units, cards = _units(session, actor, text), _cards(session, actor, text, today)
    sittings = _titled(session, actor, Action.EXAM_VIEW, ExamSitting, text)
    trainings = _titled(session, actor, Action.TRAINING_VIEW, TrainingSession, text)
    return Findings(
        people=page.rows,
        count=page.count,
        units=units,
        cards=cards,
        sittings=sittings,
        trainings=trainings,
        only=_only(text, page.rows, units, cards, [*sittings, *trainings]),
    )


def suggestions(session: Session, actor: Actor, *, text: str, today: date) -> Findings:
    """The same in short, while somebody is still typing."""
    actor.require(Action.PERSON_VIEW)
    page = people.search(session, actor, chosen=PersonFilter(text=text), today=today, size=OTHERS_SHOWN)
    return Findings(
        people=page.rows,
        count=page.count,
        units=_units(session, actor, text),
        cards=_cards(session, actor, text, today),
        sittings=[],
        trainings=[],
        only=None,
    )


def _units(session: Session, actor: Actor, text: str) -> Sequence[Department]:
    if len(text.strip()) < UNIT_WORD or not actor.may(Action.DEPARTMENT_VIEW):
        return []
    wanted = select(Department).where(called(text)).order_by(Department.ended_on.is_not(None), Department.code)
    if actor.is_unit_bound:
        wanted = wanted.where(Department.id == actor.department_id)
    return session.scalars(wanted.limit(OTHERS_SHOWN)).all()


def _cards(session: Session, actor: Actor, text: str, today: date) -> Sequence[CertificateRow]:
    """Certificates by number; by name their holders are found."""
    number = typed(text)
    is_number = len(number) >= NUMBER_BEGINNING and number[:NUMBER_BEGINNING].isdigit() and not identity_in(number)
    if not is_number or not actor.may(Action.CERTIFICATE_VIEW):
        return []
    chosen = CertificateFilter(text=number)
    return certificates.search(session, actor, chosen=chosen, today=today, size=OTHERS_SHOWN).rows


def _titled(session: Session, actor: Actor, action: Action, model: Any, text: str) -> Sequence[Any]:
    """The latest of a kind by a part of the title, for the bureau."""
    word = text.strip()
    if len(word) < UNIT_WORD or actor.is_unit_bound or not actor.may(action):
        return []
    on_record = select(model.id, model.title).where(model.withdrawn_on.is_(None))
    latest = on_record.order_by(model.id.desc()).limit(LATEST).subquery()
    wanted = select(model).join(latest, latest.c.id == model.id).where(latest.c.title.contains(word, autoescape=True))
    return session.scalars(wanted.order_by(model.id.desc()).limit(OTHERS_SHOWN)).all()


def _only(
    text: str,
    rows: Sequence[PersonRow],
    units: Sequence[Department],
    cards: Sequence[CertificateRow],
    events: Sequence[ExamSitting | TrainingSession],
) -> Hit | None:
    """The record that bears exactly this number or name, or the only one that was found at all."""
    word = "".join(text.split())
    exact = [Hit(Found.CERTIFICATE, row.certificate.id) for row in cards if row.certificate.number == typed(text)]
    exact = exact or [Hit(Found.UNIT, unit.id) for unit in units if word in {unit.code, unit.name}]
    if len(exact) == 1:
        return exact[0]
    found = [Hit(Found.PERSON, row.id) for row in rows]
    found += [Hit(Found.UNIT, unit.id) for unit in units]
    found += [Hit(Found.CERTIFICATE, row.certificate.id) for row in cards]
    found += [Hit(Found.SITTING if isinstance(one, ExamSitting) else Found.TRAINING, one.id) for one in events]
    return found[0] if len(found) == 1 else None
