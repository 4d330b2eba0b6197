"""What somebody has to look into: a certificate whose ground has gone is flagged, and a person decides.

Of one kind a certificate has one open task at most; a task is settled once, by somebody, with an outcome.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028_tasks"
down_revision = "0027_papers"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = "settled_on IS NULL"


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("settled_by", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name="fk_tasks_certificate_id_certificates"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_tasks_person_id_people"),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name="fk_tasks_department_id_departments"),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.CheckConstraint("(settled_on IS NULL) = (outcome IS NULL)", name="ck_tasks_settled_with_an_outcome"),
    )
    op.create_index("ix_tasks_department_id", "tasks", ["department_id", "settled_on", "id"])
    op.create_index("ix_tasks_person_id", "tasks", ["person_id"])
    op.create_index(
        "uq_tasks_one_open_per_certificate_and_kind",
        "tasks",
        ["certificate_id", "kind"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_table("tasks")
