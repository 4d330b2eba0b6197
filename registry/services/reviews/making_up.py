"""Make-ups: the facts of the deferred looked at once more, in one pass over the register."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import Proposal, ReviewFinding, propose
from registry.services import policies
from registry.services.reviews.campaigns import open_only
from registry.services.reviews.conditions import WAITS
from registry.services.reviews.deciding import act_on
from registry.services.reviews.gathering import Gathered, Gathering, gather
from registry.services.reviews.proposing import stored_reasons


@dataclass(frozen=True, slots=True)
class Looked:
    """What a second look found: how many were looked at, and what the facts of those that moved speak for now."""

    count: int
    moved: Mapping[ReviewFinding, int]


def look_again(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Looked:
    """Gather the facts of the deferred anew as of today; an entry for each whose proposal changes.

    Who trained or passed since is proposed 合格, with the day. The findings stay until they are decided.
    """
    actor.require(Action.REVIEW_DECIDE)
    campaign = open_only(session, campaign_id)
    policy = policies.by_id(session, campaign.policy_id)
    waiting = {row.certificate_id: row for row in session.execute(_waiting(campaign_id))}
    changes, acts = [], []
    for one in gather(session, _as_of(campaign, policy, today)):
        row = waiting[one.certificate_id]
        proposal = propose(replace(one.facts, statement=row.statement), policy)
        changes.append(_change(row, one, proposal, today))
        if proposal.finding is not row.proposed:
            acts.append(act_on(row, proposed=[row.proposed, proposal.finding], on=today))
    if changes:
        session.execute(update(ReviewItem), changes)
        session.expire_all()
    batch = f"review-{campaign_id}-{token_hex(4)}"
    audit.record_many(session, actor, Action.REVIEW_DECIDE, acts, batch=batch)
    moved = Counter(act.facts["proposed"][1] for act in acts)
    return Looked(len(changes), {finding: moved[finding] for finding in ReviewFinding})


def deferred_count(session: Session, campaign_id: int) -> int:
    """How many items of a review a second look would look at."""
    chosen = select(func.count()).where(ReviewItem.campaign_id == campaign_id, WAITS)
    return session.scalar(chosen) or 0


def _as_of(campaign: ReviewCampaign, policy: Policy, today: date) -> Gathering:
    return Gathering(
        kind=campaign.kind,
        year=campaign.year,
        as_of=today,
        cutoff=campaign.cutoff_on,
        policy=policy,
        again=campaign.id,
    )


def _waiting(campaign_id: int) -> Any:
    return select(
        ReviewItem.id,
        ReviewItem.certificate_id,
        ReviewItem.department_id,
        ReviewItem.finding,
        ReviewItem.proposed,
        ReviewItem.statement,
    ).where(ReviewItem.campaign_id == campaign_id, WAITS)


def _change(row: Any, one: Gathered, proposal: Proposal, today: date) -> dict[str, Any]:
    made_up = row.finding is ReviewFinding.DEFERRED and proposal.finding is ReviewFinding.PASSED
    return {
        "id": row.id,
        "facts": {**one.facts.as_plain(), **one.post, "as_of": today.isoformat()},
        "proposed": proposal.finding,
        "proposal_reasons": stored_reasons(proposal),
        "made_up_on": today if made_up else None,
    }
