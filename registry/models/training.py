"""Courses, the sessions held of them, and who attended, with the rank and unit of that day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.people import Person
from registry.rules.people import Rank
from registry.rules.training import TrainingKind, TrainingMode


class TrainingCourse(Base):
    """Something taught again and again. `hours` are the usual ones; a compulsory course is owed once in every year."""

    __tablename__ = "training_courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[TrainingKind]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    is_compulsory: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = (CheckConstraint("hours >= 0", name="hours_are_not_negative"),)


class TrainingSession(Base):
    """One session: a lecture held in person, or a year's online course. One that nobody attended may be withdrawn."""

    __tablename__ = "training_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[TrainingKind]
    mode: Mapped[TrainingMode]
    held_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    place: Mapped[str] = mapped_column(String(100), default="")
    organiser: Mapped[str] = mapped_column(String(100), default="")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("training_courses.id"), index=True)
    withdrawn_on: Mapped[date | None]
    created_at: Mapped[created_at]

    course: Mapped[TrainingCourse | None] = relationship()

    __table_args__ = (
        CheckConstraint("hours >= 0", name="hours_are_not_negative"),
        CheckConstraint("ended_on >= held_on", name="ends_after_it_begins"),
    )


class Attendance(Base):
    """One person at one session. Unit and rank are those of the day, so that the year's figures do not move.

    A line recorded by mistake is taken back from a day on: it stays, and counts nowhere.
    """

    __tablename__ = "attendances"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    rank: Mapped[Rank]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    is_completed: Mapped[bool] = mapped_column(default=True)
    completed_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    created_at: Mapped[created_at]

    session: Mapped[TrainingSession] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        CheckConstraint("hours >= 0", name="hours_are_not_negative"),
        CheckConstraint("withdrawn_on IS NULL OR NOT is_completed", name="taken_back_is_not_completed"),
        Index("ix_attendances_person_id", "person_id", "session_id"),
    )
