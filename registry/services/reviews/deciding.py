"""Findings one by one: decided, decided anew, taken back."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import (
    NEXT_YEARS_CARD,
    SAYS_WHY,
    ReviewFinding,
    against_the_law,
    deferral_end,
    deferral_obstacles,
    read_facts,
)
from registry.services import policies
from registry.services.reviews.campaigns import unlocked
from registry.services.reviews.proposing import UNREADABLE
from registry.words import N_


def decide(
    session: Session,
    actor: Actor,
    *,
    item_id: int,
    finding: ReviewFinding,
    reason: str,
    today: date,
    deferred_until: date | None = None,
) -> ReviewItem:
    """Decide one certificate's finding, or decide it anew; RuleBroken with every reason why not.

    A finding that differs from the proposal needs a reason; 合格 against the law is refused to everyone. A deferral
    stays open until its day: one's own, or that of the policy.
    """
    campaign, item = _held(session, actor, item_id)
    policy = policies.by_id(session, campaign.policy_id)
    broken = obstacles_to(item, finding, reason, policy)
    deferred = finding is ReviewFinding.DEFERRED
    if deferred and deferred_until is not None:
        broken += deferral_obstacles(deferred_until, today, campaign.make_up_by_on)
    if broken:
        raise RuleBroken(broken)
    before = item.finding
    item.finding, item.reason = finding, reason.strip()
    item.decided_by_id, item.decided_at = actor.account_id, clock.now()
    item.deferred_until = (deferred_until or deferral_end(today, campaign.make_up_by_on, policy)) if deferred else None
    told: dict[str, Any] = {"decided_on": today, "deferred_until": item.deferred_until}
    _record(session, actor, item, before=before, after=finding, rules=rules_behind(item, finding) or None, **told)
    return item


def reopen(session: Session, actor: Actor, *, item_id: int, reason: str) -> ReviewItem:
    """Take a decision back while the review is not locked, with its reason; the trail keeps what it was."""
    _, item = _held(session, actor, item_id)
    if not reason.strip():
        raise RuleBroken([SAYS_WHY.broken(N_("Say why the decision is taken back."))])
    before = item.finding
    item.finding, item.reason, item.decided_by_id, item.decided_at = (None, "", None, None)
    item.deferred_until = None
    _record(session, actor, item, before=before, after=None, taken_back=reason.strip())
    return item


def rules_behind(item: Any, finding: ReviewFinding) -> list[str]:
    """By which rules a person gives this finding: those of the proposal, or the one for whoever departs from it."""
    return [one["code"] for one in item.proposal_reasons] if finding is item.proposed else [SAYS_WHY.code]


def obstacles_to(item: Any, finding: ReviewFinding, reason: str, policy: Policy) -> list[Violation]:
    """Every reason why an item (or a row of one) cannot get this finding."""
    if item.is_next_year:
        return [NEXT_YEARS_CARD.broken(N_("This card was issued after the cut-off and waits for next year's review."))]
    facts = read_facts(item.facts)
    if facts is None:
        found = [UNREADABLE] if finding is ReviewFinding.PASSED else []
    else:
        found = against_the_law(finding, facts, policy)
    if finding is not item.proposed and not reason.strip():
        found.append(SAYS_WHY.broken(N_("The finding differs from the proposal: give the reason.")))
    return found


def act_on(item: Any, *, said: str = "", **facts: Any) -> audit.Act:
    """An entry for an item or a row of one; what is None says nothing but of a finding."""
    told = {name: value for name, value in facts.items() if value is not None or name in {"before", "after"}}
    return audit.Act(
        subject_type=ReviewItem.__tablename__,
        subject_id=item.id,
        department_id=item.department_id,
        reason=said,
        facts=told,
    )


def _held(session: Session, actor: Actor, item_id: int) -> tuple[ReviewCampaign, ReviewItem]:
    """An item of an unlocked review, both held; the review first, as in a bulk act, lest each wait for the other."""
    item = session.get_one(ReviewItem, item_id)
    actor.require_unit(Action.REVIEW_DECIDE, item.department_id)
    campaign = unlocked(session, item.campaign_id)
    session.refresh(item, with_for_update=True)
    return campaign, item


def _record(session: Session, actor: Actor, item: ReviewItem, *, taken_back: str = "", **facts: Any) -> None:
    session.flush()
    audit.record_many(session, actor, Action.REVIEW_DECIDE, [act_on(item, said=taken_back or item.reason, **facts)])
