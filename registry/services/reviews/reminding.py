"""Reminders of a review's steps: on the boards of the units that are waited for, and by mail where there is any.

A unit is reminded of a step once a day at most; the database's key holds that, whoever asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from registry import audit, clock, jobs
from registry.models.departments import Department
from registry.models.jobs import Job
from registry.models.reviews import ReviewAttestation, ReviewCampaign, ReviewItem, ReviewReminder
from registry.rules.campaigns import ReviewStep, Urgency, reminder_due, urgency
from registry.rules.jobs import JobKind
from registry.rules.permissions import SYSTEM, Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.services import policies
from registry.services.reviews.campaigns import open_only


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """A unit that a step of a review waits for, how near the day is, and when it was reminded last."""

    campaign_id: int
    department_id: int
    unit: str
    step: ReviewStep
    due_on: date
    urgency: Urgency
    last_on: date | None


def remind(session: Session, actor: Actor, *, campaign_id: int, today: date) -> list[Waited]:
    """Remind every unit that a step waits for, when its day is near or past, and it was not reminded today."""
    actor.require(Action.REVIEW_REMIND)
    campaign = open_only(session, campaign_id)
    policy = policies.by_id(session, campaign.policy_id)
    late = [one for one in waited_for(session, campaign, policy, today) if one.urgency is not Urgency.IN_TIME]
    return _write(session, actor, campaign, [one for one in late if one.last_on != today], today)


def remind_due(session: Session, actor: Actor, *, today: date) -> list[Waited]:
    """Remind of every open review's steps as far as a reminder is due: near the day, past it, then now and again."""
    actor.require(Action.REVIEW_REMIND)
    running = session.scalars(select(ReviewCampaign.id).where(ReviewCampaign.status == CampaignStatus.OPEN))
    reminded: list[Waited] = []
    for campaign_id in running.all():
        campaign = open_only(session, campaign_id)
        policy = policies.by_id(session, campaign.policy_id)
        every = waited_for(session, campaign, policy, today)
        due = [one for one in every if reminder_due(one.last_on, one.due_on, policy, today) and one.last_on != today]
        reminded += _write(session, actor, campaign, due, today)
    return reminded


def remind_daily(session: Session, *, by_mail: bool) -> None:
    """The worker's chore: remind of what is due today, once however often it is done; mail follows the commit."""
    today = clock.today()
    reminded = remind_due(session, SYSTEM, today=today)
    if reminded and by_mail:  # one letter round takes all reminders of the day, whichever review they are of
        ask_for_mail(session, SYSTEM, campaign_id=reminded[0].campaign_id, today=today)


def waited_for(session: Session, campaign: ReviewCampaign, policy: Policy, today: date) -> list[Waited]:
    """The units whose attestation or make-ups a review waits for, in two queries; the findings are the bureau's."""
    last = _last_reminders(session, campaign.id)
    days = {ReviewStep.ATTEST: campaign.attest_by_on, ReviewStep.MAKE_UP: campaign.make_up_by_on}
    found = []
    for row in session.execute(_units(campaign.id)):
        steps = [step for step, waits in _steps(row) if waits]
        for step in steps:
            if (due_on := days[step]) is not None:
                found.append(
                    Waited(
                        campaign_id=campaign.id,
                        department_id=row.id,
                        unit=row.name,
                        step=step,
                        due_on=due_on,
                        urgency=urgency(due_on, policy, today),
                        last_on=last.get((row.id, step)),
                    )
                )
    return found


def ask_for_mail(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Job:
    """Let the worker mail today's reminders once this is committed, so that no mail server holds up the act."""
    actor.require(Action.REVIEW_REMIND)
    return jobs.enqueue(session, actor, JobKind.MAIL_REMINDERS, campaign_id=campaign_id, reminded_on=today.isoformat())


def _steps(row: Any) -> Sequence[tuple[ReviewStep, bool]]:
    return (
        (ReviewStep.ATTEST, row.attested_at is None or row.returned_at is not None),
        (ReviewStep.MAKE_UP, bool(row.deferred)),
    )


def _units(campaign_id: int) -> Any:
    deferred = func.sum(case((ReviewItem.finding == ReviewFinding.DEFERRED, 1), else_=0)).label("deferred")
    of_unit = (Department.id, Department.name, Department.code)
    word = (ReviewAttestation.attested_at, ReviewAttestation.returned_at)
    given = (ReviewAttestation.campaign_id == campaign_id) & (ReviewAttestation.department_id == Department.id)
    return (
        select(*of_unit, *word, deferred)
        .join(ReviewItem, ReviewItem.department_id == Department.id)
        .outerjoin(ReviewAttestation, given)
        .where(ReviewItem.campaign_id == campaign_id)
        .group_by(*of_unit, *word)
        .order_by(Department.code)
    )


def _last_reminders(session: Session, campaign_id: int) -> Mapping[tuple[int, ReviewStep], date]:
    rows = session.execute(
        select(ReviewReminder.department_id, ReviewReminder.step, func.max(ReviewReminder.reminded_on))
        .where(ReviewReminder.campaign_id == campaign_id)
        .group_by(ReviewReminder.department_id, ReviewReminder.step)
    )
    return {(department_id, step): on for department_id, step, on in rows}


def _write(
    session: Session, actor: Actor, campaign: ReviewCampaign, due: Sequence[Waited], today: date
) -> list[Waited]:
    session.add_all(
        ReviewReminder(campaign_id=campaign.id, department_id=one.department_id, step=one.step, reminded_on=today)
        for one in due
    )
    if due:
        names = [f"{one.unit}: {one.step.value}" for one in due]
        audit.record(session, actor, Action.REVIEW_REMIND, campaign, year=campaign.year, on=today, units=names)
    return list(due)
