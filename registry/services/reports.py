"""Read-only figures: the yearly report and the board, counted by the database."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate, Refusal
from registry.models.departments import Department, LegalReviewer
from registry.models.training import Attendance, TrainingSession
from registry.rules.certificates import CertificateKind
from registry.rules.people import SECTION_LEVEL_AND_ABOVE
from registry.rules.permissions import Action, Actor
from registry.rules.training import TrainingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of 法治政府建设 annual report (domain.md section 0), each a count over the records of one year."""

    year: int
    legal_trainings: int
    attendances: int
    section_level_attendances: int
    trained_online: int
    enforcement_certificates_issued: int
    supervision_certificates_issued: int
    legal_review_units: int
    legal_reviewers: int
    refused: int


def figures(session: Session, actor: Actor, *, year: int) -> Figures:
    """Count a year; a unit's people get their unit's share."""
    actor.require(Action.FIGURES_VIEW)
    first, last = date(year, 1, 1), date(year, 12, 31)
    unit = actor.department_id if actor.is_unit_bound else None

    def count(statement: AnySelect) -> int:
        return session.scalar(statement) or 0

    return Figures(
        year=year,
        legal_trainings=count(_trainings(first, last, unit)),
        attendances=count(_attendances(first, last, unit)),
        section_level_attendances=count(
            _attendances(first, last, unit).where(Attendance.rank.in_(SECTION_LEVEL_AND_ABOVE))
        ),
        trained_online=count(_trained_online(first, last, unit)),
        enforcement_certificates_issued=count(_issued(CertificateKind.ENFORCEMENT, first, last, unit)),
        supervision_certificates_issued=count(_issued(CertificateKind.SUPERVISION, first, last, unit)),
        legal_review_units=count(_review_units(last, unit)),
        legal_reviewers=count(_reviewers(last, unit)),
        refused=count(_refused(first, last, unit)),
    )


def _within(column: Any, unit: int | None) -> ColumnElement[bool]:
    within: ColumnElement[bool] = column.is_not(None) if unit is None else column == unit
    return within


def _trainings(first: date, last: date, unit: int | None) -> AnySelect:
    held = and_(
        TrainingSession.kind == TrainingKind.LEGAL,
        TrainingSession.held_on.between(first, last),
        TrainingSession.withdrawn_on.is_(None),
    )
    if unit is None:
        return select(func.count()).select_from(TrainingSession).where(held)
    attended = select(func.count(distinct(Attendance.session_id))).join(Attendance.session)
    return attended.where(held, Attendance.department_id == unit, Attendance.withdrawn_on.is_(None))


def _attendances(first: date, last: date, unit: int | None) -> AnySelect:
    return (
        select(func.count())
        .select_from(Attendance)
        .join(Attendance.session)
        .where(
            TrainingSession.kind == TrainingKind.LEGAL,
            TrainingSession.held_on.between(first, last),
            Attendance.withdrawn_on.is_(None),
            _within(Attendance.department_id, unit),
        )
    )


def _trained_online(first: date, last: date, unit: int | None) -> AnySelect:
    done_on = func.coalesce(Attendance.completed_on, TrainingSession.held_on)
    return (
        select(func.count(distinct(Attendance.person_id)))
        .join(Attendance.session)
        .where(
            TrainingSession.kind == TrainingKind.ONLINE_COMMON_LAW,
            Attendance.is_completed,
            done_on.between(first, last),
            _within(Attendance.department_id, unit),
        )
    )


def _issued(kind: CertificateKind, first: date, last: date, unit: int | None) -> AnySelect:
    issued = and_(Certificate.kind == kind, Certificate.issued_on.between(first, last))
    return select(func.count()).select_from(Certificate).where(issued, _within(Certificate.department_id, unit))


def _review_units(day: date, unit: int | None) -> AnySelect:
    standing = or_(Department.ended_on.is_(None), Department.ended_on > day)
    has_section = Department.legal_review_section.is_not(None)
    return select(func.count()).select_from(Department).where(has_section, standing, _within(Department.id, unit))


def _reviewers(day: date, unit: int | None) -> AnySelect:
    serving = and_(LegalReviewer.from_on <= day, or_(LegalReviewer.until_on.is_(None), LegalReviewer.until_on >= day))
    return select(func.count(distinct(LegalReviewer.person_id))).where(
        serving, _within(LegalReviewer.department_id, unit)
    )


def _refused(first: date, last: date, unit: int | None) -> AnySelect:
    """People and kinds: whoever was refused on several days, or twice on one with other findings, counts once."""
    refused = select(Refusal.person_id, Refusal.kind).where(
        Refusal.refused_on.between(first, last), _within(Refusal.department_id, unit)
    )
    return select(func.count()).select_from(refused.distinct().subquery())
