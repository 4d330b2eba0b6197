"""One person's file: who he or she is, posts, training, exams, certificates, refusals, history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.models.certificates import Certificate, Refusal
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import AnnualAssessment, Appointment, Person
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingSession
from registry.rules import RuleBroken
from registry.rules.people import SAYS_WHY_UNMASKED
from registry.rules.permissions import Action, Actor
from registry.vault import vault_of
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """Everything on record about a person, each list with the latest first."""

    person: Person
    post: Appointment | None
    appointments: Sequence[Appointment]
    attendances: Sequence[Attendance]
    results: Sequence[ExamResult]
    superseded: frozenset[int]
    certificates: Sequence[Certificate]
    refusals: Sequence[Refusal]
    assessments: Sequence[AnnualAssessment]
    history: Sequence[TrailEntry]


def get(session: Session, actor: Actor, person_id: int) -> Person:
    """A person with the unit; NoResultFound when there is none, Denied for another unit's people."""
    person = session.scalars(select(Person).options(joinedload(Person.department)).where(Person.id == person_id)).one()
    actor.require_unit(Action.PERSON_VIEW, person.department_id)
    return person


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """The names of these people by id, in one query; whoever is not there is left out."""
    if not person_ids:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def file_of(session: Session, actor: Actor, person_id: int) -> PersonFile:
    """The whole file, in nine queries however long the career."""
    person = get(session, actor, person_id)
    appointments = session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.department))
        .where(Appointment.person_id == person_id)
        .order_by(Appointment.from_on.desc())
    ).all()
    results = session.scalars(
        select(ExamResult)
        .options(joinedload(ExamResult.sitting))
        .join(ExamResult.sitting)
        .where(ExamResult.person_id == person_id)
        .order_by(ExamSitting.held_on.desc(), ExamResult.id.desc())
    ).all()
    return PersonFile(
        person=person,
        post=next((post for post in appointments if post.until_on is None), None),
        appointments=appointments,
        attendances=_attendances(session, person_id),
        results=results,
        superseded=frozenset(result.supersedes_id for result in results if result.supersedes_id is not None),
        certificates=_certificates(session, person_id),
        refusals=_refusals(session, person_id),
        assessments=session.scalars(
            select(AnnualAssessment)
            .where(AnnualAssessment.person_id == person_id)
            .order_by(AnnualAssessment.year.desc())
        ).all(),
        history=audit.of(session, Person.__tablename__, person_id),
    )


def reveal_identity(session: Session, actor: Actor, *, person_id: int, reason: str) -> str:
    """The full identity number, for a reason that the trail keeps; RuleBroken without one."""
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.IDENTITY_UNMASK, person.department_id)
    if not reason.strip():
        raise RuleBroken([SAYS_WHY_UNMASKED.broken(N_("Say why the full identity number is needed."))])
    audit.record(
        session, actor, Action.IDENTITY_UNMASK, person, department_id=person.department_id, reason=reason.strip()
    )
    return vault_of(session).open(person.identity_sealed)


def _attendances(session: Session, person_id: int) -> Sequence[Attendance]:
    return session.scalars(
        select(Attendance)
        .join(Attendance.session)
        .options(joinedload(Attendance.session))
        .where(Attendance.person_id == person_id, Attendance.withdrawn_on.is_(None))
        .order_by(TrainingSession.held_on.desc(), Attendance.id.desc())
    ).all()


def _certificates(session: Session, person_id: int) -> Sequence[Certificate]:
    return session.scalars(
        select(Certificate)
        .options(joinedload(Certificate.department))
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    ).all()


def _refusals(session: Session, person_id: int) -> Sequence[Refusal]:
    return session.scalars(
        select(Refusal).where(Refusal.person_id == person_id).order_by(Refusal.refused_on.desc())
    ).all()
