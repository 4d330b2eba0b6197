"""The terms of a review: by which day each step is due, how near that is, whether it is done."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry.models.reviews import ReviewCampaign
from registry.rules.campaigns import ReviewStep, Urgency, urgency
from registry.rules.policy import Policy
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.services import policies
from registry.services.reviews.glancing import Glance
from registry.services.reviews.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One step of a review with its day; a step that is done is never late."""

    step: ReviewStep
    due_on: date
    urgency: Urgency
    is_done: bool


def policy_of(session: Session, campaign: ReviewCampaign) -> Policy:
    """The policy a review goes by from its opening to its lock."""
    return policies.by_id(session, campaign.policy_id)


def terms(campaign: ReviewCampaign, so_far: Progress, policy: Policy, today: date) -> list[Term]:
    """The steps of a review in order, for the county or (what a unit's people see) their unit."""
    deferred = so_far.total.findings.get(ReviewFinding.DEFERRED, 0)
    return _terms(campaign, so_far.attested == len(so_far.units), so_far.total.open, deferred, policy, today)


def terms_seen(campaign: ReviewCampaign, seen: Glance, policy: Policy, today: date) -> list[Term]:
    """The same for the county, of a review at a glance."""
    is_attested = seen.attested >= seen.units
    return _terms(campaign, is_attested, seen.open.number, seen.deferred.number, policy, today)


def _terms(
    campaign: ReviewCampaign, is_attested: bool, undecided: int, deferred: int, policy: Policy, today: date
) -> list[Term]:
    over = campaign.status is not CampaignStatus.OPEN
    days = (
        (ReviewStep.ATTEST, campaign.attest_by_on, is_attested),
        (ReviewStep.DECIDE, campaign.decide_by_on, not undecided),
        (ReviewStep.MAKE_UP, campaign.make_up_by_on, not undecided and not deferred),
    )
    return [
        Term(step=step, due_on=due_on, urgency=urgency(due_on, policy, today), is_done=done or over)
        for step, due_on, done in days
        if due_on is not None
    ]
