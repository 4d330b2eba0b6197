"""Bundles of evidence about many people: each kept sealed for some days after it was made, to be fetched in one file.

What it was made of is on the papers of the indices for ever; the bytes go when their days are over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038_evidence"
down_revision = "0037_unit_profiles"


def upgrade() -> None:
    op.create_table(
        "evidence_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(100), nullable=False),
        sa.Column("purpose", sa.String(200), nullable=False),
        sa.Column("person_count", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_batches"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_evidence_batches_account_id_accounts"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_evidence_batches_department_id_departments"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_evidence_batches_job_id_jobs"),
    )
    op.create_table(
        "evidence_bundles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("byte_count", sa.Integer(), nullable=True),
        sa.Column("refused", sa.String(500), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_bundles"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["evidence_batches.id"], name="fk_evidence_bundles_batch_id_evidence_batches"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_evidence_bundles_person_id_people"),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_evidence_bundles_paper_id_papers"),
        sa.UniqueConstraint("batch_id", "place", name="uq_evidence_bundles_batch_id_place"),
        sa.UniqueConstraint("batch_id", "person_id", name="uq_evidence_bundles_batch_id_person_id"),
        sa.CheckConstraint(
            "(paper_id IS NULL) = (sha256 IS NULL) AND (paper_id IS NULL) = (byte_count IS NULL)",
            name="ck_evidence_bundles_made_whole_or_not_at_all",
        ),
        sa.CheckConstraint("refused = '' OR paper_id IS NULL", name="ck_evidence_bundles_made_or_refused"),
    )
    op.create_index("ix_evidence_bundles_person_id", "evidence_bundles", ["person_id"])


def downgrade() -> None:
    op.drop_index("ix_evidence_bundles_person_id", "evidence_bundles")
    op.drop_table("evidence_bundles")
    op.drop_table("evidence_batches")
