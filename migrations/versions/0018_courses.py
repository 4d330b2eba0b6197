"""Courses, and the sessions held of them; an empty session and a line of attendance may be taken back.

The columns bring their constraints along in one statement, which both databases accept; a table made anew would lose
its triggers on SQLite. A line that was taken back can never count as completed, whatever reads it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_courses"
down_revision = "0017_unit_names"


def upgrade() -> None:
    op.create_table(
        "training_courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("is_compulsory", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_training_courses_hours_are_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_courses")),
        sa.UniqueConstraint("code", name=op.f("uq_training_courses_code")),
        sa.UniqueConstraint("title", name=op.f("uq_training_courses_title")),
    )
    op.execute(
        "ALTER TABLE training_sessions ADD COLUMN course_id INTEGER"
        " CONSTRAINT fk_training_sessions_course_id_training_courses REFERENCES training_courses (id)"
    )
    op.create_index(op.f("ix_training_sessions_course_id"), "training_sessions", ["course_id"], unique=False)
    op.add_column("training_sessions", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.execute(
        "ALTER TABLE attendances ADD COLUMN withdrawn_on DATE"
        " CONSTRAINT ck_attendances_taken_back_is_not_completed CHECK (withdrawn_on IS NULL OR NOT is_completed)"
    )


def downgrade() -> None:
    op.drop_column("attendances", "withdrawn_on")
    op.drop_column("training_sessions", "withdrawn_on")
    op.drop_index(op.f("ix_training_sessions_course_id"), table_name="training_sessions")
    op.drop_column("training_sessions", "course_id")
    op.drop_table("training_courses")
