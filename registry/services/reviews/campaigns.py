"""Loading a campaign, and holding it while it is changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.reviews import ReviewCampaign
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import STILL_OPEN, CampaignStatus
from registry.words import N_


def get(session: Session, actor: Actor, campaign_id: int) -> ReviewCampaign:
    """A campaign; NoResultFound when there is none. Every office sees that a review runs, its items are scoped."""
    actor.require(Action.REVIEW_VIEW)
    return session.get_one(ReviewCampaign, campaign_id)


def find(session: Session, year: int, kind: CertificateKind) -> ReviewCampaign | None:
    """The year's review of that kind, when it was opened."""
    return session.scalar(select(ReviewCampaign).where(ReviewCampaign.year == year, ReviewCampaign.kind == kind))


def open_only(session: Session, campaign_id: int) -> ReviewCampaign:
    """A campaign in which units still speak, held until the transaction ends; RuleBroken once it is closed."""
    campaign = unlocked(session, campaign_id)
    if campaign.status is CampaignStatus.CLOSED:
        closed = N_("The review of %(year)s is closed: single findings can be corrected until it is locked.")
        raise RuleBroken([STILL_OPEN.broken(closed, year=campaign.year)])
    return campaign


def unlocked(session: Session, campaign_id: int) -> ReviewCampaign:
    """A campaign whose findings still change, held until the transaction ends; RuleBroken once it is locked."""
    campaign = session.get_one(ReviewCampaign, campaign_id, with_for_update=True, populate_existing=True)
    if campaign.status is CampaignStatus.LOCKED:
        raise RuleBroken([STILL_OPEN.broken(N_("The review of %(year)s is locked."), year=campaign.year)])
    return campaign
