"""The facts of every certificate's year, gathered in one pass over the register."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, and_, case, extract, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import AnnualAssessment, Appointment
from registry.models.reviews import ReviewItem
from registry.models.training import Attendance, TrainingSession
from registry.rules.certificates import LIVE, SUBJECTS, CertificateKind, status_on
from registry.rules.departments import may_enforce
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, EndReason
from registry.rules.policy import Policy
from registry.rules.reviews import COURSES, ReviewFacts
from registry.services.departments import standings_on
from registry.services.reviews.conditions import WAITS

READ_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """Which certificates, which year, and the day the facts are taken for.

    `again` names a review whose deferred certificates are looked at once more, in place of all of the year.
    """

    kind: CertificateKind
    year: int
    as_of: date
    cutoff: date
    policy: Policy
    again: int | None = None
    department_id: int | None = None  # one unit's certificates alone

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One certificate with its facts; `post` is what the roster prints beside them."""

    certificate_id: int
    person_id: int
    department_id: int
    is_next_year: bool
    facts: ReviewFacts
    post: Mapping[str, Any]


def gather(session: Session, what: Gathering) -> Iterator[Gathered]:
    """Every certificate of the kind that was live at any time in the year, each once.

    A certificate with a successor is left to it. Three statements, whatever the number of certificates.
    """
    standing = {unit: may_enforce(on_what, what.as_of) for unit, on_what in standings_on(session, what.as_of).items()}
    rows = session.connection().execute(statement(what).execution_options(yield_per=READ_AT_ONCE))
    return (_gathered(row, standing[row.department_id], what) for row in rows)


def statement(what: Gathering) -> AnySelect:
    """The one query behind a campaign: a row a certificate with everything a finding may look at."""
    cards = _cards(what) if what.again is None else _cards_again(what, what.again)
    hours, exams = _hours(what), _exams(what)
    return (
        select(
            cards, _status(cards, what), *_POST, hours.c.hours, hours.c.is_course_done, exams, AnnualAssessment.grade
        )
        .select_from(cards)
        .outerjoin(Appointment, Appointment.id == _latest_post(cards, what))
        .outerjoin(hours, hours.c.person_id == cards.c.person_id)
        .outerjoin(exams, exams.c.candidate_id == cards.c.person_id)
        .outerjoin(
            AnnualAssessment, and_(AnnualAssessment.person_id == cards.c.person_id, AnnualAssessment.year == what.year)
        )
        .order_by(cards.c.department_id, cards.c.number)
    )


def _cards(what: Gathering) -> CTE:
    successor = aliased(Certificate)
    was_live = select(CertificatePeriod.id).where(
        CertificatePeriod.certificate_id == Certificate.id,
        CertificatePeriod.status.in_(LIVE),
        CertificatePeriod.from_on <= what.as_of,
        or_(CertificatePeriod.until_on.is_(None), CertificatePeriod.until_on >= what.first_day),
    )
    succeeded = select(successor.id).where(
        successor.predecessor_id == Certificate.id, successor.issued_on <= what.as_of
    )
    return (
        select(
            Certificate.id,
            Certificate.id.label("standing_id"),
            Certificate.number,
            Certificate.person_id,
            Certificate.department_id,
            Certificate.issued_on,
            Certificate.valid_until,
            Certificate.predecessor_id,
        )
        .where(Certificate.kind == what.kind, Certificate.issued_on <= what.as_of)
        .where(Certificate.valid_until >= what.first_day, was_live.exists(), ~succeeded.exists())
        .where(true() if what.department_id is None else Certificate.department_id == what.department_id)
        .cte("cards")
    )


def _cards_again(what: Gathering, campaign_id: int) -> CTE:
    """The deferred of a review; where a new card took the old one's place since, that one's status counts."""
    successor = aliased(Certificate)
    follows = and_(successor.predecessor_id == Certificate.id, successor.issued_on <= what.as_of)
    return (
        select(
            Certificate.id,
            func.coalesce(successor.id, Certificate.id).label("standing_id"),
            Certificate.number,
            Certificate.person_id,
            Certificate.department_id,
            Certificate.issued_on,
            func.coalesce(successor.valid_until, Certificate.valid_until).label("valid_until"),
            Certificate.predecessor_id,
        )
        .join(ReviewItem, ReviewItem.certificate_id == Certificate.id)
        .outerjoin(successor, follows)
        .where(ReviewItem.campaign_id == campaign_id, WAITS)
        .cte("cards")
    )


def _status(cards: CTE, what: Gathering) -> Any:
    """The latest period that had begun; looked up by its index for each card, which costs the same for any number."""
    begun = (CertificatePeriod.certificate_id == cards.c.standing_id, CertificatePeriod.from_on <= what.as_of)
    newest = (CertificatePeriod.from_on.desc(), CertificatePeriod.id.desc())
    return select(CertificatePeriod.status).where(*begun).order_by(*newest).limit(1).scalar_subquery().label("status")


_POST: tuple[Any, ...] = (
    Appointment.person_id.label("holder_id"),
    Appointment.department_id.label("post_department_id"),
    Appointment.section,
    Appointment.post,
    Appointment.establishment,
    Appointment.duty,
    Appointment.until_on,
    Appointment.end_reason,
)


def _latest_post(cards: CTE, what: Gathering) -> Any:
    """The holder's latest post that had begun, looked up by its index for each card."""
    held = aliased(Appointment)
    begun = (
        held.person_id == cards.c.person_id,
        held.from_on <= what.as_of,
        held.end_reason.is_distinct_from(EndReason.RECORDED_IN_ERROR),
    )
    newest = select(held.id).where(*begun).order_by(held.from_on.desc()).limit(1)
    return newest.correlate(cards).scalar_subquery()


def _hours(what: Gathering) -> CTE:
    """What was completed within the year, as the yearly figures count it; a course may have begun before."""
    course = case((TrainingSession.kind.in_(COURSES[what.kind]), 1), else_=0)
    done_on = func.coalesce(Attendance.completed_on, TrainingSession.held_on)
    return (
        select(
            Attendance.person_id, func.sum(Attendance.hours).label("hours"), func.max(course).label("is_course_done")
        )
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.is_completed, done_on.between(what.first_day, what.as_of))
        .group_by(Attendance.person_id)
        .cte("training_of_the_year")
    )


def _exams(what: Gathering) -> CTE:
    attempts = _attempts(what)
    counted = and_(attempts.c.passed, attempts.c.attempt <= what.policy.exam_attempts)
    best = {
        subject: func.max(case((and_(counted, attempts.c.subject == subject), attempts.c.score))).label(subject.value)
        for subject in ExamSubject
    }
    return (
        select(attempts.c.person_id.label("candidate_id"), *best.values()).group_by(attempts.c.person_id).cte("passes")
    )


def _attempts(what: Gathering) -> CTE:
    correction = aliased(ExamResult)
    within = (ExamResult.person_id, ExamResult.subject, extract("year", ExamSitting.held_on))
    attempt = func.row_number().over(partition_by=within, order_by=(ExamSitting.held_on, ExamResult.id))
    return (
        select(ExamResult.person_id, ExamResult.subject, ExamResult.score, ExamResult.passed, attempt.label("attempt"))
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .outerjoin(correction, correction.supersedes_id == ExamResult.id)
        .where(correction.id.is_(None), ExamResult.outcome == ExamOutcome.SCORED, ExamSitting.held_on <= what.as_of)
        .cte("attempts")
    )


def _gathered(row: Any, unit_stands: bool, what: Gathering) -> Gathered:
    scores = {subject: getattr(row, subject.value) for subject in SUBJECTS[what.kind]}
    hours = row.hours or Decimal(0)
    is_in_post = _holds_the_post(row, what.as_of)
    return Gathered(
        certificate_id=row.id,
        person_id=row.person_id,
        department_id=row.department_id,
        is_next_year=row.issued_on > what.cutoff and row.predecessor_id is None,
        facts=ReviewFacts(
            status=status_on(row.status, row.valid_until, what.as_of),
            valid_until=row.valid_until,
            establishment=row.establishment,
            end_reason=None if is_in_post else row.end_reason,
            is_in_post=is_in_post,
            unit_stands=unit_stands,
            training_hours=hours,
            is_trained=bool(row.is_course_done) or 0 < what.policy.training_hours <= hours,
            exam_score=scores[ExamSubject.COMMON_LAW],
            exam_passed=all(score is not None for score in scores.values()),
            assessment=row.grade,
        ),
        post={"section": row.section or "", "post": row.post or "", "special_score": _plain(row.special_law)},
    )


def _holds_the_post(row: Any, day: date) -> bool:
    """In post is who serves that day in the card's own unit, in a post that is not "other" (domain.md 9.14)."""
    serves = row.holder_id is not None and (row.until_on is None or row.until_on >= day)
    return serves and row.post_department_id == row.department_id and row.duty is not Duty.OTHER


def _plain(score: Decimal | None) -> str | None:
    return None if score is None else f"{score.normalize():f}"
