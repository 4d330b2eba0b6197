"""Policies as adopted: numbers with the day they begin to hold and the source of each."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, created_at


class PolicyVersion(Base):
    """One adopted set of numbers. A change is a new row with a later day, never an edit."""

    __tablename__ = "policy_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(unique=True)
    numbers: Mapped[dict[str, Any]]
    sources: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]


class Office(Base):
    """The bureau that runs this registry: one row, the names that stand on its pages and papers."""

    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    county: Mapped[str] = mapped_column(String(100))
    division_code: Mapped[str] = mapped_column(String(6))
    certificate_authority: Mapped[str] = mapped_column(String(100))
    is_demonstration: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class NumberSeries(Base):
    """The last serial given out in a series; its row is the lock that keeps numbers without gaps or doubles."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_serial: Mapped[int] = mapped_column(default=0)
