"""Make-ups: the facts of the deferred looked at once more, in one pass over the register, and decided by them."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
from registry.rules.reviews import Proposal, ReviewFinding, propose, read_facts
from registry.services import policies
from registry.services.reviews.campaigns import get, open_only
from registry.services.reviews.conditions import AGAINST_FACTS, MADE_UP, SPEAKS_OTHERWISE, WAITS
from registry.services.reviews.deciding import act_on
from registry.services.reviews.deciding_many import Acceptance, Decision, LeftOpen, items_of, sorted_out, write
from registry.services.reviews.gathering import Gathered, Gathering, gather
from registry.services.reviews.proposing import stored_reasons


@dataclass(frozen=True, slots=True)
class Look:
    """A second look at one item: as it stood, its facts of the day, and what they speak for."""

    row: Any
    found: Gathered
    proposal: Proposal
    on: date

    @property
    def moved(self) -> bool:
        """Whether the facts speak otherwise than before, or for other reasons, or were not whole before."""
        before = (self.row.proposed, self.row.proposal_reasons)
        now = (self.proposal.finding, stored_reasons(self.proposal))
        return before != now or read_facts(self.row.facts) is None

    @property
    def change(self) -> dict[str, Any]:
        """What the item becomes by it. Made up has whom the facts did not speak well for before, and do now."""
        made_up = self.row.finding is ReviewFinding.DEFERRED and self.proposal.finding is ReviewFinding.PASSED
        first = self.on if self.row.proposed is not ReviewFinding.PASSED else None
        return {
            "id": self.row.id,
            "facts": {**self.found.facts.as_plain(), **self.found.post, "as_of": self.on.isoformat()},
            "proposed": self.proposal.finding,
            "proposal_reasons": stored_reasons(self.proposal),
            "made_up_on": (self.row.made_up_on or first) if made_up else None,
        }


@dataclass(frozen=True, slots=True)
class Looked:
    """What a second look found: how many were looked at, and what the facts of those that moved speak for now."""

    count: int
    moved: Mapping[ReviewFinding, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The deferred of a review: all of them, those whose facts speak against them, and those deferred against 合格.

    The last were deferred by the bureau for a reason that no record knows, so that no record ends it.
    """

    count: int
    speaks_otherwise: int
    against_facts: int


def look_again(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Looked:
    """Gather the facts of the deferred anew as of today; an entry for each whose proposal changes.

    Who trained or passed since is proposed 合格, with the day. The findings stay until they are decided.
    """
    actor.require(Action.REVIEW_DECIDE)
    campaign = open_only(session, campaign_id)
    seen = look(session, campaign, policies.by_id(session, campaign.policy_id), today)
    keep(session, actor, campaign_id, seen)
    moved = Counter(one.proposal.finding for one in seen if one.proposal.finding is not one.row.proposed)
    return Looked(len(seen), {finding: moved[finding] for finding in ReviewFinding})


def waiting(session: Session, campaign_id: int) -> Waiting:
    """How many items of a review a second look would look at, and who of them is left to a person."""
    counted = (func.count().filter(which) for which in (WAITS, SPEAKS_OTHERWISE, AGAINST_FACTS))
    found = session.execute(select(*counted).where(ReviewItem.campaign_id == campaign_id)).one()
    return Waiting(count=found[0], speaks_otherwise=found[1], against_facts=found[2])


def preview_make_ups(session: Session, actor: Actor, *, campaign_id: int) -> Acceptance:
    """How many of the deferred have made up, as the latest look at their facts found. Changes nothing."""
    actor.require(Action.REVIEW_DECIDE)
    campaign = get(session, actor, campaign_id)
    rows = session.execute(items_of(campaign_id).where(MADE_UP))
    return sorted_out(map(_passed, rows), policies.by_id(session, campaign.policy_id))[0]


def accept_make_ups(session: Session, actor: Actor, *, campaign_id: int, today: date) -> Acceptance:
    """Decide 合格 for every deferred item whose holder has made up; the trail keeps the deferral before it.

    Their facts are looked at once more: whom they no longer speak well for stays deferred and is told.
    """
    actor.require(Action.REVIEW_DECIDE)
    campaign = open_only(session, campaign_id)
    policy = policies.by_id(session, campaign.policy_id)
    ready = set(session.scalars(items_of(campaign_id).where(MADE_UP).with_only_columns(ReviewItem.id)))
    seen = [one for one in look(session, campaign, policy, today) if one.row.id in ready]
    fallen = [one for one in seen if one.proposal.finding is not ReviewFinding.PASSED]
    keep(session, actor, campaign_id, fallen)
    lawful = items_of(campaign_id).where(MADE_UP)
    told, decisions = sorted_out((_passed(row) for row in session.execute(lawful) if row.id in ready), policy)
    write(session, actor, campaign, decisions, today=today, made_up=True)
    return Acceptance(told.counts, [*told.left_open, *map(_left, fallen)])


def look(session: Session, campaign: ReviewCampaign, policy: Policy, today: date) -> list[Look]:
    """The items that wait, beside their facts by the register of today. Changes nothing."""
    rows = {row.certificate_id: row for row in session.execute(items_of(campaign.id).where(WAITS))}
    what = Gathering(
        kind=campaign.kind,
        year=campaign.year,
        as_of=today,
        cutoff=campaign.cutoff_on,
        policy=policy,
        again=campaign.id,
    )
    return [_look(rows[one.certificate_id], one, policy, today) for one in gather(session, what)] if rows else []


def keep(session: Session, actor: Actor, campaign_id: int, seen: Sequence[Look]) -> None:
    """Write what a second look found, with an entry for each whose proposal changes."""
    if not seen:
        return
    session.execute(update(ReviewItem), [one.change for one in seen])
    session.expire_all()
    moved = [one for one in seen if one.proposal.finding is not one.row.proposed]
    acts = [act_on(one.row, proposed=[one.row.proposed, one.proposal.finding], on=one.on) for one in moved]
    audit.record_many(session, actor, Action.REVIEW_DECIDE, acts, batch=f"review-{campaign_id}-{token_hex(4)}")


def _look(row: Any, found: Gathered, policy: Policy, today: date) -> Look:
    return Look(row, found, propose(replace(found.facts, statement=row.statement), policy), today)


def _passed(row: Any) -> Decision:
    return Decision(row, ReviewFinding.PASSED)


def _left(one: Look) -> LeftOpen:
    return LeftOpen(one.row.id, one.row.number, one.row.holder_name, one.proposal.reasons)
