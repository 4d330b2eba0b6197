"""What stands against a step, application by application: order, gate, unit, and who prepared it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules import Violation
from registry.rules.applications import (
    DATED,
    GATED,
    OF_ITS_UNIT,
    PREPARES,
    REFUSED_WITH_GROUND,
    ApplicationStep,
    misdated,
    not_valid_then,
    out_of_order,
    own_work,
)
from registry.rules.certificates import CertificateKind, CertificateStatus, obstacles, status_in
from registry.rules.permissions import Actor
from registry.rules.policy import Policy
from registry.services import certificates
from registry.services.applications.succeeding import plans
from registry.services.certificates import Examined
from registry.services.changes import in_chunks
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An application in hand: whose it is, what the gate says of it, and all that stands against the step asked for.

    `is_own` says that whoever acts has entered, confirmed or examined it too.
    """

    application: Application
    name: str
    unit: str
    issued_on: date | None
    examined: Examined | None = None
    against: Sequence[Violation] = ()
    is_own: bool = False

    @property
    def fits(self) -> bool:
        return not self.against


def cases(session: Session, actor: Actor, application_ids: Sequence[int], *, lock: bool = False) -> list[Case]:
    """These applications as they stand, by id; a unit's people get their own. `lock`: until the act is done."""
    found = []
    for chunk in in_chunks(sorted(set(application_ids))):
        query = (
            select(Application, Person.name, Department.name, Certificate.issued_on)
            .join(Person, Person.id == Application.person_id)
            .join(Department, Department.id == Application.department_id)
            .outerjoin(Certificate, Certificate.id == Application.certificate_id)
            .where(Application.id.in_(chunk))
            .order_by(Application.id)
            .execution_options(populate_existing=True)
        )
        if actor.is_unit_bound:
            query = query.where(Application.department_id == actor.department_id)
        for row in session.execute(query.with_for_update(of=Application) if lock else query):
            found.append(Case(application=row[0], name=row[1], unit=row[2], issued_on=row[3]))
    return found


def applicants_of(session: Session, application_ids: Sequence[int]) -> set[int]:
    """The people for whom these were entered."""
    found: set[int] = set()
    for chunk in in_chunks(sorted(set(application_ids))):
        found |= set(session.scalars(select(Application.person_id).where(Application.id.in_(chunk))))
    return found


def judged(
    session: Session,
    actor: Actor,
    step: ApplicationStep,
    held: Sequence[Case],
    *,
    day: date,
    policy: Policy,
    today: date,
) -> list[Case]:
    """The same with everything that stands against the step today."""
    ready = [one for one in held if not out_of_order(step, one.application.status)]
    looked = examined(session, ready, today) if step in GATED else {}
    prepared = _prepared_by(session, ready) if step is ApplicationStep.APPROVE else {}
    stood = _stood(session, ready, day) if step in DATED else {}
    found = []
    for one in held:
        against = out_of_order(step, one.application.status)
        seen, is_own = looked.get(one.application.id), key_of(actor) in prepared.get(one.application.id, ())
        if not against:
            against = misdated(step, day, not_before=one.issued_on or today, today=today)
            against += not_valid_then(step, stood.get(one.application.id), day)
            against += _of_the_gate(step, one, seen) if step in GATED else []
            against += own_work(
                key_of(actor), prepared.get(one.application.id, ()), may_approve_own=policy.may_approve_own
            )
        found.append(replace(one, examined=seen, against=against, is_own=is_own))
    return found


def examined(session: Session, held: Sequence[Case], today: date) -> dict[int, Examined]:
    """The gate of today for each, by application; for a successor the card that it follows is no obstacle."""
    by_kind: dict[CertificateKind, list[Application]] = defaultdict(list)
    for one in held:
        if one.application.predecessor_id is None:
            by_kind[one.application.kind].append(one.application)
    found = {one: plan.holder for one, plan in plans(session, [one.application for one in held], today).items()}
    for kind, some in by_kind.items():
        people = certificates.examined(session, [one.person_id for one in some], kind=kind, day=today)
        found |= {one.id: people[one.person_id] for one in some}
    return found


def key_of(actor: Actor) -> str:
    """Who somebody is for the rule of four eyes: the account, or the console's name."""
    return _key(actor.account_id, actor.name)


def _of_the_gate(step: ApplicationStep, one: Case, seen: Examined | None) -> list[Violation]:
    unmet = obstacles(seen.findings) if seen is not None else []
    if step is ApplicationStep.REFUSE:
        met = N_("Every rule is met: return the application with the reason, or let it go on.")
        return [] if unmet else [REFUSED_WITH_GROUND.broken(met)]
    if seen is not None and seen.applicant.department_id != one.application.department_id:
        moved = N_("Serves in %(unit)s; that unit applies.")
        unmet = [*unmet, OF_ITS_UNIT.broken(moved, unit=seen.applicant.unit)]
    return unmet


def _stood(session: Session, held: Sequence[Case], day: date) -> Mapping[int, CertificateStatus | None]:
    """How the certificate that each led to stood on a day, by application."""
    cards = {one.application.id: one.application.certificate_id for one in held}
    ends = certificates.ends_of(session, [card_id for card_id in cards.values() if card_id is not None])
    periods = certificates.periods_of(session, list(ends))
    return {
        application_id: status_in(periods[card_id], ends[card_id], day)
        for application_id, card_id in cards.items()
        if card_id is not None
    }


def _prepared_by(session: Session, held: Sequence[Case]) -> Mapping[int, set[str]]:
    """Who entered, confirmed or examined each."""
    found: dict[int, set[str]] = defaultdict(set)
    columns = (ApplicationRecord.application_id, ApplicationRecord.account_id, ApplicationRecord.taken_by)
    for chunk in in_chunks([one.application.id for one in held]):
        rows = select(*columns).where(
            ApplicationRecord.application_id.in_(chunk), ApplicationRecord.step.in_(sorted(PREPARES))
        )
        for row in session.execute(rows):
            found[row.application_id].add(_key(row.account_id, row.taken_by))
    return found


def _key(account_id: int | None, name: str) -> str:
    return name if account_id is None else f"#{account_id}"
