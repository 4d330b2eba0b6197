"""One certificate in the place of another: a new card that ends on the same day, a new term before the old one ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.rules import Violation
from registry.rules.applications import ApplicationNature, ReplacementCause
from registry.rules.certificates.acts import ACTS, CertificateAct
from registry.rules.certificates.dossiers import Dossier, Finding
from registry.rules.certificates.gate import NONE_HELD, SUBJECT_RULES, examine
from registry.rules.certificates.kinds import CertificateKind, CertificateStatus, status_on
from registry.rules.certificates.preconditions import (
    CHANGE_ON_RECORD,
    EXAMINED_ANEW,
    LAWFUL_MOVE,
    LOSS_PUBLISHED,
    NEW_FIELD_EXAMINED,
    RENEWED_IN_TIME,
)
from registry.rules.exams import ExamFact, ExamSubject
from registry.rules.policy import Policy, months_earlier
from registry.words import N_

# The act by which a certificate gives way to what was applied for.
GIVES_WAY: Mapping[ApplicationNature, CertificateAct] = {
    ApplicationNature.REPLACEMENT: CertificateAct.REPLACE,
    ApplicationNature.RENEWAL: CertificateAct.RENEW,
}
# What of a card each cause is about.
ABOUT: Mapping[ReplacementCause, tuple[str, ...]] = {
    ReplacementCause.UNIT: ("unit", "field", "area"),
    ReplacementCause.NAME: ("name",),
    ReplacementCause.POST: ("post",),
}
# The rules about the card itself, whoever holds it.
OF_THE_CARD = frozenset({LAWFUL_MOVE, LOSS_PUBLISHED, RENEWED_IN_TIME, CHANGE_ON_RECORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a card says of its holder."""

    name: str = ""
    unit: str = ""
    field: str = ""
    area: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """The certificate that gives way, as it was printed and as it would be printed today.

    `is_published` of a lost one whose loss was made public.
    """

    kind: CertificateKind
    status: CertificateStatus
    issued_on: date
    valid_until: date
    printed: Face = Face()
    present: Face = Face()
    is_published: bool = False


def renewal_from(valid_until: date, policy: Policy) -> date:
    """The first day on which a certificate with that last day can be renewed."""
    return months_earlier(valid_until, policy.renewal_window_months)


def examine_replacement(
    old: Predecessor, dossier: Dossier, cause: ReplacementCause | None, policy: Policy, day: date
) -> list[Finding]:
    """Every rule for a new card in the place of this one; without a cause, those that every cause has."""
    of_the_card = [_replaceable(old, cause, day)]
    if policy.publishes_loss and cause in {None, ReplacementCause.LOSS} and old.status is CertificateStatus.LOST:
        of_the_card.append(_published(old))
    if cause is not None and cause in ABOUT:
        of_the_card.append(_changed(old, cause))
    if not _is_new_field(old, policy):
        return [*of_the_card, *_without_the_old(old.kind, dossier, policy, day)]
    field = old.present.field
    other = N_("No pass in the special exam of the new field, %(field)s, is on record.")
    missing = NEW_FIELD_EXAMINED.broken(other, field=field)
    fitting = [fact for fact in dossier.results if _is_of(fact, field)]
    return [*of_the_card, *_narrowed(old.kind, dossier, fitting, missing, policy, day)]


def examine_renewal(old: Predecessor, dossier: Dossier, policy: Policy, day: date) -> list[Finding]:
    """Every rule for a new term after this one."""
    of_the_card = [_renewable(old, day), _in_time(old, policy, day)]
    if not policy.renewal_asks_exam:
        return [*of_the_card, *_without_the_old(old.kind, dossier, policy, day)]
    since = N_("The exam was passed, but not again since %(day)s, when the certificate was issued.")
    missing = EXAMINED_ANEW.broken(since, day=old.issued_on)
    fitting = [fact for fact in dossier.results if fact.held_on >= old.issued_on]
    return [*of_the_card, *_narrowed(old.kind, dossier, fitting, missing, policy, day)]


def _replaceable(old: Predecessor, cause: ReplacementCause | None, day: date) -> Finding:
    now = status_on(old.status, old.valid_until, day)
    if now not in ACTS[CertificateAct.REPLACE].leaves or day >= old.valid_until:
        message = N_("Only a valid or lost certificate whose last day is still to come can be replaced.")
        return Finding(rule=LAWFUL_MOVE, met=False, evidence=LAWFUL_MOVE.broken(message))
    if cause is not None and (cause is ReplacementCause.LOSS) is not (now is CertificateStatus.LOST):
        message = N_("A lost card is reported lost first, and then replaced for that reason.")
        return Finding(rule=LAWFUL_MOVE, met=False, evidence=LAWFUL_MOVE.broken(message))
    return _runs(old)


def _renewable(old: Predecessor, day: date) -> Finding:
    if status_on(old.status, old.valid_until, day) in ACTS[CertificateAct.RENEW].leaves:
        return _runs(old)
    message = N_("Only a valid certificate is renewed; another one is applied for anew.")
    return Finding(rule=LAWFUL_MOVE, met=False, evidence=LAWFUL_MOVE.broken(message))


def _runs(old: Predecessor) -> Finding:
    runs = N_("The present certificate runs until %(last)s.")
    return Finding(rule=LAWFUL_MOVE, met=True, evidence=LAWFUL_MOVE.broken(runs, last=old.valid_until))


def _published(old: Predecessor) -> Finding:
    heard = N_("The notice of the loss is on record.")
    unheard = N_("The loss has not been published; record the notice first.")
    evidence = LOSS_PUBLISHED.broken(heard if old.is_published else unheard)
    return Finding(rule=LOSS_PUBLISHED, met=old.is_published, evidence=evidence)


def _in_time(old: Predecessor, policy: Policy, day: date) -> Finding:
    first = renewal_from(old.valid_until, policy)
    window = N_("Its last day is %(last)s; it can be renewed from %(first)s on.")
    is_time = day >= first
    return Finding(
        rule=RENEWED_IN_TIME,
        met=is_time,
        evidence=RENEWED_IN_TIME.broken(window, last=old.valid_until, first=first),
        next_step="" if is_time else N_("Apply when the time has come."),
        earliest_on=None if is_time else first,
    )


def _changed(old: Predecessor, cause: ReplacementCause) -> Finding:
    """Whether what the card says is no longer what the register says, in what the cause is about."""
    printed, present = (
        ", ".join(word for name in ABOUT[cause] if (word := getattr(face, name))) or "—"
        for face in (old.printed, old.present)
    )
    compared = N_("The card says %(printed)s; the register says %(present)s.")
    is_other = printed != present
    return Finding(
        rule=CHANGE_ON_RECORD,
        met=is_other,
        evidence=CHANGE_ON_RECORD.broken(compared, printed=printed, present=present),
        next_step="" if is_other else N_("Have the change entered first, or name another cause."),
    )


def _is_new_field(old: Predecessor, policy: Policy) -> bool:
    asked = policy.special_exam_in_new_field and old.kind is CertificateKind.ENFORCEMENT
    before, now = old.printed.field, old.present.field
    return asked and bool(before) and bool(now) and now != before


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
