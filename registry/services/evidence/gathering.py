"""Everything on record about one person that an auditor may be shown, the earliest first, in a few queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.models.accounts import Account
from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate, CertificatePeriod, Refusal
from registry.models.departments import DepartmentName
from registry.models.exams import ExamResult, ExamSitting, Qualification
from registry.models.people import HELD, AnnualAssessment, Appointment, ConductRecord, Person, Secondment
from registry.models.qualifications import Disqualification, MinistryCertificate
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.tasks import Task
from registry.models.training import Attendance, TrainingSession
from registry.rules.permissions import Action, Actor
from registry.rules.training import OBLIGED, Standing
from registry.services import certificates, people, training
from registry.services.people.knowing import files_of

LONGEST_NUMBER = 10  # digits of a record's number
YEARS_TOLD = 6  # the obligations of so many years, the latest: each is asked for by itself


@dataclass(frozen=True, slots=True)
class Names:
    """What units were called, each on the day that is spoken of."""

    borne: Mapping[int, Sequence[tuple[date, str]]]

    def on(self, department_id: int, day: date | None) -> str:
        """The name of that day, the first one before names begin; the latest when no day is given."""
        names = self.borne.get(department_id, [])
        if not names:
            return ""
        then = [name for from_on, name in names if day is None or from_on <= day]
        return then[-1] if then else names[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What the register says of somebody. `conduct` is None for those who may not see it; `files` are the person's own
    file and those that were merged into it."""

    person: Person
    files: Sequence[int]
    names: Names
    accounts: Mapping[int, str]
    posts: Sequence[Appointment]
    secondments: Sequence[Secondment]
    attendances: Sequence[Attendance]
    standings: Sequence[Standing]
    results: Sequence[ExamResult]
    qualifications: Sequence[Qualification]
    losses: Sequence[Disqualification]
    cards: Sequence[Certificate]
    periods: Mapping[int, Sequence[CertificatePeriod]]
    ministry: Sequence[MinistryCertificate]
    items: Sequence[ReviewItem]
    assessments: Sequence[AnnualAssessment]
    applications: Sequence[Application]
    steps: Sequence[ApplicationRecord]
    refusals: Sequence[Refusal]
    tasks: Sequence[Task]
    conduct: Sequence[ConductRecord] | None

    @property
    def last_post(self) -> Appointment | None:
        """The post held now, or the one held last."""
        return self.posts[-1] if self.posts else None


def gather(session: Session, actor: Actor, *, person_id: int, campaign_id: int | None, today: date) -> Dossier:
    """The whole file; of the reviews only one when it is asked for. A unit's people see their unit's steps alone.

    NoResultFound when there is no such person, Denied for another unit's people.
    """
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.EVIDENCE_TAKE, person.department_id)
    files = list(session.scalars(files_of(person_id)))
    posts, cards, items = _posts(session, person_id), _cards(session, person_id), _items(session, actor, person_id)
    attendances, applications = _attendances(session, person_id), _applications(session, actor, person_id)
    items = [item for item in items if campaign_id is None or item.campaign_id == campaign_id]
    return Dossier(
        person=person,
        files=files,
        names=_names(session),
        accounts=_accounts(session, [item.decided_by_id for item in items]),
        posts=posts,
        secondments=_all(session, Secondment, person_id, Secondment.from_on),
        attendances=attendances,
        standings=_standings(session, actor, person_id, _years(attendances, items, posts, today), today),
        results=_results(session, person_id),
        qualifications=_all(session, Qualification, person_id, Qualification.qualified_on),
        losses=_all(session, Disqualification, person_id, Disqualification.decided_on),
        cards=cards,
        periods=certificates.periods_of(session, [card.id for card in cards]),
        ministry=_all(session, MinistryCertificate, person_id, MinistryCertificate.issued_on),
        items=items,
        assessments=_all(session, AnnualAssessment, person_id, AnnualAssessment.year),
        applications=applications,
        steps=_steps(session, [one.id for one in applications]),
        refusals=_all(session, Refusal, person_id, Refusal.refused_on),
        tasks=_all(session, Task, person_id, Task.opened_on),
        conduct=_conduct(session, actor, person_id),
    )


def whose(session: Session, actor: Actor, *, who: str) -> int:
    """The person with this number in the register, or who holds the certificate of this number.

    A number may be both; then it is the certificate's. NoResultFound when it is neither.
    """
    actor.require(Action.EVIDENCE_TAKE)
    holder = session.scalar(select(Certificate.person_id).where(Certificate.number == who.strip()))
    if holder is not None:
        return holder
    number = int(who) if who.isascii() and who.isdecimal() and len(who) < LONGEST_NUMBER else 0
    return session.get_one(Person, number).id


def _all(session: Session, model: Any, person_id: int, by: Any) -> Sequence[Any]:
    return session.scalars(select(model).where(model.person_id == person_id).order_by(by, model.id)).all()


def _posts(session: Session, person_id: int) -> Sequence[Appointment]:
    held = select(Appointment).where(Appointment.person_id == person_id, HELD)
    return session.scalars(held.order_by(Appointment.from_on)).all()


def _cards(session: Session, person_id: int) -> Sequence[Certificate]:
    own = select(Certificate).where(Certificate.person_id == person_id)
    return session.scalars(own.order_by(Certificate.issued_on, Certificate.id)).all()


def _attendances(session: Session, person_id: int) -> Sequence[Attendance]:
    """Lines that were taken back among them: they are on record."""
    return session.scalars(
        select(Attendance)
        .join(Attendance.session)
        .options(joinedload(Attendance.session).joinedload(TrainingSession.course))
        .where(Attendance.person_id == person_id)
        .order_by(TrainingSession.held_on, Attendance.id)
    ).all()


def _results(session: Session, person_id: int) -> Sequence[ExamResult]:
    """Every published result, corrections behind what they correct."""
    return session.scalars(
        select(ExamResult)
        .join(ExamResult.sitting)
        .options(joinedload(ExamResult.sitting))
        .where(ExamResult.person_id == person_id)
        .order_by(ExamSitting.held_on, ExamResult.id)
    ).all()


def _items(session: Session, actor: Actor, person_id: int) -> Sequence[ReviewItem]:
    own = select(ReviewItem).join(ReviewItem.campaign).where(ReviewItem.person_id == person_id)
    if actor.is_unit_bound:
        own = own.where(ReviewItem.department_id == actor.department_id)
    loaded = own.options(joinedload(ReviewItem.campaign), joinedload(ReviewItem.certificate))
    return session.scalars(loaded.order_by(ReviewCampaign.year, ReviewItem.id)).all()


def _applications(session: Session, actor: Actor, person_id: int) -> Sequence[Application]:
    own = select(Application).where(Application.person_id == person_id)
    if actor.is_unit_bound:
        own = own.where(Application.department_id == actor.department_id)
    return session.scalars(own.order_by(Application.id)).all()


def _steps(session: Session, application_ids: Sequence[int]) -> Sequence[ApplicationRecord]:
    of_these = select(ApplicationRecord).where(ApplicationRecord.application_id.in_(application_ids))
    return session.scalars(of_these.order_by(ApplicationRecord.application_id, ApplicationRecord.id)).all()


def _conduct(session: Session, actor: Actor, person_id: int) -> Sequence[ConductRecord] | None:
    if not actor.may(Action.CONDUCT_VIEW):
        return None
    return list(reversed(people.conduct_of(session, actor, person_id)))


def _names(session: Session) -> Names:
    borne: dict[int, list[tuple[date, str]]] = {}
    rows = session.execute(
        select(DepartmentName.department_id, DepartmentName.from_on, DepartmentName.name).order_by(
            DepartmentName.department_id, DepartmentName.from_on
        )
    )
    for department_id, from_on, name in rows:
        borne.setdefault(department_id, []).append((from_on, name))
    return Names(borne)


def _accounts(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    known = select(Account.id, Account.display_name).where(Account.id.in_({one for one in ids if one is not None}))
    return {row.id: row.display_name for row in session.execute(known)}


def _years(
    attendances: Sequence[Attendance], items: Sequence[ReviewItem], posts: Sequence[Appointment], today: date
) -> list[int]:
    """The latest years in which something was learned or reviewed, or this one for whoever serves."""
    found = {(one.completed_on or one.session.held_on).year for one in attendances}
    found |= {item.campaign.year for item in items}
    found |= {today.year} if posts and posts[-1].until_on is None and posts[-1].duty in OBLIGED else set()
    return sorted(year for year in found if year <= today.year)[-YEARS_TOLD:]


def _standings(session: Session, actor: Actor, person_id: int, years: Sequence[int], today: date) -> list[Standing]:
    return [training.standing_of(session, actor, person_id=person_id, year=year, today=today) for year in years]
