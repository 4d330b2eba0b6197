"""Findings in bulk: proposals accepted, a selection decided. Each is looked at first.

What the law forbids stays as it is and is told; one bad row never stops the others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from secrets import token_hex
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules import Violation
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import ReviewFinding, deferral_end, read_facts
from registry.services import policies
from registry.services.reviews.campaigns import get, unlocked
from registry.services.reviews.deciding import act_on, obstacles_to, rules_behind
from registry.services.reviews.proposing import UNREADABLE

WRITE_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """An item that a bulk act leaves as it is, and why."""

    item_id: int
    certificate_number: str
    holder: str
    violations: Sequence[Violation]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a bulk act does (or, as a preview, would do): how many of each finding, and who is left as he is."""

    counts: Mapping[ReviewFinding, int]
    left_open: Sequence[LeftOpen]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def told(self) -> str:
        """What a look at it showed, for a form to send along: how many of each finding."""
        return "-".join(str(count) for count in self.counts.values())


@dataclass(frozen=True, slots=True)
class Decision:
    """What an item gets and why: in words where they stand on the roster, and by which rules."""

    row: Any
    finding: ReviewFinding
    reason: str = ""
    rules: Sequence[str] = ()


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
    return _as_proposed(session, campaign, _open_items(campaign_id, department_id, finding))[0]


def accept_proposals(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    today: date,
    department_id: int | None = None,
    finding: ReviewFinding | None = None,
) -> Acceptance:
    """Decide every open item as proposed, one trail entry each; what the law forbids stays open and is told.

    The reason of such a finding are the proposal's own reasons.
    """
    actor.require_unit(Action.REVIEW_DECIDE, department_id)
    campaign = unlocked(session, campaign_id)
    told, lawful = _as_proposed(session, campaign, _open_items(campaign_id, department_id, finding))
    write(session, actor, campaign, lawful, today=today, as_proposed=True)
    return told


def preview_selection(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    item_ids: Sequence[int],
    finding: ReviewFinding | None,
    reason: str = "",
) -> Acceptance:
    """What deciding these items alike would do; without a finding each gets what is proposed. Changes nothing."""
    actor.require(Action.REVIEW_DECIDE)
    return _selected(session, get(session, actor, campaign_id), item_ids, finding, reason)[0]


def decide_selection(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    item_ids: Sequence[int],
    finding: ReviewFinding | None,
    reason: str = "",
    today: date,
) -> Acceptance:
    """Decide these items alike, one trail entry each; who cannot get the finding is left as he is and told."""
    actor.require(Action.REVIEW_DECIDE)
    campaign = unlocked(session, campaign_id)
    told, decisions = _selected(session, campaign, item_ids, finding, reason)
    write(session, actor, campaign, decisions, today=today, as_proposed=finding is None)
    return told


def write(
    session: Session,
    actor: Actor,
    campaign: ReviewCampaign,
    decisions: Sequence[Decision],
    *,
    today: date,
    action: Action = Action.REVIEW_DECIDE,
    **facts: Any,
) -> None:
    """Write findings as sets, some thousand at a time, with an entry each."""
    policy = policies.by_id(session, campaign.policy_id)
    until = deferral_end(today, campaign.make_up_by_on, policy)
    decided: dict[str, Any] = {"decided_by_id": actor.account_id, "decided_at": clock.now()}
    alike = sorted(decisions, key=_alike)
    for _key, some in groupby(alike, key=_alike):
        run = list(some)
        values = {**decided, "finding": run[0].finding, "reason": run[0].reason}
        values["deferred_until"] = until if run[0].finding is ReviewFinding.DEFERRED else None
        for start in range(0, len(run), WRITE_AT_ONCE):
            ids = [one.row.id for one in run[start : start + WRITE_AT_ONCE]]
            chosen = update(ReviewItem).where(ReviewItem.id.in_(ids)).values(**values)
            session.execute(chosen.execution_options(synchronize_session=False))
    if decisions:
        session.expire_all()
        acts = (_act(one, until, today, facts) for one in decisions)
        audit.record_many(session, actor, action, acts, batch=f"review-{campaign.id}-{token_hex(4)}")


def items_of(campaign_id: int) -> AnySelect:
    """Rows with what a decision looks at, of every certificate that is due."""
    return (
        select(
            ReviewItem.id,
            ReviewItem.certificate_id,
            ReviewItem.department_id,
            ReviewItem.is_next_year,
            ReviewItem.statement,
            ReviewItem.proposed,
            ReviewItem.proposal_reasons,
            ReviewItem.finding,
            ReviewItem.facts,
            ReviewItem.deferred_until,
            ReviewItem.made_up_on,
            Certificate.number,
            Certificate.holder_name,
        )
        .join(Certificate, Certificate.id == ReviewItem.certificate_id)
        .where(ReviewItem.campaign_id == campaign_id)
        .order_by(ReviewItem.id)
    )


def as_proposed(row: Any) -> Decision:
    """What the facts of a row speak for, by the rules that they break."""
    return Decision(row, row.proposed, rules=rules_behind(row, row.proposed))


def sorted_out(wanted: Iterable[Decision], policy: Policy) -> tuple[Acceptance, list[Decision]]:
    """The decisions that stand before the law, and the others with what speaks against them."""
    lawful, left = [], []
    for one in wanted:
        if broken := _against(one, policy):
            left.append(LeftOpen(one.row.id, one.row.number, one.row.holder_name, broken))
        else:
            lawful.append(one)
    counted = Counter(one.finding for one in lawful)
    return Acceptance({finding: counted[finding] for finding in ReviewFinding}, left), lawful


def _alike(one: Decision) -> tuple[str, str]:
    return (one.finding.value, one.reason)


def _act(one: Decision, until: date, today: date, facts: Mapping[str, Any]) -> audit.Act:
    deferred = until if one.finding is ReviewFinding.DEFERRED else None
    found = {"before": one.row.finding, "after": one.finding, "decided_on": today, "deferred_until": deferred}
    found["rules"] = list(one.rules) or None
    return act_on(one.row, said=one.reason, **found, **facts)


def _against(one: Decision, policy: Policy) -> list[Violation]:
    """What speaks against a decision; as long as the facts cannot be read, that it is made singly."""
    if not one.row.is_next_year and read_facts(one.row.facts) is None:
        return [UNREADABLE]
    return obstacles_to(one.row, one.finding, one.reason, policy)


def _open_items(campaign_id: int, department_id: int | None, finding: ReviewFinding | None) -> AnySelect:
    chosen = items_of(campaign_id).where(ReviewItem.finding.is_(None), ~ReviewItem.is_next_year)
    if department_id is not None:
        chosen = chosen.where(ReviewItem.department_id == department_id)
    return chosen if finding is None else chosen.where(ReviewItem.proposed == finding)


def _as_proposed(session: Session, campaign: ReviewCampaign, chosen: AnySelect) -> tuple[Acceptance, list[Decision]]:
    policy = policies.by_id(session, campaign.policy_id)
    return sorted_out(map(as_proposed, session.execute(chosen)), policy)


def _selected(
    session: Session,
    campaign: ReviewCampaign,
    item_ids: Sequence[int],
    finding: ReviewFinding | None,
    reason: str,
) -> tuple[Acceptance, list[Decision]]:
    policy = policies.by_id(session, campaign.policy_id)
    rows: list[Any] = []
    for start in range(0, len(item_ids), WRITE_AT_ONCE):
        some = item_ids[start : start + WRITE_AT_ONCE]
        rows += session.execute(items_of(campaign.id).where(ReviewItem.id.in_(some)))
    wanted = [(row, finding or row.proposed or ReviewFinding.PASSED) for row in rows]
    said = reason.strip()
    return sorted_out((Decision(row, given, said, rules_behind(row, given)) for row, given in wanted), policy)
