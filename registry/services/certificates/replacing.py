"""Replacement: a lost, damaged or outdated card gives way to a new one that ends on the same day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.rules import RuleBroken, Violation
from registry.rules.certificates import (
    LAWFUL_MOVE,
    NAMES_ITS_DOCUMENT,
    NEXT,
    NONE_HELD,
    CertificateAct,
    CertificateStatus,
    Finding,
    obstacles,
    status_on,
)
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.services.certificates.gate import Examined, examined
from registry.services.certificates.issuing import reserve, write
from registry.services.certificates.listing import get
from registry.services.certificates.moving import begin, open_period
from registry.words import N_


@dataclass(frozen=True, slots=True)
class Replacement:
    """What the gate says of a holder who needs a new card; the card itself is no obstacle to its own successor."""

    card: Certificate
    findings: list[Finding]


def explain_replacement(session: Session, actor: Actor, *, certificate_id: int, today: date) -> Replacement:
    """Every rule that a new card in place of this one has to meet."""
    card = get(session, actor, certificate_id)
    return Replacement(card, list(_examined(session, card, today).findings))


def may_replace(status: CertificateStatus, valid_until: date, today: date) -> bool:
    """Whether a card of that status can give way to a new one that ends on the same day."""
    return CertificateStatus.REPLACED in NEXT[status_on(status, valid_until, today)] and today < valid_until


def replace(
    session: Session, actor: Actor, *, certificate_id: int, document_number: str, reason: str, today: date
) -> Certificate:
    """Issue the successor of a certificate; RuleBroken says every reason why not. The old one is replaced for good."""
    actor.require(Action.CERTIFICATE_ISSUE)
    old = session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    holder = _examined(session, old, today)
    if broken := [*_obstacles(old, document_number, reason, today), *obstacles(holder.findings)]:
        raise RuleBroken(broken)
    before, policy = old.status, policies.in_force(session, today)
    given = reserve(session, [holder], old.kind, policy)
    first = max(today, open_period(session, old).from_on)
    said = {"document_number": document_number.strip(), "reason": reason.strip()}
    begin(
        session,
        old,
        CertificatePeriod(status=CertificateStatus.REPLACED, act=CertificateAct.REPLACE, from_on=first, **said),
    )
    audit.record(
        session,
        actor,
        Action.CERTIFICATE_MOVE,
        old,
        department_id=old.department_id,
        reason=reason.strip(),
        status=[before, old.status],
        from_on=first,
        document_number=document_number.strip(),
    )
    ends = {old.person_id: old.valid_until}
    after = {old.person_id: old.id}
    return write(session, actor, [holder], old.kind, policy, today, batch=None, given=given, after=after, ends=ends)[0]


def _examined(session: Session, card: Certificate, day: date) -> Examined:
    found = examined(session, [card.person_id], kind=card.kind, day=day)[card.person_id]
    return Examined(found.applicant, [finding for finding in found.findings if finding.rule is not NONE_HELD])


def _obstacles(card: Certificate, document_number: str, reason: str, today: date) -> list[Violation]:
    found = []
    if not may_replace(card.status, card.valid_until, today):
        message = N_("Only a valid or lost certificate whose last day is still to come can be replaced.")
        found.append(LAWFUL_MOVE.broken(message))
    if not document_number.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Name the number of the document that decides it.")))
    if not reason.strip():
        found.append(NAMES_ITS_DOCUMENT.broken(N_("Say why the certificate is replaced.")))
    return found
