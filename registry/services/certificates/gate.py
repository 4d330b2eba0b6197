"""The gate explained: every rule for a person, met or not, and what a batch would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry.rules.certificates import NONE_HELD, CertificateKind, Finding, applies_for, examine
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies
from registry.services.certificates.dossiers import Applicant, applicant_by_kind, applicants, posts_of


@dataclass(frozen=True, slots=True)
class Examined:
    """An applicant with every finding; `is_holder` means that the only obstacle is the certificate already held."""

    applicant: Applicant
    findings: Sequence[Finding]

    @property
    def is_eligible(self) -> bool:
        return all(finding.met for finding in self.findings)

    @property
    def unmet(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.met]

    @property
    def is_holder(self) -> bool:
        return any(finding.rule is NONE_HELD for finding in self.unmet)


@dataclass(frozen=True, slots=True)
class Preview:
    """What issuing to these people would do: who gets a certificate, who has one, who is refused and why."""

    eligible: Sequence[Examined]
    holders: Sequence[Examined]
    refused: Sequence[Examined]


def explain(session: Session, actor: Actor, *, person_id: int, kind: CertificateKind, today: date) -> list[Finding]:
    """Every rule for one person; Denied for another unit's people."""
    found = examined(session, [person_id], kind=kind, day=today)[person_id]
    actor.require_unit(Action.CERTIFICATE_VIEW, found.applicant.department_id)
    return list(found.findings)


def explain_kinds(
    session: Session, actor: Actor, *, person_id: int, policy: Policy, today: date
) -> dict[CertificateKind, list[Finding]]:
    """The same for every kind of certificate, from facts that are gathered once."""
    found = applicant_by_kind(session, person_id, today)
    for applicant in found.values():
        actor.require_unit(Action.CERTIFICATE_VIEW, applicant.department_id)
    return {kind: list(examine(kind, applicant.dossier, policy, today)) for kind, applicant in found.items()}


def explain_many(
    session: Session, actor: Actor, *, person_ids: Sequence[int], kind: CertificateKind, today: date
) -> dict[int, list[Finding]]:
    """The same for many, by person id; people of other units are left out."""
    actor.require(Action.CERTIFICATE_VIEW)
    found = examined(session, person_ids, kind=kind, day=today)
    seen = (one for one in found.values() if actor.may(Action.CERTIFICATE_VIEW, department_id=_unit(one)))
    return {one.applicant.person_id: list(one.findings) for one in seen}


def candidates(
    session: Session, actor: Actor, *, person_ids: Sequence[int], kind: CertificateKind, today: date
) -> list[int]:
    """Who of these stands for that kind of certificate, in the order given; a supervisor is not refused another's."""
    actor.require(Action.CERTIFICATE_VIEW)
    posts = posts_of(session, person_ids, today)
    served = {one: (posts[one].duty, posts[one].establishment) if one in posts else (None, None) for one in person_ids}
    return [one for one, (duty, establishment) in served.items() if applies_for(kind, duty, establishment)]


def preview(
    session: Session, actor: Actor, *, person_ids: Sequence[int], kind: CertificateKind, today: date
) -> Preview:
    """What a batch would do, in the order given. Changes nothing."""
    actor.require(Action.APPLICATION_EXAMINE)
    found = examined(session, person_ids, kind=kind, day=today)
    return sorted_out([found[person_id] for person_id in person_ids if person_id in found])


def examined(session: Session, person_ids: Sequence[int], *, kind: CertificateKind, day: date) -> dict[int, Examined]:
    """Every rule for every one of these people, under the policy of the day."""
    policy = policies.in_force(session, day)
    found = applicants(session, person_ids, kind=kind, day=day)
    return {
        person_id: Examined(applicant, examine(kind, applicant.dossier, policy, day))
        for person_id, applicant in found.items()
    }


def sorted_out(every: Sequence[Examined]) -> Preview:
    """Into the three groups of a batch: who may have a certificate, who holds one, whom a rule stops."""
    return Preview(
        eligible=[one for one in every if one.is_eligible],
        holders=[one for one in every if one.is_holder],
        refused=[one for one in every if not one.is_eligible and not one.is_holder],
    )


def _unit(one: Examined) -> int:
    return one.applicant.department_id
