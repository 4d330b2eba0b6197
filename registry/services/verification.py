"""What the public may learn of a certificate, and nothing else (domain.md 9.20)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.card_codes import CheckReason, told_live
from registry.rules.certificates import CertificateKind, CertificateStatus, PublicStatus, public_status, status_on
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.services.departments import named_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The whole of what is public about a certificate."""

    name: str
    unit: str
    kind: CertificateKind
    number: str
    field: str
    area: str
    valid_from: date
    valid_until: date
    status: PublicStatus


def by_number(session: Session, *, number: str, name: str, today: date) -> Answer | None:
    """The certificate with that number, for whoever also knows the holder's name; None for everybody else."""
    holder = "".join(name.split())
    return _answer(session, (Certificate.number == number.strip()) & (Certificate.holder_name == holder), today)


def by_code(session: Session, *, code: str, today: date) -> Answer | None:
    """The certificate whose QR carries that code; typed in any case, with or without spaces."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return _answer(session, Certificate.check_code == plain, today)


def reason(answer: Answer, today: date) -> CheckReason:
    """The answer as one of the codes that a check may give; it follows from what is public and tells no more."""
    return told_live(answer.status, answer.valid_from, answer.valid_until, today)


def told(session: Session, *, certificate_id: int, status: CertificateStatus) -> PublicStatus:
    """What the public is told of a certificate in that status."""
    return public_status(status, _passed_latest_review(session, certificate_id))


def _answer(session: Session, which: ColumnElement[bool], today: date) -> Answer | None:
    row = session.execute(
        select(
            Certificate.id,
            Certificate.holder_name,
            Certificate.kind,
            Certificate.number,
            Certificate.field,
            Certificate.area,
            Certificate.valid_from,
            Certificate.valid_until,
            Certificate.status,
            named_on(Certificate.department_id, Department.name, Certificate.issued_on).label("unit"),
        )
        .join(Department, Department.id == Certificate.department_id)
        .where(which)
    ).one_or_none()
    if row is None:
        return None
    status = status_on(row.status, row.valid_until, today)
    return Answer(
        name=row.holder_name,
        unit=row.unit,
        kind=row.kind,
        number=row.number,
        field=row.field,
        area=row.area,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        status=told(session, certificate_id=row.id, status=status),
    )


def _passed_latest_review(session: Session, certificate_id: int) -> bool | None:
    """Whether the latest locked review of the certificate found 合格; None when it was not due in one yet."""
    finding = session.execute(
        select(ReviewItem.finding)
        .join(ReviewItem.campaign)
        .where(
            ReviewItem.certificate_id == certificate_id,
            ReviewCampaign.status == CampaignStatus.LOCKED,
            ReviewItem.finding.is_not(None),
        )
        .order_by(ReviewCampaign.year.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if finding is None else finding is ReviewFinding.PASSED
