"""A unit's word that its list is complete and right."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.reviews import ReviewAttestation, ReviewItem
from registry.rules import RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import SOMETHING_TO_REVIEW
from registry.services.reviews.campaigns import open_only
from registry.words import N_


def attest(
    session: Session, actor: Actor, *, campaign_id: int, department_id: int, remark: str = ""
) -> ReviewAttestation:
    """Attest a unit's list. Given again, it renews the first word; Denied for another unit, RuleBroken once locked."""
    actor.require_unit(Action.REVIEW_ATTEST, department_id)
    campaign = open_only(session, campaign_id)
    attestation = _standing_word(session, campaign_id, department_id) or _first_word(
        session, campaign_id, department_id
    )
    attestation.account_id, attestation.attested_at, attestation.remark = (actor.account_id, clock.now(), remark)
    session.add(attestation)
    audit.record(
        session,
        actor,
        Action.REVIEW_ATTEST,
        attestation,
        department_id=department_id,
        reason=remark,
        year=campaign.year,
        kind=campaign.kind,
    )
    return attestation


def _standing_word(session: Session, campaign_id: int, department_id: int) -> ReviewAttestation | None:
    return session.scalar(
        select(ReviewAttestation).where(
            ReviewAttestation.campaign_id == campaign_id, ReviewAttestation.department_id == department_id
        )
    )


def _first_word(session: Session, campaign_id: int, department_id: int) -> ReviewAttestation:
    listed = select(ReviewItem.id).where(
        ReviewItem.campaign_id == campaign_id, ReviewItem.department_id == department_id
    )
    if session.scalar(listed.limit(1)) is None:
        raise RuleBroken([SOMETHING_TO_REVIEW.broken(N_("The unit has no certificate in this review."))])
    return ReviewAttestation(campaign_id=campaign_id, department_id=department_id)
