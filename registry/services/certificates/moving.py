"""The status of a certificate moves: one period ends, the next begins, and the paper that says so is named."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.rules import RuleBroken, Violation
from registry.rules.certificates import (
    BY_HAND,
    LAWFUL_MOVE,
    NAMES_ITS_DOCUMENT,
    CertificateStatus,
    status_on,
)
from registry.rules.permissions import Action, Actor
from registry.words import N_


def change_status(
    session: Session,
    actor: Actor,
    *,
    certificate_id: int,
    status: CertificateStatus,
    from_on: date,
    document_number: str,
    legal_basis: str = "",
    reason: str = "",
    today: date,
) -> Certificate:
    """Move a certificate to a status from a day on; RuleBroken says why it cannot."""
    actor.require(Action.CERTIFICATE_MOVE)
    card = session.get_one(Certificate, certificate_id, with_for_update=True)
    period = session.scalars(
        select(CertificatePeriod).where(
            CertificatePeriod.certificate_id == card.id, CertificatePeriod.until_on.is_(None)
        )
    ).one()
    if broken := _obstacles(card, period, status, from_on, document_number, today):
        raise RuleBroken(broken)
    before, card.status = card.status, status
    period.until_on = max(from_on - timedelta(days=1), period.from_on)
    session.flush()
    session.add(
        CertificatePeriod(
            certificate_id=card.id,
            status=status,
            from_on=from_on,
            document_number=document_number.strip(),
            legal_basis=legal_basis.strip(),
            reason=reason.strip(),
        )
    )
    audit.record(
        session,
        actor,
        Action.CERTIFICATE_MOVE,
        card,
        department_id=card.department_id,
        reason=reason.strip(),
        status=[before, status],
        from_on=from_on,
        document_number=document_number.strip(),
    )
    return card


def choices(status: CertificateStatus, valid_until: date, today: date) -> list[CertificateStatus]:
    """Where a person may move a certificate of that status."""
    now = status_on(status, valid_until, today)
    return [following for following in CertificateStatus if following in BY_HAND[now]]


def _obstacles(
    card: Certificate,
    period: CertificatePeriod,
    status: CertificateStatus,
    from_on: date,
    document_number: str,
    today: date,
) -> list[Violation]:
    found = []
    if status not in choices(card.status, card.valid_until, today):
        found.append(LAWFUL_MOVE.broken(N_("A certificate in this status cannot be moved to the status chosen.")))
    if not period.from_on <= from_on <= today:
        message = N_("The day lies between %(first)s and today.")
        found.append(LAWFUL_MOVE.broken(message, first=period.from_on))
    if not document_number.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it.")))
    return found
