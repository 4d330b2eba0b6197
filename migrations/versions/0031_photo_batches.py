"""Files of many photos, rehearsed picture by picture before any of them is put on file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031_photo_batches"
down_revision = "0030_disqualified"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "photo_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("picture_count", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(status = 'waiting') = (content_sealed IS NOT NULL)",
            name=op.f("ck_photo_batches_bytes_are_kept_while_it_waits"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_photo_batches_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_photo_batches"),
    )
    op.create_table(
        "photo_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("fate", sa.String(32), nullable=False),
        sa.Column("message", sa.String(255), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("picture_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "fate = 'refused' OR (person_id IS NOT NULL AND sha256 IS NOT NULL)",
            name=op.f("ck_photo_lines_known_or_refused"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["photo_batches.id"], name="fk_photo_lines_batch_id_photo_batches"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_photo_lines_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_photo_lines"),
        sa.UniqueConstraint("batch_id", "place", name="uq_photo_lines_batch_id_place"),
    )
    op.create_index("ix_photo_lines_person_id", "photo_lines", ["person_id"])


def downgrade() -> None:
    op.drop_table("photo_lines")
    op.drop_table("photo_batches")
