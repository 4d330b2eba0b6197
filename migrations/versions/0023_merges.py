"""Two files of one person brought together, and taken apart again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_merges"
down_revision = "0022_saved_views"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STANDING = "undone_at IS NULL"
ON_FILE = "withdrawn_on IS NULL"


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("ended", JSON, nullable=False),
        sa.Column("changed", JSON, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_because", sa.String(length=500), nullable=False),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_merges_two_files")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_merges_merged_for_a_reason")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_because = '')", name=op.f("ck_merges_undone_for_a_reason")),
        sa.ForeignKeyConstraint(["kept_id"], ["people.id"], name=op.f("fk_merges_kept_id_people")),
        sa.ForeignKeyConstraint(["merged_id"], ["people.id"], name=op.f("fk_merges_merged_id_people")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_merges_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_kept_id", "merges", ["kept_id"])
    op.create_index("ix_merges_merged_id", "merges", ["merged_id"])
    _create_partial("uq_merges_one_standing_per_file", "merges", ["merged_id"], STANDING, unique=True)
    op.create_table(
        "distinct_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_distinct_pairs_in_order")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_distinct_pairs_told_apart_for_a_reason")),
        sa.ForeignKeyConstraint(["first_id"], ["people.id"], name=op.f("fk_distinct_pairs_first_id_people")),
        sa.ForeignKeyConstraint(["second_id"], ["people.id"], name=op.f("fk_distinct_pairs_second_id_people")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_distinct_pairs_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_pairs")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_distinct_pairs_first_id_second_id")),
    )
    op.create_index("ix_distinct_pairs_second_id", "distinct_pairs", ["second_id"])
    _create_partial("ix_people_namesakes", "people", ["name", "born_on", "id"], ON_FILE)


def downgrade() -> None:
    op.drop_index("ix_people_namesakes", "people")
    op.drop_table("distinct_pairs")
    op.drop_table("merges")


def _create_partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
