"""The life of a certificate after its issue: one table of acts, from which menus, pages and refusals are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Rule
from registry.rules.certificates.bases import SOURCES, Ground
from registry.rules.certificates.kinds import LIVE, CertificateKind, CertificateStatus
from registry.rules.permissions import Action
from registry.rules.policy import Policy, years_later
from registry.words import N_


class CertificateAct(StrEnum):
    """What can begin a period of a certificate, in the order of its life."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REPORT_LOST = "report_lost"
    PUBLISH_LOSS = "publish_loss"
    REPLACE = "replace"
    RENEW = "renew"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    REVOKE = "revoke"
    EXPIRE = "expire"


class Organ(StrEnum):
    """Who decides an act; whatever another organ decides, the bureau only records."""

    BUREAU = "bureau"
    ISSUER = "issuer"
    UNIT = "unit"
    NOBODY = "nobody"


class Asked(StrEnum):
    """What an act asks for beside its day, by the name of its field."""

    DOCUMENT = "document_number"
    DECIDED_BY = "decided_by"
    BASIS = "basis"
    ORDERED_UNTIL = "ordered_until"
    RETRAINING = "needs_retraining"
    REASON = "reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One act: from which states to which, whose decision it is for each kind, what it asks and what it must rest on.

    Only what is done `by_hand` has a form of its own; a successor is issued through the gate, a term ends by its date.
    `action` is who may record it: the bureau, and of a loss the unit too, for its own certificates. Where no ground
    is to be chosen, `source` is the legal basis.
    """

    leaves: frozenset[CertificateStatus]
    reaches: CertificateStatus
    decides: Mapping[CertificateKind, Organ]
    asks: tuple[Asked, ...] = ()
    may_be_left_out: frozenset[Asked] = frozenset({Asked.REASON, Asked.RETRAINING})
    grounds: Mapping[CertificateKind, tuple[Ground, ...]] | None = None
    source: str = ""
    action: Action = Action.CERTIFICATE_MOVE
    is_by_hand: bool = True
    sets_bar: bool = False


ENFORCEMENT, SUPERVISION = CertificateKind.ENFORCEMENT, CertificateKind.SUPERVISION
ACTIVE, SUSPENDED, LOST = CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED, CertificateStatus.LOST
DECIDED = (Asked.DOCUMENT, Asked.DECIDED_BY, Asked.BASIS)
BY_THE_ORGANS = {ENFORCEMENT: Organ.BUREAU, SUPERVISION: Organ.ISSUER}
BY_THE_UNIT = {ENFORCEMENT: Organ.UNIT, SUPERVISION: Organ.UNIT}
BY_THE_ISSUER = {ENFORCEMENT: Organ.ISSUER, SUPERVISION: Organ.ISSUER}
BY_NOBODY = {ENFORCEMENT: Organ.NOBODY, SUPERVISION: Organ.NOBODY}
OF_A_LOSS = "省政府令第180号（遗失；条款待司法局确认）；参照深圳、内蒙古第十四条"
SAYS_WHY = frozenset({Asked.RETRAINING})
GONE = (Ground.LEFT_THE_POST, Ground.UNIT_NO_SUBJECT, Ground.REVIEW_FAILED, Ground.RESULT_GONE)
LIFTED = (Ground.PERIOD_OVER, Ground.LIFTED_EARLY)

ACTS: Mapping[CertificateAct, Terms] = {
    CertificateAct.ISSUE: Terms(
        leaves=frozenset(),
        reaches=ACTIVE,
        decides=BY_THE_ISSUER,
        source="《河南省行政执法条例》第二十一条；省政府令第180号第五条",
        action=Action.CERTIFICATE_ISSUE,
        is_by_hand=False,
    ),
    CertificateAct.SUSPEND: Terms(
        leaves=frozenset({ACTIVE}),
        reaches=SUSPENDED,
        decides=BY_THE_ORGANS,
        asks=(*DECIDED, Asked.ORDERED_UNTIL, Asked.RETRAINING, Asked.REASON),
        may_be_left_out=SAYS_WHY,
        grounds={
            ENFORCEMENT: (Ground.SUPERVISION, Ground.MISCONDUCT, Ground.BUSINESS_CLIMATE, Ground.EXAM_FAILED),
            SUPERVISION: (Ground.SUPERVISOR_AT_FAULT,),
        },
    ),
    CertificateAct.REINSTATE: Terms(
        leaves=frozenset({SUSPENDED}),
        reaches=ACTIVE,
        decides=BY_THE_ORGANS,
        asks=(*DECIDED, Asked.REASON),
        grounds={ENFORCEMENT: LIFTED, SUPERVISION: LIFTED},
    ),
    CertificateAct.REPORT_LOST: Terms(
        leaves=frozenset({ACTIVE}),
        reaches=LOST,
        decides=BY_THE_UNIT,
        asks=(Asked.DOCUMENT, Asked.REASON),
        source=OF_A_LOSS,
        action=Action.CERTIFICATE_REPORT_LOSS,
    ),
    CertificateAct.PUBLISH_LOSS: Terms(
        leaves=frozenset({LOST}),
        reaches=LOST,
        decides=BY_THE_UNIT,
        asks=(Asked.DOCUMENT, Asked.REASON),
        source=OF_A_LOSS,
    ),
    CertificateAct.REPLACE: Terms(
        leaves=frozenset({ACTIVE, LOST}),
        reaches=CertificateStatus.REPLACED,
        decides=BY_THE_ISSUER,
        source="省政府令第180号（换发、补发；条款待司法局确认）；参照内蒙古第十三条",
        action=Action.CERTIFICATE_ISSUE,
        is_by_hand=False,
    ),
    CertificateAct.RENEW: Terms(
        leaves=frozenset({ACTIVE}),
        reaches=CertificateStatus.REPLACED,
        decides=BY_THE_ISSUER,
        source="省政府令第180号（有效期；条款待司法局确认）；参照湖南 2022",
        action=Action.CERTIFICATE_ISSUE,
        is_by_hand=False,
    ),
    CertificateAct.WITHDRAW: Terms(
        leaves=frozenset({ACTIVE, SUSPENDED}),
        reaches=CertificateStatus.WITHDRAWN,
        decides=BY_THE_ORGANS,
        asks=(*DECIDED, Asked.REASON),
        grounds={
            ENFORCEMENT: (*GONE, Ground.EXAM_FAILED, Ground.BUSINESS_CLIMATE),
            SUPERVISION: (*GONE, Ground.SUPERVISOR_AT_FAULT),
        },
    ),
    CertificateAct.CANCEL: Terms(
        leaves=LIVE | {CertificateStatus.WITHDRAWN, CertificateStatus.EXPIRED},
        reaches=CertificateStatus.CANCELLED,
        decides=BY_THE_ORGANS,
        asks=(*DECIDED, Asked.REASON),
        grounds={ENFORCEMENT: (*GONE, Ground.TERM_OVER), SUPERVISION: (*GONE, Ground.TERM_OVER)},
    ),
    CertificateAct.REVOKE: Terms(
        leaves=LIVE,
        reaches=CertificateStatus.REVOKED,
        decides=BY_THE_ORGANS,
        asks=(*DECIDED, Asked.REASON),
        may_be_left_out=SAYS_WHY,
        grounds={
            ENFORCEMENT: (Ground.MISCONDUCT, Ground.BUSINESS_CLIMATE, Ground.RESULT_GONE, Ground.EXAM_FAILED),
            SUPERVISION: (Ground.SUPERVISOR_AT_FAULT, Ground.RESULT_GONE),
        },
        sets_bar=True,
    ),
    CertificateAct.EXPIRE: Terms(
        leaves=LIVE,
        reaches=CertificateStatus.EXPIRED,
        decides=BY_NOBODY,
        source=SOURCES[Ground.TERM_OVER],
        is_by_hand=False,
    ),
}

NEXT: Mapping[CertificateStatus, frozenset[CertificateStatus]] = {
    status: frozenset(terms.reaches for terms in ACTS.values() if status in terms.leaves)
    for status in CertificateStatus
}
BY_HAND: Mapping[CertificateStatus, tuple[CertificateAct, ...]] = {
    status: tuple(act for act, terms in ACTS.items() if terms.is_by_hand and status in terms.leaves)
    for status in CertificateStatus
}

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


def bar_until(revoked_on: date, policy: Policy) -> date | None:
    """The last day without re-application after a revocation; None when the policy sets no such period."""
    if policy.reapply_bar_years == 0:
        return None
    return date.fromordinal(years_later(revoked_on, policy.reapply_bar_years).toordinal() - 1)
