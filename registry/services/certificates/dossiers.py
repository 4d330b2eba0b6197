"""The facts the gate looks at, gathered for many people in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import HELD, ApplicationBar, Appointment, Person
from registry.models.qualifications import Disqualification
from registry.models.training import Attendance
from registry.rules.certificates import LIVE, Ahead, Bar, CertificateKind, Dossier, Held, Left, Loss
from registry.rules.departments import Standing
from registry.rules.exams import ExamFact, ExamOutcome
from registry.services.changes import in_chunks
from registry.services.departments import fields_of_units, standings_on

# What the gate reads of a result: columns, for it reads thousands at once.
FACTS = (
    ExamResult.id,
    ExamResult.person_id,
    ExamResult.subject,
    ExamResult.outcome,
    ExamResult.score,
    ExamResult.pass_mark,
    ExamResult.passed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """A person as the gate sees him or her on a day, and what a certificate would print."""

    person_id: int
    name: str
    department_id: int
    unit: str
    dossier: Dossier


def applicants(
    session: Session, person_ids: Sequence[int], *, kind: CertificateKind, day: date
) -> dict[int, Applicant]:
    """The applicants by person id; ids that nobody has are left out."""
    return applicants_for(session, dict.fromkeys(person_ids, kind), day=day)


def applicants_for(session: Session, kinds: Mapping[int, CertificateKind], *, day: date) -> dict[int, Applicant]:
    """The same of people who need different kinds of certificate; `kinds` by person id."""
    units, ahead = standings_on(session, day), _Announced.on(session, day)
    found: dict[int, Applicant] = {}
    for ids in in_chunks(list(kinds)):
        found |= _chunk(session, {one: kinds[one] for one in ids}, day, units, ahead)
    return found


def applicant_by_kind(session: Session, person_id: int, day: date) -> dict[CertificateKind, Applicant]:
    """One person as the gate of each kind of certificate sees him or her; they differ by the card held alone."""
    first, *others = CertificateKind
    applicant = applicants(session, [person_id], kind=first, day=day)[person_id]
    held = {kind: _held(session, {person_id: kind}).get(person_id) for kind in others}
    return {first: applicant} | {
        kind: replace(applicant, dossier=replace(applicant.dossier, held=card)) for kind, card in held.items()
    }


def posts_of(session: Session, person_ids: Sequence[int], day: date) -> dict[int, Appointment]:
    """By person id the post on which an application rests; who has none is left out."""
    found: dict[int, Appointment] = {}
    for chunk in in_chunks(list(person_ids)):
        found |= _posts(session, chunk, day)
    return found


def _chunk(
    session: Session,
    kinds: Mapping[int, CertificateKind],
    day: date,
    units: dict[int, Standing],
    announced: "_Announced",
) -> dict[int, Applicant]:
    ids = list(kinds)
    posts, results = _posts(session, ids, day), _results(session, ids)
    left = _left(session, [one for one in ids if one not in posts])
    trained, bars, held = _trained(session, ids, day), bars_of(session, ids), _held(session, kinds)
    people = session.execute(_people(day).where(Person.id.in_(ids)))
    found = {}
    for person in people:
        post = posts.get(person.id)
        department_id = post.department_id if post else person.department_id
        dossier = Dossier(
            born_on=person.born_on,
            establishment=post.establishment if post else None,
            duty=post.duty if post else None,
            in_post_since=post.from_on if post else None,
            standing=units[department_id],
            results=results[person.id],
            trained_on=trained.get(person.id),
            bars=bars[person.id],
            held=held.get(person.id),
            left=left.get(person.id),
            ahead=announced.to(department_id, post.enforcement_field if post else ""),
            loss=_loss(person),
        )
        found[person.id] = Applicant(
            person_id=person.id,
            name=person.name,
            department_id=department_id,
            unit=units[department_id].name,
            dossier=dossier,
        )
    return found


def _people(day: date) -> AnySelect:
    """Who somebody is, and the decision that takes the qualification away, if one stands on the day."""
    stands = and_(
        Disqualification.person_id == Person.id,
        Disqualification.decided_on <= day,
        or_(Disqualification.lifted_on.is_(None), Disqualification.lifted_on > day),
    )
    return select(
        Person.id,
        Person.name,
        Person.born_on,
        Person.department_id,
        Disqualification.decided_on,
        Disqualification.decided_by,
        Disqualification.document_number,
    ).outerjoin(Disqualification, stands)


def _loss(row: Any) -> Loss | None:
    if row.decided_on is None:
        return None
    return Loss(decided_on=row.decided_on, decided_by=row.decided_by, document_number=row.document_number)


def _posts(session: Session, ids: Sequence[int], day: date) -> dict[int, Appointment]:
    """The post held on the day; without one, the next that is on record, so that the gate can name its day."""
    posts = session.scalars(
        select(Appointment)
        .where(Appointment.person_id.in_(ids), or_(Appointment.until_on.is_(None), Appointment.until_on >= day))
        .order_by(Appointment.person_id, Appointment.from_on.desc())
    )
    return {post.person_id: post for post in posts}  # the earliest of those that have not ended wins


def _left(session: Session, ids: Sequence[int]) -> dict[int, Left]:
    """How those without a post left their last one."""
    if not ids:
        return {}
    ended = (
        select(Appointment.person_id, Appointment.until_on, Appointment.end_reason)
        .where(Appointment.person_id.in_(ids), Appointment.until_on.is_not(None), HELD)
        .order_by(Appointment.person_id, Appointment.until_on)
    )
    return {row.person_id: Left(on=row.until_on, reason=row.end_reason) for row in session.execute(ended)}


@dataclass(frozen=True, slots=True)
class _Announced:
    """The sittings to come, each with the field it is for, and the fields of the units as far as one has any."""

    sittings: Sequence[tuple[Ahead, str]]
    fields: Mapping[int, Collection[str]]

    @classmethod
    def on(cls, session: Session, day: date) -> "_Announced":
        """What is announced for that day and later and has no result yet, in order."""
        sat = exists().where(ExamResult.sitting_id == ExamSitting.id)
        rows = session.execute(
            select(ExamSitting)
            .where(ExamSitting.held_on >= day, ExamSitting.withdrawn_on.is_(None), ~sat)
            .order_by(ExamSitting.held_on, ExamSitting.id)
        ).scalars()
        coming = [(_ahead(one), one.enforcement_field) for one in rows]
        return cls(coming, fields_of_units(session) if any(field for _, field in coming) else {})

    def to(self, department_id: int, field: str) -> list[Ahead]:
        """Those that somebody of a unit may sit: of any field, or of the unit's or the post's own."""
        own = {"", field, *self.fields.get(department_id, ())}
        return [one for one, needed in self.sittings if needed in own]


def _ahead(sitting: ExamSitting) -> Ahead:
    return Ahead(sitting_id=sitting.id, subject=sitting.subject, title=sitting.title, held_on=sitting.held_on)


def _results(session: Session, ids: Sequence[int]) -> dict[int, list[ExamFact]]:
    correction = aliased(ExamResult)
    rows = session.execute(
        select(*FACTS, ExamSitting.title, ExamSitting.held_on, ExamSitting.enforcement_field)
        .join(ExamSitting, ExamSitting.id == ExamResult.sitting_id)
        .outerjoin(correction, correction.supersedes_id == ExamResult.id)
        .where(ExamResult.person_id.in_(ids), correction.id.is_(None), ExamResult.outcome != ExamOutcome.WITHDRAWN)
    )
    found: dict[int, list[ExamFact]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(_fact(row))
    return found


def _fact(row: Any) -> ExamFact:
    return ExamFact(
        result_id=row.id,
        subject=row.subject,
        sitting=row.title,
        held_on=row.held_on,
        outcome=row.outcome,
        score=row.score,
        pass_mark=row.pass_mark,
        passed=row.passed,
        enforcement_field=row.enforcement_field,
    )


def _trained(session: Session, ids: Sequence[int], day: date) -> dict[int, date]:
    """When each last completed a training by that day."""
    rows = session.execute(
        select(Attendance.person_id, func.max(Attendance.completed_on))
        .where(Attendance.person_id.in_(ids), Attendance.is_completed, Attendance.completed_on <= day)
        .group_by(Attendance.person_id)
    )
    return {person_id: day for person_id, day in rows if day is not None}


def bars_of(session: Session, ids: Sequence[int]) -> dict[int, list[Bar]]:
    """Every bar on application, by person."""
    found: dict[int, list[Bar]] = defaultdict(list)
    for bar in session.scalars(select(ApplicationBar).where(ApplicationBar.person_id.in_(ids))):
        found[bar.person_id].append(
            Bar(from_on=bar.from_on, until_on=bar.until_on, document_number=bar.document_number)
        )
    return found


def _held(session: Session, kinds: Mapping[int, CertificateKind]) -> dict[int, Held]:
    """The live certificate of the kind that each is asked for."""
    live = select(
        Certificate.person_id, Certificate.kind, Certificate.number, Certificate.valid_until, Certificate.status
    ).where(Certificate.person_id.in_(list(kinds)), Certificate.status.in_(LIVE))
    return {
        row.person_id: Held(number=row.number, valid_until=row.valid_until, status=row.status)
        for row in session.execute(live)
        if row.kind is kinds[row.person_id]
    }
