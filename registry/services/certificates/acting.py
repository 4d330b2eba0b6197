"""Acts on a certificate after its issue: asked of the table, written as a period, told with paper and organ."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.departments import Department
from registry.models.people import ApplicationBar, Person
from registry.models.training import Attendance
from registry.rules import RuleBroken
from registry.rules.certificates import (
    ACTS,
    BY_HAND,
    SOURCES,
    ActEntry,
    Case,
    CertificateAct,
    CertificateStatus,
    Organ,
    bar_until,
    renewal_from,
    status_on,
    unlawful,
)
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies, tasks
from registry.services.certificates.listing import get
from registry.services.certificates.organs import organs_about
from registry.services.certificates.periods import begin, expire, open_period
from registry.services.locking import hold_people


@dataclass(frozen=True, slots=True)
class Plan:
    """A certificate before an act: what the form shows, and the organs that may decide, the usual one first."""

    card: Certificate
    case: Case
    organs: tuple[str, ...]


def perform(
    session: Session, actor: Actor, *, certificate_id: int, act: CertificateAct, entry: ActEntry, today: date
) -> Certificate:
    """Do one act on a certificate; RuleBroken says everything against it. A revocation bars the holder."""
    actor.require(_permission(act))
    hold_people(session, [session.get_one(Certificate, certificate_id).person_id])
    card = session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    actor.require_unit(_permission(act), card.department_id)
    policy = policies.in_force(session, entry.day)
    case = _case(session, card, entry.day, today)
    if broken := unlawful(act, entry, case, policy, today):
        raise RuleBroken(broken)
    if case.status is not card.status:
        expire(session, actor, [card])
    organ = ACTS[act].decides[card.kind]
    decided_by = _unit_name(session, card) if organ is Organ.UNIT else case.organs.named(organ, entry.decided_by)
    write_act(session, actor, card, act, entry, policy, decided_by=decided_by, before=case.status)
    tasks.moved(session, actor, [card], today=today)
    _look_into(session, actor, card, act, entry, policy, today)
    return card


def _look_into(
    session: Session, actor: Actor, card: Certificate, act: CertificateAct, entry: ActEntry, policy: Policy, today: date
) -> None:
    """What an act leaves for somebody to see to: the end of a suspension, the notice of a loss."""
    if act is CertificateAct.SUSPEND and entry.ordered_until is not None:
        tasks.suspended(session, actor, card, ordered_until=entry.ordered_until)
    if act is CertificateAct.REPORT_LOST and policy.publishes_loss:
        tasks.loss_reported(session, actor, card, on=entry.day, today=today)
    if act is CertificateAct.PUBLISH_LOSS:
        tasks.loss_published(session, actor, card, today=today)


def plan(session: Session, actor: Actor, *, certificate_id: int, act: CertificateAct, today: date) -> Plan:
    """What the form of an act shows first. Changes nothing."""
    actor.require(_permission(act))
    card = get(session, actor, certificate_id)
    case = _case(session, card, today, today)
    return Plan(card, case, case.organs.of(ACTS[act].decides[card.kind]))


def offered(card: Certificate, policy: Policy, today: date) -> list[CertificateAct]:
    """What may be done with a certificate today, in the order of the table."""
    now = status_on(card.status, card.valid_until, today)
    return [act for act in ACTS if now in ACTS[act].leaves and _is_time(act, card, policy, today)]


def renewable_from(card: Certificate, policy: Policy, today: date) -> date | None:
    """From when on a certificate that counts can be renewed, while that day is still to come."""
    counts = status_on(card.status, card.valid_until, today) in ACTS[CertificateAct.RENEW].leaves
    first = renewal_from(card.valid_until, policy)
    return first if counts and today < first else None


def write_act(
    session: Session,
    actor: Actor,
    card: Certificate,
    act: CertificateAct,
    entry: ActEntry,
    policy: Policy,
    *,
    decided_by: str,
    before: CertificateStatus,
) -> None:
    """Write an act that the law allows: the period, the bar that it sets, and its line in the trail."""
    period = CertificatePeriod(
        status=ACTS[act].reaches,
        act=act,
        from_on=entry.day,
        document_number=entry.document_number.strip(),
        decided_by=decided_by,
        legal_basis=SOURCES[entry.basis] if entry.basis else ACTS[act].source,
        reason=entry.reason.strip(),
        ordered_until=entry.ordered_until,
        needs_retraining=entry.needs_retraining,
    )
    begin(session, card, period)
    facts: dict[str, Any] = {
        "act": act,
        "status": [before, card.status],
        "from_on": entry.day,
        "document_number": period.document_number,
        "decided_by": decided_by,
        "legal_basis": period.legal_basis,
        "ordered_until": entry.ordered_until,
        "needs_retraining": entry.needs_retraining or None,
        "barred_until": _bar(session, card, entry, policy) if ACTS[act].sets_bar else None,
    }
    audit.record(
        session,
        actor,
        Action.CERTIFICATE_MOVE,
        card,
        department_id=card.department_id,
        reason=period.reason,
        **{name: value for name, value in facts.items() if value is not None and value != ""},
    )


def end_by_decision(
    session: Session, actor: Actor, card: Certificate, act: CertificateAct, entry: ActEntry, policy: Policy
) -> None:
    """Do an act that follows from a decision about the holder, who was asked for the rules; never before its time."""
    first = open_period(session, card).from_on
    entry = replace(entry, day=max(entry.day, first))
    write_act(session, actor, card, act, entry, policy, decided_by=entry.decided_by.strip(), before=card.status)


def _permission(act: CertificateAct) -> Action:
    """What the table asks of whoever records an act; one without a form is refused by the table itself."""
    return ACTS[act].action if ACTS[act].is_by_hand else Action.CERTIFICATE_MOVE


def _case(session: Session, card: Certificate, day: date, today: date) -> Case:
    """A certificate today, and who may decide of it by an act of a day."""
    now, present = status_on(card.status, card.valid_until, today), open_period(session, card)
    is_over = now is not card.status
    person = session.get_one(Person, card.person_id)
    units = {card.department_id, person.department_id}
    return Case(
        kind=card.kind,
        status=now,
        first=card.valid_until + timedelta(days=1) if is_over else present.from_on,
        organs=organs_about(session, person_id=person.id, department_ids=units, day=day, today=today),
        ordered_until=present.ordered_until,
        needs_retraining=present.needs_retraining,
        retrained_on=_retrained(session, card.person_id, present.from_on) if present.needs_retraining else None,
    )


def _retrained(session: Session, person_id: int, since: date) -> date | None:
    """The first day on or after one on which somebody completed a training."""
    return session.scalar(
        select(func.min(Attendance.completed_on)).where(
            Attendance.person_id == person_id,
            Attendance.is_completed,
            Attendance.withdrawn_on.is_(None),
            Attendance.completed_on >= since,
        )
    )


def _is_time(act: CertificateAct, card: Certificate, policy: Policy, today: date) -> bool:
    """Whether an act that leads to a successor fits the days that are left."""
    if act is CertificateAct.REPLACE:
        return today < card.valid_until
    if act is CertificateAct.RENEW:
        return today >= renewal_from(card.valid_until, policy)
    return act in BY_HAND[status_on(card.status, card.valid_until, today)]


def _unit_name(session: Session, card: Certificate) -> str:
    return session.get_one(Department, card.department_id).name


def _bar(session: Session, card: Certificate, entry: ActEntry, policy: Policy) -> date | None:
    until_on = bar_until(entry.day, policy)
    if until_on is not None:
        session.add(
            ApplicationBar(
                person_id=card.person_id,
                from_on=entry.day,
                until_on=until_on,
                document_number=entry.document_number.strip(),
                reason=entry.reason.strip(),
            )
        )
    return until_on
