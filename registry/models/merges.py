"""Files of people brought together, and pairs of files that only look alike."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.accounts import Account
from registry.models.people import Person


class Merge(Base):
    """One file merged into another one that stays, with all that is needed to take them apart again.

    `moved` has for each table the rows that changed hands, `{id: fingerprint}`; `ended` the rows that stayed behind and
    were closed, `{id: last day}`; `changed` the fields of the file that stays, `{name: [before, after]}`.
    """

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    moved: Mapped[dict[str, Any]]
    ended: Mapped[dict[str, Any]]
    changed: Mapped[dict[str, Any]]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500))
    merged_at: Mapped[created_at]
    undone_at: Mapped[datetime | None]
    undone_because: Mapped[str] = mapped_column(String(500), default="")

    kept: Mapped[Person] = relationship(foreign_keys=[kept_id])
    merged: Mapped[Person] = relationship(foreign_keys=[merged_id])
    account: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="two_files"),
        CheckConstraint("reason <> ''", name="merged_for_a_reason"),
        CheckConstraint("(undone_at IS NULL) = (undone_because = '')", name="undone_for_a_reason"),
        Index(
            "uq_merges_one_standing_per_file",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )


class DistinctPair(Base):
    """Two files of one name and birth date that somebody looked at: they are of two people."""

    __tablename__ = "distinct_pairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[created_at]

    first: Mapped[Person] = relationship(foreign_keys=[first_id])
    second: Mapped[Person] = relationship(foreign_keys=[second_id])
    account: Mapped[Account | None] = relationship()

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
        CheckConstraint("reason <> ''", name="told_apart_for_a_reason"),
    )
