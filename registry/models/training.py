"""Training sessions and who attended them, with the rank and unit of that day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.people import Person
from registry.rules.people import Rank
from registry.rules.training import TrainingKind, TrainingMode


class TrainingSession(Base):
    """One session of a course: a lecture held in person, or a year's online course."""

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
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("hours >= 0", name="hours_are_not_negative"),
        CheckConstraint("ended_on >= held_on", name="ends_after_it_begins"),
    )


class Attendance(Base):
    """One person at one session. Unit and rank are those of the day, so that the year's figures do not move."""

    __tablename__ = "attendances"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    rank: Mapped[Rank]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    is_completed: Mapped[bool] = mapped_column(default=True)
    completed_on: Mapped[date | None]
    created_at: Mapped[created_at]

    session: Mapped[TrainingSession] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        CheckConstraint("hours >= 0", name="hours_are_not_negative"),
        Index("ix_attendances_person_id", "person_id", "session_id"),
    )
