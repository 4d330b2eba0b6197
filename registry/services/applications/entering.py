"""Applying: a unit for its people, the bureau for a unit's paper and for those who passed, examined at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules import RuleBroken, Violation
from registry.rules.applications import (
    FOLLOWS_A_CARD,
    ONE_UNDER_WAY,
    PAPER_HAS_A_NUMBER,
    UNDER_WAY,
    ApplicationNature,
    ApplicationStatus,
    ApplicationStep,
    ReplacementCause,
    reached,
)
from registry.rules.certificates import LIVE, LOSS_PUBLISHED, OF_THE_CARD, CertificateKind
from registry.rules.permissions import Action, Actor
from registry.services import certificates, policies
from registry.services.applications import recording
from registry.services.certificates import Examined, Heir
from registry.services.changes import in_chunks
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is applied for: the kind, whether it is the first, a renewal or a replacement, and the paper that asks."""

    kind: CertificateKind
    nature: ApplicationNature = ApplicationNature.NEW
    cause: ReplacementCause | None = None
    reason: str = ""
    document_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Somebody for whom nothing was entered, and why."""

    person_id: int
    name: str
    unit: str
    against: Sequence[Violation]


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of applying for many."""

    applications: Sequence[Application]
    left_out: Sequence[LeftOut]


@dataclass(slots=True)
class PutUp:
    """What came of putting up those who passed: examined, refused on record, and those who need nothing."""

    examined: list[Application] = field(default_factory=list)
    refused: list[Application] = field(default_factory=list)
    refusal_ids: list[int] = field(default_factory=list)  # those on record since earlier today among them
    holder_count: int = 0
    under_way_count: int = 0


def enter(session: Session, actor: Actor, *, person_ids: Sequence[int], wanted: Wanted, today: date) -> Entered:
    """Apply for one or many; those for whom it cannot be entered are told with the reasons, the others go on.

    RuleBroken when the bureau enters a unit's paper without its number, or a replacement names no cause.
    """
    actor.require(Action.APPLICATION_ENTER)
    if broken := _incomplete(actor, wanted):
        raise RuleBroken(broken)
    people = _locked(session, person_ids)
    for person in people:
        actor.require_unit(Action.APPLICATION_ENTER, person.department_id)
    ids = [person.id for person in people]
    busy, held = under_way(session, ids, wanted.kind), _held(session, ids, wanted.kind)
    early = _of_their_cards(session, wanted, held, today)
    rows, left_out, status = [], [], reached(ApplicationStep.APPLY, actor.role)
    for person in people:
        if against := [*_against(person.id, wanted, busy, held), *early.get(person.id, ())]:
            left_out.append(LeftOut(person_id=person.id, name=person.name, unit=person.unit, against=against))
        else:
            follows = None if wanted.nature is ApplicationNature.NEW else held[person.id]
            row = _row(person.id, person.department_id, wanted, status, today)
            rows.append(row | {"predecessor_id": follows})
    made, batch = recording.add(session, rows), recording.batch_of(len(rows), today)
    _note_entry(session, actor, made, wanted, today, batch)
    return Entered(made, left_out)


def put_up(
    session: Session,
    actor: Actor,
    *,
    person_ids: Sequence[int],
    kind: CertificateKind,
    document_number: str = "",
    today: date,
) -> PutUp:
    """The bureau applies for people whose papers it has, and examines them at once; whom a rule stops is refused.

    Without the number of the unit's application it acts of its own motion, and the trail says so.
    Holders, and those of whom an application is under way, are left as they are; so is who was refused today already
    and would be for the same findings.
    """
    for action in (Action.APPLICATION_ENTER, Action.APPLICATION_EXAMINE):
        actor.require(action)
    people = _locked(session, list(dict.fromkeys(person_ids)))
    busy = under_way(session, [person.id for person in people], kind)
    free = [person.id for person in people if person.id not in busy]
    found, policy = certificates.examined(session, free, kind=kind, day=today), policies.in_force(session, today)
    sorted_people = certificates.sorted_out([found[one] for one in dict.fromkeys(person_ids) if one in found])
    done = PutUp(holder_count=len(sorted_people.holders), under_way_count=len(busy))
    batch, wanted = recording.batch_of(len(people), today), Wanted(kind=kind, document_number=document_number)
    refusals = certificates.refuse(session, actor, sorted_people.refused, kind, policy, today, batch=batch)
    refused = {refusal.person_id: refusal.id for refusal in refusals}
    done.refusal_ids = sorted(refused.values())
    again = _refused_before(session, list(refused.values()))
    fresh = [one for one in sorted_people.refused if refused[one.applicant.person_id] not in again]
    done.examined = recording.add(session, _rows(sorted_people.eligible, wanted, today))
    rows = _rows(fresh, wanted, today)
    done.refused = recording.add(session, [row | {"refusal_id": refused[row["person_id"]]} for row in rows])
    _note_entry(session, actor, [*done.examined, *done.refused], wanted, today, batch, is_own_motion=True)
    recording.move(session, actor, ApplicationStep.EXAMINE, done.examined, day=today, batch=batch)
    recording.move(session, actor, ApplicationStep.REFUSE, done.refused, day=today, batch=batch)
    return done


def under_way(session: Session, person_ids: Sequence[int], kind: CertificateKind) -> dict[int, int]:
    """By person the application of that kind that is under way."""
    found: dict[int, int] = {}
    for chunk in in_chunks(person_ids):
        rows = select(Application.person_id, Application.id).where(
            Application.person_id.in_(chunk), Application.kind == kind, Application.status.in_(sorted(UNDER_WAY))
        )
        found |= {row.person_id: row.id for row in session.execute(rows)}
    return found


def _incomplete(actor: Actor, wanted: Wanted) -> list[Violation]:
    found = []
    if not actor.is_unit_bound and not wanted.document_number.strip():
        found.append(PAPER_HAS_A_NUMBER.broken(N_("Name the number of the unit's application.")))
    if wanted.nature is ApplicationNature.REPLACEMENT and wanted.cause is None:
        found.append(FOLLOWS_A_CARD.broken(N_("Say why the card is replaced.")))
    return found


def _locked(session: Session, person_ids: Sequence[int]) -> list[Any]:
    """Who these people are, by their ids; nobody else applies for them before this act is done."""
    found: list[Any] = []
    for chunk in in_chunks(sorted(set(person_ids))):
        found += session.execute(
            select(Person.id, Person.name, Person.department_id, Department.name.label("unit"))
            .join(Department, Department.id == Person.department_id)
            .where(Person.id.in_(chunk), Person.withdrawn_on.is_(None))
            .order_by(Person.id)
            .with_for_update(of=Person, key_share=True)
        ).all()
    return found


def _held(session: Session, person_ids: Sequence[int], kind: CertificateKind) -> dict[int, int]:
    """By person the certificate that a renewal or a replacement would follow."""
    found: dict[int, int] = {}
    for chunk in in_chunks(person_ids):
        live = (Certificate.person_id.in_(chunk), Certificate.kind == kind, Certificate.status.in_(LIVE))
        found |= {
            row.person_id: row.id for row in session.execute(select(Certificate.person_id, Certificate.id).where(*live))
        }
    return found


def _against(person_id: int, wanted: Wanted, busy: Mapping[int, int], held: Mapping[int, int]) -> list[Violation]:
    found = []
    if person_id in busy:
        there = N_("Application no. %(id)s for this kind is under way.")
        found.append(ONE_UNDER_WAY.broken(there, id=busy[person_id]))
    if wanted.nature is not ApplicationNature.NEW and person_id not in held:
        found.append(FOLLOWS_A_CARD.broken(N_("Holds no certificate of this kind that could be renewed or replaced.")))
    return found


def _of_their_cards(
    session: Session, wanted: Wanted, held: Mapping[int, int], today: date
) -> Mapping[int, list[Violation]]:
    """By person what keeps the card itself from being renewed or replaced; a notice of loss may follow on the road."""
    if wanted.nature is ApplicationNature.NEW or not held:
        return {}
    heirs = [Heir(card_id=card_id, nature=wanted.nature, cause=wanted.cause) for card_id in held.values()]
    plans = certificates.successions(session, heirs, today)
    asked = OF_THE_CARD - {LOSS_PUBLISHED}
    return {
        person_id: [one.evidence for one in plans[card_id].findings if not one.met and one.rule in asked]
        for person_id, card_id in held.items()
    }


def _row(person_id: int, department_id: int, wanted: Wanted, status: ApplicationStatus, today: date) -> dict[str, Any]:
    return {
        "nature": wanted.nature,
        "kind": wanted.kind,
        "person_id": person_id,
        "department_id": department_id,
        "status": status,
        "cause": wanted.cause if wanted.nature is ApplicationNature.REPLACEMENT else None,
        "document_number": wanted.document_number.strip(),
        "reason": wanted.reason.strip(),
        "entered_on": today,
    }


def _rows(people: Sequence[Examined], wanted: Wanted, today: date) -> list[dict[str, Any]]:
    """Applications that the bureau enters and decides about in the same act."""
    status = ApplicationStatus.CONFIRMED
    units = [(one.applicant.person_id, one.applicant.department_id) for one in people]
    return [_row(person_id, department_id, wanted, status, today) for person_id, department_id in units]


def _refused_before(session: Session, refusal_ids: Sequence[int]) -> set[int]:
    """Which refusals have an application already."""
    found: set[int] = set()
    for chunk in in_chunks(refusal_ids):
        rows = select(Application.refusal_id).where(Application.refusal_id.in_(chunk))
        found |= {one for one in session.scalars(rows) if one is not None}
    return found


def _note_entry(
    session: Session,
    actor: Actor,
    made: Sequence[Application],
    wanted: Wanted,
    today: date,
    batch: str | None,
    *,
    is_own_motion: bool = False,
) -> None:
    """The entry itself; `is_own_motion` unless a paper of the unit is named."""
    facts: dict[str, Any] = {"kind": wanted.kind, "nature": wanted.nature}
    if wanted.nature is ApplicationNature.REPLACEMENT:
        facts["cause"] = wanted.cause
    if wanted.document_number.strip():
        facts["document_number"] = wanted.document_number.strip()
    elif is_own_motion:
        facts["own_motion"] = True
    recording.note(
        session,
        actor,
        ApplicationStep.APPLY,
        made,
        before={},
        day=today,
        batch=batch,
        facts={one.id: facts for one in made},
    )
