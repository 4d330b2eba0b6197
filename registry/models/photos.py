"""Files of many photos: each picture with the person it was found to be of, kept until it is put on file."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.people import Person
from registry.rules.photos import PhotoBatchStatus, PhotoFate


class PhotoBatch(Base):
    """One ZIP. Its bytes are kept sealed until they are rehearsed; `digest` is of everything that was rehearsed."""

    __tablename__ = "photo_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    picture_count: Mapped[int]
    status: Mapped[PhotoBatchStatus]
    digest: Mapped[str] = mapped_column(String(64), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[created_at]
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        CheckConstraint("(status = 'waiting') = (content_sealed IS NOT NULL)", name="bytes_are_kept_while_it_waits"),
    )


class PhotoLine(Base):
    """One picture of a ZIP: whose it is, or why not. `name` is the path with every long number masked.

    The picture is kept sealed as it would be put on file, and no longer than until it is, or the file is put aside.
    """

    __tablename__ = "photo_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("photo_batches.id"))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    fate: Mapped[PhotoFate]
    message: Mapped[str] = mapped_column(String(255), default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    picture_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))

    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("batch_id", "place"),
        CheckConstraint("fate = 'refused' OR (person_id IS NOT NULL AND sha256 IS NOT NULL)", name="known_or_refused"),
    )
