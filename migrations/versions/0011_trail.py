"""The trail: a hash chain of acts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_trail"
down_revision = "0010_imports"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "trail_entries",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_trail_entries_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_trail_entries_previous_hash")),
    )
    op.create_index(op.f("ix_trail_entries_at"), "trail_entries", ["at"], unique=False)
    op.create_index(op.f("ix_trail_entries_batch"), "trail_entries", ["batch"], unique=False)
    op.create_index(op.f("ix_trail_entries_department_id"), "trail_entries", ["department_id"], unique=False)
    op.create_index("ix_trail_entries_subject", "trail_entries", ["subject_type", "subject_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("trail_entries")
