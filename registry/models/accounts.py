"""Accounts: who may sign in, in which role, for which unit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.departments import Department
from registry.rules.permissions import Role


class Account(Base):
    """A person's way in. `session_epoch` moves when the password changes, which ends older sessions."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(100), default="", server_default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(String(10))
    session_epoch: Mapped[int] = mapped_column(default=1)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    department: Mapped[Department | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(role IN ('unit_head', 'unit_clerk')) = (department_id IS NOT NULL)", name="unit_people_have_a_unit"
        ),
        CheckConstraint("role <> 'system'", name="nobody_is_the_console"),
    )
