"""The end of a unit: what hangs on it, abolished or merged into another, and the way back while nothing was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.accounts import Account
from registry.models.certificates import Certificate
from registry.models.departments import Department, LegalReviewer
from registry.models.people import Appointment, Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.certificates import LIVE
from registry.rules.departments import ENDS_ONCE
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import CampaignStatus
from registry.services import tasks
from registry.services.departments.entries import act_on
from registry.services.departments.falling import follow_standing
from registry.services.facets import facets_of
from registry.words import N_

DONE = (Action.PERSON_MANAGE, Action.CERTIFICATE_MOVE, Action.CERTIFICATE_ISSUE, Action.DEPARTMENT_MANAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    """What hangs on a unit: who and what is left to be moved, taken back or decided."""

    people: int
    certificates: int
    reviews: int
    reviewers: int
    accounts: int
    entrusted: Sequence[Department]
    children: Sequence[Department]

    @property
    def is_nothing(self) -> bool:
        counted = self.people + self.certificates + self.reviews + self.reviewers + self.accounts
        return not counted and not self.entrusted and not self.children


def hanging_on(session: Session, actor: Actor, *, department_id: int, today: date) -> Hanging:
    """What hangs on a unit today, counted in the database."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)

    def counted(model: Any, *which: Any) -> int:
        return session.scalar(select(func.count()).where(model.department_id == department_id, *which)) or 0

    undecided = (
        select(func.count())
        .join(ReviewItem.campaign)
        .where(
            ReviewItem.department_id == department_id,
            ReviewItem.finding.is_(None),
            ReviewCampaign.status != CampaignStatus.LOCKED,
        )
    )
    return Hanging(
        people=counted(Person, Person.facets >= facets_of(Duty.ENFORCEMENT, None)),
        certificates=counted(Certificate, Certificate.status.in_(LIVE), Certificate.valid_until >= today),
        reviews=session.scalar(undecided) or 0,
        reviewers=counted(LegalReviewer, LegalReviewer.until_on.is_(None)),
        accounts=counted(Account, Account.is_active),
        entrusted=_standing_under(session, Department.entrusting_department_id == department_id),
        children=_standing_under(session, Department.parent_id == department_id),
    )


def end(
    session: Session,
    actor: Actor,
    *,
    department_id: int,
    ended_on: date,
    merged_into_id: int | None,
    document_number: str,
    reason: str,
    today: date,
) -> Department:
    """End a unit: abolished, or merged into another one. What hangs on it stays and is listed on its page."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    taking = session.get_one(Department, merged_into_id) if merged_into_id is not None else None
    wrong = N_("%(day)s has not come yet.") if ended_on > today else None
    if taking is not None and (taking.id == unit.id or taking.ended_on is not None):
        wrong = N_("%(name)s cannot take the unit over: it is this very unit, or has ended.")
    if unit.ended_on is not None:
        wrong = N_("The unit has ended already.")
    if wrong is not None:
        raise RuleBroken([ENDS_ONCE.broken(wrong, day=ended_on, name=taking.name if taking else "")])
    unit.ended_on, unit.ending_document = ended_on, document_number
    unit.merged_into_id = merged_into_id
    session.flush()
    what = {"merged_into": taking.name} if taking else {"abolished": True}
    act = act_on(unit.id, reason=reason, ended_on=ended_on, document_number=document_number, **what)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    tasks.unit_ended(session, actor, unit, today=today)
    follow_standing(session, actor, [unit.id], since=ended_on, document_number=document_number, today=today)
    return unit


def reopen(session: Session, actor: Actor, *, department_id: int, reason: str, today: date) -> Department:
    """Take back the end of a unit that was recorded wrongly, while nothing was done about the unit since."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    wrong = N_("The unit has not ended.") if unit.ended_on is None else None
    if wrong is None and has_moved_on(session, unit):
        wrong = N_("Something was done about the unit since it ended; record a new unit instead.")
    if wrong is not None:
        raise RuleBroken([ENDS_ONCE.broken(wrong)])
    before, unit.ended_on, unit.merged_into_id, unit.ending_document = unit.ended_on, None, None, None
    session.flush()
    act = act_on(unit.id, reason=reason, reopened=True, ended_on=[before, None])
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    tasks.unit_reopened(session, actor, department_id, today=today)
    follow_standing(session, actor, [unit.id], since=before or today, document_number="", today=today)
    return unit


def has_moved_on(session: Session, unit: Department) -> bool:
    """Whether somebody left an ended unit, or anything was done about it, after its end was recorded."""
    about = (TrailEntry.subject_type == Department.__tablename__, TrailEntry.subject_id == unit.id)
    latest = session.scalars(select(TrailEntry).where(*about).order_by(TrailEntry.id.desc()).limit(1)).first()
    if latest is None or unit.ended_on is None or "ended_on" not in latest.facts:
        return latest is not None
    since = select(TrailEntry.id).where(
        TrailEntry.id > latest.id, TrailEntry.department_id == unit.id, TrailEntry.action.in_(DONE)
    )
    left = select(Appointment.id).where(
        Appointment.department_id == unit.id,
        Appointment.until_on.is_not(None),
        or_(Appointment.until_on >= unit.ended_on, Appointment.end_reason == "unit_abolished"),
    )
    return any(session.scalar(wanted.limit(1)) is not None for wanted in (since, left))


def _standing_under(session: Session, which: ColumnElement[bool]) -> list[Department]:
    return list(
        session.scalars(select(Department).where(which, Department.ended_on.is_(None)).order_by(Department.code))
    )
