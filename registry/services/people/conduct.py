"""Commendations and discipline: put on record, annulled, read; by the bureau and its auditors alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.departments import Department
from registry.models.people import HELD, Appointment, ConductRecord, Person, Secondment
from registry.rules import RuleBroken
from registry.rules.conduct import KEPT_ONCE, ConductMeasure, conduct_violations, kind_of
from registry.rules.merging import closed
from registry.rules.permissions import Action, Actor
from registry.services.people.knowing import files_of
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class ConductEntry:
    """One decision about an officer, as its document says."""

    measure: ConductMeasure
    decided_by: str
    document_number: str
    decided_on: date
    until_on: date | None = None
    content: str = ""


def conduct_of(session: Session, actor: Actor, person_id: int) -> Sequence[ConductRecord]:
    """Every record of somebody's conduct, annulled ones included, the latest decision first."""
    actor.require(Action.CONDUCT_VIEW)
    return session.scalars(
        select(ConductRecord)
        .where(ConductRecord.person_id.in_(files_of(person_id)))
        .order_by(ConductRecord.decided_on.desc(), ConductRecord.id.desc())
    ).all()


def conduct_record(session: Session, actor: Actor, record_id: int) -> ConductRecord:
    """One record; NoResultFound when there is none."""
    actor.require(Action.CONDUCT_VIEW)
    return session.get_one(ConductRecord, record_id)


def record_conduct(
    session: Session, actor: Actor, *, person_id: int, entry: ConductEntry, today: date
) -> ConductRecord:
    """Put a decision on record; RuleBroken when it has not been made yet or its organ may not make it."""
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.CONDUCT_MANAGE, person.department_id)
    broken = closed(person.id, person.withdrawn_on) + conduct_violations(
        entry.measure,
        decided_by=entry.decided_by,
        decided_on=entry.decided_on,
        until_on=entry.until_on,
        own_units=_own_units(session, person),
        today=today,
    )
    if broken:
        raise RuleBroken(broken)
    record = ConductRecord(
        person_id=person_id,
        kind=kind_of(entry.measure),
        measure=entry.measure,
        decided_by=entry.decided_by,
        document_number=entry.document_number,
        decided_on=entry.decided_on,
        until_on=entry.until_on,
        content=entry.content,
    )
    session.add(record)
    _tell(
        session,
        actor,
        record,
        person,
        measure=entry.measure,
        decided_by=entry.decided_by,
        decided_on=entry.decided_on,
        document_number=entry.document_number,
    )
    return record


def annul_conduct(session: Session, actor: Actor, *, record_id: int, reason: str) -> ConductRecord:
    """Mark a record as wrong: it stays, with the reason. RuleBroken without one, or when it was annulled before."""
    record = session.get_one(ConductRecord, record_id, with_for_update=True)
    person = session.get_one(Person, record.person_id)
    actor.require_unit(Action.CONDUCT_MANAGE, person.department_id)
    if record.annulled_at is not None:
        raise RuleBroken([KEPT_ONCE.broken(N_("This record was annulled before."))])
    if not reason.strip():
        raise RuleBroken([KEPT_ONCE.broken(N_("Say why the record is wrong."))])
    record.annulled_at, record.annulled_because = clock.now(), reason.strip()
    _tell(session, actor, record, person, measure=record.measure, annulled_because=record.annulled_because)
    return record


def _tell(session: Session, actor: Actor, record: ConductRecord, person: Person, **facts: Any) -> None:
    """Into the trail under the record itself: the history of the person's file, which the unit reads, stays silent."""
    audit.record(session, actor, Action.CONDUCT_MANAGE, record, person_id=person.id, **facts)


def _own_units(session: Session, person: Person) -> list[str]:
    """The names of all the units that somebody served: none of them sits in judgement over the qualification."""
    served = select(Appointment.department_id).where(Appointment.person_id == person.id, HELD)
    lent = select(Secondment.department_id).where(Secondment.person_id == person.id)
    return list(session.scalars(select(Department.name).where(Department.id.in_(served.union(lent)))))
