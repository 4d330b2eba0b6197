"""The end of a post, and what is recorded about a person's year."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.people import AnnualAssessment, Appointment
from registry.rules.careers import CareerAct
from registry.rules.people import Assessment, EndReason
from registry.rules.permissions import Action, Actor
from registry.services.people.careers import CareerEntry, perform

_ACTS = ((CareerAct.RETIRE, EndReason.RETIREMENT), (CareerAct.DIE, EndReason.DEATH))


def end_appointment(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    until_on: date,
    end_reason: EndReason,
    today: date,
    reason: str = "",
) -> Appointment:
    """End the present post on its last day; RuleBroken when there is none, it begins later or the day is to come."""
    act = next((act for act, reason in _ACTS if reason is end_reason), CareerAct.LEAVE)
    entry = CareerEntry(day=until_on, values={"end_reason": end_reason}, reason=reason)
    perform(session, actor, person_id=person_id, act=act, entry=entry, today=today)
    latest = select(Appointment).where(Appointment.person_id == person_id).order_by(Appointment.from_on.desc()).limit(1)
    return session.scalars(latest).one()


def assess(
    session: Session, actor: Actor, *, year: int, grades: Mapping[int, Assessment], departments: Mapping[int, int]
) -> None:
    """Record annual assessments of people who have none for that year; one trail entry a unit.

    `grades` and `departments` are by person id.
    """
    actor.require(Action.PERSON_MANAGE)
    graded = set(session.scalars(select(AnnualAssessment.person_id).where(AnnualAssessment.year == year)))
    added = [person_id for person_id in grades if person_id not in graded]
    session.add_all(AnnualAssessment(person_id=one, year=year, grade=grades[one]) for one in added)
    session.flush()
    audit.record_many(session, actor, Action.PERSON_MANAGE, _assessed(added, year, departments))


def _assessed(person_ids: Sequence[int], year: int, departments: Mapping[int, int]) -> list[audit.Act]:
    units = sorted({departments[person_id] for person_id in person_ids})
    return [
        audit.Act(
            subject_type="departments",
            subject_id=unit,
            department_id=unit,
            facts={"assessed": [one for one in person_ids if departments[one] == unit], "year": year},
        )
        for unit in units
    ]
