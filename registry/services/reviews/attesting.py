"""A unit's word that its list is complete and right, and the bureau's return of a list."""

from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.reviews import ReviewAttestation, ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.campaigns import ATTESTED_STANDS, LIST_COMPLETE, RETURN_SAYS_WHY
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import SOMETHING_TO_REVIEW
from registry.services.reviews.campaigns import open_only
from registry.services.reviews.stating import attested
from registry.words import N_


def attest(
    session: Session, actor: Actor, *, campaign_id: int, department_id: int, remark: str = ""
) -> ReviewAttestation:
    """Attest a unit's list: from then on it stands, until the bureau returns it. Given again, it renews the word.

    Denied for another unit, RuleBroken when the unit has not spoken on every certificate, and once it is closed.
    """
    actor.require_unit(Action.REVIEW_ATTEST, department_id)
    campaign = open_only(session, campaign_id)
    if broken := unspoken(session, campaign_id, department_id):
        raise RuleBroken(broken)
    attestation = attested(session, campaign_id, department_id) or ReviewAttestation(
        campaign_id=campaign_id, department_id=department_id
    )
    attestation.account_id, attestation.attested_at, attestation.remark = (actor.account_id, clock.now(), remark)
    attestation.returned_at, attestation.returned_because = None, ""
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


def unspoken(session: Session, campaign_id: int, department_id: int) -> list[Violation]:
    """What keeps a unit from attesting: nothing on its list, or certificates on which it has not spoken."""
    mine = (ReviewItem.campaign_id == campaign_id, ReviewItem.department_id == department_id)
    is_silent = and_(ReviewItem.statement.is_(None), ~ReviewItem.is_next_year)
    silent = func.sum(case((is_silent, 1), else_=0))
    listed, missing = session.execute(select(func.count(), silent).where(*mine)).one()
    if not listed:
        return [SOMETHING_TO_REVIEW.broken(N_("The unit has no certificate in this review."))]
    if missing:
        return [LIST_COMPLETE.broken(N_("The unit has not spoken on %(count)s certificates yet."), count=missing)]
    return []


def return_list(
    session: Session, actor: Actor, *, campaign_id: int, department_id: int, reason: str, today: date
) -> ReviewAttestation:
    """Give an attested list back to its unit with the reason; the unit speaks and attests again."""
    actor.require_unit(Action.REVIEW_RETURN, department_id)
    campaign = open_only(session, campaign_id)
    attestation = attested(session, campaign_id, department_id)
    if attestation is None or attestation.returned_at is not None:
        raise RuleBroken([ATTESTED_STANDS.broken(N_("The unit has no attested list that could be returned."))])
    if not reason.strip():
        raise RuleBroken([RETURN_SAYS_WHY.broken(N_("Say what the unit has to put right."))])
    attestation.returned_at, attestation.returned_because = clock.now(), reason.strip()
    audit.record(
        session,
        actor,
        Action.REVIEW_RETURN,
        attestation,
        department_id=department_id,
        reason=reason.strip(),
        year=campaign.year,
        kind=campaign.kind,
        on=today,
    )
    return attestation
