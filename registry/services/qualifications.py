"""The enforcement qualification of a person: taken away by a decision, and given back by a later one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.qualifications import Disqualification
from registry.rules import RuleBroken
from registry.rules.certificates import LIVE, SOURCES, ActEntry, CertificateAct, CertificateKind, Organs
from registry.rules.merging import closed
from registry.rules.permissions import Action, Actor
from registry.rules.qualifications import DECIDES, Decision, QualificationAct, unfit
from registry.services import policies, tasks
from registry.services.certificates import end_by_decision, organs_about


def disqualify(session: Session, actor: Actor, *, person_id: int, decision: Decision, today: date) -> Disqualification:
    """Take the enforcement qualification away: every live enforcement certificate is revoked by the same document.

    A supervision certificate is its issuer's to take (条例第四十七条): it is flagged.
    """
    actor.require(Action.PERSON_DISQUALIFY)
    person = _person(session, person_id)
    since, organs = standing_since(session, person_id), _organs(session, person, decision.day, today)
    if broken := unfit(QualificationAct.DISQUALIFY, decision, standing_since=since, organs=organs, today=today):
        raise RuleBroken(broken)
    decision = replace(decision, decided_by=organs.named(DECIDES, decision.decided_by))
    loss = Disqualification(
        person_id=person_id,
        decided_on=decision.day,
        decided_by=decision.decided_by,
        document_number=decision.document_number.strip(),
        legal_basis=SOURCES[decision.basis] if decision.basis else "",
        reason=decision.reason.strip(),
    )
    session.add(loss)
    facts = {"decided_by": loss.decided_by, "document_number": loss.document_number, "legal_basis": loss.legal_basis}
    _record(session, actor, person, loss.reason, disqualified=True, decided_on=loss.decided_on, **facts)
    _revoke(session, actor, person_id, decision, today)
    tasks.disqualified(session, actor, [person_id], today=today)
    return loss


def lift(session: Session, actor: Actor, *, person_id: int, decision: Decision, today: date) -> Disqualification:
    """Lift the decision that stands; certificates that it ended stay ended, and a new one is applied for."""
    actor.require(Action.PERSON_DISQUALIFY)
    person = _person(session, person_id)
    since, organs = standing_since(session, person_id), _organs(session, person, decision.day, today)
    if broken := unfit(QualificationAct.LIFT, decision, standing_since=since, organs=organs, today=today):
        raise RuleBroken(broken)
    loss: Disqualification = session.scalars(_standing(person_id)).one()
    loss.lifted_on, loss.lifted_by = decision.day, organs.named(DECIDES, decision.decided_by)
    loss.lifting_document = decision.document_number.strip()
    facts = {"decided_by": loss.lifted_by, "document_number": loss.lifting_document}
    _record(session, actor, person, decision.reason.strip(), disqualified=False, decided_on=loss.lifted_on, **facts)
    tasks.qualified_again(session, actor, person_id, today=today)
    return loss


def of_person(session: Session, actor: Actor, person_id: int) -> Sequence[Disqualification]:
    """Every loss of somebody's qualification, the latest first."""
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.PERSON_VIEW, person.department_id)
    own = select(Disqualification).where(Disqualification.person_id == person_id)
    return session.scalars(own.order_by(Disqualification.decided_on.desc(), Disqualification.id.desc())).all()


def standing_since(session: Session, person_id: int) -> date | None:
    """Since when somebody is disqualified; None for who is not."""
    loss = session.scalars(_standing(person_id)).one_or_none()
    return loss.decided_on if loss else None


def _standing(person_id: int) -> AnySelect:
    return select(Disqualification).where(Disqualification.person_id == person_id, Disqualification.lifted_on.is_(None))


def deciding_organs(session: Session, actor: Actor, person_id: int, *, today: date) -> tuple[str, ...]:
    """The organs that may decide of somebody's qualification, the usual one first."""
    actor.require(Action.PERSON_DISQUALIFY)
    units = _own_units(session, session.get_one(Person, person_id))
    return organs_about(session, person_id=person_id, department_ids=units, day=today, today=today).of(DECIDES)


def _organs(session: Session, person: Person, day: date, today: date) -> Organs:
    """Who may decide of somebody on a day; the present unit and those of the cards may not."""
    units = _own_units(session, person)
    return organs_about(session, person_id=person.id, department_ids=units, day=day, today=today)


def _person(session: Session, person_id: int) -> Person:
    """Somebody, locked."""
    person = session.get_one(Person, person_id, with_for_update=True)
    if broken := closed(person.id, person.withdrawn_on):
        raise RuleBroken(broken)
    return person


def _own_units(session: Session, person: Person) -> set[int]:
    """The present unit of somebody, and those of the cards."""
    cards = select(Certificate.department_id).where(Certificate.person_id == person.id, Certificate.status.in_(LIVE))
    return {person.department_id, *session.scalars(cards)}


def _revoke(session: Session, actor: Actor, person_id: int, decision: Decision, today: date) -> None:
    """Revoke what was valid on the day of the decision or later, though its term may have run out since."""
    live = select(Certificate).where(
        Certificate.person_id == person_id,
        Certificate.kind == CertificateKind.ENFORCEMENT,
        Certificate.status.in_(LIVE),
        Certificate.valid_until >= decision.day,
    )
    entry = ActEntry(
        day=decision.day,
        document_number=decision.document_number,
        decided_by=decision.decided_by,
        basis=decision.basis,
        reason=decision.reason,
    )
    cards = session.scalars(live.order_by(Certificate.id).with_for_update()).all()
    for card in cards:
        end_by_decision(session, actor, card, CertificateAct.REVOKE, entry, policies.in_force(session, decision.day))
    tasks.moved(session, actor, cards, today=today)


def _record(session: Session, actor: Actor, person: Person, reason: str, **facts: Any) -> None:
    audit.record(
        session,
        actor,
        Action.PERSON_DISQUALIFY,
        person,
        department_id=person.department_id,
        reason=reason,
        **facts,
    )
