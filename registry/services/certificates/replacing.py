"""Succession: a card gives way to a new one that ends on the same day, or to a new term before its own ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import Person
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationNature, ReplacementCause
from registry.rules.certificates import (
    ACTS,
    CertificateAct,
    CertificateKind,
    Finding,
    examine_renewal,
    examine_replacement,
    obstacles,
    unsaid_of,
)
from registry.rules.permissions import Action, Actor
from registry.services import policies, tasks
from registry.services.certificates.dossiers import applicants
from registry.services.certificates.gate import Examined
from registry.services.certificates.issuing import reserve, write
from registry.services.certificates.periods import begin, open_period
from registry.services.certificates.predecessors import predecessors
from registry.services.changes import in_chunks


@dataclass(frozen=True, slots=True)
class Succession:
    """What stands for and against a holder's new card; the card itself is no obstacle to its own successor."""

    card: Certificate
    holder: Examined

    @property
    def findings(self) -> Sequence[Finding]:
        return self.holder.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """What is to follow a certificate: a renewal or a replacement, and why it is replaced, as far as that is known."""

    card_id: int
    nature: ApplicationNature
    cause: ReplacementCause | None = None
    document_number: str = ""
    reason: str = ""


def explain_successor(
    session: Session, actor: Actor, *, certificate_id: int, nature: ApplicationNature, today: date
) -> Succession:
    """Every rule that a certificate after this one has to meet; Denied but for the units of the card and the holder."""
    actor.require(Action.CERTIFICATE_VIEW)
    card = session.get_one(Certificate, certificate_id)
    if session.get_one(Person, card.person_id).department_id != actor.department_id:
        actor.require_unit(Action.CERTIFICATE_VIEW, card.department_id)
    return successions(session, [Heir(card_id=card.id, nature=nature)], today)[card.id]


def successions(session: Session, heirs: Sequence[Heir], day: date) -> dict[int, Succession]:
    """What stands for and against each on a day, by the id of the card that gives way; a few queries for a thousand."""
    policy, cards = policies.in_force(session, day), _cards(session, [one.card_id for one in heirs])
    old = predecessors(session, list(cards.values()), day)
    people = {kind: applicants(session, ids, kind=kind, day=day) for kind, ids in _by_kind(cards.values()).items()}
    found = {}
    for one in heirs:
        card = cards[one.card_id]
        holder = people[card.kind][card.person_id]
        if one.nature is ApplicationNature.RENEWAL:
            findings = examine_renewal(old[card.id], holder.dossier, policy, day)
        else:
            findings = examine_replacement(old[card.id], holder.dossier, one.cause, policy, day)
        found[card.id] = Succession(card, Examined(holder, findings))
    return found


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
    said = {"document_number": document_number, "reason": reason}
    heir = Heir(card_id=certificate_id, nature=ApplicationNature.REPLACEMENT, cause=cause, **said)
    return follow(session, actor, heir=heir, today=today)


def renew(session: Session, actor: Actor, *, certificate_id: int, document_number: str, today: date) -> Certificate:
    """Issue a certificate for a new term that begins today; the old one ends today. RuleBroken says all against it."""
    heir = Heir(card_id=certificate_id, nature=ApplicationNature.RENEWAL, document_number=document_number)
    return follow(session, actor, heir=heir, today=today)


def follow(session: Session, actor: Actor, *, heir: Heir, today: date, batch: str | None = None) -> Certificate:
    """Issue what is to follow a certificate, at the next number; RuleBroken says every reason why not."""
    actor.require(Action.CERTIFICATE_ISSUE)
    old = session.get_one(Certificate, heir.card_id, with_for_update=True, populate_existing=True)
    renews, holder = heir.nature is ApplicationNature.RENEWAL, successions(session, [heir], today)[old.id].holder
    unsaid = unsaid_of(heir.document_number, None if renews else heir.reason)
    if broken := [*obstacles(holder.findings), *unsaid]:
        raise RuleBroken(broken)
    number = reserve(session, [holder], old.kind, policies.in_force(session, today))[0]
    ends = None if renews else old.valid_until
    return succeed(session, actor, old, heir, holder, number=number, day=today, ends=ends, batch=batch)


def succeed(
    session: Session,
    actor: Actor,
    old: Certificate,
    heir: Heir,
    holder: Examined,
    *,
    number: str,
    day: date,
    ends: date | None,
    batch: str | None = None,
) -> Certificate:
    """The old card ends for good, the new one names it; each has its line in the trail. The law was asked before."""
    policy, before = policies.in_force(session, day), old.status
    act = CertificateAct.RENEW if heir.nature is ApplicationNature.RENEWAL else CertificateAct.REPLACE
    said = CertificatePeriod(
        status=ACTS[act].reaches,
        act=act,
        legal_basis=ACTS[act].source,
        from_on=max(day, open_period(session, old).from_on),
        document_number=heir.document_number.strip(),
        reason=heir.reason.strip(),
    )
    begin(session, old, said)
    facts: dict[str, Any] = {"act": said.act, "from_on": said.from_on, "document_number": said.document_number}
    if heir.cause is not None:
        facts["cause"] = heir.cause
    audit.record(
        session,
        actor,
        Action.CERTIFICATE_MOVE,
        old,
        department_id=old.department_id,
        reason=said.reason,
        batch=batch,
        status=[before, old.status],
        **facts,
    )
    tasks.moved(session, actor, [old], today=day)
    last, after = {} if ends is None else {old.person_id: ends}, {old.person_id: old.id}
    made = write(session, actor, [holder], old.kind, policy, day, batch=batch, given=[number], after=after, ends=last)
    return made[0]


def _cards(session: Session, certificate_ids: Sequence[int]) -> dict[int, Certificate]:
    found: dict[int, Certificate] = {}
    for chunk in in_chunks(certificate_ids):
        found |= {card.id: card for card in session.scalars(select(Certificate).where(Certificate.id.in_(chunk)))}
    return found


def _by_kind(cards: Iterable[Certificate]) -> dict[CertificateKind, list[int]]:
    found: dict[CertificateKind, list[int]] = {}
    for card in cards:
        found.setdefault(card.kind, []).append(card.person_id)
    return found
