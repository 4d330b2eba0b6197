"""Files brought in: what was rehearsed, what was confirmed, and every problem found."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from registry import clock
from registry.db import Base, created_at
from registry.rules.imports import Doubt, ImportKind, ImportStatus


class ImportBatch(Base):
    """One file of one kind. Confirming takes exactly the rehearsed bytes; the same file is taken once.

    `content` is sealed, for it holds identity numbers; `sha256` is of the bytes that were sent. `problems` and
    `changes` are the first of a long file: `whole` has them all, compressed and sealed, until it is brought in.
    `unread` names the `headings`, the `sheets` and the `hidden` sheets that the registry left alone, and `rows` when
    it could read none.
    `meanings`: heading as written → name of a column, None when the heading is left out; `source`: who the file
    came from, which remembers them. `matches_sha256` is of the rows matched by name: what is confirmed matches as
    it was rehearsed. `is_traced`: what each row was before the file is kept, so that the file can be undone.
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
    undecided_count: Mapped[int] = mapped_column(default=0)
    left_out_count: Mapped[int] = mapped_column(default=0)
    matched_count: Mapped[int] = mapped_column(default=0)
    matches_sha256: Mapped[str] = mapped_column(String(64), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    meanings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problems: Mapped[list[Any]]
    changes: Mapped[list[Any]]
    unread: Mapped[dict[str, Any]] = mapped_column(default=dict)
    whole: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    is_traced: Mapped[bool] = mapped_column(default=False, server_default=false())
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(60), default="", server_default="")
    undone_because: Mapped[str] = mapped_column(String(500), default="", server_default="")
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


class ImportTrace(Base):
    """One row that a file changed, `{column: [before, after]}`, or made (`is_new`, then every before is None).

    Sealed columns stay sealed here, as hexadecimal digits. People, attendances and results that a file made by the
    thousand are not repeated here: the trail names them.
    """

    __tablename__ = "import_traces"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    is_new: Mapped[bool]
    fields: Mapped[dict[str, Any]]


class ImportSource(Base):
    """Where files of one kind come from (a platform, a system of the province), and what its headings mean."""

    __tablename__ = "import_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ImportKind]
    name: Mapped[str] = mapped_column(String(60))
    meanings: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    __table_args__ = (UniqueConstraint("kind", "name"),)


class ImportQuestion(Base):
    """A row that fits nobody or several people, and what somebody decided about it: one person, or left out.

    `said` is the row as written, `[heading, text]`; `likeness` is the same for rows that say the same of the person.
    """

    __tablename__ = "import_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id"))
    sheet: Mapped[str] = mapped_column(Text)
    row_number: Mapped[int]
    doubt: Mapped[Doubt]
    heading: Mapped[str] = mapped_column(Text)
    said: Mapped[list[Any]]
    likeness: Mapped[bytes] = mapped_column(LargeBinary(32))
    candidates: Mapped[list[Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    is_left_out: Mapped[bool] = mapped_column(default=False)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("person_id IS NULL OR NOT is_left_out", name="chosen_or_left_out"),
        CheckConstraint(
            "(decided_at IS NOT NULL) = (person_id IS NOT NULL OR is_left_out)", name="a_decision_has_its_day"
        ),
        UniqueConstraint("batch_id", "sheet", "row_number"),
    )
