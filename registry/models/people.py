"""People and where they serve: identity and photo sealed, appointments as history, bars, assessments, conduct."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, by_character, created_at
from registry.models.departments import Department
from registry.rules.conduct import ConductKind, ConductMeasure
from registry.rules.people import Assessment, Duty, Education, EndReason, Establishment, PoliticalStatus, Rank, Sex

NEVER = date.min
_NAMED = ("name_pinyin", "name", "id")  # the order of every list of people
_STANDING = ("department_id", "facets", "certified_until")


def _rest_of_name(context: Any) -> str:
    return str(context.get_current_parameters()["name"])[1:]


class Person(Base):
    """Someone who enforces, supervises or reviews. `department_id` is the unit of the latest appointment.

    A file that was opened by mistake, or merged into another one, is withdrawn from a day on: it stays, and no list
    shows it.

    Three columns repeat what lists ask for; triggers keep them (migration 0021), no procedure writes them.
    `certified_until` is the last day of the valid certificate of the kind that the post needs, NEVER without one.
    `facets` is 100 for each place of the present post's duty among the duties, 10 for that of its establishment, and 1
    for the law qualification: 110 is an officer in an administrative establishment; without a post 0 or 1, and None for
    a withdrawn file. `name_rest` is the name behind its first character.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(by_character(60))
    name_pinyin: Mapped[str] = mapped_column(by_character(120), default="")
    name_initials: Mapped[str] = mapped_column(by_character(20), default="")
    name_rest: Mapped[str] = mapped_column(by_character(60), default=_rest_of_name, server_default="")
    sex: Mapped[Sex]
    born_on: Mapped[date]
    identity_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    identity_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    identity_masked: Mapped[str] = mapped_column(String(18))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    office_phone: Mapped[str] = mapped_column(String(30), default="")
    ethnicity: Mapped[str] = mapped_column(String(20), default="")
    political_status: Mapped[PoliticalStatus | None]
    education: Mapped[Education | None]
    major: Mapped[str] = mapped_column(String(60), default="")
    is_law_major: Mapped[bool] = mapped_column(default=False)
    has_law_qualification: Mapped[bool] = mapped_column(default=False)
    works_since_on: Mapped[date | None]
    joined_on: Mapped[date | None]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    withdrawn_on: Mapped[date | None]
    facets: Mapped[int | None] = mapped_column(SmallInteger)
    certified_until: Mapped[date] = mapped_column(default=NEVER, server_default=str(NEVER))
    created_at: Mapped[created_at]

    department: Mapped[Department] = relationship()

    __table_args__ = (  # each holds all that a list of people asks, so that none has to look into the wide rows
        Index("ix_people_name_pinyin", *_NAMED, *_STANDING, "name_initials", "name_rest"),
        Index("ix_people_department_id", "department_id", *_NAMED, *_STANDING[1:], "name_initials", "name_rest"),
        Index("ix_people_counted", "department_id", *_STANDING[1:]),
        Index("ix_people_facets", *_STANDING[1:], *_NAMED, "department_id", "name_initials", "name_rest"),
        Index("ix_people_name", "name", "name_pinyin", "id", *_STANDING),
        Index("ix_people_name_initials", "name_initials", *_NAMED, *_STANDING),
        Index("ix_people_name_rest", "name_rest", *_NAMED, *_STANDING),
        Index(
            "ix_people_namesakes",
            "name",
            "born_on",
            "id",
            sqlite_where=text("withdrawn_on IS NULL"),
            postgresql_where=text("withdrawn_on IS NULL"),
        ),
    )


class Namesakes(Base):
    """How many standing files there are of one name and day of birth; triggers count them (migration 0044).

    One that is left by everybody stays with a count of 0.
    """

    __tablename__ = "namesakes"

    born_on: Mapped[date] = mapped_column(primary_key=True)  # first, so that a walk by name takes the index below
    name: Mapped[str] = mapped_column(by_character(60), primary_key=True)
    file_count: Mapped[int]

    __table_args__ = (
        Index(
            "uq_namesakes_shared",
            "name",
            "born_on",
            unique=True,
            sqlite_where=text("file_count > 1"),
            postgresql_where=text("file_count > 1"),
        ),
        {"sqlite_with_rowid": False},
    )


class Appointment(Base):
    """A post held from a day until a day. The open one (no end) is where the person serves now.

    One that was recorded in error stays, but on a day before all days: nobody held it, and `HELD` leaves it out.
    """

    __tablename__ = "appointments"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    section: Mapped[str] = mapped_column(String(60), default="")
    post: Mapped[str] = mapped_column(String(60), default="")
    rank: Mapped[Rank] = mapped_column(default=Rank.STAFF)
    establishment: Mapped[Establishment]
    duty: Mapped[Duty] = mapped_column(default=Duty.ENFORCEMENT)
    enforcement_field: Mapped[str] = mapped_column(String(60), default="")
    enforcement_area: Mapped[str] = mapped_column(String(60), default="")
    document_number: Mapped[str] = mapped_column(String(100), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None]
    end_document_number: Mapped[str] = mapped_column(String(100), default="")
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


HELD = Appointment.end_reason.is_distinct_from(EndReason.RECORDED_IN_ERROR)  # every post that somebody really held


class Secondment(Base):
    """A time in which somebody works for another unit (借调) and keeps the post at home. Two never overlap."""

    __tablename__ = "secondments"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_number: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()

    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(
            "uq_secondments_one_open_per_person",
            "person_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )


class Photo(Base):
    """A likeness for the card, sealed; the newest row counts. One without content says that there is none any more."""

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("(content_sealed IS NULL) = (sha256 IS NULL)", name="a_content_has_its_sum"),
        CheckConstraint("content_sealed IS NOT NULL OR reason <> ''", name="removed_for_a_reason"),
        Index("ix_photos_person_id", "person_id", "id"),
    )


class ConductRecord(Base):
    """A commendation or a disciplinary measure, kept inside; a wrong one is annulled with its reason, once."""

    __tablename__ = "conduct_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[ConductKind]
    measure: Mapped[ConductMeasure]
    decided_by: Mapped[str] = mapped_column(String(100))
    document_number: Mapped[str] = mapped_column(String(100))
    decided_on: Mapped[date]
    until_on: Mapped[date | None]
    content: Mapped[str] = mapped_column(String(1000), default="")
    annulled_at: Mapped[datetime | None]
    annulled_because: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("until_on >= decided_on", name="ends_after_it_begins"),
        CheckConstraint("(annulled_at IS NULL) = (annulled_because = '')", name="annulled_for_a_reason"),
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
