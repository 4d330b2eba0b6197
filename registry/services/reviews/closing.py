"""Closing a review: whoever is left is dealt with by rule; what cannot be decided is told and stays open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from registry import audit
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import CampaignStatus, ReviewFinding, Standing, at_close
from registry.services import policies
from registry.services.reviews.campaigns import get, open_only
from registry.services.reviews.deciding_many import Decision, LeftOpen, items_of, sorted_out, write
from registry.words import CHINESE, translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What closing does (or would do): to the undecided, to the deferred whose day has passed, and who stays open."""

    undecided: Mapping[ReviewFinding, int]
    made_up: int
    late: int
    left_open: Sequence[LeftOpen]


def preview_closing(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Closing:
    """What closing the review today would decide. Changes nothing."""
    actor.require(Action.REVIEW_CLOSE)
    return _dealt_with(session, get(session, actor, campaign_id), today)[0]


def close(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Closing:
    """Close a review: an entry for each finding that the close makes, and one for the close itself.

    The clerk closes, the chief locks; between the two single findings can still be corrected.
    """
    actor.require(Action.REVIEW_CLOSE)
    campaign = open_only(session, campaign_id)
    told, decisions = _dealt_with(session, campaign, today)
    write(session, actor, campaign, decisions, today=today, action=Action.REVIEW_CLOSE)
    campaign = session.get_one(ReviewCampaign, campaign_id)
    campaign.status, campaign.closed_on = CampaignStatus.CLOSED, today
    audit.record(
        session,
        actor,
        Action.REVIEW_CLOSE,
        campaign,
        year=campaign.year,
        kind=campaign.kind,
        on=today,
        findings=len(decisions),
        left_open=len(told.left_open),
    )
    return told


def _dealt_with(session: Session, campaign: ReviewCampaign, today: date) -> tuple[Closing, list[Decision]]:
    left = or_(ReviewItem.finding.is_(None), ReviewItem.finding == ReviewFinding.DEFERRED)
    rows = session.execute(items_of(campaign.id).where(~ReviewItem.is_next_year, left))
    wanted = [decision for row in rows if (decision := _by_rule(row, today)) is not None]
    policy = policies.by_id(session, campaign.policy_id)
    told, decisions = sorted_out(wanted, policy)
    undecided = Counter(one.finding for one in decisions if one.row.finding is None)
    again = Counter(one.finding for one in decisions if one.row.finding is not None)
    closing = Closing(
        undecided={finding: undecided[finding] for finding in ReviewFinding},
        made_up=again[ReviewFinding.PASSED],
        late=again[ReviewFinding.FAILED],
        left_open=told.left_open,
    )
    return closing, decisions


def _by_rule(row: Any, today: date) -> Decision | None:
    """What becomes of a row; the reason stands on the roster, whose words are Chinese."""
    standing = Standing(
        finding=row.finding, proposed=row.proposed, deferred_until=row.deferred_until, made_up_on=row.made_up_on
    )
    proposal = at_close(standing, today)
    if proposal is None:
        return None
    said = (translate(one.message, CHINESE, one.params) for one in proposal.reasons)
    return Decision(row, proposal.finding, "".join(said))
