"""The gate explained in full for one person: what stands in the way, what would be, and when it could open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from registry.rules.certificates import CertificateKind, Finding, Outlook, Supposition, examine, outlook, supposing
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy, policy_on
from registry.services import policies
from registry.services.certificates.dossiers import Applicant, applicants


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Every rule for one kind of certificate on a day; under a supposition, when there is one; and the earliest day."""

    applicant: Applicant
    kind: CertificateKind
    day: date
    policy: Policy
    findings: Sequence[Finding]
    outlook: Outlook
    supposition: Supposition

    @property
    def unmet(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.met]


def explain_supposing(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    kind: CertificateKind,
    supposition: Supposition,
    today: date,
) -> Explained:
    """Every rule for anybody on record, as things are or as somebody supposes them. Writes nothing.

    NoResultFound when there is no such person, Denied for another unit's people.
    """
    day, every = supposition.day(today), policies.adopted(session)
    applicant = applicants(session, [person_id], kind=kind, day=day)[person_id]
    actor.require_unit(Action.CERTIFICATE_VIEW, applicant.department_id)
    dossier = supposing(applicant.dossier, passes=supposition.passes, trained_on=supposition.trained_on)
    policy = policy_on(every, day)
    return Explained(
        applicant=applicant,
        kind=kind,
        day=day,
        policy=policy,
        findings=examine(kind, dossier, policy, day),
        outlook=outlook(kind, dossier, partial(policy_on, every), day),
        supposition=supposition,
    )
