"""Rosters as frozen, and the ledger of their copies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_rosters"
down_revision = "0008_reviews"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rosters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("check_code", sa.String(length=40), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("data_sha256", sa.String(length=64), nullable=False),
        sa.Column("trail_head", sa.String(length=64), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("template_version", sa.String(length=40), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(pdf IS NULL) = (pdf_sha256 IS NULL) AND (pdf IS NULL) = (printed_at IS NULL) AND (pdf IS NULL) = (template_version IS NULL)",
            name=op.f("ck_rosters_printed_whole_or_not_at_all"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaigns.id"], name=op.f("fk_rosters_campaign_id_review_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_rosters_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
        sa.UniqueConstraint("campaign_id", "department_id", name=op.f("uq_rosters_campaign_id_department_id")),
        sa.UniqueConstraint("check_code", name=op.f("uq_rosters_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_rosters_number")),
    )
    op.create_index(op.f("ix_rosters_department_id"), "rosters", ["department_id"], unique=False)
    op.create_table(
        "roster_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_roster_copies_account_id_accounts")),
        sa.ForeignKeyConstraint(["roster_id"], ["rosters.id"], name=op.f("fk_roster_copies_roster_id_rosters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_copies")),
        sa.UniqueConstraint("roster_id", "copy_number", name=op.f("uq_roster_copies_roster_id_copy_number")),
    )


def downgrade() -> None:
    op.drop_table("roster_copies")
    op.drop_table("rosters")
