"""The auditor's kit: samples of rosters that became sheets, and cards scanned against a roster.

A scan is kept as it was answered, so that a browser that is lost loses nothing; taken back it stays and counts no more.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034_auditors_kit"
down_revision = "0033_periods_apart"

PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "roster_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(60), nullable=False),
        sa.Column("size", sa.String(10), nullable=False),
        sa.Column("narrowed", PLAIN, nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["roster_id"], ["rosters.id"], name="fk_roster_samples_roster_id_rosters"),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_roster_samples_paper_id_papers"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_samples"),
        sa.UniqueConstraint("paper_id", name="uq_roster_samples_paper_id"),
    )
    op.create_index("ix_roster_samples_roster_id", "roster_samples", ["roster_id"])
    op.create_table(
        "scan_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("seed", sa.String(60), nullable=False),
        sa.Column("size", sa.String(10), nullable=False),
        sa.Column("narrowed", PLAIN, nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(seed = '') = (size = '')", name="ck_scan_sessions_a_sample_has_seed_and_size"),
        sa.ForeignKeyConstraint(["roster_id"], ["rosters.id"], name="fk_scan_sessions_roster_id_rosters"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_scan_sessions_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_scan_sessions"),
    )
    op.create_index("ix_scan_sessions_roster_id", "scan_sessions", ["roster_id"])
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=True),
        sa.Column("typed", sa.String(100), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("listed_id", sa.Integer(), nullable=True),
        sa.Column("told", PLAIN, nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["scan_sessions.id"], name="fk_scans_session_id_scan_sessions"),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name="fk_scans_certificate_id_certificates"),
        sa.ForeignKeyConstraint(["listed_id"], ["certificates.id"], name="fk_scans_listed_id_certificates"),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        sa.UniqueConstraint("session_id", "key", name="uq_scans_session_id_key"),
    )
    op.create_index("ix_scans_session_id", "scans", ["session_id", "id"])


def downgrade() -> None:
    op.drop_table("scans")
    op.drop_table("scan_sessions")
    op.drop_table("roster_samples")
