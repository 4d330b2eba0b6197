"""How far a review is: per unit and for the county, counted by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.reviews import ReviewAttestation, ReviewCampaign, ReviewItem
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import ReviewFinding

_DUE = ~ReviewItem.is_next_year
_OPEN = and_(_DUE, ReviewItem.finding.is_(None))
_UNUSUAL = and_(_OPEN, ReviewItem.proposed != ReviewFinding.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """应审, 实审 and the findings so far; `exceptions` are open ones the facts do not speak well for."""

    due: int = 0
    open: int = 0
    exceptions: int = 0
    next_year: int = 0
    findings: Mapping[ReviewFinding, int] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        return self.due - self.open

    @property
    def percent(self) -> int:
        """Whole per cent decided, never 100 while one is open."""
        return self.decided * 100 // self.due if self.due else 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """One unit's part of a review; `attested_at` is None until the unit has given its word."""

    department_id: int
    code: str
    name: str
    counts: Counts
    attested_at: datetime | None
    attested_by: str
    remark: str


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
    """A line of the list of reviews."""

    campaign: ReviewCampaign
    counts: Counts


def campaigns(session: Session, actor: Actor) -> list[CampaignRow]:
    """Every review opened so far, the latest year first, with the counts of what the actor may see."""
    actor.require(Action.REVIEW_VIEW)
    rows = session.execute(_counted(actor, ReviewItem.campaign_id).group_by(ReviewItem.campaign_id))
    counts = {row.campaign_id: _counts(row) for row in rows}
    opened = session.scalars(select(ReviewCampaign).order_by(ReviewCampaign.year.desc(), ReviewCampaign.kind))
    return [CampaignRow(campaign, counts.get(campaign.id, Counts())) for campaign in opened]


def progress(session: Session, actor: Actor, *, campaign_id: int) -> Progress:
    """Counts per unit, units with exceptions first, and their sum; a unit's people get their unit alone."""
    actor.require(Action.REVIEW_VIEW)
    given = and_(
        ReviewAttestation.campaign_id == campaign_id, ReviewAttestation.department_id == ReviewItem.department_id
    )
    of_unit = (Department.id, Department.code, Department.name)
    word = (ReviewAttestation.attested_at, ReviewAttestation.remark, Account.display_name)
    rows = session.execute(
        _counted(actor, *of_unit, *word)
        .join(Department, Department.id == ReviewItem.department_id)
        .outerjoin(ReviewAttestation, given)
        .outerjoin(Account, Account.id == ReviewAttestation.account_id)
        .where(ReviewItem.campaign_id == campaign_id)
        .group_by(*of_unit, *word)
        .order_by(func.sum(case((_UNUSUAL, 1), else_=0)).desc(), Department.code)
    )
    units = [_unit(row) for row in rows]
    return Progress(units=units, total=_sum(unit.counts for unit in units))


def _counted(actor: Actor, *columns: Any) -> AnySelect:
    findings = [
        func.sum(case((ReviewItem.finding == finding, 1), else_=0)).label(finding.value) for finding in ReviewFinding
    ]
    counted = select(
        *columns,
        func.sum(case((_DUE, 1), else_=0)).label("due"),
        func.sum(case((_OPEN, 1), else_=0)).label("open"),
        func.sum(case((_UNUSUAL, 1), else_=0)).label("exceptions"),
        func.sum(case((ReviewItem.is_next_year, 1), else_=0)).label("next_year"),
        *findings,
    ).select_from(ReviewItem)
    return counted.where(ReviewItem.department_id == actor.department_id) if actor.is_unit_bound else counted


def _unit(row: Any) -> UnitProgress:
    return UnitProgress(
        department_id=row.id,
        code=row.code,
        name=row.name,
        counts=_counts(row),
        attested_at=row.attested_at,
        attested_by=row.display_name or "",
        remark=row.remark or "",
    )


def _counts(row: Any) -> Counts:
    findings = {finding: int(getattr(row, finding.value)) for finding in ReviewFinding}
    return Counts(
        due=int(row.due),
        open=int(row.open),
        exceptions=int(row.exceptions),
        next_year=int(row.next_year),
        findings=findings,
    )


def _sum(counts: Any) -> Counts:
    every = list(counts)
    return Counts(
        due=sum(c.due for c in every),
        open=sum(c.open for c in every),
        exceptions=sum(c.exceptions for c in every),
        next_year=sum(c.next_year for c in every),
        findings={finding: sum(c.findings[finding] for c in every) for finding in ReviewFinding},
    )
