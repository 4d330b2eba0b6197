"""Legal reviewers of a unit: who they are, how many, and released again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry import audit
from registry.models.departments import LegalReviewer
from registry.models.people import Appointment, Person
from registry.rules import RuleBroken
from registry.rules.departments import REVIEWS_FOR_ONE_UNIT, lacks_qualification
from registry.rules.permissions import Action, Actor
from registry.services.departments.entries import act_on
from registry.words import N_


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """A legal reviewer of a unit, since when (and since when anywhere), with or without the law qualification.

    `department_id` is the unit in which the person serves now or served last; `serves_here` says whether that person
    still has a post in the unit.
    """

    person_id: int
    department_id: int
    name: str
    from_on: date
    first_on: date
    has_law_qualification: bool
    serves_here: bool

    @property
    def lacks_qualification(self) -> bool:
        return lacks_qualification(self.first_on, self.has_law_qualification)


def reviewers(session: Session, actor: Actor, *, department_id: int, today: date) -> list[ReviewerRow]:
    """The unit's legal reviewers of that day, by name."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    ever = aliased(LegalReviewer)
    first_on = select(func.min(ever.from_on)).where(ever.person_id == Person.id).scalar_subquery()
    here = exists().where(
        Appointment.person_id == Person.id,
        Appointment.department_id == department_id,
        Appointment.until_on.is_(None),
    )
    rows = session.execute(
        select(
            Person.id,
            Person.department_id,
            Person.name,
            LegalReviewer.from_on,
            first_on,
            Person.has_law_qualification,
            here,
        )
        .join(LegalReviewer, LegalReviewer.person_id == Person.id)
        .where(LegalReviewer.department_id == department_id, serving(today))
        .order_by(Person.name, Person.id)
    )
    return [ReviewerRow(*row) for row in rows]


def reviewer_counts(session: Session, actor: Actor, *, today: date) -> dict[int, int]:
    """Legal reviewers of that day per unit."""
    actor.require(Action.DEPARTMENT_VIEW)
    counted = (
        select(LegalReviewer.department_id, func.count()).where(serving(today)).group_by(LegalReviewer.department_id)
    )
    if actor.is_unit_bound:
        counted = counted.where(LegalReviewer.department_id == actor.department_id)
    return {unit: count for unit, count in session.execute(counted).all() if count}


def release_reviewer(
    session: Session, actor: Actor, *, department_id: int, person_id: int, until_on: date, reason: str = ""
) -> None:
    """End a legal reviewer's service on its last day; RuleBroken when there is none to end."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    service = _open_service(session, person_id)
    if service is None or service.department_id != department_id:
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(N_("This person is no legal reviewer of this unit."))])
    if until_on < service.from_on:
        early = N_("The service began on %(day)s and cannot end before.")
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(early, day=service.from_on)])
    service.until_on = until_on
    session.flush()
    act = act_on(department_id, reason=reason, released_reviewer=person_id, until_on=until_on)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])


def _open_service(session: Session, person_id: int) -> LegalReviewer | None:
    return session.scalar(
        select(LegalReviewer).where(LegalReviewer.person_id == person_id, LegalReviewer.until_on.is_(None))
    )


def serving(day: date) -> Any:
    """In SQL: services as legal reviewer that run on a day."""
    return and_(LegalReviewer.from_on <= day, or_(LegalReviewer.until_on.is_(None), LegalReviewer.until_on >= day))
