"""A review in days: the unit's word on each certificate, lists returned, make-ups, reminders; errata of rosters.

What a unit says of a certificate stands beside its facts; a list that was returned waits for the unit again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_campaigns"
down_revision = "0031_photo_batches"


def upgrade() -> None:
    for name in ("attest_by_on", "decide_by_on", "make_up_by_on", "closed_on"):
        op.add_column("review_campaigns", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("review_items", sa.Column("statement", sa.String(32), nullable=True))
    op.add_column("review_items", sa.Column("statement_note", sa.String(200), nullable=False, server_default=""))
    op.add_column("review_items", sa.Column("deferred_until", sa.Date(), nullable=True))
    op.add_column("review_items", sa.Column("made_up_on", sa.Date(), nullable=True))
    op.add_column("review_attestations", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "review_attestations", sa.Column("returned_because", sa.String(500), nullable=False, server_default="")
    )
    op.add_column("accounts", sa.Column("email", sa.String(100), nullable=False, server_default=""))
    op.create_table(
        "review_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=False),
        sa.Column("mailed_to", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaigns.id"], name="fk_review_reminders_campaign_id_review_campaigns"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_review_reminders_department_id_departments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_reminders"),
        sa.UniqueConstraint(
            "campaign_id",
            "department_id",
            "step",
            "reminded_on",
            name="uq_review_reminders_campaign_id_department_id_step_reminded_on",
        ),
    )
    op.create_table(
        "roster_errata",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["roster_id"], ["rosters.id"], name="fk_roster_errata_roster_id_rosters"),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_roster_errata_paper_id_papers"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_errata"),
        sa.UniqueConstraint("roster_id", "sequence", name="uq_roster_errata_roster_id_sequence"),
        sa.UniqueConstraint("paper_id", name="uq_roster_errata_paper_id"),
    )


def downgrade() -> None:
    op.drop_table("roster_errata")
    op.drop_table("review_reminders")
    op.drop_column("accounts", "email")
    for name in ("returned_because", "returned_at"):
        op.drop_column("review_attestations", name)
    for name in ("made_up_on", "deferred_until", "statement_note", "statement"):
        op.drop_column("review_items", name)
    for name in ("closed_on", "make_up_by_on", "decide_by_on", "attest_by_on"):
        op.drop_column("review_campaigns", name)
