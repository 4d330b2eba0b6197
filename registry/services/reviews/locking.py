"""Locking a review: every certificate has its finding, and the rosters are frozen."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit, clock, jobs
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.jobs import JobKind
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import CLOSED_FIRST, LOCK_COMPLETE, CampaignStatus
from registry.services import rosters
from registry.services.reviews.campaigns import unlocked
from registry.words import N_


def lock(session: Session, actor: Actor, *, campaign_id: int, today: date) -> ReviewCampaign:
    """Lock a closed review for good and freeze a roster for each unit and the county.

    RuleBroken when it was not closed first, with every unit that has open items, and (ROST-2) with everybody whose
    line no font could print; nothing is locked then.
    """
    actor.require(Action.REVIEW_LOCK)
    campaign = unlocked(session, campaign_id)
    if missing := [*_not_closed(campaign), *obstacles(session, campaign_id)]:
        raise RuleBroken(missing)
    now = clock.now()
    frozen = rosters.freeze(session, campaign=campaign, today=today, locked_at=now)
    campaign.status, campaign.locked_at = CampaignStatus.LOCKED, now
    hashes = {number: one.data_sha256 for number, one in frozen.items()}
    audit.record(
        session, actor, Action.REVIEW_LOCK, campaign, year=campaign.year, kind=campaign.kind, on=today, rosters=hashes
    )
    rosters.store(session, campaign, frozen, trail_head=audit.head(session))
    jobs.enqueue(session, actor, JobKind.PRINT_ROSTERS, campaign_id=campaign.id)
    return campaign


def _not_closed(campaign: ReviewCampaign) -> list[Violation]:
    if campaign.status is CampaignStatus.CLOSED:
        return []
    return [CLOSED_FIRST.broken(N_("Close the review first; that deals with whoever is left."))]


def obstacles(session: Session, campaign_id: int) -> list[Violation]:
    """What still keeps a review from being locked: the units with open items, how many each."""
    waiting = session.execute(
        select(Department.name, func.count())
        .join(ReviewItem, ReviewItem.department_id == Department.id)
        .where(ReviewItem.campaign_id == campaign_id, ReviewItem.finding.is_(None), ~ReviewItem.is_next_year)
        .group_by(Department.id, Department.name, Department.code)
        .order_by(Department.code)
    )
    return [LOCK_COMPLETE.broken(N_("%(unit)s: %(count)s without a finding."), unit=n, count=c) for n, c in waiting]
