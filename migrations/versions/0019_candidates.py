"""Candidates of a sitting, what their slips say of time and rooms, and papers that a worker printed for them."""

import sqlalchemy as sa
from alembic import op

revision = "0019_candidates"
down_revision = "0018_courses"

SAID_OF_A_SITTING = {"starts": 40, "note": 500, "room_plan": 500}


def upgrade() -> None:
    op.create_table(
        "exam_candidates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("admission_number", sa.String(length=40), nullable=False),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sittings.id"], name=op.f("fk_exam_candidates_sitting_id_exam_sittings")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exam_candidates_person_id_people")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_exam_candidates_department_id_departments")
        ),
        sa.CheckConstraint("seat > 0", name=op.f("ck_exam_candidates_seats_count_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_candidates")),
        sa.UniqueConstraint("sitting_id", "person_id", name=op.f("uq_exam_candidates_sitting_id_person_id")),
        sa.UniqueConstraint(
            "sitting_id", "admission_number", name=op.f("uq_exam_candidates_sitting_id_admission_number")
        ),
    )
    op.create_index(op.f("ix_exam_candidates_person_id"), "exam_candidates", ["person_id"])
    op.create_index(op.f("ix_exam_candidates_department_id"), "exam_candidates", ["department_id"])
    for name, length in SAID_OF_A_SITTING.items():
        op.add_column("exam_sittings", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.create_table(
        "exam_papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("candidate_count", sa.Integer(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["exam_sittings.id"], name=op.f("fk_exam_papers_sitting_id_exam_sittings")
        ),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_exam_papers_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_papers")),
    )
    op.create_index(op.f("ix_exam_papers_sitting_id"), "exam_papers", ["sitting_id"])


def downgrade() -> None:
    op.drop_table("exam_papers")
    for name in SAID_OF_A_SITTING:
        op.drop_column("exam_sittings", name)
    op.drop_table("exam_candidates")
