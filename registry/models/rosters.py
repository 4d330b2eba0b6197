"""Rosters as frozen at the lock: data, template version, bytes, hash; and the ledger of every copy."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign


class Roster(Base):
    """A unit's or (no unit) the county's roster. Its data never changes; the bytes are added once by the printer."""

    __tablename__ = "rosters"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("review_campaigns.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    check_code: Mapped[str] = mapped_column(String(40), unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    data_sha256: Mapped[str] = mapped_column(String(64))
    trail_head: Mapped[str] = mapped_column(String(64))
    line_count: Mapped[int]
    template_version: Mapped[str | None] = mapped_column(String(40))
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    printed_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    campaign: Mapped[ReviewCampaign] = relationship()
    department: Mapped[Department | None] = relationship()

    __table_args__ = (
        UniqueConstraint("campaign_id", "department_id"),
        CheckConstraint(
            "(pdf IS NULL) = (pdf_sha256 IS NULL) AND (pdf IS NULL) = (printed_at IS NULL)"
            " AND (pdf IS NULL) = (template_version IS NULL)",
            name="printed_whole_or_not_at_all",
        ),
    )


class RosterCopy(Base):
    """A line in the copy ledger: who took which copy when, in which form and why."""

    __tablename__ = "roster_copies"

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    copy_number: Mapped[int]
    form: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("roster_id", "copy_number"),)


class RosterErratum(Base):
    """A numbered sheet of corrections to a locked roster; the roster itself stays as it was printed."""

    __tablename__ = "roster_errata"

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    sequence: Mapped[int]
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[created_at]

    roster: Mapped[Roster] = relationship()

    __table_args__ = (UniqueConstraint("roster_id", "sequence"),)
