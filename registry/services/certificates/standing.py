"""Certificates as of a day: what each was then, by which act and paper, and what was reviewed by then."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from registry import audit
from registry.clock import OFFICE_TIME
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.exams import ExamResult, Qualification
from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules.certificates import CertificateStatus, period_in, status_in
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies
from registry.services.changes import in_chunks
from registry.services.departments import names_on

EVERY_ENTRY = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateThen:
    """A certificate on a day, its unit under the name of that day. `status` is None before it was valid.

    `periods` are all on record, the earliest first; `reviews` those that had come to a finding by then, latest first.
    """

    certificate: Certificate
    day: date
    unit: str
    status: CertificateStatus | None
    period: CertificatePeriod | None
    periods: Sequence[CertificatePeriod]
    reviews: Sequence[ReviewItem]

    @property
    def is_valid(self) -> bool:
        return self.status is CertificateStatus.ACTIVE

    @property
    def basis(self) -> CertificatePeriod | None:
        """The period on whose act the status rests; None before the first, and where only the last day was over."""
        return self.period if self.period is not None and self.status is self.period.status else None

    @property
    def ended_on(self) -> date | None:
        """The last day of the status, when it is known: of its period, or of the certificate's validity."""
        if self.basis is None:
            return None
        if self.basis.until_on is not None or self.status is not CertificateStatus.ACTIVE:
            return self.basis.until_on
        return self.certificate.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """One certificate as of a day, with what it rests on and every act behind it, in the order of the trail."""

    then: CertificateThen
    person: Person
    policy: Policy
    passes: Sequence[ExamResult]
    trail: Sequence[TrailEntry]

    def was_recorded_later(self, entry: TrailEntry) -> bool:
        """Whether an act was written down only after the day asked for."""
        return entry.at.astimezone(OFFICE_TIME).date() > self.then.day


def stood(session: Session, actor: Actor, *, number: str, day: date) -> Stood:
    """How the certificate with that number stood on a day; NoResultFound when none bears it."""
    with_others = (joinedload(Certificate.department), joinedload(Certificate.person))
    card = session.scalars(select(Certificate).options(*with_others).where(Certificate.number == number)).one()
    actor.require_unit(Action.CERTIFICATE_VIEW, card.department_id)
    return Stood(
        then=then(session, [card], day)[card.id],
        person=card.person,
        policy=policies.by_id(session, card.policy_id),
        passes=passes_of(session, [card])[card.id],
        trail=audit.of(session, Certificate.__tablename__, card.id, limit=EVERY_ENTRY)[::-1],
    )


def held_by(session: Session, person_id: int, day: date) -> list[CertificateThen]:
    """What was issued to a person by that day, as it stood then, the latest first."""
    issued = (
        select(Certificate)
        .options(joinedload(Certificate.department))
        .where(Certificate.person_id == person_id, Certificate.issued_on <= day)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    return list(then(session, session.scalars(issued).all(), day).values())


def of_unit(session: Session, actor: Actor, *, department_id: int, day: date) -> list[CertificateThen]:
    """What had been issued to a unit's people by that day and could still be held then, as it stood."""
    actor.require_unit(Action.CERTIFICATE_VIEW, department_id)
    running = select(Certificate).where(
        Certificate.department_id == department_id, Certificate.issued_on <= day, Certificate.valid_until >= day
    )
    return list(then(session, session.scalars(running.order_by(Certificate.id)).all(), day).values())


def then(session: Session, cards: Sequence[Certificate], day: date) -> dict[int, CertificateThen]:
    """Each certificate as it stood on a day, by id, in the order given; three queries for up to a thousand."""
    ids = [card.id for card in cards]
    periods, reviews, units = periods_of(session, ids), _reviews(session, ids, day), names_on(session, day)
    return {
        card.id: CertificateThen(
            certificate=card,
            day=day,
            unit=units[card.department_id],
            status=status_in(periods[card.id], card.valid_until, day),
            period=period_in(periods[card.id], day),
            periods=periods[card.id],
            reviews=reviews[card.id],
        )
        for card in cards
    }


def periods_of(session: Session, certificate_ids: Collection[int]) -> Mapping[int, list[CertificatePeriod]]:
    """The periods of certificates by id, in the order in which they were begun."""
    found: dict[int, list[CertificatePeriod]] = defaultdict(list)
    for chunk in in_chunks(list(certificate_ids)):
        of_these = select(CertificatePeriod).where(CertificatePeriod.certificate_id.in_(chunk))
        for period in session.scalars(of_these.order_by(CertificatePeriod.from_on, CertificatePeriod.id)):
            found[period.certificate_id].append(period)
    return found


def ends_of(session: Session, certificate_ids: Collection[int]) -> dict[int, date]:
    """The last days of certificates, by id."""
    found: dict[int, date] = {}
    for chunk in in_chunks(list(certificate_ids)):
        rows = session.execute(select(Certificate.id, Certificate.valid_until).where(Certificate.id.in_(chunk)))
        found |= {row.id: row.valid_until for row in rows}
    return found


def passes_of(session: Session, cards: Sequence[Certificate]) -> dict[int, list[ExamResult]]:
    """The passed exams that certificates rest on, by certificate; two queries."""
    qualified = {
        one.id: (one.common_result_id, one.special_result_id)
        for one in session.scalars(
            select(Qualification).where(Qualification.id.in_([card.qualification_id for card in cards]))
        )
    }
    wanted = {result_id for pair in qualified.values() for result_id in pair if result_id is not None}
    results = {
        result.id: result
        for result in session.scalars(
            select(ExamResult).options(joinedload(ExamResult.sitting)).where(ExamResult.id.in_(wanted))
        )
    }
    return {card.id: [results[one] for one in qualified[card.qualification_id] if one is not None] for card in cards}


def _reviews(session: Session, certificate_ids: Collection[int], day: date) -> Mapping[int, list[ReviewItem]]:
    found: dict[int, list[ReviewItem]] = defaultdict(list)
    for chunk in in_chunks(list(certificate_ids)):
        for item in session.scalars(
            select(ReviewItem)
            .join(ReviewItem.campaign)
            .options(contains_eager(ReviewItem.campaign))
            .where(
                ReviewItem.certificate_id.in_(chunk),
                ReviewItem.finding.is_not(None),
                ReviewCampaign.as_of_on <= day,
            )
            .order_by(ReviewCampaign.year.desc())
        ):
            found[item.certificate_id].append(item)
    return found
