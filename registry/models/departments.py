"""Units: organs that enforce, their names over time, confirmation and entrustment, fields, legal review."""

from datetime import date

from sqlalchemy import CheckConstraint, Constraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.rules.departments import DepartmentKind


class Department(Base):
    """A unit (执法主体). `code` is the office's own short code and never changes.

    `name` repeats the open row of its names, for speed; kind, field, area and basis that of its profiles. Field, area
    and basis are its main ones, which stand on its certificates; further ones are rows of their own. Confirmation and
    entrustment are the latest; earlier ones are kept as mandates.
    """

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    name_initials: Mapped[str] = mapped_column(String(60), default="")
    short_name: Mapped[str] = mapped_column(String(40), default="")
    kind: Mapped[DepartmentKind]
    confirmation_notice: Mapped[str | None] = mapped_column(String(100))
    confirmed_on: Mapped[date | None]
    withdrawal_notice: Mapped[str | None] = mapped_column(String(100))
    withdrawn_on: Mapped[date | None]
    entrusting_department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    entrusted_from: Mapped[date | None]
    entrusted_until: Mapped[date | None]
    entrustment_document: Mapped[str | None] = mapped_column(String(100))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    ended_on: Mapped[date | None]
    ending_document: Mapped[str | None] = mapped_column(String(100))
    enforcement_field: Mapped[str] = mapped_column(String(60), default="")
    enforcement_area: Mapped[str] = mapped_column(String(60), default="")
    enforcement_basis: Mapped[str] = mapped_column(String(200), default="")
    legal_review_section: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[created_at]

    entrusting_department: Mapped["Department | None"] = relationship(
        remote_side=[id], foreign_keys=[entrusting_department_id]
    )
    parent: Mapped["Department | None"] = relationship(remote_side=[id], foreign_keys=[parent_id])
    merged_into: Mapped["Department | None"] = relationship(remote_side=[id], foreign_keys=[merged_into_id])

    __table_args__ = (
        CheckConstraint(
            "kind <> 'entrusted_organisation' OR entrusting_department_id IS NOT NULL",
            name="entrusted_has_an_entruster",
        ),
        CheckConstraint("entrusting_department_id <> id", name="never_entrusts_itself"),
        CheckConstraint("entrusted_until >= entrusted_from", name="entrustment_ends_after_it_begins"),
    )


def _one_after_another(table: str) -> tuple[Constraint | Index, ...]:
    """Rows of a unit that follow one another by their days, one of them open."""
    is_open = text("until_on IS NULL")
    return (
        UniqueConstraint("department_id", "from_on"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(
            f"uq_{table}_one_open_per_unit",
            "department_id",
            unique=True,
            sqlite_where=is_open,
            postgresql_where=is_open,
        ),
    )


class DepartmentName(Base):
    """A name that a unit bore from a day until a day; the open one is its name now."""

    __tablename__ = "department_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[str] = mapped_column(String(100), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_number: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = _one_after_another(__tablename__)


class DepartmentProfile(Base):
    """What a unit was from a day until a day: its kind and its main field; the open row is what it is now."""

    __tablename__ = "department_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    kind: Mapped[DepartmentKind]
    field: Mapped[str] = mapped_column(String(60), default="")
    area: Mapped[str] = mapped_column(String(60), default="")
    basis: Mapped[str] = mapped_column(String(200), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = _one_after_another(__tablename__)


class DepartmentScope(Base):
    """A field in which a unit enforces beside its main one, with its area and legal basis; ended, never deleted."""

    __tablename__ = "department_scopes"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    area: Mapped[str] = mapped_column(String(60), default="")
    basis: Mapped[str] = mapped_column(String(200), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(
            "uq_department_scopes_one_open_per_field",
            "department_id",
            "field",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )


class DepartmentMandate(Base):
    """An earlier confirmation or entrustment (then with its entruster), as it stood when a new one took its place."""

    __tablename__ = "department_mandates"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    entrusting_department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    document_number: Mapped[str] = mapped_column(String(100), default="")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    ending_document: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[created_at]

    entrusting_department: Mapped[Department | None] = relationship(foreign_keys=[entrusting_department_id])

    __table_args__ = (CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),)


class LegalReviewer(Base):
    """A person who reviews major decisions for a unit (法制审核人员), from a day until a day."""

    __tablename__ = "legal_reviewers"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    created_at: Mapped[created_at]

    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(
            "uq_legal_reviewers_one_open_per_person",
            "person_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )
