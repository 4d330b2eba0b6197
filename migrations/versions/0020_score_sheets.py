"""Scores on their way to publication: entered once, entered blind again, compared."""

import sqlalchemy as sa
from alembic import op

revision = "0020_score_sheets"
down_revision = "0019_candidates"


def upgrade() -> None:
    op.create_table(
        "score_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=1), nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sittings.id"], name=op.f("fk_score_entries_sitting_id_exam_sittings")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_score_entries_person_id_people")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_score_entries_account_id_accounts")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_score_entries_entered_once_or_twice")),
        sa.CheckConstraint(
            "(score IS NOT NULL) = (outcome = 'scored')", name=op.f("ck_score_entries_a_score_belongs_to_a_sat_exam")
        ),
        sa.CheckConstraint("score >= 0", name=op.f("ck_score_entries_a_score_is_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_entries")),
        sa.UniqueConstraint(
            "sitting_id", "person_id", "round", name=op.f("uq_score_entries_sitting_id_person_id_round")
        ),
    )
    op.create_index(op.f("ix_score_entries_person_id"), "score_entries", ["person_id"])


def downgrade() -> None:
    op.drop_table("score_entries")
