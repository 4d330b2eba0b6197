"""The end of a post, and what is recorded about a person's year."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.people import AnnualAssessment, Appointment, Person
from registry.rules import RuleBroken
from registry.rules.people import APPOINTED_IN_ORDER, Assessment, EndReason
from registry.rules.permissions import Action, Actor
from registry.words import N_


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
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.PERSON_MANAGE, person.department_id)
    post = session.scalar(
        select(Appointment).where(Appointment.person_id == person_id, Appointment.until_on.is_(None)).with_for_update()
    )
    if post is None:
        raise RuleBroken([APPOINTED_IN_ORDER.broken(N_("%(name)s holds no post at present."), name=person.name)])
    if until_on < post.from_on:
        early = N_("The post began on %(day)s and cannot end before.")
        raise RuleBroken([APPOINTED_IN_ORDER.broken(early, day=post.from_on)])
    if until_on > today:
        ahead = N_("The last day, %(day)s, has not come yet; record it then.")
        raise RuleBroken([APPOINTED_IN_ORDER.broken(ahead, day=until_on)])
    post.until_on, post.end_reason = until_on, end_reason
    audit.record(
        session,
        actor,
        Action.PERSON_MANAGE,
        person,
        department_id=person.department_id,
        reason=reason,
        until_on=[None, until_on],
        end_reason=[None, end_reason],
    )
    return post


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
