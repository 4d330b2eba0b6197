"""The loss of the enforcement qualification: who decides it, on what ground, and how a later decision lifts it."""

from dataclasses import dataclass
from datetime import date

from registry.rules import Rule, Violation
from registry.rules.certificates import NAMES_ITS_DOCUMENT, Ground, Organ, Organs, decider
from registry.words import N_

DISQUALIFIED_ONCE = Rule(
    code="QUAL-1",
    title=N_("Somebody is disqualified once, and a later decision lifts it"),
    source="《河南省行政执法条例》第四十五条、第四十六条",
)
DECIDES = Organ.BUREAU
DISQUALIFYING = (Ground.MISCONDUCT, Ground.BUSINESS_CLIMATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision on somebody's qualification, as it was entered."""

    day: date
    decided_by: str
    document_number: str
    reason: str
    basis: Ground | None = None


def unfit_to_disqualify(
    decision: Decision, *, standing_since: date | None, organs: Organs, today: date
) -> list[Violation]:
    """Everything against taking somebody's qualification away."""
    found = []
    if standing_since is not None:
        already = N_("The qualification was taken away on %(day)s already, and that decision stands.")
        found.append(DISQUALIFIED_ONCE.broken(already, day=standing_since))
    if decision.day > today:
        found.append(DISQUALIFIED_ONCE.broken(N_("%(day)s has not come yet."), day=decision.day))
    if decision.basis not in DISQUALIFYING:
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Choose the ground in law on which the act rests.")))
    return [*found, *_decided(decision, organs)]


def unfit_to_lift(decision: Decision, *, standing_since: date | None, organs: Organs, today: date) -> list[Violation]:
    """Everything against giving it back."""
    found = []
    if standing_since is None:
        found.append(DISQUALIFIED_ONCE.broken(N_("No decision stands that could be lifted.")))
    elif not standing_since <= decision.day <= today:
        between = N_("The day lies between %(first)s and today.")
        found.append(DISQUALIFIED_ONCE.broken(between, first=standing_since))
    return [*found, *_decided(decision, organs)]


def _decided(decision: Decision, organs: Organs) -> list[Violation]:
    found = decider(DECIDES, decision.decided_by, organs)
    if not decision.document_number.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it.")))
    if not decision.reason.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Say why.")))
    return found
