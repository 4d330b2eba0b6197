"""The trail: one entry for every act, each bearing the hash of the one before. Triggers refuse change and deletion."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base
from registry.rules.permissions import Role


class TrailEntry(Base):
    """One act. `id` is its place in the chain, without gaps; nothing here refers to rows that could change."""

    __tablename__ = "trail_entries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role]
    action: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    department_id: Mapped[int | None] = mapped_column(index=True)
    batch: Mapped[str | None] = mapped_column(String(40), index=True)
    reason: Mapped[str] = mapped_column(String(500), default="")
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    __table_args__ = (
        Index("ix_trail_entries_subject", "subject_type", "subject_id", "id"),
        Index("ix_trail_entries_action", "action", "id"),
        Index("ix_trail_entries_actor_name", "actor_name", "id"),
    )
