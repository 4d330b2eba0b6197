"""What stands on a certificate as it is printed: plain facts as of its day of issue, the photo among them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.labels import label
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.jobs import Job
from registry.models.papers import Paper, PaperCertificate
from registry.models.people import HELD, Appointment, Person, Photo
from registry.printing.fonts import missing_in
from registry.rules.certificates import CertificateKind, CertificateStatus, status_on
from registry.rules.jobs import UNDER_WAY
from registry.rules.papers import CARDS, PRINTED_WHILE
from registry.services.changes import in_chunks
from registry.services.departments import named_on
from registry.services.signing import addresses

NAMES: Mapping[CertificateKind, str] = {
    CertificateKind.ENFORCEMENT: "行政执法证",
    CertificateKind.SUPERVISION: "行政执法监督证",
}
PRINTED = ("name", "unit", "number", "post", "field", "area")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A certificate on its way to paper; `printed_on` is the latest paper that bears its card."""

    certificate_id: int
    person_id: int
    department_id: int
    kind: CertificateKind
    status: CertificateStatus
    line: Mapping[str, Any]
    photo_sha256: str | None
    printed_on: tuple[int, str] | None

    @property
    def has_photo(self) -> bool:
        return self.photo_sha256 is not None

    @property
    def missing_character(self) -> str:
        """The first character of what is printed that no font has, or nothing."""
        return next(filter(None, (missing_in(self.line[name]) for name in PRINTED)), "")

    @property
    def is_in_force(self) -> bool:
        return self.status in PRINTED_WHILE


def subjects(session: Session, certificate_ids: Collection[int], *, today: date) -> list[Subject]:
    """These certificates in the order in which they are handed out, by unit and number; a few queries for however many.

    Unit and post are those of the day of issue, the photo is the present one.
    """
    found: list[Subject] = []
    for chunk in in_chunks(list(dict.fromkeys(certificate_ids))):
        rows = session.execute(_rows().where(Certificate.id.in_(chunk))).all()
        printed = _printed(session, chunk)
        found += [_subject(row, printed.get(row.id), today) for row in rows]
    return sorted(found, key=lambda one: (one.line["unit_code"], one.line["number"]))


def hold(session: Session, certificate_ids: Collection[int]) -> None:
    """Let nobody else print these certificates until this is through: of two batches at once, one prints a card."""
    for chunk in in_chunks(sorted(set(certificate_ids))):
        chosen = select(Certificate.id).where(Certificate.id.in_(chunk)).order_by(Certificate.id)
        session.execute(chosen.with_for_update()).all()


def frozen(session: Session, chosen: Sequence[Subject], *, public_url: str) -> dict[str, Any]:
    """What a paper with these certificates keeps of them: the facts of each, its signed address, its photo by hash."""
    signed = addresses(session, [one.certificate_id for one in chosen], public_url=public_url)
    photos = {one.line["photo"]: one.photo_sha256 for one in chosen if one.photo_sha256}
    return {"cards": [{**one.line, "qr_text": signed[one.certificate_id]} for one in chosen], "photos": photos}


def _rows() -> AnySelect:
    before, any_photo = aliased(Certificate), aliased(Photo)
    newest = select(func.max(any_photo.id)).where(any_photo.person_id == Certificate.person_id)
    held = select(Appointment.post).where(Appointment.person_id == Certificate.person_id, HELD)
    not_ended = or_(Appointment.until_on.is_(None), Appointment.until_on >= Certificate.issued_on)
    then = held.where(Appointment.from_on <= Certificate.issued_on, not_ended).limit(1)
    first = held.where(Appointment.department_id == Certificate.department_id).order_by(Appointment.from_on).limit(1)
    return (
        select(
            Certificate.id,
            Certificate.person_id,
            Certificate.department_id,
            Certificate.kind,
            Certificate.status,
            Certificate.number,
            Certificate.holder_name,
            Certificate.field,
            Certificate.area,
            Certificate.issued_on,
            Certificate.valid_from,
            Certificate.valid_until,
            Person.sex,
            Department.code.label("unit_code"),
            named_on(Certificate.department_id, Department.name, Certificate.issued_on).label("unit"),
            func.coalesce(then.scalar_subquery(), first.scalar_subquery(), "").label("post"),
            before.number.label("predecessor"),
            Photo.id.label("photo_id"),
            Photo.sha256.label("photo_sha256"),
        )
        .join(Person, Person.id == Certificate.person_id)
        .join(Department, Department.id == Certificate.department_id)
        .outerjoin(before, before.id == Certificate.predecessor_id)
        .outerjoin(Photo, and_(Photo.id == newest.correlate(Certificate).scalar_subquery(), Photo.sha256.is_not(None)))
    )


def _subject(row: Any, printed_on: tuple[int, str] | None, today: date) -> Subject:
    line = {
        "certificate_id": row.id,
        "person_id": row.person_id,
        "kind": row.kind.value,
        "number": row.number,
        "name": row.holder_name,
        "sex": label(row.sex),
        "unit": row.unit,
        "unit_code": row.unit_code,
        "post": row.post,
        "field": row.field,
        "area": row.area,
        "issued_on": row.issued_on.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "predecessor": row.predecessor or "",
        "photo": str(row.photo_id) if row.photo_id else "",
    }
    return Subject(
        certificate_id=row.id,
        person_id=row.person_id,
        department_id=row.department_id,
        kind=row.kind,
        status=status_on(row.status, row.valid_until, today),
        line=line,
        photo_sha256=row.photo_sha256,
        printed_on=printed_on,
    )


def _printed(session: Session, certificate_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """By certificate the latest paper with its card, id and number: one that is printed, or about to be."""
    rows = session.execute(
        select(PaperCertificate.certificate_id, Paper.id, Paper.number)
        .join(Paper, Paper.id == PaperCertificate.paper_id)
        .outerjoin(Job, Job.id == Paper.job_id)
        .where(PaperCertificate.certificate_id.in_(certificate_ids), Paper.kind.in_(CARDS))
        .where(or_(Paper.printed_at.is_not(None), Job.status.in_(UNDER_WAY)))
        .order_by(Paper.id)
    )
    return {certificate_id: (paper_id, number) for certificate_id, paper_id, number in rows}
