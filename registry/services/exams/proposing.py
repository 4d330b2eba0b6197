"""Who needs a sitting: everybody in office whose post asks for its subject and who has no pass that counts.

The database leaves out who has such a pass and no certificate near its end; the rules decide about the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.exams import Candidate, ExamResult, ExamSitting
from registry.models.people import Appointment, Person
from registry.rules.candidates import PROPOSED, Call, Called, call, kind_needed
from registry.rules.certificates import LIVE, SUBJECTS, CertificateKind, Dossier
from registry.rules.exams import ExamOutcome
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies
from registry.services.certificates.dossiers import applicants
from registry.services.exams.publishing import stands

LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody who needs the subject, and where he or she stands before the sitting."""

    person_id: int
    name: str
    identity_masked: str
    department_id: int
    unit: str
    called: Called


@dataclass(frozen=True, slots=True)
class Proposals:
    """Everybody who needs a sitting and is not entered for it, by what they are called for."""

    by_call: Mapping[Call, Sequence[Proposal]]

    def count(self, *calls: Call) -> int:
        return sum(len(self.by_call[one]) for one in calls)

    @property
    def proposed(self) -> list[Proposal]:
        return [one for called in PROPOSED for one in self.by_call[called]]


def proposals(session: Session, actor: Actor, *, sitting_id: int, department_id: int | None = None) -> Proposals:
    """Who needs a sitting, of all units or of one, in a dozen queries for the county; a unit's people see their own."""
    actor.require(Action.EXAM_VIEW)
    sitting = session.get_one(ExamSitting, sitting_id)
    policy = policies.by_id(session, sitting.policy_id)
    unit = actor.department_id if actor.is_unit_bound else department_id
    people = session.execute(_needing(sitting, policy, unit)).all()
    dossiers, elsewhere = _dossiers(session, people, sitting.held_on), _entered_elsewhere(session, sitting)
    by_call: dict[Call, list[Proposal]] = {one: [] for one in Call}
    for row in people:
        kind, dossier = dossiers[row.id]
        called = call(sitting.subject, kind, dossier, policy, sitting.held_on, elsewhere.get(row.id))
        if called is not None:
            by_call[called.call].append(_proposal(row, called))
    return Proposals(by_call)


def _proposal(row: Any, called: Called) -> Proposal:
    return Proposal(
        person_id=row.id,
        name=row.name,
        identity_masked=row.identity_masked,
        department_id=row.department_id,
        unit=row.unit,
        called=called,
    )


def _needing(sitting: ExamSitting, policy: Policy, department_id: int | None) -> Any:
    """People in office in a post that asks for the subject, without a pass that counts or near the end of a card."""
    passed = Person.id.in_(_passed(sitting, policy.exam_attempts))
    near = sitting.held_on + timedelta(days=LONGEST_MONTH * (policy.renewal_window_months + 1))
    expiring = Person.id.in_(
        select(Certificate.person_id).where(Certificate.status.in_(LIVE), Certificate.valid_until <= near)
    )
    entered = Person.id.in_(select(Candidate.person_id).where(Candidate.sitting_id == sitting.id))
    query = (
        select(
            Person.id,
            Person.name,
            Person.identity_masked,
            Appointment.department_id,
            Department.name.label("unit"),
            Appointment.duty,
            Appointment.establishment,
        )
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Department, Department.id == Appointment.department_id)
        .where(Appointment.until_on.is_(None), _asks_for(sitting), or_(~passed, expiring), ~entered)
        .order_by(Appointment.department_id, Person.name, Person.id)
    )
    return query if department_id is None else query.where(Appointment.department_id == department_id)


def _asks_for(sitting: ExamSitting) -> ColumnElement[bool]:
    """The posts whose certificate rests on the subject."""
    if sitting.subject in SUBJECTS[CertificateKind.SUPERVISION]:
        supervises = or_(Appointment.duty == Duty.SUPERVISION, Appointment.establishment == Establishment.INVITED)
        return or_(Appointment.duty == Duty.ENFORCEMENT, supervises)
    return Appointment.duty == Duty.ENFORCEMENT


def _passed(sitting: ExamSitting, attempts: int) -> Any:
    """Who passed the subject up to that day in one of the attempts of a year that count."""
    correction = aliased(ExamResult)
    attempt = func.row_number().over(
        partition_by=(ExamResult.person_id, extract("year", ExamSitting.held_on)),
        order_by=(ExamSitting.held_on, ExamResult.id),
    )
    sat = (
        select(ExamResult.person_id, ExamResult.passed, attempt.label("attempt"))
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .outerjoin(correction, correction.supersedes_id == ExamResult.id)
        .where(
            correction.id.is_(None),
            ExamResult.subject == sitting.subject,
            ExamResult.outcome == ExamOutcome.SCORED,
            ExamSitting.held_on <= sitting.held_on,
        )
        .subquery()
    )
    return select(sat.c.person_id).where(sat.c.passed, sat.c.attempt <= attempts)


def _dossiers(session: Session, people: Sequence[Any], day: date) -> dict[int, tuple[CertificateKind, Dossier]]:
    found = {}
    kinds = {row.id: kind_needed(row.duty, row.establishment) for row in people}
    for kind in CertificateKind:
        known = applicants(session, [one for one, needed in kinds.items() if needed is kind], kind=kind, day=day)
        found.update({one: (kind, applicant.dossier) for one, applicant in known.items()})
    return found


def _entered_elsewhere(session: Session, sitting: ExamSitting) -> dict[int, date]:
    """By person the day of another sitting of the year in the subject that awaits its result."""
    rows = session.execute(
        select(Candidate.person_id, func.min(ExamSitting.held_on).label("day"))
        .join(ExamSitting, ExamSitting.id == Candidate.sitting_id)
        .outerjoin(
            ExamResult,
            (ExamResult.sitting_id == Candidate.sitting_id) & (ExamResult.person_id == Candidate.person_id) & stands(),
        )
        .where(
            ExamSitting.subject == sitting.subject,
            ExamSitting.id != sitting.id,
            extract("year", ExamSitting.held_on) == sitting.held_on.year,
            ExamResult.id.is_(None),
        )
        .group_by(Candidate.person_id)
    )
    return {row.person_id: row.day for row in rows}
