"""One person's file: who he or she is, posts, training, exams, certificates, conduct, refusals, history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.models.certificates import Certificate, Refusal
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import HELD, AnnualAssessment, Appointment, ConductRecord, Person, Photo, Secondment
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingSession
from registry.rules import RuleBroken
from registry.rules.careers import CareerAct, Standing, offered
from registry.rules.people import SAYS_WHY_UNMASKED
from registry.rules.permissions import Action, Actor
from registry.services.people.conduct import conduct_of
from registry.services.people.photos import present_photo
from registry.vault import vault_of
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFile:
    """Everything on record about a person that the reader may see, each list with the latest first.

    `email` is empty for readers who do not manage people, `conduct` is None for those who may not see it.
    """

    person: Person
    photo: Photo | None
    email: str
    post: Appointment | None
    secondment: Secondment | None
    appointments: Sequence[Appointment]
    secondments: Sequence[Secondment]
    conduct: Sequence[ConductRecord] | None
    attendances: Sequence[Attendance]
    results: Sequence[ExamResult]
    superseded: frozenset[int]
    certificates: Sequence[Certificate]
    refusals: Sequence[Refusal]
    assessments: Sequence[AnnualAssessment]
    history: Sequence[TrailEntry]

    @property
    def last_post(self) -> Appointment | None:
        """The post held now, or the one held last."""
        return self.appointments[0] if self.appointments else None

    @property
    def joined_on(self) -> date | None:
        """The day of joining the unit: as recorded, or the first day of the unbroken series of posts there."""
        if self.person.joined_on is not None:
            return self.person.joined_on
        joined, unit = None, self.person.department_id
        for post in self.appointments:
            if post.department_id != unit:
                break
            joined = post.from_on
        return joined

    @property
    def acts(self) -> list[CareerAct]:
        """What may be done about the post."""
        return offered(self.standing)

    @property
    def standing(self) -> Standing:
        """Where the person stands now."""
        last = self.last_post
        ended = last.end_reason if last is not None and self.post is None else None
        return Standing(holds_post=self.post is not None, is_seconded=self.secondment is not None, end_reason=ended)


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


def file_of(session: Session, actor: Actor, person_id: int, today: date) -> PersonFile:
    """The whole file, in twelve queries however long the career."""
    person = get(session, actor, person_id)
    appointments = session.scalars(
        select(Appointment)
        .options(joinedload(Appointment.department))
        .where(Appointment.person_id == person_id, HELD)
        .order_by(Appointment.from_on.desc())
    ).all()
    conduct = conduct_of(session, actor, person_id) if actor.may(Action.CONDUCT_VIEW) else None
    results, secondments = _results(session, person_id), _secondments(session, person_id)
    return PersonFile(
        person=person,
        photo=present_photo(session, person_id),
        email=_email(session, actor, person),
        post=next((post for post in appointments if post.until_on is None), None),
        secondment=next((one for one in secondments if _covers(one, today)), None),
        appointments=appointments,
        secondments=secondments,
        conduct=conduct,
        attendances=_attendances(session, person_id),
        results=results,
        superseded=frozenset(result.supersedes_id for result in results if result.supersedes_id is not None),
        certificates=_certificates(session, person_id),
        refusals=_refusals(session, person_id),
        assessments=_assessments(session, person_id),
        history=_history(session, actor, person_id, [one.id for one in conduct or ()], results),
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


def _history(
    session: Session, actor: Actor, person_id: int, conduct_ids: Sequence[int], results: Sequence[ExamResult]
) -> list[TrailEntry]:
    """What was done to the file and to exam results; of conduct, what was decided, for those alone who may see that."""
    history = audit.of(session, Person.__tablename__, person_id, without=actor.is_not_told_of)
    corrected = [one.id for one in results if one.supersedes_id is not None]
    for table, ids in ((ConductRecord.__tablename__, conduct_ids), (ExamResult.__tablename__, corrected)):
        if ids:
            history += audit.of_several(session, table, ids)
    return audit.newest(history)


def _covers(secondment: Secondment, today: date) -> bool:
    return secondment.from_on <= today and (secondment.until_on is None or secondment.until_on >= today)


def _email(session: Session, actor: Actor, person: Person) -> str:
    shown = person.email_sealed is not None and actor.may(Action.PERSON_MANAGE, department_id=person.department_id)
    return vault_of(session).open(person.email_sealed or b"") if shown else ""


def _secondments(session: Session, person_id: int) -> Sequence[Secondment]:
    return session.scalars(
        select(Secondment)
        .options(joinedload(Secondment.department))
        .where(Secondment.person_id == person_id)
        .order_by(Secondment.from_on.desc())
    ).all()


def _results(session: Session, person_id: int) -> Sequence[ExamResult]:
    return session.scalars(
        select(ExamResult)
        .options(joinedload(ExamResult.sitting))
        .join(ExamResult.sitting)
        .where(ExamResult.person_id == person_id)
        .order_by(ExamSitting.held_on.desc(), ExamResult.id.desc())
    ).all()


def _assessments(session: Session, person_id: int) -> Sequence[AnnualAssessment]:
    return session.scalars(
        select(AnnualAssessment).where(AnnualAssessment.person_id == person_id).order_by(AnnualAssessment.year.desc())
    ).all()


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
        select(Refusal).where(Refusal.person_id == person_id).order_by(Refusal.refused_on.desc(), Refusal.id.desc())
    ).all()
