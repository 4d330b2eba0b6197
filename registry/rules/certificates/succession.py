"""One certificate in the place of another: a new card that ends on the same day, a new term before the old one ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.rules import Rule, Violation
from registry.rules.applications import ReplacementCause
from registry.rules.certificates.acts import ACTS, LAWFUL_MOVE, NAMES_ITS_DOCUMENT, CertificateAct
from registry.rules.certificates.dossiers import Dossier, Finding
from registry.rules.certificates.gate import NONE_HELD, SUBJECT_RULES, examine
from registry.rules.certificates.kinds import CertificateKind, CertificateStatus, status_on
from registry.rules.exams import ExamFact, ExamSubject
from registry.rules.policy import Policy, months_earlier
from registry.words import N_

LOSS_PUBLISHED = Rule(
    code="CERT-17",
    title=N_("A loss is published before the certificate is replaced"),
    source="深圳、内蒙古第十四条：遗失应登报声明作废；河南规定待司法局确认",
)
RENEWED_IN_TIME = Rule(
    code="CERT-18",
    title=N_("A certificate is renewed in the months before its last day"),
    source="湖南 2022：有效期届满前六个月内；内蒙古：期满前三个月；河南规定待司法局确认",
)
EXAMINED_ANEW = Rule(
    code="CERT-19",
    title=N_("A renewal asks for exams passed since the certificate was issued"),
    source="湖南 2022：重新考试合格后换发；广西：续职培训考试",
)
NEW_FIELD_EXAMINED = Rule(
    code="CERT-20",
    title=N_("A change of field asks for the special exam of the new field"),
    source="义乌 2021：跨执法领域调动须通过新领域专业法律知识考试后换证",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """The certificate that gives way; `is_published` of a lost one whose loss was made public."""

    kind: CertificateKind
    status: CertificateStatus
    issued_on: date
    valid_until: date
    field: str = ""
    is_published: bool = False


def replacing(
    old: Predecessor, cause: ReplacementCause, document_number: str, reason: str, policy: Policy, today: date
) -> list[Violation]:
    """What keeps a card from being replaced, whoever holds it."""
    found = []
    now = status_on(old.status, old.valid_until, today)
    if now not in ACTS[CertificateAct.REPLACE].leaves or today >= old.valid_until:
        message = N_("Only a valid or lost certificate whose last day is still to come can be replaced.")
        found.append(LAWFUL_MOVE.broken(message))
    elif (cause is ReplacementCause.LOSS) is not (now is CertificateStatus.LOST):
        found.append(LAWFUL_MOVE.broken(N_("A lost card is reported lost first, and then replaced for that reason.")))
    elif now is CertificateStatus.LOST and policy.publishes_loss and not old.is_published:
        unheard = N_("The loss has not been published; record the notice first.")
        found.append(LOSS_PUBLISHED.broken(unheard))
    found += _unnamed(document_number)
    if not reason.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Say why the certificate is replaced.")))
    return found


def renewing(old: Predecessor, document_number: str, policy: Policy, today: date) -> list[Violation]:
    """What keeps a certificate from being renewed, whoever holds it."""
    found = []
    if status_on(old.status, old.valid_until, today) not in ACTS[CertificateAct.RENEW].leaves:
        found.append(LAWFUL_MOVE.broken(N_("Only a valid certificate is renewed; another one is applied for anew.")))
    elif today < (first := renewal_from(old.valid_until, policy)):
        early = N_("Its last day is %(last)s; it can be renewed from %(first)s on.")
        found.append(RENEWED_IN_TIME.broken(early, last=old.valid_until, first=first))
    return found + _unnamed(document_number)


def renewal_from(valid_until: date, policy: Policy) -> date:
    """The first day on which a certificate with that last day can be renewed."""
    return months_earlier(valid_until, policy.renewal_window_months)


def examine_replacement(old: Predecessor, dossier: Dossier, field: str, policy: Policy, day: date) -> list[Finding]:
    """Every rule for a new card in the place of this one; `field` is what the new one would name."""
    if not _is_new_field(old, field, policy):
        return _without_the_old(old.kind, dossier, policy, day)
    other = N_("No pass in the special exam of the new field, %(field)s, is on record.")
    missing = NEW_FIELD_EXAMINED.broken(other, field=field)
    return _narrowed(old.kind, dossier, [f for f in dossier.results if _is_of(f, field)], missing, policy, day)


def examine_renewal(old: Predecessor, dossier: Dossier, policy: Policy, day: date) -> list[Finding]:
    """Every rule for a new term after this one."""
    if not policy.renewal_asks_exam:
        return _without_the_old(old.kind, dossier, policy, day)
    since = N_("The exam was passed, but not again since %(day)s, when the certificate was issued.")
    missing = EXAMINED_ANEW.broken(since, day=old.issued_on)
    return _narrowed(
        old.kind, dossier, [f for f in dossier.results if f.held_on >= old.issued_on], missing, policy, day
    )


def _is_new_field(old: Predecessor, field: str, policy: Policy) -> bool:
    asked = policy.special_exam_in_new_field and old.kind is CertificateKind.ENFORCEMENT
    return asked and bool(old.field) and bool(field) and field != old.field


def _is_of(fact: ExamFact, field: str) -> bool:
    return fact.subject is not ExamSubject.SPECIAL_LAW or fact.enforcement_field in {"", field}


def _without_the_old(kind: CertificateKind, dossier: Dossier, policy: Policy, day: date) -> list[Finding]:
    """The card is no obstacle to its own successor."""
    return [finding for finding in examine(kind, dossier, policy, day) if finding.rule is not NONE_HELD]


def _narrowed(
    kind: CertificateKind,
    dossier: Dossier,
    results: Sequence[ExamFact],
    missing: Violation,
    policy: Policy,
    day: date,
) -> list[Finding]:
    """The findings when only these results count; who passed by others alone is told what is `missing`."""
    every = _without_the_old(kind, dossier, policy, day)
    found = _without_the_old(kind, replace(dossier, results=results), policy, day)
    return [
        replace(one, rule=missing.rule, evidence=missing)
        if before.met and not one.met and one.rule in SUBJECT_RULES.values()
        else one
        for before, one in zip(every, found, strict=True)
    ]


def _unnamed(document_number: str) -> list[Violation]:
    if document_number.strip():
        return []
    return [NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it."))]
