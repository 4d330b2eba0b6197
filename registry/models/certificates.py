"""Certificates once issued, their periods, and the refusals on record."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, by_character, created_at
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus

_STRAY: Any = {"sqlite_where": text("is_stray = 1"), "postgresql_where": text("is_stray")}


class Certificate(Base):
    """A certificate once issued. Its row never goes; `status` repeats the open period for speed.

    `is_stray`: it is live, and its holder has no post in its unit any more, so that somebody must take it back;
    triggers keep it (migration 0047), no procedure writes it.
    """

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CertificateKind]
    number: Mapped[str] = mapped_column(by_character(40), unique=True)
    check_code: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    qualification_id: Mapped[int]
    holder_name: Mapped[str] = mapped_column(by_character(60))
    field: Mapped[str] = mapped_column(String(60), default="")
    area: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(index=True)
    status: Mapped[CertificateStatus] = mapped_column(default=CertificateStatus.ACTIVE)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), unique=True)
    is_stray: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(
            ["qualification_id", "person_id", "kind"],
            ["qualifications.id", "qualifications.person_id", "qualifications.kind"],
            name="fk_certificates_the_holders_own_qualification",
        ),
        CheckConstraint("valid_until > valid_from", name="ends_after_it_begins"),
        CheckConstraint("valid_from >= issued_on", name="begins_when_issued"),
        Index(
            "uq_certificates_one_live_per_person_and_kind",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("status IN ('active', 'suspended', 'lost')"),
            postgresql_where=text("status IN ('active', 'suspended', 'lost')"),
        ),
        Index("ix_certificates_person_id", "person_id"),
        Index("ix_certificates_department_id", "department_id", "status", "valid_until", "kind"),
        Index("ix_certificates_department_id_id", "department_id", "id", "kind", "status", "valid_until"),
        Index("ix_certificates_holder_name", "holder_name", "id", "department_id", "kind", "status", "valid_until"),
        Index("ix_certificates_kind", "kind", "status", "valid_until", "id", "department_id"),
        Index("ix_certificates_stray", "valid_until", "id", **_STRAY),
        Index("ix_certificates_stray_of_unit", "department_id", "valid_until", "id", **_STRAY),
    )


class CertificatePeriod(Base):
    """A status from a day until a day, with the act that brought it. The open one is the status now.

    Two acts on one day leave two periods that share it, in the order of their ids; otherwise none overlap.
    `ordered_until` is the last day of a suspension as it was ordered; it ends when somebody reinstates or withdraws.
    """

    __tablename__ = "certificate_periods"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    status: Mapped[CertificateStatus]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_number: Mapped[str] = mapped_column(String(100), default="")
    legal_basis: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    act: Mapped[CertificateAct] = mapped_column(server_default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="", server_default="")
    ordered_until: Mapped[date | None]
    needs_retraining: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(
            "uq_certificate_periods_one_open_per_certificate",
            "certificate_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
        Index("ix_certificate_periods_certificate_id", "certificate_id", "from_on"),
    )


class Refusal(Base):
    """An application refused, with every finding of that day; `serial` counts those of one day, whose findings differ.

    The year's figures count whoever was refused, once a kind, however often.
    """

    __tablename__ = "refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    kind: Mapped[CertificateKind]
    refused_on: Mapped[date] = mapped_column(index=True)
    serial: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    findings: Mapped[list[Any]]
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "kind", "refused_on", "serial"),
        Index("ix_refusals_department_id_id", "department_id", "id"),
    )
