"""How far a review is: per unit and for the county, counted by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.reviews import ReviewAttestation, ReviewCampaign, ReviewItem, ReviewReminder
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import ReviewFinding
from registry.services.narrowing import COUNTED, Count, counts
from registry.services.reviews.conditions import DUE, MADE_UP, OPEN, SPOKEN, UNUSUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """应审, 实审 and the findings so far; `exceptions` are open ones the facts or the unit do not speak well for.

    `spoken` are those the unit has spoken on, `made_up` deferred ones that have made up and wait for their finding.
    """

    due: int = 0
    open: int = 0
    exceptions: int = 0
    next_year: int = 0
    spoken: int = 0
    made_up: int = 0
    findings: Mapping[ReviewFinding, int] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        return self.due - self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """One unit's part of a review; `attested_at` is None until the unit's word stands, and again once returned."""

    department_id: int
    code: str
    name: str
    counts: Counts
    attested_at: datetime | None
    attested_by: str
    remark: str
    returned_at: datetime | None
    returned_because: str
    reminded_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A review at a glance, for the county or (unit people) their unit."""

    units: Sequence[UnitProgress]
    total: Counts

    @property
    def attested(self) -> int:
        return sum(unit.attested_at is not None for unit in self.units)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A line of the list of reviews: how many are due of what the reader may see, and how many of them decided."""

    campaign: ReviewCampaign
    due: Count
    decided: Count

    @property
    def percent(self) -> int:
        """Whole per cent decided, where both were counted to their end; never 100 while one is open."""
        return self.decided.number * 100 // self.due.number if self.due.number else 100


def campaigns(session: Session, actor: Actor) -> list[CampaignRow]:
    """Every review opened so far, the latest year first, each counted as far as anybody counts; in two queries."""
    actor.require(Action.REVIEW_VIEW)
    opened = session.scalars(select(ReviewCampaign).order_by(ReviewCampaign.year.desc(), ReviewCampaign.kind)).all()
    items = select(ReviewItem.id)
    if actor.is_unit_bound:
        items = items.where(ReviewItem.department_id == actor.department_id)
    of_each = [items.where(ReviewItem.campaign_id == campaign.id) for campaign in opened]
    asked = [one.where(which) for one in of_each for which in (DUE, ReviewItem.finding.is_not(None))]
    found = counts(session, *((one, COUNTED) for one in asked)) if asked else []
    return [CampaignRow(campaign, *found[2 * place : 2 * place + 2]) for place, campaign in enumerate(opened)]


def progress(session: Session, actor: Actor, *, campaign_id: int) -> Progress:
    """Counts per unit, units with exceptions first, and their sum; a unit's people get their unit alone."""
    actor.require(Action.REVIEW_VIEW)
    given = and_(
        ReviewAttestation.campaign_id == campaign_id, ReviewAttestation.department_id == ReviewItem.department_id
    )
    of_unit = (Department.id, Department.code, Department.name)
    word = (
        ReviewAttestation.attested_at,
        ReviewAttestation.remark,
        ReviewAttestation.returned_at,
        ReviewAttestation.returned_because,
        Account.display_name,
    )
    rows = session.execute(
        _counted(actor, *of_unit, *word, _last_reminder(campaign_id))
        .join(Department, Department.id == ReviewItem.department_id)
        .outerjoin(ReviewAttestation, given)
        .outerjoin(Account, Account.id == ReviewAttestation.account_id)
        .where(ReviewItem.campaign_id == campaign_id)
        .group_by(*of_unit, *word)
        .order_by(func.sum(case((UNUSUAL, 1), else_=0)).desc(), Department.code)
    )
    units = [_unit(row) for row in rows]
    return Progress(units=units, total=_sum(unit.counts for unit in units))


def _last_reminder(campaign_id: int) -> Any:
    reminders = select(func.max(ReviewReminder.reminded_on)).where(
        ReviewReminder.campaign_id == campaign_id, ReviewReminder.department_id == Department.id
    )
    return reminders.scalar_subquery().label("reminded_on")


def _counted(actor: Actor, *columns: Any) -> AnySelect:
    findings = [
        func.sum(case((ReviewItem.finding == finding, 1), else_=0)).label(finding.value) for finding in ReviewFinding
    ]
    counted = select(
        *columns,
        func.sum(case((DUE, 1), else_=0)).label("due"),
        func.sum(case((OPEN, 1), else_=0)).label("open"),
        func.sum(case((UNUSUAL, 1), else_=0)).label("exceptions"),
        func.sum(case((ReviewItem.is_next_year, 1), else_=0)).label("next_year"),
        func.sum(case((SPOKEN, 1), else_=0)).label("spoken"),
        func.sum(case((MADE_UP, 1), else_=0)).label("made_up"),
        *findings,
    ).select_from(ReviewItem)
    return counted.where(ReviewItem.department_id == actor.department_id) if actor.is_unit_bound else counted


def _unit(row: Any) -> UnitProgress:
    return UnitProgress(
        department_id=row.id,
        code=row.code,
        name=row.name,
        counts=_counts(row),
        attested_at=None if row.returned_at else row.attested_at,
        attested_by=row.display_name or "",
        remark=row.remark or "",
        returned_at=row.returned_at,
        returned_because=row.returned_because or "",
        reminded_on=row.reminded_on,
    )


def _counts(row: Any) -> Counts:
    findings = {finding: int(getattr(row, finding.value)) for finding in ReviewFinding}
    return Counts(
        due=int(row.due),
        open=int(row.open),
        exceptions=int(row.exceptions),
        next_year=int(row.next_year),
        spoken=int(row.spoken),
        made_up=int(row.made_up),
        findings=findings,
    )


def _sum(counts: Any) -> Counts:
    every = list(counts)
    return Counts(
        due=sum(c.due for c in every),
        open=sum(c.open for c in every),
        exceptions=sum(c.exceptions for c in every),
        next_year=sum(c.next_year for c in every),
        spoken=sum(c.spoken for c in every),
        made_up=sum(c.made_up for c in every),
        findings={finding: sum(c.findings[finding] for c in every) for finding in ReviewFinding},
    )
