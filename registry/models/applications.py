"""Applications for certificates, and every step that somebody took with one."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.certificates import Certificate, Refusal
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.applications import ApplicationNature, ApplicationStatus, ApplicationStep, ReplacementCause
from registry.rules.certificates import CertificateKind

UNDER_WAY = text("status IN ('applied', 'confirmed', 'examined', 'returned')")


class Application(Base):
    """Somebody's application for a certificate of a kind; what came of it is its certificate or its refusal."""

    __tablename__ = "applications"

    id: Mapped[int] = mapped_column(primary_key=True)
    nature: Mapped[ApplicationNature] = mapped_column(default=ApplicationNature.NEW)
    kind: Mapped[CertificateKind]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    status: Mapped[ApplicationStatus]
    cause: Mapped[ReplacementCause | None]
    document_number: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), unique=True)
    refusal_id: Mapped[int | None] = mapped_column(ForeignKey("refusals.id"))
    entered_on: Mapped[date]
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()
    predecessor: Mapped[Certificate | None] = relationship(foreign_keys=[predecessor_id])
    certificate: Mapped[Certificate | None] = relationship(foreign_keys=[certificate_id])
    refusal: Mapped[Refusal | None] = relationship()

    __table_args__ = (
        CheckConstraint("(nature = 'new') = (predecessor_id IS NULL)", name="only_a_new_one_has_no_predecessor"),
        Index("ix_applications_status", "status", "department_id", "id"),
        Index("ix_applications_status_id", "status", "id"),
        Index("ix_applications_department_id", "department_id", "id"),
        Index("ix_applications_person_id", "person_id", "id"),
        Index(
            "uq_applications_one_under_way_per_person_and_kind",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
    )


class ApplicationRecord(Base):
    """One step of an application: who took it, when, why, and the state it led to. Never changed."""

    __tablename__ = "application_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    step: Mapped[ApplicationStep]
    status: Mapped[ApplicationStatus]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    taken_by: Mapped[str] = mapped_column(String(60))
    taken_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = (Index("ix_application_steps_application_id", "application_id", "id"),)
