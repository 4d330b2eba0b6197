"""The gate: every rule that stands between a person and a certificate, met or not, with its evidence."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from registry.rules import Rule, Violation
from registry.rules.certificates.dossiers import Ahead, Bar, Dossier, Finding, Left
from registry.rules.certificates.kinds import CertificateKind, CertificateStatus
from registry.rules.departments import CONFIRMED_SUBJECT, Standing, entruster_has_fallen, may_enforce
from registry.rules.exams import ExamFact, ExamOutcome, ExamSubject, attempts_in, best_pass
from registry.rules.people import ON_ESTABLISHMENT, Duty, EndReason, Establishment, age_on
from registry.rules.policy import Policy, years_later
from registry.words import N_

IN_POST = Rule(code="CERT-1", title=N_("Is in post"), source="《河南省行政执法条例》第二十条第（一）项")
ON_THE_ESTABLISHMENT = Rule(
    code="CERT-2", title=N_("Is on the establishment"), source="《河南省行政执法条例》第二十条；省政府令第180号"
)
OF_AGE = Rule(code="CERT-3", title=N_("Is of age"), source="《河南省行政执法条例》第二十条第（二）项")
COMMON_LAW_PASSED = Rule(
    code="CERT-4", title=N_("Passed the exam in common legal knowledge"), source="《河南省行政执法条例》第二十一条"
)
SPECIAL_LAW_PASSED = Rule(
    code="CERT-5", title=N_("Passed the exam in special legal knowledge"), source="《河南省行政执法条例》第二十一条"
)
TRAINED = Rule(code="CERT-6", title=N_("Completed training"), source="《河南省行政执法条例》第二十一条")
NOT_BARRED = Rule(
    code="CERT-7", title=N_("No bar on application is in force"), source="《河南省行政执法条例》第四十五条、第四十六条"
)
NONE_HELD = Rule(
    code="CERT-8", title=N_("Holds no valid certificate of this kind"), source="本登记簿规则：同类有效证件一人一件"
)
SUPERVISOR_POST = Rule(
    code="CERT-9",
    title=N_("Has a supervision post or is an invited supervisor"),
    source="省政府令第180号第四条；《河南省行政执法条例》第四十一条",
)

NOT_DISQUALIFIED = Rule(
    code="CERT-21",
    title=N_("Has not lost the enforcement qualification"),
    source="《河南省行政执法条例》第四十五条、第四十六条",
)

# Every rule of the gate; which of them are asked depends on the kind of certificate and the policy.
GATE = (
    IN_POST,
    ON_THE_ESTABLISHMENT,
    OF_AGE,
    CONFIRMED_SUBJECT,
    COMMON_LAW_PASSED,
    SPECIAL_LAW_PASSED,
    SUPERVISOR_POST,
    TRAINED,
    NOT_DISQUALIFIED,
    NOT_BARRED,
    NONE_HELD,
)

SUBJECT_RULES: Mapping[ExamSubject, Rule] = {
    ExamSubject.COMMON_LAW: COMMON_LAW_PASSED,
    ExamSubject.SPECIAL_LAW: SPECIAL_LAW_PASSED,
}
SUBJECTS: Mapping[CertificateKind, tuple[ExamSubject, ...]] = {
    CertificateKind.ENFORCEMENT: (ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW),
    CertificateKind.SUPERVISION: (ExamSubject.COMMON_LAW,),
}


def examine(kind: CertificateKind, dossier: Dossier, policy: Policy, day: date) -> list[Finding]:
    """Every rule for that kind of certificate on that day, in the order the office checks them.

    Who lost the enforcement qualification supervises nobody's enforcement either: that rule is asked for both kinds.
    """
    invited = kind is CertificateKind.SUPERVISION and dossier.establishment is Establishment.INVITED
    findings = [_in_post(dossier, day)]
    if not invited:
        findings += [_on_the_establishment(dossier)]
    findings += [_of_age(dossier, policy, day), _subject_unit(dossier, day)]
    findings += [_passed(subject, dossier, policy, day) for subject in SUBJECTS[kind]]
    if kind is CertificateKind.SUPERVISION:
        findings.append(_supervisor_post(dossier))
    if _training_needed(kind, policy):
        findings.append(_trained(dossier, day))
    return [*findings, _not_disqualified(dossier), _not_barred(dossier, day), _none_held(dossier, day)]


def obstacles(findings: Sequence[Finding]) -> list[Violation]:
    """What stands in the way; an empty list means: certify."""
    return [finding.evidence for finding in findings if not finding.met]


def applies_for(kind: CertificateKind, duty: Duty | None, establishment: Establishment | None) -> bool:
    """Whether a candidate of an exam stands for that kind: supervisors for the one, everybody else for the other."""
    return _supervises(duty, establishment) == (kind is CertificateKind.SUPERVISION)


def _finding(
    rule: Rule, met: bool, evidence: str, next_step: str = "", *, earliest: date | None = None, **params: Any
) -> Finding:
    return Finding(
        rule=rule,
        met=met,
        evidence=rule.broken(evidence, **params),
        next_step="" if met else next_step,
        earliest_on=None if met else earliest,
    )


def _in_post(dossier: Dossier, day: date) -> Finding:
    since = dossier.in_post_since
    if since is not None and since <= day:
        return _finding(IN_POST, True, N_("In post since %(since)s."), since=since)
    if since is None and dossier.left is not None and dossier.left.on < day:
        return _left_the_post(dossier.left)
    return _finding(
        IN_POST,
        False,
        N_("Holds no post on %(day)s."),
        N_("The unit reports the appointment first."),
        day=day,
        earliest=since,
    )


HOW_LEFT: Mapping[EndReason, str] = {
    EndReason.TRANSFER: N_("Was transferred away on %(day)s and holds no post since."),
    EndReason.RETIREMENT: N_("Retired on %(day)s."),
    EndReason.RESIGNATION: N_("Resigned on %(day)s."),
    EndReason.DISMISSAL: N_("Was dismissed on %(day)s."),
    EndReason.DEATH: N_("Died on %(day)s."),
    EndReason.UNIT_ABOLISHED: N_("The unit was abolished; the post ended on %(day)s."),
}


def _left_the_post(left: Left) -> Finding:
    evidence = HOW_LEFT.get(left.reason, N_("The last post ended on %(day)s."))
    next_step = N_("Only a new appointment, reported by the unit, changes this.")
    if left.reason is EndReason.DEATH:
        next_step = N_("The application ends here.")
    return _finding(IN_POST, False, evidence, next_step, day=left.on)


def _on_the_establishment(dossier: Dossier) -> Finding:
    if dossier.establishment in ON_ESTABLISHMENT:
        return _finding(ON_THE_ESTABLISHMENT, True, N_("Is on the establishment by the unit's record."))
    return _finding(
        ON_THE_ESTABLISHMENT,
        False,
        N_(
            "Support, contract, temporary, agency and auxiliary workers and others off the establishment may not apply."
        ),
        N_("Only an appointment to the establishment, with its proof, changes this."),
    )


def _of_age(dossier: Dossier, policy: Policy, day: date) -> Finding:
    age = age_on(dossier.born_on, day)
    return _finding(
        OF_AGE,
        age >= policy.minimum_age,
        N_("Is %(age)s years old; the law asks for %(minimum)s."),
        N_("Apply again on the birthday."),
        age=age,
        minimum=policy.minimum_age,
        earliest=_birthday(dossier.born_on, policy.minimum_age),
    )


def _birthday(born_on: date, years: int) -> date:
    leap_child = born_on.month == 2 and born_on.day == 29
    day = years_later(born_on, years)
    return date.fromordinal(day.toordinal() + 1) if leap_child and day.day == 28 else day


def _subject_unit(dossier: Dossier, day: date) -> Finding:
    if may_enforce(dossier.standing, day):
        return _finding(
            CONFIRMED_SUBJECT,
            True,
            N_("%(unit)s: %(notice)s."),
            unit=dossier.standing.name,
            notice=dossier.standing.confirmation_notice or dossier.standing.entrusting_name or "",
        )
    if entruster_has_fallen(dossier.standing, day):
        return _finding(
            CONFIRMED_SUBJECT,
            False,
            N_("%(unit)s is entrusted by %(entruster)s, which is no confirmed enforcement subject on %(day)s."),
            N_("Record the confirmation of the entrusting unit, or the entrustment by another one, first."),
            unit=dossier.standing.name,
            entruster=dossier.standing.entrusting_name,
            day=day,
        )
    return _finding(
        CONFIRMED_SUBJECT,
        False,
        N_("%(unit)s is no confirmed enforcement subject and not validly entrusted on %(day)s."),
        N_("Record the confirmation notice or the entrustment of the unit first."),
        unit=dossier.standing.name,
        day=day,
        earliest=_subject_from(dossier.standing, day),
    )


def _subject_from(standing: Standing, day: date) -> date | None:
    """The first day of a confirmation or entrustment that is on record and has not begun."""
    begins = (standing.confirmed_on, standing.entrusted_from)
    return next((since for since in begins if since and since > day and may_enforce(standing, since)), None)


def _passed(subject: ExamSubject, dossier: Dossier, policy: Policy, day: date) -> Finding:
    rule = SUBJECT_RULES[subject]
    best = best_pass(dossier.results, subject, day, policy.exam_attempts)
    if best is None:
        return _not_passed(rule, subject, dossier, policy, day)
    if best.is_supposed:
        evidence = rule.broken(N_("Supposed: passes on %(day)s."), day=best.held_on)
        return Finding(rule=rule, met=True, evidence=evidence, is_supposed=True)
    return Finding(rule=rule, met=True, evidence=_score_line(rule, best), result_id=best.result_id)


def _not_passed(rule: Rule, subject: ExamSubject, dossier: Dossier, policy: Policy, day: date) -> Finding:
    sat = attempts_in(dossier.results, subject, day)
    ahead = sittings_ahead(dossier, subject, policy, day)
    spent = _attempts_in_year(dossier, subject, day) >= policy.exam_attempts
    next_step = N_("Enter for the next sitting and pass it.")
    if spent:
        next_step = N_("The attempts of this year are used up: enter for a sitting of next year and pass it.")
    return Finding(
        rule=rule,
        met=False,
        evidence=_why_not_passed(rule, subject, dossier, policy, day, sat),
        next_step=next_step,
        earliest_on=ahead[0].held_on if ahead else None,
        ahead=ahead,
    )


def sittings_ahead(dossier: Dossier, subject: ExamSubject, policy: Policy, day: date) -> list[Ahead]:
    """The announced sittings of a subject in whose year an attempt is left."""
    coming = (one for one in dossier.ahead if one.subject is subject and one.held_on >= day)
    return [one for one in coming if _attempts_in_year(dossier, subject, one.held_on) < policy.exam_attempts]


def _attempts_in_year(dossier: Dossier, subject: ExamSubject, day: date) -> int:
    return sum(fact.held_on.year == day.year for fact in attempts_in(dossier.results, subject, day))


def _why_not_passed(
    rule: Rule, subject: ExamSubject, dossier: Dossier, policy: Policy, day: date, sat: Sequence[ExamFact]
) -> Violation:
    late = [fact for fact in sat if fact.passed]
    if late:
        message = N_("The pass of %(day)s does not count: %(allowed)s attempts of that year came before it.")
        return rule.broken(message, day=late[-1].held_on, allowed=policy.exam_attempts)
    if sat:
        return _score_line(rule, max(sat, key=lambda fact: (fact.score or Decimal(0), fact.held_on)))
    if _missed(dossier, subject, day):
        return rule.broken(N_("Was absent from the exam, or the result was annulled."))
    return rule.broken(N_("Has not sat this exam."))


def _missed(dossier: Dossier, subject: ExamSubject, day: date) -> bool:
    missed = (f for f in dossier.results if f.subject is subject and f.outcome is not ExamOutcome.SCORED)
    return any(fact.held_on <= day for fact in missed)


def _score_line(rule: Rule, fact: ExamFact) -> Violation:
    return rule.broken(
        N_("%(sitting)s on %(day)s: %(score)s of at least %(mark)s."),
        sitting=fact.sitting,
        day=fact.held_on,
        score=_plain(fact.score),
        mark=_plain(fact.pass_mark),
    )


def _plain(number: Decimal | None) -> str:
    return "—" if number is None else f"{number.normalize():f}"


def _supervisor_post(dossier: Dossier) -> Finding:
    met = _supervises(dossier.duty, dossier.establishment)
    return _finding(
        SUPERVISOR_POST,
        met,
        N_("Has a supervision post.") if met else N_("Has no supervision post and is no invited supervisor."),
        N_("The unit appoints the person to a supervision post first."),
    )


def _supervises(duty: Duty | None, establishment: Establishment | None) -> bool:
    return duty is Duty.SUPERVISION or establishment is Establishment.INVITED


def _training_needed(kind: CertificateKind, policy: Policy) -> bool:
    enforcement = kind is CertificateKind.ENFORCEMENT
    return policy.training_before_certificate if enforcement else policy.training_before_supervision


def _trained(dossier: Dossier, day: date) -> Finding:
    done = dossier.trained_on
    if done is not None and done <= day:
        return _finding(TRAINED, True, N_("Completed training on %(day)s."), day=done)
    return _finding(
        TRAINED,
        False,
        N_("No completed training is on record."),
        N_("Complete a training course; the unit or platform reports it."),
    )


def _not_disqualified(dossier: Dossier) -> Finding:
    if (loss := dossier.loss) is None:
        return _finding(NOT_DISQUALIFIED, True, N_("No decision that takes the qualification away stands."))
    return _finding(
        NOT_DISQUALIFIED,
        False,
        N_("Disqualified on %(day)s by %(organ)s, %(document)s."),
        N_("Only a later decision that lifts it opens the way again."),
        day=loss.decided_on,
        organ=loss.decided_by,
        document=loss.document_number,
    )


def _not_barred(dossier: Dossier, day: date) -> Finding:
    return barred(dossier.bars, day) or _finding(NOT_BARRED, True, N_("No bar is on record for this day."))


def barred(bars: Sequence[Bar], day: date) -> Finding | None:
    """The finding against whoever is barred on that day; None for everybody else."""
    in_force = [bar for bar in bars if bar.from_on <= day <= bar.until_on]
    if not in_force:
        return None
    longest = max(in_force, key=lambda bar: bar.until_on)
    return _finding(
        NOT_BARRED,
        False,
        N_("Barred until %(until)s by %(document)s."),
        N_("Apply again when the bar has ended."),
        until=longest.until_on,
        document=longest.document_number,
        earliest=date.fromordinal(longest.until_on.toordinal() + 1),
    )


# How a live certificate of the same kind stands, and what its holder does instead of applying.
STANDS_IN_THE_WAY = {
    CertificateStatus.ACTIVE: (
        N_("Holds certificate %(number)s, valid until %(until)s."),
        N_("A holder's certificate is renewed or replaced, not issued twice."),
    ),
    CertificateStatus.SUSPENDED: (N_("Certificate %(number)s is suspended."), N_("Only the bureau may reinstate it.")),
    CertificateStatus.LOST: (N_("Certificate %(number)s is reported lost."), N_("Ask the bureau to replace it.")),
}


def _none_held(dossier: Dossier, day: date) -> Finding:
    held = dossier.held
    if held is None or held.valid_until < day:
        return _finding(NONE_HELD, True, N_("Holds none."))
    return _finding(
        NONE_HELD,
        False,
        *STANDS_IN_THE_WAY[held.status],
        number=held.number,
        until=held.valid_until,
        earliest=date.fromordinal(held.valid_until.toordinal() + 1)
        if held.status is CertificateStatus.ACTIVE
        else None,
    )
