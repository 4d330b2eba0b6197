"""Files whose headings were given their meaning by hand, remembered by source, and rows a person decided about."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015_sources"
down_revision = "0014_unread"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COUNTS = ("undecided_count", "left_out_count", "matched_count")


def upgrade() -> None:
    op.create_table(
        "import_sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("meanings", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_sources")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_import_sources_kind_name")),
    )
    op.create_table(
        "import_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(32), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("said", JSON, nullable=False),
        sa.Column("likeness", sa.LargeBinary(length=32), nullable=False),
        sa.Column("candidates", JSON, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("is_left_out", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("person_id IS NULL OR NOT is_left_out", name=op.f("ck_import_questions_chosen_or_left_out")),
        sa.CheckConstraint(
            "(decided_at IS NOT NULL) = (person_id IS NOT NULL OR is_left_out)",
            name=op.f("ck_import_questions_a_decision_has_its_day"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_questions_batch_id_import_batches")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_import_questions_person_id_people")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_import_questions_decided_by_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_questions")),
        sa.UniqueConstraint(
            "batch_id", "sheet", "row_number", name=op.f("uq_import_questions_batch_id_sheet_row_number")
        ),
    )
    op.create_index(op.f("ix_import_questions_person_id"), "import_questions", ["person_id"])
    op.add_column("import_batches", sa.Column("source", sa.String(60), nullable=False, server_default=""))
    op.add_column("import_batches", sa.Column("meanings", JSON, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("import_batches", sa.Column("matches_sha256", sa.String(64), nullable=False, server_default=""))
    for name in COUNTS:
        op.add_column("import_batches", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in (*reversed(COUNTS), "matches_sha256", "meanings", "source"):
        op.drop_column("import_batches", name)
    op.drop_table("import_questions")
    op.drop_table("import_sources")
