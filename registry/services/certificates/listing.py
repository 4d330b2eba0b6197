"""Certificates and refusals, read by page and singly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from registry import audit
from registry.db import AnySelect
from registry.models.certificates import Certificate, CertificatePeriod, Refusal
from registry.models.departments import Department
from registry.models.exams import ExamResult, Qualification
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules.certificates import CertificateKind, CertificateStatus, PublicStatus, status_on
from registry.rules.permissions import Action, Actor
from registry.services import tasks, verification
from registry.services.certificates.narrowing import CertificateFilter, listed
from registry.services.changes import in_chunks
from registry.services.departments import named_on
from registry.services.narrowing import Arm, Count, in_passing, united

PAGE = 50


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in a list, with its status on the day asked for."""

    certificate: Certificate
    unit: str
    status: CertificateStatus
    is_flagged: bool = False


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A page of certificates; `after` is the key of the next page, None on the last; `count` is of all pages."""

    rows: list[CertificateRow]
    after: str | None
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """One certificate with its periods (the latest first), the passes it rests on and what was done to it.

    `corrections` are later results that superseded a pass it rests on, by that pass; a person decides what follows.
    """

    certificate: Certificate
    status: CertificateStatus
    public: PublicStatus
    periods: Sequence[CertificatePeriod]
    qualification: Qualification
    passes: Sequence[ExamResult]
    corrections: Mapping[int, ExamResult]
    review: ReviewItem | None
    predecessor: Certificate | None
    successor: Certificate | None
    history: Sequence[TrailEntry]


@dataclass(frozen=True, slots=True)
class RefusalRow:
    refusal: Refusal
    name: str
    unit: str


def search(
    session: Session,
    actor: Actor,
    *,
    chosen: CertificateFilter,
    today: date,
    after: str | None = None,
    size: int = PAGE,
) -> CertificatePage:
    """A page of certificates, the newest first, in a few queries; a unit's people find their unit's alone."""
    actor.require(Action.CERTIFICATE_VIEW)
    found = listed(session, actor, chosen, today)
    parts = [_part(arm, after).limit(size + 1) for arm in found.arms]
    every = united(parts).subquery()
    ids = select(every).order_by(every.c.id.desc()).limit(size + 1).subquery()
    shown = (
        select(Certificate, Department.name, tasks.flagged(today))
        .join(ids, ids.c.id == Certificate.id)
        .join(Certificate.department)
        .order_by(Certificate.id.desc())
    )
    rows = [
        CertificateRow(card, unit, status_on(card.status, card.valid_until, today), is_flagged)
        for card, unit, is_flagged in session.execute(shown)
    ]
    return CertificatePage(rows[:size], str(rows[size - 1].certificate.id) if len(rows) > size else None, found.count)


def _part(arm: Arm, after: str | None) -> AnySelect:
    """The ids of an arm, the newest first, behind a key; what is to be sorted is kept from being walked."""
    order = Certificate.id if arm.is_walk else in_passing(Certificate.id)
    ids = arm.rows.with_only_columns(Certificate.id).order_by(order.desc())
    return ids.where(order < int(after)) if after and after.isdecimal() else ids


def get(session: Session, actor: Actor, certificate_id: int) -> Certificate:
    """A certificate; NoResultFound when there is none, Denied for another unit's people."""
    card = session.scalars(
        select(Certificate)
        .options(joinedload(Certificate.department), joinedload(Certificate.person))
        .where(Certificate.id == certificate_id)
    ).one()
    actor.require_unit(Action.CERTIFICATE_VIEW, card.department_id)
    return card


def latest_of(session: Session, *, person_id: int, kind: CertificateKind) -> Certificate | None:
    """The person's newest certificate of that kind."""
    own = select(Certificate).where(Certificate.person_id == person_id, Certificate.kind == kind)
    return session.scalar(own.order_by(Certificate.id.desc()).limit(1))


def file_of(session: Session, actor: Actor, *, certificate_id: int, today: date) -> CertificateFile:
    """Everything on record about one certificate."""
    card = get(session, actor, certificate_id)
    qualification = session.get_one(Qualification, card.qualification_id)
    resting_on = (qualification.common_result_id, qualification.special_result_id)
    status = status_on(card.status, card.valid_until, today)
    passes = session.scalars(
        select(ExamResult)
        .options(joinedload(ExamResult.sitting))
        .where(ExamResult.id.in_(resting_on))
        .order_by(ExamResult.subject)
    ).all()
    return CertificateFile(
        certificate=card,
        status=status,
        public=verification.told(session, certificate_id=card.id, status=status),
        periods=session.scalars(
            select(CertificatePeriod)
            .where(CertificatePeriod.certificate_id == card.id)
            .order_by(CertificatePeriod.from_on.desc(), CertificatePeriod.id.desc())
        ).all(),
        qualification=qualification,
        passes=passes,
        corrections=corrections_of(session, passes),
        review=_latest_review(session, card.id),
        predecessor=session.get(Certificate, card.predecessor_id) if card.predecessor_id else None,
        successor=session.scalar(select(Certificate).where(Certificate.predecessor_id == card.id)),
        history=audit.of(session, Certificate.__tablename__, card.id),
    )


def corrections_of(session: Session, results: Sequence[ExamResult]) -> dict[int, ExamResult]:
    """The results that superseded these, by the one superseded."""
    later = session.scalars(select(ExamResult).where(ExamResult.supersedes_id.in_([one.id for one in results])))
    return {one.supersedes_id: one for one in later if one.supersedes_id is not None}


def _latest_review(session: Session, certificate_id: int) -> ReviewItem | None:
    return session.scalar(
        select(ReviewItem)
        .join(ReviewItem.campaign)
        .options(contains_eager(ReviewItem.campaign))
        .where(ReviewItem.certificate_id == certificate_id)
        .order_by(ReviewCampaign.year.desc())
        .limit(1)
    )


def refusal(session: Session, actor: Actor, refusal_id: int) -> Refusal:
    """A refusal with its person; NoResultFound when there is none, Denied for another unit's people."""
    found = session.scalars(select(Refusal).options(joinedload(Refusal.person)).where(Refusal.id == refusal_id)).one()
    actor.require_unit(Action.CERTIFICATE_VIEW, found.department_id)
    return found


def refusals(
    session: Session, actor: Actor, *, after: int | None = None, size: int = PAGE
) -> tuple[list[RefusalRow], int | None]:
    """A page of refusals, the latest first, and the key of the next page."""
    actor.require(Action.CERTIFICATE_VIEW)
    query = (
        select(Refusal, named_on(Refusal.department_id, Department.name, Refusal.refused_on))
        .join(Department, Department.id == Refusal.department_id)
        .options(joinedload(Refusal.person))
        .order_by(Refusal.id.desc())
        .limit(size + 1)
    )
    if actor.is_unit_bound:
        query = query.where(Refusal.department_id == actor.department_id)
    if after is not None:
        query = query.where(Refusal.id < after)
    found = [RefusalRow(one, one.person.name, unit) for one, unit in session.execute(query)]
    return found[:size], found[size - 1].refusal.id if len(found) > size else None


def of_the_day(
    session: Session, actor: Actor, *, person_ids: Sequence[int], kind: CertificateKind, day: date
) -> tuple[list[Certificate], list[Refusal]]:
    """What these people were issued and refused on a day; a unit's people see their own."""
    actor.require(Action.CERTIFICATE_VIEW)
    cards: list[Certificate] = []
    refused: list[Refusal] = []
    for chunk in in_chunks(person_ids):
        issued_then = (Certificate.kind == kind, Certificate.issued_on == day, Certificate.person_id.in_(chunk))
        refused_then = (Refusal.kind == kind, Refusal.refused_on == day, Refusal.person_id.in_(chunk))
        cards += session.scalars(
            _own(actor, select(Certificate), Certificate)
            .options(joinedload(Certificate.department))
            .where(*issued_then)
            .order_by(Certificate.id)
        )
        refused += session.scalars(
            _own(actor, select(Refusal), Refusal).options(joinedload(Refusal.person)).where(*refused_then)
        )
    return cards, refused


def _own(actor: Actor, query: AnySelect, model: Any) -> AnySelect:
    return query.where(model.department_id == actor.department_id) if actor.is_unit_bound else query
