"""The loss of the enforcement qualification: two more rows of the table of acts, for the person behind the card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Violation
from registry.rules.certificates import (
    DISQUALIFIED_ONCE,
    Asked,
    CertificateKind,
    Ground,
    Organ,
    Organs,
    Terms,
    decider,
    unsaid,
)
from registry.rules.permissions import Action
from registry.words import N_


class QualificationAct(StrEnum):
    """What is decided of somebody's qualification."""

    DISQUALIFY = "disqualify"
    LIFT = "lift"


class QualificationStatus(StrEnum):
    """Whether a decision that took the qualification away stands."""

    FREE = "free"
    DISQUALIFIED = "disqualified"


KIND = CertificateKind.ENFORCEMENT
DECIDES = Organ.BUREAU
DECISIONS: Mapping[QualificationAct, Terms[QualificationStatus]] = {
    QualificationAct.DISQUALIFY: Terms(
        leaves=frozenset({QualificationStatus.FREE}),
        reaches=QualificationStatus.DISQUALIFIED,
        does=N_("Every enforcement certificate in force is revoked by the same document, and none is issued any more."),
        decides={KIND: DECIDES},
        rests_on=(DISQUALIFIED_ONCE,),
        asks=(Asked.DOCUMENT, Asked.DECIDED_BY, Asked.BASIS, Asked.REASON),
        may_be_left_out=frozenset(),
        grounds={KIND: (Ground.MISCONDUCT, Ground.BUSINESS_CLIMATE)},
        action=Action.PERSON_DISQUALIFY,
        sets_bar=True,
    ),
    QualificationAct.LIFT: Terms(
        leaves=frozenset({QualificationStatus.DISQUALIFIED}),
        reaches=QualificationStatus.FREE,
        does=N_("A later decision gives the way to a certificate free again; certificates that ended stay ended."),
        decides={KIND: DECIDES},
        rests_on=(DISQUALIFIED_ONCE,),
        asks=(Asked.DOCUMENT, Asked.DECIDED_BY, Asked.REASON),
        may_be_left_out=frozenset(),
        source="《河南省行政执法条例》第四十六条",
        action=Action.PERSON_DISQUALIFY,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision on somebody's qualification, as it was entered."""

    day: date
    decided_by: str
    document_number: str
    reason: str
    basis: Ground | None = None


def unfit(
    act: QualificationAct, decision: Decision, *, standing_since: date | None, organs: Organs, today: date
) -> list[Violation]:
    """Everything against a decision; `standing_since` when one that took the qualification away stands already."""
    terms = DECISIONS[act]
    return [
        *_move(terms, decision, standing_since, today),
        *unsaid(terms, KIND, decision.document_number, decision.reason, decision.basis),
        *decider(terms.decides[KIND], decision.decided_by, organs),
    ]


def _move(
    terms: Terms[QualificationStatus], decision: Decision, standing_since: date | None, today: date
) -> list[Violation]:
    now = QualificationStatus.FREE if standing_since is None else QualificationStatus.DISQUALIFIED
    found = []
    if now not in terms.leaves and standing_since is None:
        found.append(DISQUALIFIED_ONCE.broken(N_("No decision stands that could be lifted.")))
    elif now not in terms.leaves:
        already = N_("The qualification was taken away on %(day)s already, and that decision stands.")
        found.append(DISQUALIFIED_ONCE.broken(already, day=standing_since))
    elif standing_since is not None and not standing_since <= decision.day <= today:
        between = N_("The day lies between %(first)s and today.")
        found.append(DISQUALIFIED_ONCE.broken(between, first=standing_since))
    if standing_since is None and decision.day > today:
        found.append(DISQUALIFIED_ONCE.broken(N_("%(day)s has not come yet."), day=decision.day))
    return found
