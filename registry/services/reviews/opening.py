"""Opening a year's review: one item for every certificate, with its facts and what they speak for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import audit
from registry.db import add_rows
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.campaigns import Deadlines, days_in_disorder, deadlines
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import OPENED_ONCE, SOMETHING_TO_REVIEW, YEAR_HAS_BEGUN, propose
from registry.services import policies
from registry.services.reviews.gathering import Gathered, Gathering, gather
from registry.services.reviews.proposing import stored_reasons
from registry.words import N_

WRITE_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a review opened today would go by: the policy of the day its facts are taken for, its cut-off and days."""

    year: int
    policy: Policy
    cutoff_on: date
    days: Deadlines


def plan(session: Session, actor: Actor, *, year: int, today: date) -> Plan:
    """The policy, cut-off and days of a review of that year, as long as nobody chooses others."""
    actor.require(Action.REVIEW_OPEN)
    policy = policies.in_force(session, min(date(year, 12, 31), today))
    return Plan(year=year, policy=policy, cutoff_on=policy.cutoff_in(year), days=deadlines(today, policy))


def open_campaign(
    session: Session,
    actor: Actor,
    *,
    year: int,
    kind: CertificateKind,
    today: date,
    as_of: date | None = None,
    cutoff_on: date | None = None,
    days: Deadlines | None = None,
) -> ReviewCampaign:
    """Open a year for one kind of certificate; RuleBroken when it is open already, not begun, or there is nothing.

    `as_of` is the day the facts are taken for: the last day of the year, or today while the year runs.
    Cards issued after `cutoff_on` (by default the policy's day) are listed and wait for next year. `days` are the
    terms of the review, by default those of the policy.
    """
    actor.require(Action.REVIEW_OPEN)
    day = as_of or min(date(year, 12, 31), today)
    if broken := _wrong_day(year, day, today):
        raise RuleBroken([broken])
    policy = policies.in_force(session, day)
    cutoff, terms = cutoff_on or policy.cutoff_in(year), days or deadlines(today, policy)
    if disorder := [*days_in_disorder(terms, today), *_wrong_cutoff(year, cutoff)]:
        raise RuleBroken(disorder)
    campaign = ReviewCampaign(
        year=year,
        kind=kind,
        policy_id=policy.version,
        opened_on=today,
        cutoff_on=cutoff,
        as_of_on=day,
        attest_by_on=terms.attest_by,
        decide_by_on=terms.decide_by,
        make_up_by_on=terms.make_up_by,
    )
    _add_once(session, campaign)
    what = Gathering(kind=kind, year=year, as_of=day, cutoff=cutoff, policy=policy)
    count = _write_items(session, campaign.id, gather(session, what), policy)
    if not count:
        nothing = SOMETHING_TO_REVIEW.broken(N_("No certificate of this kind was live in %(year)s."), year=year)
        raise RuleBroken([nothing])
    _record(session, actor, campaign, count)
    return campaign


def _record(session: Session, actor: Actor, campaign: ReviewCampaign, count: int) -> None:
    audit.record(
        session,
        actor,
        Action.REVIEW_OPEN,
        campaign,
        year=campaign.year,
        kind=campaign.kind,
        as_of=campaign.as_of_on,
        cutoff=campaign.cutoff_on,
        attest_by=campaign.attest_by_on,
        decide_by=campaign.decide_by_on,
        make_up_by=campaign.make_up_by_on,
        certificates=count,
    )


def _wrong_cutoff(year: int, cutoff: date) -> list[Violation]:
    if cutoff.year == year:
        return []
    return [YEAR_HAS_BEGUN.broken(N_("%(day)s is no day of %(year)s."), day=cutoff, year=year)]


def _wrong_day(year: int, day: date, today: date) -> Violation | None:
    if day > today:
        return YEAR_HAS_BEGUN.broken(N_("%(day)s has not come yet."), day=day)
    if day.year != year:
        return YEAR_HAS_BEGUN.broken(N_("%(day)s is no day of %(year)s."), day=day, year=year)
    return None


def _add_once(session: Session, campaign: ReviewCampaign) -> None:
    """The unique key decides, so that two clerks opening at once are answered alike."""
    try:
        with session.begin_nested():
            session.add(campaign)
            session.flush()
    except IntegrityError as error:
        twice = OPENED_ONCE.broken(N_("The review of %(year)s was opened before."), year=campaign.year)
        raise RuleBroken([twice]) from error


def _write_items(session: Session, campaign_id: int, found: Iterator[Gathered], policy: Policy) -> int:
    """Past the units of work: so many rows at once need no objects."""
    count = 0
    while rows := [_row(campaign_id, one, policy) for one in islice(found, WRITE_AT_ONCE)]:
        add_rows(session, ReviewItem, rows)
        count += len(rows)
    return count


def _row(campaign_id: int, one: Gathered, policy: Policy) -> dict[str, Any]:
    proposal = None if one.is_next_year else propose(one.facts, policy)
    return {
        "campaign_id": campaign_id,
        "certificate_id": one.certificate_id,
        "person_id": one.person_id,
        "department_id": one.department_id,
        "is_next_year": one.is_next_year,
        "facts": {**one.facts.as_plain(), **one.post},
        "proposed": proposal.finding if proposal else None,
        "proposal_reasons": stored_reasons(proposal) if proposal else [],
    }
