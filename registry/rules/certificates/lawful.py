"""Whether an act on a certificate is lawful as it was entered: every violation at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules import Rule, Violation
from registry.rules.certificates.acts import ACTS, Asked, CertificateAct, Status, Terms
from registry.rules.certificates.bases import Ground
from registry.rules.certificates.kinds import CertificateKind, CertificateStatus
from registry.rules.certificates.organs import Organs, decider
from registry.rules.certificates.preconditions import (
    LAWFUL_MOVE,
    NAMES_ITS_DOCUMENT,
    REINSTATED_WHEN_OVER,
    RETRAINED_FIRST,
    SUSPENDED_FOR_A_TIME,
)
from registry.rules.policy import Policy
from registry.words import N_


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
        *unsaid(terms, case.kind, entry.document_number, entry.reason, entry.basis),
        *decider(terms.decides[case.kind], entry.decided_by, case.organs),
        *(violation for rule in terms.rests_on for violation in PRECONDITIONS[rule](entry, case, policy)),
    ]


def _move(terms: Terms[CertificateStatus], entry: ActEntry, case: Case, today: date) -> list[Violation]:
    found = []
    if case.status not in terms.leaves:
        found.append(LAWFUL_MOVE.broken(N_("The present status of the certificate does not allow this act.")))
    if not case.first <= entry.day <= today:
        found.append(LAWFUL_MOVE.broken(N_("The day lies between %(first)s and today."), first=case.first))
    return found


def unsaid(
    terms: Terms[Status], kind: CertificateKind, document_number: str, reason: str, basis: Ground | None = None
) -> list[Violation]:
    """What of the document, the ground and the reason the act asks for and was not said."""
    found = []
    asked = set(terms.asks) - terms.may_be_left_out
    if Asked.DOCUMENT in asked and not document_number.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it.")))
    if Asked.BASIS in asked and basis not in (terms.grounds or {}).get(kind, ()):
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Choose the ground in law on which the act rests.")))
    if Asked.REASON in asked and not reason.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Say why.")))
    return found


def _ordered_until(entry: ActEntry, _case: Case, policy: Policy) -> list[Violation]:
    if entry.ordered_until is None:
        return [SUSPENDED_FOR_A_TIME.broken(N_("Enter the last day of the suspension."))]
    latest = entry.day + timedelta(days=policy.suspension_days - 1)
    if entry.day <= entry.ordered_until <= latest:
        return []
    between = N_("The suspension ends between %(first)s and %(latest)s, within %(days)s days.")
    return [SUSPENDED_FOR_A_TIME.broken(between, first=entry.day, latest=latest, days=policy.suspension_days)]


def _over(entry: ActEntry, case: Case, _policy: Policy) -> list[Violation]:
    if case.ordered_until is None or entry.day > case.ordered_until or entry.basis is Ground.LIFTED_EARLY:
        return []
    early = N_("The suspension was ordered until %(until)s; before that only a decision that lifts it reinstates.")
    return [REINSTATED_WHEN_OVER.broken(early, until=case.ordered_until)]


def _retrained(entry: ActEntry, case: Case, _policy: Policy) -> list[Violation]:
    if not case.needs_retraining or (case.retrained_on is not None and case.retrained_on <= entry.day):
        return []
    missing = N_("Training was ordered, and none was completed between the suspension and %(day)s.")
    return [RETRAINED_FIRST.broken(missing, day=entry.day)]


PRECONDITIONS: Mapping[Rule, Callable[[ActEntry, Case, Policy], list[Violation]]] = {
    SUSPENDED_FOR_A_TIME: _ordered_until,
    REINSTATED_WHEN_OVER: _over,
    RETRAINED_FIRST: _retrained,
}
