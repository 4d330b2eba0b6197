"""People and where they serve: identity sealed, appointments as history, bars, assessments."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.departments import Department
from registry.rules.people import Assessment, Duty, Education, EndReason, Establishment, PoliticalStatus, Rank, Sex


class Person(Base):
    """Someone who enforces, supervises or reviews. `department_id` is the unit of the latest appointment.

    A file that was opened by mistake, or merged into another one, is withdrawn from a day on: it stays, and no list
    shows it.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_pinyin: Mapped[str] = mapped_column(String(120), default="")
    name_initials: Mapped[str] = mapped_column(String(20), default="")
    sex: Mapped[Sex]
    born_on: Mapped[date]
    identity_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    identity_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    identity_masked: Mapped[str] = mapped_column(String(18))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ethnicity: Mapped[str] = mapped_column(String(20), default="")
    political_status: Mapped[PoliticalStatus | None]
    education: Mapped[Education | None]
    major: Mapped[str] = mapped_column(String(60), default="")
    has_law_qualification: Mapped[bool] = mapped_column(default=False)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    withdrawn_on: Mapped[date | None]
    created_at: Mapped[created_at]

    department: Mapped[Department] = relationship()

    __table_args__ = (
        Index("ix_people_department_id_name", "department_id", "name", "id"),
        Index("ix_people_name", "name", "id"),
        Index("ix_people_name_pinyin", "name_pinyin"),
        Index("ix_people_name_initials", "name_initials"),
    )


class Appointment(Base):
    """A post held from a day until a day. The open one (no end) is where the person serves now."""

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    section: Mapped[str] = mapped_column(String(60), default="")
    post: Mapped[str] = mapped_column(String(60), default="")
    rank: Mapped[Rank] = mapped_column(default=Rank.STAFF)
    establishment: Mapped[Establishment]
    duty: Mapped[Duty] = mapped_column(default=Duty.ENFORCEMENT)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None]
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()

    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("(until_on IS NULL) = (end_reason IS NULL)", name="an_end_has_a_reason"),
        UniqueConstraint("person_id", "from_on"),
        Index(
            "uq_appointments_one_open_per_person",
            "person_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )


class ApplicationBar(Base):
    """A period in which a person may not apply again, set by a decision."""

    __tablename__ = "application_bars"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    document_number: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[created_at]

    __table_args__ = (CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),)


class AnnualAssessment(Base):
    """年度考核等次 of one person in one year."""

    __tablename__ = "annual_assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    year: Mapped[int]
    grade: Mapped[Assessment]
    created_at: Mapped[created_at]

    __table_args__ = (UniqueConstraint("person_id", "year"),)
