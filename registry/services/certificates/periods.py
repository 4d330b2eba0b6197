"""The periods of a certificate: one ends, the next begins; and those that only the calendar ends."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.rules.certificates import ACTS, CertificateAct, CertificateStatus
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks


def begin(session: Session, card: Certificate, period: CertificatePeriod) -> None:
    """End the open period the day before and begin the next one."""
    begin_all(session, [card], {card.id: period})


def begin_all(session: Session, cards: Iterable[Certificate], periods: Mapping[int, CertificatePeriod]) -> None:
    """The same for many certificates, each with its period by id."""
    for card_id, present in open_periods(session, list(periods)).items():
        present.until_on = max(periods[card_id].from_on - timedelta(days=1), present.from_on)
    session.flush()
    for card in cards:
        period = periods[card.id]
        period.certificate_id, card.status = card.id, period.status
        session.add(period)
    session.flush()


def open_period(session: Session, card: Certificate) -> CertificatePeriod:
    """The period that stands open: what the certificate is now."""
    standing = (CertificatePeriod.certificate_id == card.id, CertificatePeriod.until_on.is_(None))
    return session.scalars(select(CertificatePeriod).where(*standing)).one()


def open_periods(session: Session, certificate_ids: Sequence[int]) -> dict[int, CertificatePeriod]:
    """The same of many, by certificate."""
    found: dict[int, CertificatePeriod] = {}
    for chunk in in_chunks(certificate_ids):
        standing = (CertificatePeriod.certificate_id.in_(chunk), CertificatePeriod.until_on.is_(None))
        found |= {one.certificate_id: one for one in session.scalars(select(CertificatePeriod).where(*standing))}
    return found


def expire(session: Session, actor: Actor, cards: Sequence[Certificate], *, batch: str | None = None) -> None:
    """End the open periods on the last day of validity and begin the ones that say: expired."""
    present = open_periods(session, [card.id for card in cards])
    acts = [_expiry(card) for card in cards]
    for card in cards:
        present[card.id].until_on, card.status = card.valid_until, CertificateStatus.EXPIRED
    session.flush()
    after = {card.id: card.valid_until + timedelta(days=1) for card in cards}
    session.add_all(
        CertificatePeriod(
            certificate_id=card_id,
            status=CertificateStatus.EXPIRED,
            act=CertificateAct.EXPIRE,
            from_on=day,
            legal_basis=ACTS[CertificateAct.EXPIRE].source,
        )
        for card_id, day in after.items()
    )
    session.flush()
    audit.record_many(session, actor, Action.CERTIFICATE_MOVE, acts, batch=batch)


def _expiry(card: Certificate) -> audit.Act:
    return audit.Act(
        subject_type=Certificate.__tablename__,
        subject_id=card.id,
        department_id=card.department_id,
        facts={
            "act": CertificateAct.EXPIRE,
            "status": [card.status, CertificateStatus.EXPIRED],
            "from_on": card.valid_until + timedelta(days=1),
        },
    )
