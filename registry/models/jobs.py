"""Long work as the office sees it: who asked for what, how far it is, what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, created_at
from registry.rules.jobs import JobKind, JobStatus


class Job(Base):
    """One piece of long work, written in the transaction that asked for it; a worker takes it up after the commit."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind]
    arguments: Mapped[dict[str, Any]]
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]]
    error: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("done_count >= 0 AND total_count >= 0", name="counts_are_not_negative"),
        Index("ix_jobs_status", "status", "id"),
    )
