"""What is kept beside a qualification of this register: its loss by decision, and certificates of the ministries."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.departments import Department
from registry.models.people import Person


class Disqualification(Base):
    """取消行政执法资格: stands until a later decision lifts it."""

    __tablename__ = "disqualifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    decided_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(String(100))
    document_number: Mapped[str] = mapped_column(String(100))
    legal_basis: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str] = mapped_column(String(100), default="")
    lifting_document: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()

    __table_args__ = (
        CheckConstraint("lifted_on >= decided_on", name="lifted_after_decided"),
        Index(
            "uq_disqualifications_one_standing_per_person",
            "person_id",
            unique=True,
            sqlite_where=text("lifted_on IS NULL"),
            postgresql_where=text("lifted_on IS NULL"),
        ),
    )


class MinistryCertificate(Base):
    """部委执法证: issued elsewhere, on file here and nothing more (domain.md 9.23)."""

    __tablename__ = "ministry_certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    ministry: Mapped[str] = mapped_column(String(100))
    number: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]
    filed_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500), default="")
    withdrawn_on: Mapped[date | None]
    withdrawn_because: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()

    __table_args__ = (
        UniqueConstraint("ministry", "number"),
        CheckConstraint("valid_until > issued_on", name="ends_after_it_begins"),
        Index("ix_ministry_certificates_department_id", "department_id", "id"),
    )
