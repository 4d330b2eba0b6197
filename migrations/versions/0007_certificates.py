"""Certificates, periods and refusals.

A certificate can only refer to its holder's own qualification, and one live certificate of a kind is held by a partial index.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_certificates"
down_revision = "0006_exams"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_refusals_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_refusals_person_id_people")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_refusals_policy_id_policy_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
        sa.UniqueConstraint("person_id", "kind", "refused_on", name=op.f("uq_refusals_person_id_kind_refused_on")),
    )
    op.create_index(op.f("ix_refusals_department_id"), "refusals", ["department_id"], unique=False)
    op.create_index(op.f("ix_refusals_refused_on"), "refusals", ["refused_on"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("check_code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("qualification_id", sa.Integer(), nullable=False),
        sa.Column("holder_name", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_from >= issued_on", name=op.f("ck_certificates_begins_when_issued")),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("ck_certificates_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_certificates_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_certificates_person_id_people")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_certificates_policy_id_policy_versions")
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["certificates.id"], name=op.f("fk_certificates_predecessor_id_certificates")
        ),
        sa.ForeignKeyConstraint(
            ["qualification_id", "person_id", "kind"],
            ["qualifications.id", "qualifications.person_id", "qualifications.kind"],
            name="fk_certificates_the_holders_own_qualification",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("check_code", name=op.f("uq_certificates_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
        sa.UniqueConstraint("predecessor_id", name=op.f("uq_certificates_predecessor_id")),
    )
    op.create_index("ix_certificates_department_id", "certificates", ["department_id", "kind", "status"], unique=False)
    op.create_index(op.f("ix_certificates_issued_on"), "certificates", ["issued_on"], unique=False)
    op.create_index("ix_certificates_person_id", "certificates", ["person_id"], unique=False)
    op.create_index(op.f("ix_certificates_valid_until"), "certificates", ["valid_until"], unique=False)
    op.create_index(
        "uq_certificates_one_live_per_person_and_kind",
        "certificates",
        ["person_id", "kind"],
        unique=True,
        sqlite_where=sa.text("status IN ('active', 'suspended', 'lost')"),
        postgresql_where=sa.text("status IN ('active', 'suspended', 'lost')"),
    )
    op.create_table(
        "certificate_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_certificate_periods_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_periods_certificate_id_certificates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_periods")),
    )
    op.create_index(
        "ix_certificate_periods_certificate_id", "certificate_periods", ["certificate_id", "from_on"], unique=False
    )
    op.create_index(
        "uq_certificate_periods_one_open_per_certificate",
        "certificate_periods",
        ["certificate_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("refusals")
    op.drop_table("certificate_periods")
    op.drop_table("certificates")
