"""Whether an act on a certificate is lawful as it was entered: every violation at once."""

from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules import Rule, Violation
from registry.rules.certificates.acts import (
    ACTS,
    LAWFUL_MOVE,
    NAMES_ITS_DOCUMENT,
    Asked,
    CertificateAct,
    Terms,
)
from registry.rules.certificates.bases import Ground
from registry.rules.certificates.kinds import CertificateKind, CertificateStatus
from registry.rules.certificates.organs import Organs, decider
from registry.rules.policy import Policy
from registry.words import N_

SUSPENDED_FOR_A_TIME = Rule(
    code="CERT-14",
    title=N_("A suspension is ordered until a day, and not for longer than the policy allows"),
    source="《河南省行政执法条例》第四十二条第（六）项；期限见政策参数",
)
REINSTATED_WHEN_OVER = Rule(
    code="CERT-15",
    title=N_("A certificate is reinstated when the ordered period is over, or lifted early by a decision"),
    source="参照淄博第十三条；河南规定待司法局确认",
)
RETRAINED_FIRST = Rule(
    code="CERT-16",
    title=N_("Training that was ordered is completed before the certificate is reinstated"),
    source="《河南省行政执法条例》第四十五条（离岗培训）",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActEntry:
    """What was entered of an act: its first day and the fields it asks for."""

    day: date
    document_number: str = ""
    decided_by: str = ""
    basis: Ground | None = None
    ordered_until: date | None = None
    needs_retraining: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A certificate before an act: its state today, the first day open to an act, and who may decide.

    Of a suspension: since when, until when it was ordered, and when training was completed since, if it was ordered.
    """

    kind: CertificateKind
    status: CertificateStatus
    first: date
    organs: Organs = Organs()
    ordered_until: date | None = None
    needs_retraining: bool = False
    retrained_on: date | None = None


def unlawful(act: CertificateAct, entry: ActEntry, case: Case, policy: Policy, today: date) -> list[Violation]:
    """Everything that is against an act; an empty list means: it may be done."""
    terms = ACTS[act]
    if not terms.is_by_hand:
        return [LAWFUL_MOVE.broken(N_("A successor is issued through the gate, and a term ends by its date."))]
    return [
        *_move(terms, entry, case, today),
        *_paper(terms, entry, case.kind),
        *decider(terms.decides[case.kind], entry.decided_by, case.organs),
        *(_ordered_until(entry, policy) if Asked.ORDERED_UNTIL in terms.asks else []),
        *(_reinstated(entry, case) if act is CertificateAct.REINSTATE else []),
    ]


def _move(terms: Terms, entry: ActEntry, case: Case, today: date) -> list[Violation]:
    found = []
    if case.status not in terms.leaves:
        found.append(LAWFUL_MOVE.broken(N_("The present status of the certificate does not allow this act.")))
    if not case.first <= entry.day <= today:
        found.append(LAWFUL_MOVE.broken(N_("The day lies between %(first)s and today."), first=case.first))
    return found


def _paper(terms: Terms, entry: ActEntry, kind: CertificateKind) -> list[Violation]:
    """The document, the ground and the reason, as far as the act asks for them."""
    found = []
    asked = set(terms.asks) - terms.may_be_left_out
    if Asked.DOCUMENT in asked and not entry.document_number.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it.")))
    if Asked.BASIS in asked and entry.basis not in (terms.grounds or {}).get(kind, ()):
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Choose the ground in law on which the act rests.")))
    if Asked.REASON in asked and not entry.reason.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Say why.")))
    return found


def _ordered_until(entry: ActEntry, policy: Policy) -> list[Violation]:
    if entry.ordered_until is None:
        return [SUSPENDED_FOR_A_TIME.broken(N_("Enter the last day of the suspension."))]
    latest = entry.day + timedelta(days=policy.suspension_days - 1)
    if entry.day <= entry.ordered_until <= latest:
        return []
    between = N_("The suspension ends between %(first)s and %(latest)s, within %(days)s days.")
    return [SUSPENDED_FOR_A_TIME.broken(between, first=entry.day, latest=latest, days=policy.suspension_days)]


def _reinstated(entry: ActEntry, case: Case) -> list[Violation]:
    found = []
    over = case.ordered_until is None or entry.day > case.ordered_until
    if not over and entry.basis is not Ground.LIFTED_EARLY:
        early = N_("The suspension was ordered until %(until)s; before that only a decision that lifts it reinstates.")
        found.append(REINSTATED_WHEN_OVER.broken(early, until=case.ordered_until))
    if case.needs_retraining and (case.retrained_on is None or case.retrained_on > entry.day):
        missing = N_("Training was ordered, and none was completed between the suspension and %(day)s.")
        found.append(RETRAINED_FIRST.broken(missing, day=entry.day))
    return found
