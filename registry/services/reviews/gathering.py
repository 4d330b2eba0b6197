"""The facts of every certificate's year, gathered in one pass over the register."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import CTE, CursorResult, and_, case, extract, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.exams import ExamResult, ExamSitting
from registry.models.merges import Merge
from registry.models.people import AnnualAssessment, Appointment, ConductRecord
from registry.models.reviews import ReviewItem
from registry.models.training import Attendance, TrainingSession
from registry.rules.certificates import LIVE, SUBJECTS, CertificateKind, status_on
from registry.rules.conduct import DISCIPLINED
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
    def is_of_some(self) -> bool:
        """Whether it is about some certificates, so that other people's records need not be read."""
        return self.again is not None or self.department_id is not None

    @property
    def oldest_pass(self) -> date:
        """The first day of the years whose passed exams count."""
        years = self.policy.review_exam_years
        return date(max(self.year - years + 1, 1), 1, 1) if years else date.min

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

    A certificate with a successor is left to it. Four statements, whatever the number of certificates.
    """
    disciplined = set(session.scalars(_disciplined(what)))
    standing = {unit: may_enforce(on_what, what.as_of) for unit, on_what in standings_on(session, what.as_of).items()}
    found = session.connection().execute(statement(what).execution_options(yield_per=READ_AT_ONCE))
    rows = map(_named(found), found)
    return (_gathered(row, standing[row.department_id], row.person_id in disciplined, what) for row in rows)


def _named(found: CursorResult[Any]) -> Callable[[Iterable[Any]], Any]:
    """Rows whose fields are found at once; those of the database are asked by name thirty times each."""
    row: Any = namedtuple("Row", list(found.keys()))  # type: ignore[misc]  # the names are the statement's
    make: Callable[[Iterable[Any]], Any] = row._make
    return make


def statement(what: Gathering) -> AnySelect:
    """The one query behind a campaign: a row a certificate with everything a finding may look at."""
    cards = _chosen(what)
    hours, exams = _hours(what, cards), _exams(what, cards)
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


def _chosen(what: Gathering) -> CTE:
    return _cards(what) if what.again is None else _cards_again(what, what.again)


def _of_holders(person_id: Any, what: Gathering, cards: CTE) -> Any:
    """That a record is a holder's; of a whole year's certificates nearly every record is, and nothing is asked."""
    return person_id.in_(select(cards.c.person_id)) if what.is_of_some else true()


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


def _hours(what: Gathering, cards: CTE) -> CTE:
    """What was completed within the year, as the yearly figures count it; a course may have begun before."""
    course = case((TrainingSession.kind.in_(COURSES[what.kind]), 1), else_=0)
    done_on = func.coalesce(Attendance.completed_on, TrainingSession.held_on)
    return (
        select(
            Attendance.person_id, func.sum(Attendance.hours).label("hours"), func.max(course).label("is_course_done")
        )
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.is_completed, done_on.between(what.first_day, what.as_of))
        .where(_of_holders(Attendance.person_id, what, cards))
        .group_by(Attendance.person_id)
        .cte("training_of_the_year")
    )


def _exams(what: Gathering, cards: CTE) -> CTE:
    """By person and subject: the best pass that counts, and whether the year's latest attempt was failed."""
    attempts = _attempts(what, cards)
    counted = and_(attempts.c.passed, attempts.c.attempt <= what.policy.exam_attempts)
    columns: list[Any] = [attempts.c.person_id.label("candidate_id")]
    for subject in ExamSubject:
        own = attempts.c.subject == subject
        young = attempts.c.held_on >= what.oldest_pass
        failed = and_(own, ~attempts.c.passed, attempts.c.is_own_field, attempts.c.held_on >= what.first_day)
        columns += [
            func.max(case((and_(own, counted, young), attempts.c.score))).label(subject.value),
            func.max(case((and_(own, counted), attempts.c.place))).label(f"{subject.value}_passed"),
            func.max(case((failed, attempts.c.place))).label(f"{subject.value}_failed"),
            func.max(case((failed, attempts.c.score))).label(f"{subject.value}_score"),
        ]
    return select(*columns).group_by(attempts.c.person_id).cte("exams_of_people")


def _attempts(what: Gathering, cards: CTE) -> CTE:
    """Every scored result that stands: its number within the year, its place among all of the subject."""
    correction = aliased(ExamResult)
    own_field = select(Certificate.id).where(
        Certificate.person_id == ExamResult.person_id,
        Certificate.kind == what.kind,
        Certificate.field == ExamSitting.enforcement_field,
    )
    subject = (ExamResult.person_id, ExamResult.subject)
    within = (*subject, extract("year", ExamSitting.held_on))
    attempt = func.row_number().over(partition_by=within, order_by=(ExamSitting.held_on, ExamResult.id))
    place = func.row_number().over(partition_by=subject, order_by=(ExamSitting.held_on, ExamResult.id))
    return (
        select(
            ExamResult.person_id,
            ExamResult.subject,
            ExamResult.score,
            ExamResult.passed,
            ExamSitting.held_on,
            or_(ExamSitting.enforcement_field == "", own_field.exists()).label("is_own_field"),
            attempt.label("attempt"),
            place.label("place"),
        )
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .outerjoin(correction, correction.supersedes_id == ExamResult.id)
        .where(correction.id.is_(None), ExamResult.outcome == ExamOutcome.SCORED, ExamSitting.held_on <= what.as_of)
        .where(_of_holders(ExamResult.person_id, what, cards))
        .cte("attempts")
    )


def _disciplined(what: Gathering) -> AnySelect:
    """Whom a measure was decided against or in force in the year; of merged files, the one that was kept."""
    lasts = func.coalesce(ConductRecord.until_on, ConductRecord.decided_on)
    of_the_year = (ConductRecord.decided_on <= what.as_of, lasts >= what.first_day)
    stands = (ConductRecord.measure.in_(DISCIPLINED), ConductRecord.annulled_at.is_(None))
    merged = ConductRecord.person_id.in_(select(Merge.merged_id))  # whose record may be a holder's by now
    in_question = or_(merged, _of_holders(ConductRecord.person_id, what, _chosen(what)))
    chosen = select(ConductRecord.person_id).where(*stands, *of_the_year, in_question)
    files = chosen.cte("disciplined", recursive=True)
    onward = select(Merge.kept_id).join(files, Merge.merged_id == files.c.person_id).where(Merge.undone_at.is_(None))
    return select(files.union(onward).c.person_id)


class _Standing:
    """How somebody stands in a subject; `score` is the one that counts.

    It is that of the best pass, or of the best attempt of the year when it was failed since and none passed after it.
    """

    __slots__ = ("has_failed", "score")

    def __init__(self, best: Decimal | None, passed: int | None, failed: int | None, attempted: Decimal | None) -> None:
        self.has_failed = failed is not None and (passed is None or passed < failed)
        self.score = attempted if self.has_failed else best


_READ = {
    subject: attrgetter(*(f"{subject.value}{end}" for end in ("", "_passed", "_failed", "_score")))
    for subject in ExamSubject
}


def _gathered(row: Any, unit_stands: bool, is_disciplined: bool, what: Gathering) -> Gathered:
    hours, exams = row.hours or Decimal(0), {subject: _Standing(*read(row)) for subject, read in _READ.items()}
    counted = [exams[subject] for subject in SUBJECTS[what.kind]]
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
            exam_score=exams[ExamSubject.COMMON_LAW].score,
            exam_passed=all(one.score is not None and not one.has_failed for one in counted),
            assessment=row.grade,
            exam_failed=any(one.has_failed for one in counted),
            is_disciplined=is_disciplined,
        ),
        post={
            "section": row.section or "",
            "post": row.post or "",
            "special_score": _plain(exams[ExamSubject.SPECIAL_LAW].score),
        },
    )


def _holds_the_post(row: Any, day: date) -> bool:
    """In post is who serves that day in the card's own unit, in a post that is not "other" (domain.md 9.14)."""
    serves = row.holder_id is not None and (row.until_on is None or row.until_on >= day)
    return serves and row.post_department_id == row.department_id and row.duty is not Duty.OTHER


def _plain(score: Decimal | None) -> str | None:
    return None if score is None else f"{score.normalize():f}"
