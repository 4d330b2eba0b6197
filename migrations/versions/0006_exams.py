"""Sittings, published results and qualifications.

The exam gate: a qualification can only refer to the same person's own passing results.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_exams"
down_revision = "0005_training"


def upgrade() -> None:
    op.create_table(
        "exam_sittings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("pass_mark", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("full_marks", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "pass_mark > 0 AND pass_mark <= full_marks", name=op.f("ck_exam_sittings_the_pass_mark_can_be_reached")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_exam_sittings_policy_id_policy_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_sittings")),
        sa.UniqueConstraint("code", name=op.f("uq_exam_sittings_code")),
        sa.UniqueConstraint("id", "subject", "pass_mark", name=op.f("uq_exam_sittings_id_subject_pass_mark")),
    )
    op.create_index(op.f("ix_exam_sittings_held_on"), "exam_sittings", ["held_on"], unique=False)
    op.create_table(
        "exam_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("pass_mark", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=1), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(score IS NOT NULL) = (outcome = 'scored')", name=op.f("ck_exam_results_a_score_belongs_to_a_sat_exam")
        ),
        sa.CheckConstraint(
            "(supersedes_id IS NULL) = (correction_reason IS NULL)",
            name=op.f("ck_exam_results_a_correction_has_a_reason"),
        ),
        sa.CheckConstraint(
            "passed = (score IS NOT NULL AND score >= pass_mark)",
            name=op.f("ck_exam_results_passed_means_the_pass_mark"),
        ),
        sa.CheckConstraint("score >= 0", name=op.f("ck_exam_results_a_score_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_exam_results_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exam_results_person_id_people")),
        sa.ForeignKeyConstraint(
            ["sitting_id", "subject", "pass_mark"],
            ["exam_sittings.id", "exam_sittings.subject", "exam_sittings.pass_mark"],
            name="fk_exam_results_sitting_subject_pass_mark",
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["exam_results.id"], name=op.f("fk_exam_results_supersedes_id_exam_results")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_results")),
        sa.UniqueConstraint(
            "id", "person_id", "subject", "passed", name=op.f("uq_exam_results_id_person_id_subject_passed")
        ),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_exam_results_supersedes_id")),
    )
    op.create_index(op.f("ix_exam_results_department_id"), "exam_results", ["department_id"], unique=False)
    op.create_index("ix_exam_results_person_id", "exam_results", ["person_id", "subject"], unique=False)
    op.create_index("ix_exam_results_sitting_id", "exam_results", ["sitting_id", "person_id"], unique=False)
    op.create_index(
        "uq_exam_results_published_once_per_person_and_sitting",
        "exam_results",
        ["sitting_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("supersedes_id IS NULL"),
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )
    op.create_table(
        "qualifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("common_result_id", sa.Integer(), nullable=False),
        sa.Column("common_subject", sa.String(32), nullable=False),
        sa.Column("special_result_id", sa.Integer(), nullable=True),
        sa.Column("special_subject", sa.String(32), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("qualified_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "common_subject = 'common_law' AND special_subject = 'special_law'",
            name=op.f("ck_qualifications_subjects_in_place"),
        ),
        sa.CheckConstraint(
            "kind <> 'enforcement' OR special_result_id IS NOT NULL",
            name=op.f("ck_qualifications_enforcement_needs_both_subjects"),
        ),
        sa.CheckConstraint("passed", name=op.f("ck_qualifications_rests_on_a_pass")),
        sa.ForeignKeyConstraint(
            ["common_result_id", "person_id", "common_subject", "passed"],
            ["exam_results.id", "exam_results.person_id", "exam_results.subject", "exam_results.passed"],
            name="fk_qualifications_own_passed_common_law_result",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_qualifications_person_id_people")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy_versions.id"], name=op.f("fk_qualifications_policy_id_policy_versions")
        ),
        sa.ForeignKeyConstraint(
            ["special_result_id", "person_id", "special_subject", "passed"],
            ["exam_results.id", "exam_results.person_id", "exam_results.subject", "exam_results.passed"],
            name="fk_qualifications_own_passed_special_law_result",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
        sa.UniqueConstraint("id", "person_id", "kind", name=op.f("uq_qualifications_id_person_id_kind")),
        sa.UniqueConstraint(
            "person_id",
            "kind",
            "common_result_id",
            "special_result_id",
            name=op.f("uq_qualifications_person_id_kind_common_result_id_special_result_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("qualifications")
    op.drop_table("exam_results")
    op.drop_table("exam_sittings")
