"""The two certificates, the states they can be in, and what the public is told of each."""

from datetime import date
from enum import StrEnum

from registry.rules.policy import Policy, years_later


class CertificateKind(StrEnum):
    ENFORCEMENT = "enforcement"
    SUPERVISION = "supervision"


class CertificateStatus(StrEnum):
    """States of a certificate once issued (domain.md 8.2). Expiry follows from its last day."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    REPLACED = "replaced"


LIVE = frozenset({CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED, CertificateStatus.LOST})


class PublicStatus(StrEnum):
    """What the public is told: valid, in force but to be confirmed with the bureau, or not valid."""

    VALID = "valid"
    UNCONFIRMED = "unconfirmed"
    NOT_VALID = "not_valid"


def last_day(valid_from: date, policy: Policy) -> date:
    """The last day of validity: the day before the same day `validity_years` on."""
    return date.fromordinal(years_later(valid_from, policy.validity_years).toordinal() - 1)


def status_on(status: CertificateStatus, valid_until: date, day: date) -> CertificateStatus:
    """The status on a day: a live certificate past its last day is expired, whatever its card says."""
    return CertificateStatus.EXPIRED if status in LIVE and day > valid_until else status


def public_status(status: CertificateStatus, passed_latest_review: bool | None) -> PublicStatus:
    """Valid is what is active and passed its latest locked review, or was not due in one yet (domain.md 8.2)."""
    if status is not CertificateStatus.ACTIVE:
        return PublicStatus.NOT_VALID
    return PublicStatus.UNCONFIRMED if passed_latest_review is False else PublicStatus.VALID
