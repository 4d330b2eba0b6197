"""Papers as they left the office: frozen data, sealed bytes and their hash; and the ledger of every copy."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.papers import PaperKind


class Paper(Base):
    """A card, sheets of cards, a certificate, a proof or a notice. Its data never changes; the bytes come once."""

    __tablename__ = "papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PaperKind]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    refusal_id: Mapped[int | None] = mapped_column(ForeignKey("refusals.id"), unique=True)
    data_sha256: Mapped[str] = mapped_column(String(64))
    line_count: Mapped[int]
    template_version: Mapped[str | None] = mapped_column(String(40))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    printed_at: Mapped[datetime | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    created_at: Mapped[created_at]
    data: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    pdf_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    department: Mapped[Department | None] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(pdf_sealed IS NULL) = (pdf_sha256 IS NULL) AND (pdf_sealed IS NULL) = (printed_at IS NULL)"
            " AND (pdf_sealed IS NULL) = (template_version IS NULL)",
            name="printed_whole_or_not_at_all",
        ),
        Index("ix_papers_kind", "kind", "id"),
    )


class PaperCertificate(Base):
    """A certificate on a paper, in the order in which it is printed there."""

    __tablename__ = "paper_certificates"

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))

    __table_args__ = (Index("ix_paper_certificates_certificate_id", "certificate_id", "paper_id"),)


class PaperCopy(Base):
    """A line in the copy ledger: who took which copy when, and why."""

    __tablename__ = "paper_copies"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    copy_number: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("paper_id", "copy_number"),)
