"""What auditors do with a locked roster: samples that became sheets, and cards scanned one after another."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.accounts import Account
from registry.models.papers import Paper
from registry.models.rosters import Roster
from registry.rules.scanning import ScanOutcome


class RosterSample(Base):
    """A sample of a roster that was issued as a sheet; drawing alone leaves nothing behind.

    `narrowed` names the finding, the unit and the field that the draw was kept to.
    """

    __tablename__ = "roster_samples"

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"), index=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    seed: Mapped[str] = mapped_column(String(60))
    size: Mapped[str] = mapped_column(String(10))
    narrowed: Mapped[dict[str, Any]]
    line_count: Mapped[int]
    created_at: Mapped[created_at]

    paper: Mapped[Paper] = relationship()


class ScanSession(Base):
    """Somebody scans the cards of a roster, or (with a seed) of a sample of it, until it is ended."""

    __tablename__ = "scan_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    seed: Mapped[str] = mapped_column(String(60))
    size: Mapped[str] = mapped_column(String(10))
    narrowed: Mapped[dict[str, Any]]
    expected: Mapped[int]
    begun_at: Mapped[created_at]
    ended_at: Mapped[datetime | None]

    roster: Mapped[Roster] = relationship()
    account: Mapped[Account | None] = relationship()

    __table_args__ = (CheckConstraint("(seed = '') = (size = '')", name="a_sample_has_seed_and_size"),)


class Scan(Base):
    """One code as it was scanned and what was answered. Its row never goes; taken back it no longer counts.

    `typed` is what may be kept of the code: neither a signed part nor an identity number. `listed_id` is the
    certificate on the roster that the card stands for. `told` is the answer as facts. `key` is what the page gave the
    scan, by which one that is sent again is known; none without scripts.
    """

    __tablename__ = "scans"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scan_sessions.id"))
    key: Mapped[str | None] = mapped_column(String(32))
    typed: Mapped[str] = mapped_column(String(100))
    outcome: Mapped[ScanOutcome]
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    listed_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    told: Mapped[dict[str, Any]]
    scanned_at: Mapped[created_at]
    taken_back_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("session_id", "key"), Index("ix_scans_session_id", "session_id", "id"))
