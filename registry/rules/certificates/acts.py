"""The life of a certificate after its issue: which act leads from which state to which."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from registry.rules import Rule
from registry.rules.certificates.kinds import CertificateStatus
from registry.rules.policy import Policy, years_later
from registry.words import N_


class CertificateAct(StrEnum):
    """What can begin a period of a certificate, in the order of its life."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REPORT_LOST = "report_lost"
    REPLACE = "replace"
    RENEW = "renew"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    REVOKE = "revoke"
    EXPIRE = "expire"


LAWFUL_MOVE = Rule(
    code="CERT-10",
    title=N_("A certificate moves only as the law allows"),
    source="《河南省行政执法条例》第四十二条、第四十五条、第四十七条",
)
NAMES_ITS_DOCUMENT = Rule(
    code="CERT-11",
    title=N_("A change of status names its document"),
    source="《河南省行政执法条例》第四十三条、第四十六条",
)

NEXT: Mapping[CertificateStatus, frozenset[CertificateStatus]] = {
    CertificateStatus.ACTIVE: frozenset(set(CertificateStatus) - {CertificateStatus.ACTIVE}),
    CertificateStatus.SUSPENDED: frozenset(
        {
            CertificateStatus.ACTIVE,
            CertificateStatus.WITHDRAWN,
            CertificateStatus.REVOKED,
            CertificateStatus.CANCELLED,
            CertificateStatus.EXPIRED,
        }
    ),
    CertificateStatus.LOST: frozenset(
        {CertificateStatus.REPLACED, CertificateStatus.CANCELLED, CertificateStatus.REVOKED, CertificateStatus.EXPIRED}
    ),
    CertificateStatus.WITHDRAWN: frozenset({CertificateStatus.CANCELLED}),
    CertificateStatus.EXPIRED: frozenset({CertificateStatus.CANCELLED}),
    CertificateStatus.CANCELLED: frozenset(),
    CertificateStatus.REVOKED: frozenset(),
    CertificateStatus.REPLACED: frozenset(),
}

# What a person may decide on a page; expiry follows from the date, replacement from a new certificate.
BY_HAND: Mapping[CertificateStatus, frozenset[CertificateStatus]] = {
    status: following - {CertificateStatus.EXPIRED, CertificateStatus.REPLACED} for status, following in NEXT.items()
}


def bar_until(revoked_on: date, policy: Policy) -> date | None:
    """The last day without re-application after a revocation; None when the policy sets no such period."""
    if policy.reapply_bar_years == 0:
        return None
    return date.fromordinal(years_later(revoked_on, policy.reapply_bar_years).toordinal() - 1)
