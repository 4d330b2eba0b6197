"""Files brought in: what was rehearsed, what was confirmed, and every problem found."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, created_at
from registry.rules.imports import ImportKind, ImportStatus


class ImportBatch(Base):
    """One file of one kind. Confirming takes exactly the rehearsed bytes; the same file is taken once.

    `content` is sealed, for it holds identity numbers; `sha256` is of the bytes that were sent. `unread` names the
    `headings` and `sheets` that the registry left alone.
    """

    __tablename__ = "import_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind]
    filename: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    status: Mapped[ImportStatus]
    created_count: Mapped[int] = mapped_column(default=0)
    updated_count: Mapped[int] = mapped_column(default=0)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]]
    changes: Mapped[list[Any]]
    unread: Mapped[dict[str, Any]] = mapped_column(default=dict)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    __table_args__ = (
        Index(
            "uq_import_batches_confirmed_once",
            "kind",
            "sha256",
            unique=True,
            sqlite_where=text("status = 'confirmed'"),
            postgresql_where=text("status = 'confirmed'"),
        ),
    )
