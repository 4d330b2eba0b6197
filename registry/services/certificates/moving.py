"""The status of a certificate moves: one period ends, the next begins, and the paper that says so is named."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import ApplicationBar
from registry.rules import RuleBroken, Violation
from registry.rules.certificates import (
    BY_HAND,
    LAWFUL_MOVE,
    NAMES_ITS_DOCUMENT,
    CertificateAct,
    CertificateStatus,
    bar_until,
    status_on,
)
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.words import N_

BEGUN_BY = {
    CertificateStatus.ACTIVE: CertificateAct.REINSTATE,
    CertificateStatus.SUSPENDED: CertificateAct.SUSPEND,
    CertificateStatus.LOST: CertificateAct.REPORT_LOST,
    CertificateStatus.WITHDRAWN: CertificateAct.WITHDRAW,
    CertificateStatus.CANCELLED: CertificateAct.CANCEL,
    CertificateStatus.REVOKED: CertificateAct.REVOKE,
}


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
    """Move a certificate to a status from a day on; RuleBroken says why it cannot. A revocation sets a bar."""
    actor.require(Action.CERTIFICATE_MOVE)
    card = session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    now = status_on(card.status, card.valid_until, today)
    first = card.valid_until + timedelta(days=1) if now is not card.status else open_period(session, card).from_on
    if broken := _obstacles(now, status, first, from_on, document_number, legal_basis, today):
        raise RuleBroken(broken)
    if now is not card.status:
        expire(session, actor, [card])
    begin(
        session,
        card,
        CertificatePeriod(
            status=status,
            act=BEGUN_BY[status],
            from_on=from_on,
            document_number=document_number.strip(),
            legal_basis=legal_basis.strip(),
            reason=reason.strip(),
        ),
    )
    facts: dict[str, Any] = {"status": [now, status], "from_on": from_on, "document_number": document_number.strip()}
    if status is CertificateStatus.REVOKED:
        facts["barred_until"] = _bar(session, card, from_on, document_number, reason)
    audit.record(
        session,
        actor,
        Action.CERTIFICATE_MOVE,
        card,
        department_id=card.department_id,
        reason=reason.strip(),
        **facts,
    )
    return card


def expire(session: Session, actor: Actor, cards: Sequence[Certificate], *, batch: str | None = None) -> None:
    """End the open periods on the last day of validity and begin the ones that say: expired."""
    standing = (CertificatePeriod.certificate_id.in_([card.id for card in cards]), CertificatePeriod.until_on.is_(None))
    present = {period.certificate_id: period for period in session.scalars(select(CertificatePeriod).where(*standing))}
    acts = [_expiry(card) for card in cards]
    for card in cards:
        present[card.id].until_on, card.status = card.valid_until, CertificateStatus.EXPIRED
    session.flush()
    after = {card.id: card.valid_until + timedelta(days=1) for card in cards}
    session.add_all(
        CertificatePeriod(
            certificate_id=card_id, status=CertificateStatus.EXPIRED, act=CertificateAct.EXPIRE, from_on=day
        )
        for card_id, day in after.items()
    )
    session.flush()
    audit.record_many(session, actor, Action.CERTIFICATE_MOVE, acts, batch=batch)


def begin(session: Session, card: Certificate, period: CertificatePeriod) -> None:
    """End the open period the day before and begin the next one."""
    present = open_period(session, card)
    present.until_on = max(period.from_on - timedelta(days=1), present.from_on)
    session.flush()
    period.certificate_id, card.status = card.id, period.status
    session.add(period)
    session.flush()


def open_period(session: Session, card: Certificate) -> CertificatePeriod:
    """The period that stands open: what the certificate is now."""
    standing = (CertificatePeriod.certificate_id == card.id, CertificatePeriod.until_on.is_(None))
    return session.scalars(select(CertificatePeriod).where(*standing)).one()


def standing(card: Certificate, today: date) -> CertificateStatus:
    """The status of a certificate on a day; its last day decides about expiry."""
    return status_on(card.status, card.valid_until, today)


def choices(status: CertificateStatus, valid_until: date, today: date) -> list[CertificateStatus]:
    """Where a person may move a certificate of that status."""
    now = status_on(status, valid_until, today)
    return [following for following in CertificateStatus if following in BY_HAND[now]]


def _expiry(card: Certificate) -> audit.Act:
    return audit.Act(
        subject_type=Certificate.__tablename__,
        subject_id=card.id,
        department_id=card.department_id,
        facts={"status": [card.status, CertificateStatus.EXPIRED], "from_on": card.valid_until + timedelta(days=1)},
    )


def _obstacles(
    now: CertificateStatus,
    status: CertificateStatus,
    first: date,
    from_on: date,
    document_number: str,
    legal_basis: str,
    today: date,
) -> list[Violation]:
    found = []
    if status not in BY_HAND[now]:
        found.append(LAWFUL_MOVE.broken(N_("A certificate in this status cannot be moved to the status chosen.")))
    if not first <= from_on <= today:
        found.append(LAWFUL_MOVE.broken(N_("The day lies between %(first)s and today."), first=first))
    if not document_number.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it.")))
    if status is CertificateStatus.REVOKED and not legal_basis.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the article of the law on which the revocation rests.")))
    return found


def _bar(session: Session, card: Certificate, from_on: date, document_number: str, reason: str) -> date | None:
    until_on = bar_until(from_on, policies.in_force(session, from_on))
    if until_on is not None:
        session.add(
            ApplicationBar(
                person_id=card.person_id,
                from_on=from_on,
                until_on=until_on,
                document_number=document_number.strip(),
                reason=reason.strip(),
            )
        )
    return until_on
