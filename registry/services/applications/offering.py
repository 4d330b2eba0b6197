"""For whom a unit may apply: its people who stand for a kind of certificate, each with the gate's verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import Appointment, Person
from registry.rules.applications import ApplicationNature
from registry.rules.certificates import LIVE, CertificateKind, Finding, applies_for, renewal_from
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import certificates, policies
from registry.services.applications.entering import under_way
from registry.services.certificates import Heir
from registry.services.narrowing import beginning_with

MOST_OFFERED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody of the unit: what the gate says, the card that a successor would follow, an application under way."""

    person_id: int
    name: str
    post: str
    findings: Sequence[Finding]
    card_id: int | None
    number: str | None
    valid_until: date | None
    application_id: int | None

    @property
    def unmet(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.met]

    @property
    def is_fit(self) -> bool:
        return not self.unmet and self.application_id is None


def offers(
    session: Session,
    actor: Actor,
    *,
    department_id: int,
    kind: CertificateKind,
    nature: ApplicationNature,
    text: str = "",
    today: date,
) -> list[Offer]:
    """Who of a unit may be applied for, and who may not and why; holders for a successor, the others for a first one.

    A renewal is offered in its window alone. At most four hundred, by name; `text` is the beginning of a name.
    """
    actor.require_unit(Action.APPLICATION_ENTER, department_id)
    people = _serving(session, department_id, kind, text)
    ids = [person.id for person, _post in people]
    cards, busy = _cards(session, ids, kind, today), under_way(session, ids, kind)
    if nature is ApplicationNature.NEW:
        wanted = [one for one in ids if one not in cards]
    else:
        policy = policies.in_force(session, today)
        early = nature is not ApplicationNature.RENEWAL
        wanted = [one for one in ids if one in cards and (early or _is_due(cards[one], policy, today))]
    findings = _findings(session, actor, wanted, kind, nature, cards, today)
    return [
        Offer(
            person_id=person.id,
            name=person.name,
            post=post.post,
            findings=findings[person.id],
            card_id=cards[person.id].id if person.id in cards else None,
            number=cards[person.id].number if person.id in cards else None,
            valid_until=cards[person.id].valid_until if person.id in cards else None,
            application_id=busy.get(person.id),
        )
        for person, post in people
        if person.id in findings
    ]


def _serving(
    session: Session, department_id: int, kind: CertificateKind, text: str
) -> list[tuple[Person, Appointment]]:
    query = (
        select(Person, Appointment)
        .join(Appointment, (Appointment.person_id == Person.id) & Appointment.until_on.is_(None))
        .where(Person.department_id == department_id, Person.withdrawn_on.is_(None))
        .order_by(Person.name_pinyin, Person.name, Person.id)
    )
    if wanted := "".join(text.split()):
        query = query.where(beginning_with(Person.name, wanted))
    found = ((row[0], row[1]) for row in session.execute(query))
    return [(one, post) for one, post in found if applies_for(kind, post.duty, post.establishment)][:MOST_OFFERED]


def _cards(session: Session, ids: Sequence[int], kind: CertificateKind, today: date) -> dict[int, Certificate]:
    """The live certificates of these people whose last day is still to come."""
    live = (Certificate.kind == kind, Certificate.status.in_(LIVE), Certificate.valid_until >= today)
    found = session.scalars(select(Certificate).where(Certificate.person_id.in_(ids), *live))
    return {card.person_id: card for card in found}


def _is_due(card: Certificate, policy: Policy, today: date) -> bool:
    return renewal_from(card.valid_until, policy) <= today


def _findings(
    session: Session,
    actor: Actor,
    ids: Sequence[int],
    kind: CertificateKind,
    nature: ApplicationNature,
    cards: Mapping[int, Certificate],
    today: date,
) -> dict[int, list[Finding]]:
    if nature is ApplicationNature.NEW:
        return certificates.explain_many(session, actor, person_ids=ids, kind=kind, today=today)
    heirs = [Heir(card_id=cards[one].id, nature=nature) for one in ids]
    plans = certificates.successions(session, heirs, today)
    return {one: list(plans[cards[one].id].findings) for one in ids}
