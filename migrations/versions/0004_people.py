"""People, appointments, bars, assessments and legal reviewers; one open appointment a person."""

import sqlalchemy as sa
from alembic import op

revision = "0004_people"
down_revision = "0003_accounts"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_pinyin", sa.String(length=120), nullable=False),
        sa.Column("name_initials", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(32), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("identity_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("identity_masked", sa.String(length=18), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ethnicity", sa.String(length=20), nullable=False),
        sa.Column("political_status", sa.String(32), nullable=True),
        sa.Column("education", sa.String(32), nullable=True),
        sa.Column("major", sa.String(length=60), nullable=False),
        sa.Column("has_law_qualification", sa.Boolean(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_people_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_people_identity_index")),
    )
    op.create_index("ix_people_department_id_name", "people", ["department_id", "name", "id"], unique=False)
    op.create_index("ix_people_name", "people", ["name", "id"], unique=False)
    op.create_index("ix_people_name_initials", "people", ["name_initials"], unique=False)
    op.create_index("ix_people_name_pinyin", "people", ["name_pinyin"], unique=False)
    op.create_table(
        "annual_assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_annual_assessments_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_assessments")),
        sa.UniqueConstraint("person_id", "year", name=op.f("uq_annual_assessments_person_id_year")),
    )
    op.create_table(
        "application_bars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_application_bars_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_application_bars_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_bars")),
    )
    op.create_index(op.f("ix_application_bars_person_id"), "application_bars", ["person_id"], unique=False)
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("rank", sa.String(32), nullable=False),
        sa.Column("establishment", sa.String(32), nullable=False),
        sa.Column("duty", sa.String(32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(until_on IS NULL) = (end_reason IS NULL)", name=op.f("ck_appointments_an_end_has_a_reason")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_appointments_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_appointments_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appointments_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("person_id", "from_on", name=op.f("uq_appointments_person_id_from_on")),
    )
    op.create_index(op.f("ix_appointments_department_id"), "appointments", ["department_id"], unique=False)
    op.create_index(
        "uq_appointments_one_open_per_person",
        "appointments",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_table(
        "legal_reviewers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_legal_reviewers_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_legal_reviewers_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_legal_reviewers_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_reviewers")),
    )
    op.create_index(op.f("ix_legal_reviewers_department_id"), "legal_reviewers", ["department_id"], unique=False)
    op.create_index(
        "uq_legal_reviewers_one_open_per_person",
        "legal_reviewers",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("legal_reviewers")
    op.drop_table("annual_assessments")
    op.drop_table("application_bars")
    op.drop_table("appointments")
    op.drop_table("people")
