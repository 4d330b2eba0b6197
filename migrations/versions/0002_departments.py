"""Units, with their confirmation and entrustment."""

import sqlalchemy as sa
from alembic import op

revision = "0002_departments"
down_revision = "0001_policies"


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_initials", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("confirmation_notice", sa.String(length=100), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("entrusting_department_id", sa.Integer(), nullable=True),
        sa.Column("entrusted_from", sa.Date(), nullable=True),
        sa.Column("entrusted_until", sa.Date(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("enforcement_field", sa.String(length=60), nullable=False),
        sa.Column("enforcement_area", sa.String(length=60), nullable=False),
        sa.Column("legal_review_section", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'entrusted_organisation' OR entrusting_department_id IS NOT NULL",
            name=op.f("ck_departments_entrusted_has_an_entruster"),
        ),
        sa.CheckConstraint(
            "entrusted_until >= entrusted_from", name=op.f("ck_departments_entrustment_ends_after_it_begins")
        ),
        sa.CheckConstraint("entrusting_department_id <> id", name=op.f("ck_departments_never_entrusts_itself")),
        sa.ForeignKeyConstraint(
            ["entrusting_department_id"],
            ["departments.id"],
            name=op.f("fk_departments_entrusting_department_id_departments"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["departments.id"], name=op.f("fk_departments_merged_into_id_departments")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["departments.id"], name=op.f("fk_departments_parent_id_departments")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("code", name=op.f("uq_departments_code")),
        sa.UniqueConstraint("name", name=op.f("uq_departments_name")),
    )
    op.create_index(
        op.f("ix_departments_entrusting_department_id"), "departments", ["entrusting_department_id"], unique=False
    )
    op.create_index(op.f("ix_departments_merged_into_id"), "departments", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_departments_parent_id"), "departments", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("departments")
