"""Bundles of evidence about many people that were asked for at once, each kept sealed until its days are over."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.papers import Paper
from registry.models.people import Person


class EvidenceBatch(Base):
    """Evidence about some people for somebody, put together by the worker."""

    __tablename__ = "evidence_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(200))
    person_count: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    created_at: Mapped[created_at]


class EvidenceBundle(Base):
    """One person's bundle in a batch: waiting, made (its index is a paper), or refused with the reason."""

    __tablename__ = "evidence_bundles"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("evidence_batches.id"))
    place: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    byte_count: Mapped[int | None]
    refused: Mapped[str] = mapped_column(String(500), default="")
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    person: Mapped[Person] = relationship()
    paper: Mapped[Paper | None] = relationship()

    __table_args__ = (
        UniqueConstraint("batch_id", "place"),
        UniqueConstraint("batch_id", "person_id"),
        CheckConstraint(
            "(paper_id IS NULL) = (sha256 IS NULL) AND (paper_id IS NULL) = (byte_count IS NULL)",
            name="made_whole_or_not_at_all",
        ),
        CheckConstraint("refused = '' OR paper_id IS NULL", name="made_or_refused"),
    )
