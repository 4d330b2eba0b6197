"""Tasks: certificates whose ground has gone, until somebody has decided what follows."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.tasks import TaskKind, TaskOutcome

_OPEN: Any = {"sqlite_where": text("settled_on IS NULL"), "postgresql_where": text("settled_on IS NULL")}


class Task(Base):
    """One thing to look into, about one certificate; settled once, with an outcome."""

    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TaskKind]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    facts: Mapped[dict[str, Any]]
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    outcome: Mapped[TaskOutcome | None]
    settled_by: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    certificate: Mapped[Certificate] = relationship()
    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()

    __table_args__ = (
        CheckConstraint("(settled_on IS NULL) = (outcome IS NULL)", name="settled_with_an_outcome"),
        Index("ix_tasks_department_id", "department_id", "settled_on", "id"),
        Index("ix_tasks_opened_on", "opened_on", **_OPEN),
        Index("ix_tasks_due_on", "due_on", "opened_on", **_OPEN),
        Index(
            "uq_tasks_one_open_per_certificate_and_kind",
            "certificate_id",
            "kind",
            unique=True,
            **_OPEN,
        ),
    )
