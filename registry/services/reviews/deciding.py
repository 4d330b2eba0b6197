"""Findings: single decisions, decisions taken back, proposals accepted in bulk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import (
    FACTS_ARE_WHOLE,
    NEXT_YEARS_CARD,
    SAYS_WHY,
    ReviewFacts,
    ReviewFinding,
    against_the_law,
)
from registry.services import policies
from registry.services.reviews.campaigns import get, open_only
from registry.words import N_

WRITE_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """An item a bulk acceptance leaves open, and why."""

    item_id: int
    certificate_number: str
    violations: Sequence[Violation]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What accepting the proposals does (or, as a preview, would do): how many of each finding, and who is left."""

    counts: Mapping[ReviewFinding, int]
    left_open: Sequence[LeftOpen]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def decide(
    session: Session, actor: Actor, *, item_id: int, finding: ReviewFinding, reason: str, today: date
) -> ReviewItem:
    """Decide one certificate's finding, or decide it anew; RuleBroken with every reason why not.

    A finding that differs from the proposal needs a reason; 合格 against the law is refused to everyone.
    """
    campaign, item = _held(session, actor, item_id)
    policy = policies.by_id(session, campaign.policy_id)
    if broken := _obstacles(item, finding, reason, policy):
        raise RuleBroken(broken)
    before = item.finding
    item.finding, item.reason = finding, reason.strip()
    item.decided_by_id, item.decided_at = actor.account_id, clock.now()
    _record(session, actor, item, before=before, after=finding, decided_on=today)
    return item


def reopen(session: Session, actor: Actor, *, item_id: int, reason: str) -> ReviewItem:
    """Take a decision back while the review is open, with its reason; the trail keeps what it was."""
    _, item = _held(session, actor, item_id)
    if not reason.strip():
        raise RuleBroken([SAYS_WHY.broken(N_("Say why the decision is taken back."))])
    before = item.finding
    item.finding, item.reason, item.decided_by_id, item.decided_at = (None, "", None, None)
    _record(session, actor, item, before=before, after=None, taken_back=reason.strip())
    return item


def preview_acceptance(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    department_id: int | None = None,
    finding: ReviewFinding | None = None,
) -> Acceptance:
    """What accepting the open proposals of the county, a unit or one finding would decide. Changes nothing."""
    actor.require_unit(Action.REVIEW_DECIDE, department_id)
    campaign = get(session, actor, campaign_id)
    return _sorted_out(session, campaign, _open_items(campaign_id, department_id, finding))[0]


def accept_proposals(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    department_id: int | None = None,
    finding: ReviewFinding | None = None,
) -> Acceptance:
    """Decide every open item as proposed, one trail entry each; what the law forbids stays open and is told.

    The reason of such a finding are the proposal's own reasons.
    """
    actor.require_unit(Action.REVIEW_DECIDE, department_id)
    campaign = open_only(session, campaign_id)
    acceptance, lawful = _sorted_out(session, campaign, _open_items(campaign_id, department_id, finding))
    decided = {"decided_by_id": actor.account_id, "decided_at": clock.now()}
    for start in range(0, len(lawful), WRITE_AT_ONCE):
        ids = [row.id for row in lawful[start : start + WRITE_AT_ONCE]]
        session.execute(
            update(ReviewItem)
            .where(ReviewItem.id.in_(ids), ReviewItem.finding.is_(None))
            .values(finding=ReviewItem.proposed, reason="", **decided)
            .execution_options(synchronize_session="fetch")
        )
    acts = [_act(row, before=None, after=row.proposed, as_proposed=True) for row in lawful]
    audit.record_many(session, actor, Action.REVIEW_DECIDE, acts, batch=f"review-{campaign_id}-{token_hex(4)}")
    return acceptance


def _held(session: Session, actor: Actor, item_id: int) -> tuple[ReviewCampaign, ReviewItem]:
    """An item of an open review, both held; the review first, as in a bulk acceptance, lest each wait for the other."""
    item = session.get_one(ReviewItem, item_id)
    actor.require_unit(Action.REVIEW_DECIDE, item.department_id)
    campaign = open_only(session, item.campaign_id)
    session.refresh(item, with_for_update=True)
    return campaign, item


def _obstacles(item: ReviewItem, finding: ReviewFinding, reason: str, policy: Policy) -> list[Violation]:
    if item.is_next_year:
        return [NEXT_YEARS_CARD.broken(N_("This card was issued after the cut-off and waits for next year's review."))]
    found = against_the_law(finding, ReviewFacts.from_plain(item.facts), policy)
    if finding is not item.proposed and not reason.strip():
        found.append(SAYS_WHY.broken(N_("The finding differs from the proposal: give the reason.")))
    return found


def _open_items(campaign_id: int, department_id: int | None, finding: ReviewFinding | None) -> AnySelect:
    chosen = (
        select(ReviewItem.id, ReviewItem.department_id, ReviewItem.proposed, ReviewItem.facts, Certificate.number)
        .join(Certificate, Certificate.id == ReviewItem.certificate_id)
        .where(ReviewItem.campaign_id == campaign_id, ReviewItem.finding.is_(None), ~ReviewItem.is_next_year)
        .order_by(ReviewItem.id)
    )
    if department_id is not None:
        chosen = chosen.where(ReviewItem.department_id == department_id)
    return chosen if finding is None else chosen.where(ReviewItem.proposed == finding)


def _sorted_out(session: Session, campaign: ReviewCampaign, chosen: AnySelect) -> tuple[Acceptance, list[Any]]:
    """The rows whose proposal stands before the law, and the others with what speaks against them."""
    policy = policies.by_id(session, campaign.policy_id)
    lawful, left = [], []
    for row in session.execute(chosen):
        if broken := _against(row, policy):
            left.append(LeftOpen(row.id, row.number, broken))
        else:
            lawful.append(row)
    counted = Counter(row.proposed for row in lawful)
    return Acceptance({finding: counted[finding] for finding in ReviewFinding}, left), lawful


def _against(row: Any, policy: Policy) -> list[Violation]:
    """What speaks against a row's proposal; facts that cannot be read hold up that row alone."""
    try:
        return against_the_law(row.proposed, ReviewFacts.from_plain(row.facts), policy)
    except (KeyError, ValueError):
        return [FACTS_ARE_WHOLE.broken(N_("The facts of this certificate are not complete; decide it singly."))]


def _record(session: Session, actor: Actor, item: ReviewItem, **facts: Any) -> None:
    session.flush()
    act = _act(item, **facts)
    audit.record_many(session, actor, Action.REVIEW_DECIDE, [act])


def _act(item: Any, **facts: Any) -> audit.Act:
    """An entry for an item or a row of one."""
    return audit.Act(
        subject_type=ReviewItem.__tablename__,
        subject_id=item.id,
        department_id=item.department_id,
        reason=facts.pop("taken_back", None) or getattr(item, "reason", ""),
        facts=facts,
    )
