"""Succession: a card gives way to a new one that ends on the same day, or to a new term before its own ends."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.departments import Department
from registry.rules import RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import (
    CertificateAct,
    CertificateStatus,
    Finding,
    Predecessor,
    examine_renewal,
    examine_replacement,
    obstacles,
    renewing,
    replacing,
)
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies, tasks
from registry.services.certificates.dossiers import applicants
from registry.services.certificates.gate import Examined
from registry.services.certificates.issuing import reserve, write
from registry.services.certificates.listing import get
from registry.services.certificates.periods import begin, open_period


@dataclass(frozen=True, slots=True)
class Succession:
    """What the gate says of a holder who needs a new card; the card itself is no obstacle to its own successor."""

    card: Certificate
    findings: list[Finding]


def explain_replacement(session: Session, actor: Actor, *, certificate_id: int, today: date) -> Succession:
    """Every rule that a new card in place of this one has to meet."""
    card, policy = get(session, actor, certificate_id), policies.in_force(session, today)
    return Succession(card, list(_for_replacement(session, card, policy, today).findings))


def explain_renewal(session: Session, actor: Actor, *, certificate_id: int, today: date) -> Succession:
    """Every rule that a new term after this one has to meet."""
    card, policy = get(session, actor, certificate_id), policies.in_force(session, today)
    return Succession(card, list(_for_renewal(session, card, policy, today).findings))


def replace(
    session: Session,
    actor: Actor,
    *,
    certificate_id: int,
    cause: ReplacementCause,
    document_number: str,
    reason: str,
    today: date,
) -> Certificate:
    """Issue the successor of a card, to the same last day; RuleBroken says every reason why not."""
    actor.require(Action.CERTIFICATE_ISSUE)
    old, policy = _locked(session, certificate_id), policies.in_force(session, today)
    holder = _for_replacement(session, old, policy, today)
    broken = replacing(_facts(session, old), cause, document_number, reason, policy, today)
    if broken := [*broken, *obstacles(holder.findings)]:
        raise RuleBroken(broken)
    said = CertificatePeriod(
        status=CertificateStatus.REPLACED,
        act=CertificateAct.REPLACE,
        document_number=document_number.strip(),
        reason=reason.strip(),
    )
    return _succeed(session, actor, old, holder, said, policy, today, ends=old.valid_until, cause=cause)


def renew(session: Session, actor: Actor, *, certificate_id: int, document_number: str, today: date) -> Certificate:
    """Issue a certificate for a new term that begins today; the old one ends today. RuleBroken says all against it."""
    actor.require(Action.CERTIFICATE_ISSUE)
    old, policy = _locked(session, certificate_id), policies.in_force(session, today)
    holder = _for_renewal(session, old, policy, today)
    broken = renewing(_facts(session, old), document_number, policy, today)
    if broken := [*broken, *obstacles(holder.findings)]:
        raise RuleBroken(broken)
    said = CertificatePeriod(
        status=CertificateStatus.REPLACED, act=CertificateAct.RENEW, document_number=document_number.strip()
    )
    return _succeed(session, actor, old, holder, said, policy, today, ends=None)


def _succeed(
    session: Session,
    actor: Actor,
    old: Certificate,
    holder: Examined,
    said: CertificatePeriod,
    policy: Policy,
    today: date,
    *,
    ends: date | None,
    cause: ReplacementCause | None = None,
) -> Certificate:
    """The old card ends for good, the new one names it; each has its line in the trail."""
    before, given = old.status, reserve(session, [holder], old.kind, policy)
    said.from_on = max(today, open_period(session, old).from_on)
    begin(session, old, said)
    facts: dict[str, Any] = {"act": said.act, "from_on": said.from_on, "document_number": said.document_number}
    if cause is not None:
        facts["cause"] = cause
    audit.record(
        session,
        actor,
        Action.CERTIFICATE_MOVE,
        old,
        department_id=old.department_id,
        reason=said.reason or "",
        status=[before, old.status],
        **facts,
    )
    tasks.moved(session, actor, [old], today=today)
    last = {} if ends is None else {old.person_id: ends}
    after = {old.person_id: old.id}
    return write(session, actor, [holder], old.kind, policy, today, batch=None, given=given, after=after, ends=last)[0]


def _locked(session: Session, certificate_id: int) -> Certificate:
    return session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)


def _for_replacement(session: Session, card: Certificate, policy: Policy, day: date) -> Examined:
    holder = applicants(session, [card.person_id], kind=card.kind, day=day)[card.person_id]
    field = session.get_one(Department, holder.department_id).enforcement_field
    return Examined(holder, examine_replacement(_facts(session, card), holder.dossier, field, policy, day))


def _for_renewal(session: Session, card: Certificate, policy: Policy, day: date) -> Examined:
    holder = applicants(session, [card.person_id], kind=card.kind, day=day)[card.person_id]
    return Examined(holder, examine_renewal(_facts(session, card), holder.dossier, policy, day))


def _facts(session: Session, card: Certificate) -> Predecessor:
    return Predecessor(
        kind=card.kind,
        status=card.status,
        issued_on=card.issued_on,
        valid_until=card.valid_until,
        field=card.field,
        is_published=open_period(session, card).act is CertificateAct.PUBLISH_LOSS,
    )
