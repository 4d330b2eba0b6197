"""Issuing and refusing: the act itself, for one person or for many, each on the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.db import add_rows
from registry.models.certificates import Certificate, CertificatePeriod, Refusal
from registry.models.exams import ExamResult, Qualification
from registry.rules import Violation
from registry.rules.certificates import (
    ACTS,
    LIVE,
    SUBJECT_RULES,
    CertificateAct,
    CertificateKind,
    CertificateStatus,
    Finding,
    last_day,
)
from registry.rules.departments import Profile
from registry.rules.exams import ExamSubject
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import numbers, policies, tasks
from registry.services.certificates.gate import Examined, examined, sorted_out
from registry.services.certificates.periods import expire
from registry.services.changes import in_chunks
from registry.services.departments import profiles_on
from registry.services.locking import hold_people

PATTERNS: Mapping[CertificateKind, str] = {
    CertificateKind.ENFORCEMENT: "enforcement_number_pattern",
    CertificateKind.SUPERVISION: "supervision_number_pattern",
}

Passes: TypeAlias = tuple[int | None, int | None]  # ids of the results in the common and the special subject


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an application came to: a certificate, or a refusal with every reason."""

    certificate: Certificate | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What came of a batch; holders already have a valid certificate and were left alone."""

    issued: Sequence[Certificate]
    refused: Sequence[Refusal]
    holder_count: int


def issue(session: Session, actor: Actor, *, person_id: int, kind: CertificateKind, today: date) -> Outcome:
    """Issue to one person, or put the refusal on record. Nothing and nobody goes around the gate."""
    actor.require(Action.CERTIFICATE_ISSUE)
    hold_people(session, [person_id])
    found = examined(session, [person_id], kind=kind, day=today)[person_id]
    policy = policies.in_force(session, today)
    if found.is_eligible:
        return Outcome(grant(session, actor, [found], kind, policy, today, batch=None)[0], None)
    return Outcome(None, refuse(session, actor, [found], kind, policy, today, batch=None)[0])


def issue_batch(
    session: Session, actor: Actor, *, person_ids: Sequence[int], kind: CertificateKind, today: date
) -> BatchOutcome:
    """Issue to everyone who may have a certificate; refuse the others on record, each with the reasons."""
    actor.require(Action.CERTIFICATE_ISSUE)
    hold_people(session, person_ids)
    found = examined(session, person_ids, kind=kind, day=today)
    sorted_people = sorted_out([found[one] for one in dict.fromkeys(person_ids) if one in found])
    policy, batch = policies.in_force(session, today), f"certificates-{today:%Y%m%d}-{token_hex(4)}"
    issued = grant(session, actor, sorted_people.eligible, kind, policy, today, batch=batch)
    refused = refuse(session, actor, sorted_people.refused, kind, policy, today, batch=batch)
    return BatchOutcome(issued, refused, len(sorted_people.holders))


def plain(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as they are kept with a refusal: text and booleans only."""
    return [
        {
            "code": finding.rule.code,
            "title": finding.rule.title,
            "source": finding.rule.source,
            "met": finding.met,
            "message": finding.evidence.message,
            "params": {name: str(value) for name, value in finding.evidence.params.items()},
            "next_step": finding.next_step,
            "earliest_on": finding.earliest_on.isoformat() if finding.earliest_on else None,
            "ahead": [
                {"sitting_id": one.sitting_id, "title": one.title, "held_on": one.held_on.isoformat()}
                for one in finding.ahead
            ],
        }
        for finding in findings
    ]


def grant(
    session: Session,
    actor: Actor,
    people: Sequence[Examined],
    kind: CertificateKind,
    policy: Policy,
    day: date,
    *,
    batch: str | None,
) -> list[Certificate]:
    """Certificates under the next numbers for people whom the gate let pass, in order; who may is asked before."""
    if not people:
        return []
    given = reserve(session, people, kind, policy)
    closed = close_expired(session, actor, [one.applicant.person_id for one in people], kind, day, batch=batch)
    return write(session, actor, people, kind, policy, day, batch=batch, given=given, after=closed, ends={})


def reserve(session: Session, people: Sequence[Examined], kind: CertificateKind, policy: Policy) -> list[str]:
    """Hold the results that certificates will rest on, and take their numbers.

    Before the trail is written: everybody comes to its end last, so that nobody waits there for somebody who waits.
    No correction comes between the gate and the certificate now; one that came first stops it in the schema.
    """
    hold_results(session, people)
    return numbers.numbers(session, pattern_of(session, kind, policy), len(people))


def hold_series(session: Session, kinds: Iterable[CertificateKind], policy: Policy) -> None:
    """Lock the number series of these kinds, in one order for everybody, for as long as the transaction lasts."""
    for kind in sorted(kinds):
        numbers.hold(session, pattern_of(session, kind, policy))


def hold_cards(session: Session, certificate_ids: Iterable[int | None]) -> None:
    """Lock certificates that are to give way, in one order for everybody, and see them as they are now."""
    for chunk in in_chunks(sorted({one for one in certificate_ids if one is not None})):
        these = select(Certificate).where(Certificate.id.in_(chunk)).order_by(Certificate.id).with_for_update()
        session.scalars(these.execution_options(populate_existing=True)).all()


def pattern_of(session: Session, kind: CertificateKind, policy: Policy) -> str:
    """The number pattern of a kind in the jurisdiction of this office."""
    return numbers.of_division(getattr(policy, PATTERNS[kind]), policies.office(session).division_code)


def hold_results(session: Session, people: Sequence[Examined]) -> None:
    """Lock the results that certificates will rest on against a correction, in one order for everybody."""
    results = sorted({result_id for one in people for result_id in _passes(one) if result_id is not None})
    for chunk in in_chunks(results):
        session.execute(
            select(ExamResult.id).where(ExamResult.id.in_(chunk)).order_by(ExamResult.id).with_for_update(read=True)
        )


def write(
    session: Session,
    actor: Actor,
    people: Sequence[Examined],
    kind: CertificateKind,
    policy: Policy,
    day: date,
    *,
    batch: str | None,
    given: Sequence[str],
    after: Mapping[int, int],
    ends: Mapping[int, date],
) -> list[Certificate]:
    """Write certificates of people whom the gate let pass, under the numbers `given`.

    By person: `after` the predecessor, `ends` the last day.
    """
    qualified = _qualify(session, people, kind, policy, day)
    units, authority = profiles_on(session, day), policies.office(session).certificate_authority
    rows = [
        _certificate_row(one, kind, policy, day, number=number, unit=units[one.applicant.department_id])
        | {
            "qualification_id": qualified[one.applicant.person_id],
            "predecessor_id": after.get(one.applicant.person_id),
            "valid_until": ends.get(one.applicant.person_id) or last_day(day, policy),
        }
        for one, number in zip(people, given, strict=True)
    ]
    add_rows(session, Certificate, rows)
    by_number = _by_number(session, given)
    issued = [by_number[number] for number in given]
    add_rows(
        session,
        CertificatePeriod,
        [
            {
                "certificate_id": one.id,
                "status": CertificateStatus.ACTIVE,
                "from_on": one.valid_from,
                "act": CertificateAct.ISSUE,
                "decided_by": authority,
                "legal_basis": ACTS[CertificateAct.ISSUE].source,
            }
            for one in issued
        ],
    )
    acts = [_act(one, number=one.number, kind=kind, person_id=one.person_id, policy=policy.version) for one in issued]
    audit.record_many(session, actor, Action.CERTIFICATE_ISSUE, acts, batch=batch)
    return issued


def _by_number(session: Session, given: Sequence[str]) -> dict[str, Certificate]:
    """Certificates by their numbers. Written and then read they come in half the time of rows returned as written."""
    found: dict[str, Certificate] = {}
    for chunk in in_chunks(given):
        found |= {one.number: one for one in session.scalars(select(Certificate).where(Certificate.number.in_(chunk)))}
    return found


def _certificate_row(
    one: Examined, kind: CertificateKind, policy: Policy, day: date, *, number: str, unit: Profile
) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": number,
        "check_code": numbers.check_code(),
        "person_id": one.applicant.person_id,
        "department_id": one.applicant.department_id,
        "holder_name": one.applicant.name,
        "field": unit.field,
        "area": unit.area,
        "issued_on": day,
        "valid_from": day,
        "status": CertificateStatus.ACTIVE,
        "policy_id": policy.version,
    }


def _qualify(
    session: Session, people: Sequence[Examined], kind: CertificateKind, policy: Policy, day: date
) -> dict[int, int]:
    """The qualification of each person, resting on the very results the gate found; made where there is none yet."""
    wanted = {one.applicant.person_id: _passes(one) for one in people}
    known = _qualified(session, wanted, kind)
    rows = [
        {
            "person_id": person_id,
            "kind": kind,
            "common_result_id": common,
            "special_result_id": special,
            "policy_id": policy.version,
            "qualified_on": day,
        }
        for person_id, (common, special) in wanted.items()
        if person_id not in known
    ]
    if not rows:
        return known
    add_rows(session, Qualification, rows)
    return _qualified(session, wanted, kind)


def _qualified(session: Session, wanted: Mapping[int, Passes], kind: CertificateKind) -> dict[int, int]:
    """The qualifications of this kind that rest on the wanted results, by person."""
    known: dict[int, int] = {}
    for chunk in in_chunks(list(wanted)):
        standing = session.scalars(
            select(Qualification).where(Qualification.kind == kind, Qualification.person_id.in_(chunk))
        )
        known |= {
            row.person_id: row.id
            for row in standing
            if (row.common_result_id, row.special_result_id) == wanted[row.person_id]
        }
    return known


def _passes(one: Examined) -> Passes:
    by_rule = {finding.rule.code: finding.result_id for finding in one.findings}
    common, special = (by_rule.get(SUBJECT_RULES[subject].code) for subject in ExamSubject)
    return common, special


def close_expired(
    session: Session, actor: Actor, person_ids: Sequence[int], kind: CertificateKind, day: date, *, batch: str | None
) -> dict[int, int]:
    """Certificates whose last day is over but whose period still stands open: closed as expired. Ids by holder.

    One that somebody issued since the gate was asked is not over and stays; the schema then refuses a second one.
    """
    closed: dict[int, int] = {}
    for chunk in in_chunks(person_ids):
        over = session.scalars(
            select(Certificate).where(
                Certificate.person_id.in_(chunk),
                Certificate.kind == kind,
                Certificate.status.in_(LIVE),
                Certificate.valid_until < day,
            )
        ).all()
        expire(session, actor, over, batch=batch)
        tasks.moved(session, actor, over, today=day)
        closed |= {card.person_id: card.id for card in over}
    return closed


def refuse(
    session: Session,
    actor: Actor,
    people: Sequence[Examined],
    kind: CertificateKind,
    policy: Policy,
    day: date,
    *,
    batch: str | None,
) -> list[Refusal]:
    """A refusal for each. Asking again on the same day shows the same one while every finding is still the same."""
    latest = _refused_today(session, [one.applicant.person_id for one in people], kind, day)
    refusals = {
        one.applicant.person_id: Refusal(
            person_id=one.applicant.person_id,
            department_id=one.applicant.department_id,
            kind=kind,
            refused_on=day,
            serial=latest[one.applicant.person_id].serial + 1 if one.applicant.person_id in latest else 1,
            findings=plain(one.findings),
            policy_id=policy.version,
        )
        for one in people
        if not _says_the_same(latest.get(one.applicant.person_id), one)
    }
    session.add_all(refusals.values())
    session.flush()
    unmet = {one.applicant.person_id: one.unmet for one in people}
    acts = [_refusal_act(refusal, unmet[person_id]) for person_id, refusal in refusals.items()]
    audit.record_many(session, actor, Action.CERTIFICATE_REFUSE, acts, batch=batch)
    return list((latest | refusals).values())


def _says_the_same(refusal: Refusal | None, one: Examined) -> bool:
    if refusal is None or refusal.department_id != one.applicant.department_id:
        return False
    return refusal.findings == plain(one.findings)


def _refused_today(session: Session, person_ids: Sequence[int], kind: CertificateKind, day: date) -> dict[int, Refusal]:
    """The latest refusal of the day by person."""
    known: dict[int, Refusal] = {}
    for chunk in in_chunks(person_ids):
        of_the_day = (Refusal.kind == kind, Refusal.refused_on == day, Refusal.person_id.in_(chunk))
        rows = session.scalars(select(Refusal).where(*of_the_day).order_by(Refusal.serial))
        known |= {row.person_id: row for row in rows}
    return known


def _refusal_act(refusal: Refusal, unmet: Sequence[Finding]) -> audit.Act:
    reasons: list[Violation] = [finding.evidence for finding in unmet]
    return audit.Act(
        subject_type=Refusal.__tablename__,
        subject_id=refusal.id,
        department_id=refusal.department_id,
        facts={
            "person_id": refusal.person_id,
            "kind": refusal.kind,
            "rules": [reason.code for reason in reasons],
            "reasons": [reason.in_words() for reason in reasons],
        },
    )


def _act(certificate: Certificate, **facts: Any) -> audit.Act:
    return audit.Act(
        subject_type=Certificate.__tablename__,
        subject_id=certificate.id,
        department_id=certificate.department_id,
        facts=facts,
    )
