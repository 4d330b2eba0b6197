"""Closing a review: whoever is left is dealt with by rule; what cannot be decided is told and stays open."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import Session

from registry import audit
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import CampaignStatus, ReviewFinding, Standing, at_close, left_to_a_person
from registry.services import policies
from registry.services.reviews.campaigns import get, open_only
from registry.services.reviews.deciding_many import Decision, LeftOpen, as_proposed, items_of, sorted_out, write
from registry.services.reviews.making_up import Look, keep, look
from registry.words import CHINESE, translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What closing does (or would do): to the undecided, to the deferred, and who is left to a person.

    Of the deferred: who made up, who did not in time, and for whom the facts speak for 不合格 or 收回注销.
    """

    undecided: Mapping[ReviewFinding, int]
    made_up: int
    late: int
    speaks_otherwise: int
    left_open: Sequence[LeftOpen]

    @property
    def told(self) -> str:
        """What a look at it showed, for a form to send along: how many of each."""
        counts = [*self.undecided.values(), self.made_up, self.late, self.speaks_otherwise, len(self.left_open)]
        return "-".join(map(str, counts))


def preview_closing(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Closing:
    """What closing the review today would decide. Changes nothing."""
    actor.require(Action.REVIEW_CLOSE)
    campaign = get(session, actor, campaign_id)
    policy = policies.by_id(session, campaign.policy_id)
    return _dealt_with(session, campaign, policy, _moved(session, campaign, policy, today), today)[0]


def close(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Closing:
    """Close a review: an entry for each finding that the close makes, and one for the close itself.

    The deferred go by their facts of today. The clerk closes, the chief locks; between the two single findings can
    still be corrected.
    """
    actor.require(Action.REVIEW_CLOSE)
    campaign = open_only(session, campaign_id)
    policy = policies.by_id(session, campaign.policy_id)
    moved = _moved(session, campaign, policy, today)
    told, decisions = _dealt_with(session, campaign, policy, moved, today)
    keep(session, actor, campaign_id, moved)
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


def _moved(session: Session, campaign: ReviewCampaign, policy: Policy, today: date) -> list[Look]:
    """The deferred whose facts of today speak otherwise; the others keep the facts that the review took."""
    return [one for one in look(session, campaign, policy, today) if one.row.finding is not None and one.moved]


def _dealt_with(
    session: Session, campaign: ReviewCampaign, policy: Policy, moved: Iterable[Look], today: date
) -> tuple[Closing, list[Decision]]:
    rows = _left(session, campaign.id, {one.row.id: one.change for one in moved})
    wanted = [decision for row in rows if (decision := _by_rule(row, today)) is not None]
    told, decisions = sorted_out(wanted, policy)
    undecided = Counter(one.finding for one in decisions if one.row.finding is None)
    again = [one for one in decisions if one.row.finding is not None]
    made_up = sum(one.finding is ReviewFinding.PASSED for one in again)
    late = sum(one.row.proposed is ReviewFinding.DEFERRED for one in again)
    closing = Closing(
        undecided={finding: undecided[finding] for finding in ReviewFinding},
        made_up=made_up,
        late=late,
        speaks_otherwise=len(again) - made_up - late,
        left_open=[*told.left_open, *_by_a_person(rows, today)],
    )
    return closing, decisions


def _left(session: Session, campaign_id: int, changes: Mapping[int, Mapping[str, Any]]) -> list[Any]:
    """The undecided and the deferred, with what the second look changes."""
    left = or_(ReviewItem.finding.is_(None), ReviewItem.finding == ReviewFinding.DEFERRED)
    rows = session.execute(items_of(campaign_id).where(~ReviewItem.is_next_year, left))
    return [SimpleNamespace(**{**row._mapping, **changes[row.id]}) if row.id in changes else row for row in rows]


def _standing(row: Any) -> Standing:
    return Standing(
        finding=row.finding,
        proposed=row.proposed,
        deferred_until=row.deferred_until,
        made_up_on=row.made_up_on,
        against=frozenset(one["code"] for one in row.proposal_reasons),
    )


def _by_a_person(rows: Iterable[Any], today: date) -> list[LeftOpen]:
    left = ((row, left_to_a_person(_standing(row), today)) for row in rows)
    return [LeftOpen(row.id, row.number, row.holder_name, [why]) for row, why in left if why is not None]


def _by_rule(row: Any, today: date) -> Decision | None:
    """What becomes of a row; the reason stands on the roster, whose words are Chinese."""
    proposal = at_close(_standing(row), today)
    if proposal is None:
        return None
    if proposal.finding is row.proposed:
        return as_proposed(row)
    said = (translate(one.message, CHINESE, one.params) for one in proposal.reasons)
    return Decision(row, proposal.finding, "".join(said), [one.code for one in proposal.reasons])
