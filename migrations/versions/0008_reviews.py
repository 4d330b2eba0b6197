"""Annual reviews: campaigns, items and attestations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_reviews"
down_revision = "0007_certificates"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "review_campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("cutoff_on", sa.Date(), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'locked') = (locked_at IS NOT NULL)", name=op.f("ck_review_campaigns_locked_has_an_instant")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_review_campaigns_policy_id_policy_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_campaigns")),
        sa.UniqueConstraint("year", "kind", name=op.f("uq_review_campaigns_year_kind")),
    )
    op.create_table(
        "review_attestations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_review_attestations_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaigns.id"], name=op.f("fk_review_attestations_campaign_id_review_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_review_attestations_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_attestations")),
        sa.UniqueConstraint(
            "campaign_id", "department_id", name=op.f("uq_review_attestations_campaign_id_department_id")
        ),
    )
    op.create_index(
        op.f("ix_review_attestations_department_id"), "review_attestations", ["department_id"], unique=False
    )
    op.create_table(
        "review_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("is_next_year", sa.Boolean(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("proposed", sa.String(32), nullable=True),
        sa.Column("proposal_reasons", JSON, nullable=False),
        sa.Column("finding", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(finding IS NULL) = (decided_at IS NULL)", name=op.f("ck_review_items_a_decision_has_an_instant")
        ),
        sa.CheckConstraint("NOT is_next_year OR finding IS NULL", name=op.f("ck_review_items_next_years_cards_wait")),
        sa.CheckConstraint(
            "is_next_year = (proposed IS NULL)", name=op.f("ck_review_items_every_other_card_has_a_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["review_campaigns.id"], name=op.f("fk_review_items_campaign_id_review_campaigns")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_review_items_certificate_id_certificates")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["accounts.id"], name=op.f("fk_review_items_decided_by_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_review_items_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_items_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_items")),
        sa.UniqueConstraint("campaign_id", "certificate_id", name=op.f("uq_review_items_campaign_id_certificate_id")),
    )
    op.create_index(
        "ix_review_items_campaign_id", "review_items", ["campaign_id", "department_id", "finding"], unique=False
    )
    op.create_index(op.f("ix_review_items_certificate_id"), "review_items", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_review_items_person_id"), "review_items", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("review_attestations")
    op.drop_table("review_items")
    op.drop_table("review_campaigns")
