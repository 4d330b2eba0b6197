"""A review at a glance: how far it is, counted as far as anybody counts, from ranges of indexes alone."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, select, union_all
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.reviews import ReviewAttestation, ReviewItem
from registry.rules.campaigns import Statement
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import ReviewFinding
from registry.services.narrowing import COUNTED, Count, counts
from registry.services.reviews.conditions import OPEN

# What of the undecided is doubtful (`UNUSUAL`), as two ranges of an index that do not overlap.
_SPOKEN_AGAINST: Any = ReviewItem.proposed.in_(sorted(set(ReviewFinding) - {ReviewFinding.PASSED}))
_SAID_OTHERWISE: Any = and_(
    ReviewItem.proposed == ReviewFinding.PASSED, ReviewItem.statement.in_(sorted(set(Statement) - {Statement.IN_POST}))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """How many items are deferred, open, and exceptions among these; of how many units how many have attested."""

    deferred: Count
    open: Count
    exceptions: Count
    units: int
    attested: int


def glance(session: Session, actor: Actor, *, campaign_id: int) -> Glance:
    """How far a review is in the county, in two queries whatever its size; for a unit's people see `progress`."""
    actor.require_unit(Action.REVIEW_VIEW, None)
    items = select(ReviewItem.id).where(ReviewItem.campaign_id == campaign_id)
    undecided = items.where(OPEN)
    doubtful = union_all(undecided.where(_SPOKEN_AGAINST), undecided.where(_SAID_OTHERWISE))
    deferred = items.where(ReviewItem.finding.is_not(None), ReviewItem.finding == ReviewFinding.DEFERRED)
    found = counts(session, *((one, COUNTED) for one in (deferred, undecided, doubtful)))
    has_items = exists().where(ReviewItem.campaign_id == campaign_id, ReviewItem.department_id == Department.id)
    standing = (ReviewAttestation.campaign_id == campaign_id, ReviewAttestation.returned_at.is_(None))
    units, attested = session.execute(
        select(
            select(func.count()).select_from(Department).where(has_items).scalar_subquery(),
            select(func.count()).select_from(ReviewAttestation).where(*standing).scalar_subquery(),
        )
    ).one()
    return Glance(deferred=found[0], open=found[1], exceptions=found[2], units=units, attested=attested)
