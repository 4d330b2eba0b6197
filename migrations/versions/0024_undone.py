"""A file that was brought in can be undone, once, with its reason: what each row was before it is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024_undone"
down_revision = "0023_merges"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("import_batches", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("import_batches", sa.Column("is_traced", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, length in (("undone_by", 60), ("undone_because", 500)):
        op.add_column("import_batches", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("exam_sittings", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.create_table(
        "import_traces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_traces_batch_id_import_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_traces")),
    )
    op.create_index("ix_import_traces_batch_id", "import_traces", ["batch_id"])


def downgrade() -> None:
    op.drop_table("import_traces")
    op.drop_column("exam_sittings", "withdrawn_on")
    for name in ("undone_because", "undone_by", "is_traced", "undone_at"):
        op.drop_column("import_batches", name)
