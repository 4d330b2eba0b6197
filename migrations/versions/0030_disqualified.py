"""Who lost the right to enforce, certificates of the ministries on file, and the field an exam was about.

A loss of the qualification stands until a later decision lifts it; a ministry's certificate is filed, never issued here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_disqualified"
down_revision = "0029_signing_keys"

STANDING = "lifted_on IS NULL"


def upgrade() -> None:
    op.create_table(
        "disqualifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(100), nullable=False),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("legal_basis", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.String(100), nullable=False),
        sa.Column("lifting_document", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_disqualifications_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_disqualifications"),
        sa.CheckConstraint("lifted_on >= decided_on", name="ck_disqualifications_lifted_after_decided"),
    )
    op.create_index("ix_disqualifications_person_id", "disqualifications", ["person_id"])
    op.create_index(
        "uq_disqualifications_one_standing_per_person",
        "disqualifications",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )
    op.create_table(
        "ministry_certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("ministry", sa.String(100), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_because", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_ministry_certificates_person_id_people"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_ministry_certificates_department_id_departments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ministry_certificates"),
        sa.UniqueConstraint("ministry", "number", name="uq_ministry_certificates_ministry_number"),
        sa.CheckConstraint("valid_until > issued_on", name="ck_ministry_certificates_ends_after_it_begins"),
    )
    op.create_index("ix_ministry_certificates_person_id", "ministry_certificates", ["person_id"])
    op.create_index("ix_ministry_certificates_department_id", "ministry_certificates", ["department_id", "id"])
    op.add_column("exam_sittings", sa.Column("enforcement_field", sa.String(60), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("exam_sittings", "enforcement_field")
    op.drop_table("ministry_certificates")
    op.drop_table("disqualifications")
