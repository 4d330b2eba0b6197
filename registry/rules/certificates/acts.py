"""The life of a certificate after its issue: one table of acts, from which menus, pages and refusals are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from registry.rules import Rule
from registry.rules.certificates.bases import SOURCES, Ground
from registry.rules.certificates.gate import GATE, NONE_HELD
from registry.rules.certificates.kinds import LIVE, CertificateKind, CertificateStatus
from registry.rules.certificates.preconditions import (
    CHANGE_ON_RECORD,
    EXAMINED_ANEW,
    LOSS_PUBLISHED,
    NEW_FIELD_EXAMINED,
    REINSTATED_WHEN_OVER,
    RENEWED_IN_TIME,
    RETRAINED_FIRST,
    SUSPENDED_FOR_A_TIME,
)
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


Status = TypeVar("Status", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Generic[Status]):
    """One act: from which states to which, what it does, whose decision it is for each kind, and what it asks.

    `rests_on` are its preconditions: every rule that is asked beside those on who decides and what has to be said.
    Only what is done `by_hand` has a form of its own; a successor is issued through the gate, a term ends by its date.
    `action` is who may record it: the bureau, and of a loss the unit too, for its own certificates. Where no ground
    is to be chosen, `source` is the legal basis; `document` says which paper is named.
    """

    leaves: frozenset[Status]
    reaches: Status
    does: str
    decides: Mapping[CertificateKind, Organ]
    rests_on: tuple[Rule, ...] = ()
    asks: tuple[Asked, ...] = ()
    document: str = N_("The number of the document that says so.")
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
WITHOUT_THE_OLD = tuple(rule for rule in GATE if rule is not NONE_HELD)  # it is no obstacle to its own successor
GONE = (Ground.LEFT_THE_POST, Ground.UNIT_NO_SUBJECT, Ground.REVIEW_FAILED, Ground.RESULT_GONE)
LIFTED = (Ground.PERIOD_OVER, Ground.LIFTED_EARLY)

ACTS: Mapping[CertificateAct, Terms[CertificateStatus]] = {
    CertificateAct.ISSUE: Terms(
        leaves=frozenset(),
        reaches=ACTIVE,
        does=N_("The certificate is issued under its number, for a term."),
        decides=BY_THE_ISSUER,
        rests_on=GATE,
        source="《河南省行政执法条例》第二十一条；省政府令第180号第五条",
        action=Action.CERTIFICATE_ISSUE,
        is_by_hand=False,
    ),
    CertificateAct.SUSPEND: Terms(
        leaves=frozenset({ACTIVE}),
        reaches=SUSPENDED,
        does=N_("The card is held back until the last day ordered; until then it does not count as held."),
        decides=BY_THE_ORGANS,
        rests_on=(SUSPENDED_FOR_A_TIME,),
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
        does=N_("The card is given back and counts again from this day."),
        decides=BY_THE_ORGANS,
        rests_on=(REINSTATED_WHEN_OVER, RETRAINED_FIRST),
        asks=(*DECIDED, Asked.REASON),
        grounds={ENFORCEMENT: LIFTED, SUPERVISION: LIFTED},
    ),
    CertificateAct.REPORT_LOST: Terms(
        leaves=frozenset({ACTIVE}),
        reaches=LOST,
        does=N_(
            "The unit reports the loss. A lost certificate does not count; a new card follows the published notice."
        ),
        decides=BY_THE_UNIT,
        asks=(Asked.DOCUMENT, Asked.REASON),
        source=OF_A_LOSS,
        action=Action.CERTIFICATE_REPORT_LOSS,
    ),
    CertificateAct.PUBLISH_LOSS: Terms(
        leaves=frozenset({LOST}),
        reaches=LOST,
        does=N_("The notice that declares the lost card void, in a newspaper or on the county's website."),
        decides=BY_THE_UNIT,
        asks=(Asked.DOCUMENT, Asked.REASON),
        document=N_("The newspaper or website, with the day and page of the notice."),
        source=OF_A_LOSS,
    ),
    CertificateAct.REPLACE: Terms(
        leaves=frozenset({ACTIVE, LOST}),
        reaches=CertificateStatus.REPLACED,
        does=N_("A new card that ends on the same day comes in its place."),
        decides=BY_THE_ISSUER,
        rests_on=(LOSS_PUBLISHED, CHANGE_ON_RECORD, NEW_FIELD_EXAMINED, *WITHOUT_THE_OLD),
        asks=(Asked.DOCUMENT, Asked.REASON),
        may_be_left_out=frozenset(),
        source="省政府令第180号（换发、补发；条款待司法局确认）；参照内蒙古第十三条",
        action=Action.CERTIFICATE_ISSUE,
        is_by_hand=False,
    ),
    CertificateAct.RENEW: Terms(
        leaves=frozenset({ACTIVE}),
        reaches=CertificateStatus.REPLACED,
        does=N_("A certificate for a new term follows it."),
        decides=BY_THE_ISSUER,
        rests_on=(RENEWED_IN_TIME, EXAMINED_ANEW, *WITHOUT_THE_OLD),
        asks=(Asked.DOCUMENT,),
        source="省政府令第180号（有效期；条款待司法局确认）；参照湖南 2022",
        action=Action.CERTIFICATE_ISSUE,
        is_by_hand=False,
    ),
    CertificateAct.WITHDRAW: Terms(
        leaves=frozenset({ACTIVE, SUSPENDED}),
        reaches=CertificateStatus.WITHDRAWN,
        does=N_("The unit collects the card and the bureau takes it back. It can only be cancelled then."),
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
        does=N_("The certificate ends for good, without blame."),
        decides=BY_THE_ORGANS,
        asks=(*DECIDED, Asked.REASON),
        grounds={ENFORCEMENT: (*GONE, Ground.TERM_OVER), SUPERVISION: (*GONE, Ground.TERM_OVER)},
    ),
    CertificateAct.REVOKE: Terms(
        leaves=LIVE,
        reaches=CertificateStatus.REVOKED,
        does=N_("The certificate ends for good, as a punishment."),
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
        does=N_("The term of the certificate is over."),
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


def following(status: CertificateStatus) -> tuple[CertificateAct, ...]:
    """What somebody can still do with a certificate in that state, in the order of the table."""
    return tuple(act for act, terms in ACTS.items() if status in terms.leaves and act is not CertificateAct.EXPIRE)


def bar_until(revoked_on: date, policy: Policy) -> date | None:
    """The last day without re-application after a revocation; None when the policy sets no such period."""
    if policy.reapply_bar_years == 0:
        return None
    return date.fromordinal(years_later(revoked_on, policy.reapply_bar_years).toordinal() - 1)
