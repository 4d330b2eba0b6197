"""The items of a review: a page of them, exceptions first, and one with its facts and rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.accounts import Account
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules.campaigns import Statement
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import CLOSING_RULES, SAYS_WHY, Check, ReviewFacts, ReviewFinding, checks, read_facts
from registry.rules.rosters import Reviewed, remarks
from registry.services import policies
from registry.services.reviews.conditions import (
    AGAINST_FACTS,
    DIFFERS,
    INCOMPLETE,
    MADE_UP,
    OPEN,
    SPEAKS_OTHERWISE,
    UNSPOKEN,
    UNUSUAL,
)

PAGE = 50


class Show(StrEnum):
    """Which part of a review's items."""

    OPEN = "open"
    EXCEPTIONS = "exceptions"
    UNSPOKEN = "unspoken"
    DIFFERS = "differs"
    INCOMPLETE = "incomplete"
    MADE_UP = "made_up"
    SPEAKS_OTHERWISE = "speaks_otherwise"
    AGAINST_FACTS = "against_facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """What to list: one unit, one finding, what they wait for, what the unit said, a name or number."""

    department_id: int | None = None
    finding: ReviewFinding | None = None
    show: Show | None = None
    statement: Statement | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One certificate in a list; `remarks` are the roster's few words, as msgids."""

    id: int
    certificate_id: int
    person_id: int
    holder: str
    number: str
    unit: str
    is_next_year: bool
    proposed: ReviewFinding | None
    finding: ReviewFinding | None
    reason: str
    remarks: Sequence[str]
    is_whole: bool
    statement: Statement | None
    statement_note: str
    deferred_until: date | None
    made_up_on: date | None
    reasons: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """A page of items; `after` is the key of the next page, None on the last."""

    rows: Sequence[ItemRow]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetail:
    """One certificate's review in full: the facts, every rule met or not, what was decided, by whom and why."""

    row: ItemRow
    campaign: ReviewCampaign
    department_id: int
    facts: ReviewFacts | None
    post: Mapping[str, Any]
    checks: Sequence[Check]
    decided_by: str
    decided_at: datetime | None
    grounds: Sequence[Mapping[str, Any]]
    next_id: int | None


def items(
    session: Session, actor: Actor, *, campaign_id: int, chosen: ItemFilter, after: str | None = None
) -> ItemPage:
    """A page of items: open exceptions first, then open ones, then the decided; a unit's people see their unit's."""
    actor.require(Action.REVIEW_VIEW)
    campaign = session.get_one(ReviewCampaign, campaign_id)
    query = _narrowed(_rows(actor, campaign_id), chosen)
    if after is not None:
        query = query.where(_beyond(after))
    found = session.execute(query.order_by(_rank, Department.code, Certificate.number).limit(PAGE + 1)).all()
    policy = policies.by_id(session, campaign.policy_id)
    rows = [_item_row(row, _words(row, policy, campaign.year)) for row in found[:PAGE]]
    return ItemPage(rows=rows, after=_key(found[PAGE - 1]) if len(found) > PAGE else None)


def items_everywhere(session: Session, actor: Actor, *, campaign_id: int, chosen: ItemFilter) -> list[int]:
    """Every item of a list, on all its pages."""
    actor.require(Action.REVIEW_VIEW)
    rows = _narrowed(_rows(actor, campaign_id), chosen).with_only_columns(ReviewItem.id)
    return list(session.scalars(rows.where(~ReviewItem.is_next_year).order_by(ReviewItem.id)))


def item(session: Session, actor: Actor, *, item_id: int) -> ItemDetail:
    """One item; NoResultFound when there is none, Denied for another unit's people."""
    kept = session.get_one(ReviewItem, item_id)
    actor.require_unit(Action.REVIEW_VIEW, kept.department_id)
    campaign = session.get_one(ReviewCampaign, kept.campaign_id)
    policy = policies.by_id(session, campaign.policy_id)
    row = session.execute(_rows(actor, campaign.id).where(ReviewItem.id == item_id)).one()
    facts = read_facts(kept.facts, kept.statement)
    return ItemDetail(
        row=_item_row(row, _words(row, policy, campaign.year)),
        campaign=campaign,
        department_id=kept.department_id,
        facts=facts,
        post=kept.facts or {},
        checks=checks(facts, policy) if facts else [],
        decided_by=session.scalar(select(Account.display_name).where(Account.id == kept.decided_by_id)) or "",
        decided_at=kept.decided_at,
        grounds=_grounds(session, kept),
        next_id=_next_open(session, actor, row),
    )


def _grounds(session: Session, kept: ReviewItem) -> Sequence[Mapping[str, Any]]:
    """Code, title and source of the rules behind a finding: those of the proposal, or of whoever went beyond it."""
    if kept.finding is None or kept.finding is kept.proposed:
        return kept.proposal_reasons if kept.finding else []
    chosen = select(TrailEntry.facts).where(
        TrailEntry.subject_type == ReviewItem.__tablename__,
        TrailEntry.subject_id == kept.id,
        TrailEntry.action.in_((Action.REVIEW_DECIDE, Action.REVIEW_CLOSE)),
    )
    codes = (session.scalar(chosen.order_by(TrailEntry.id.desc()).limit(1)) or {}).get("rules") or []
    beyond = [rule for rule in (SAYS_WHY, *CLOSING_RULES) if rule.code in codes]
    return [{"code": rule.code, "title": rule.title, "source": rule.source} for rule in beyond]


_SHOWN: Mapping[Show, Any] = {
    Show.OPEN: OPEN,
    Show.EXCEPTIONS: UNUSUAL,
    Show.UNSPOKEN: UNSPOKEN,
    Show.DIFFERS: DIFFERS,
    Show.INCOMPLETE: INCOMPLETE,
    Show.MADE_UP: MADE_UP,
    Show.SPEAKS_OTHERWISE: SPEAKS_OTHERWISE,
    Show.AGAINST_FACTS: AGAINST_FACTS,
}
_rank = case(
    (UNUSUAL, 0),
    (OPEN, 1),
    (ReviewItem.finding != ReviewFinding.PASSED, 2),
    (ReviewItem.finding.is_not(None), 3),
    else_=4,
)


def _rows(actor: Actor, campaign_id: int) -> AnySelect:
    rows = (
        select(
            ReviewItem.id,
            ReviewItem.campaign_id,
            ReviewItem.certificate_id,
            ReviewItem.person_id,
            ReviewItem.is_next_year,
            ReviewItem.facts,
            ReviewItem.proposed,
            ReviewItem.finding,
            ReviewItem.reason,
            ReviewItem.proposal_reasons,
            ReviewItem.statement,
            ReviewItem.statement_note,
            ReviewItem.deferred_until,
            ReviewItem.made_up_on,
            Certificate.holder_name,
            Certificate.number,
            Department.code,
            Department.name.label("unit"),
            _rank.label("rank"),
        )
        .join(Certificate, Certificate.id == ReviewItem.certificate_id)
        .join(Department, Department.id == ReviewItem.department_id)
        .where(ReviewItem.campaign_id == campaign_id)
    )
    return rows.where(ReviewItem.department_id == actor.department_id) if actor.is_unit_bound else rows


def _narrowed(query: AnySelect, chosen: ItemFilter) -> AnySelect:
    if chosen.department_id is not None:
        query = query.where(ReviewItem.department_id == chosen.department_id)
    if chosen.finding is not None:
        query = query.where(or_(ReviewItem.finding == chosen.finding, _proposed_only(chosen.finding)))
    if chosen.show is not None:
        query = query.where(_SHOWN[chosen.show])
    if chosen.statement is not None:
        query = query.where(ReviewItem.statement == chosen.statement)
    if text := chosen.text.strip():
        found = (Certificate.number == text, Certificate.holder_name.startswith(text, autoescape=True))
        query = query.where(or_(*found))
    return query


def _proposed_only(finding: ReviewFinding) -> Any:
    return and_(ReviewItem.finding.is_(None), ReviewItem.proposed == finding)


def _key(row: Any) -> str:
    return f"{row.rank}|{row.code}|{row.number}"


def _beyond(after: str) -> Any:
    """The rows behind a key; a key that is none begins at the beginning."""
    rank, _, rest = after.partition("|")
    code, _, number = rest.partition("|")
    if not rank.isdecimal():
        return ReviewItem.id.is_not(None)
    further = and_(Department.code == code, Certificate.number > number)
    return or_(_rank > int(rank), and_(_rank == int(rank), or_(Department.code > code, further)))


def _words(row: Any, policy: Any, year: int) -> list[str]:
    facts = read_facts(row.facts, row.statement)
    if facts is None:
        return []
    shown = row.finding or row.proposed
    return remarks(Reviewed(facts=facts, is_next_year=row.is_next_year, finding=shown), policy, year)


def _item_row(row: Any, words: Sequence[str]) -> ItemRow:
    return ItemRow(
        id=row.id,
        certificate_id=row.certificate_id,
        person_id=row.person_id,
        holder=row.holder_name,
        number=row.number,
        unit=row.unit,
        is_next_year=row.is_next_year,
        proposed=row.proposed,
        finding=row.finding,
        reason=row.reason,
        remarks=words,
        is_whole=row.is_next_year or read_facts(row.facts) is not None,
        statement=row.statement,
        statement_note=row.statement_note,
        deferred_until=row.deferred_until,
        made_up_on=row.made_up_on,
        reasons=row.proposal_reasons,
    )


def _next_open(session: Session, actor: Actor, row: Any) -> int | None:
    """The item to decide after this one, exceptions first, in the order of the list."""
    waiting = _rows(actor, row.campaign_id).where(
        ReviewItem.finding.is_(None), ~ReviewItem.is_next_year, ReviewItem.id != row.id
    )
    found = session.execute(waiting.order_by(_rank, Department.code, Certificate.number).limit(1)).first()
    return None if found is None else found.id
