"""Succession: a card gives way to a new one that ends on the same day, or to a new term before its own ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationNature, ReplacementCause
from registry.rules.certificates import (
    ACTS,
    GIVES_WAY,
    CertificateKind,
    Finding,
    examine_renewal,
    examine_replacement,
    obstacles,
    unsaid,
)
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies
from registry.services.certificates.dossiers import applicants
from registry.services.certificates.following import Following, Heir, cards_of, succeed
from registry.services.certificates.gate import Examined
from registry.services.certificates.issuing import reserve
from registry.services.certificates.predecessors import predecessors
from registry.services.locking import hold_people


@dataclass(frozen=True, slots=True)
class Succession:
    """What stands for and against a holder's new card; the card itself is no obstacle to its own successor."""

    card: Certificate
    holder: Examined

    @property
    def findings(self) -> Sequence[Finding]:
        return self.holder.findings


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
    policy, cards = policies.in_force(session, day), cards_of(session, [one.card_id for one in heirs])
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


def follow(session: Session, actor: Actor, *, heir: Heir, today: date) -> Certificate:
    """Issue what is to follow a certificate, at the next number; RuleBroken says every reason why not."""
    actor.require(Action.CERTIFICATE_ISSUE)
    hold_people(session, [session.get_one(Certificate, heir.card_id).person_id])
    old = session.get_one(Certificate, heir.card_id, with_for_update=True, populate_existing=True)
    holder = successions(session, [heir], today)[old.id].holder
    terms = ACTS[GIVES_WAY[heir.nature]]
    if broken := [*obstacles(holder.findings), *unsaid(terms, old.kind, heir.document_number, heir.reason)]:
        raise RuleBroken(broken)
    policy = policies.in_force(session, today)
    return follow_many(session, actor, [(heir, holder)], old.kind, policy, today, batch=None)[0]


def follow_many(
    session: Session,
    actor: Actor,
    wanted: Sequence[tuple[Heir, Examined]],
    kind: CertificateKind,
    policy: Policy,
    day: date,
    *,
    batch: str | None,
) -> list[Certificate]:
    """Successors at the next numbers for people whom the gate let pass, in order; who may is asked before."""
    given = reserve(session, [holder for _, holder in wanted], kind, policy)
    following = [
        Following(heir=heir, holder=holder, number=number) for (heir, holder), number in zip(wanted, given, strict=True)
    ]
    return succeed(session, actor, following, kind, policy, day, batch=batch)


def _by_kind(cards: Iterable[Certificate]) -> dict[CertificateKind, list[int]]:
    found: dict[CertificateKind, list[int]] = {}
    for card in cards:
        found.setdefault(card.kind, []).append(card.person_id)
    return found
