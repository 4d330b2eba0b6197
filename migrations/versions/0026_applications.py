"""The road to a certificate: applications, and every step on it as a row of its own.

Of one kind a person has one application under way at most; a step, once taken, stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_applications"
down_revision = "0025_acts"

UNDER_WAY = "status IN ('applied', 'confirmed', 'examined', 'returned')"
STEPS_STAY = "application_steps is append-only"


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(32), nullable=True),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=True),
        sa.Column("certificate_id", sa.Integer(), nullable=True),
        sa.Column("refusal_id", sa.Integer(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_applications_person_id_people"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_applications_department_id_departments"
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["certificates.id"], name="fk_applications_predecessor_id_certificates"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_applications_certificate_id_certificates"
        ),
        sa.ForeignKeyConstraint(["refusal_id"], ["refusals.id"], name="fk_applications_refusal_id_refusals"),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.UniqueConstraint("certificate_id", name="uq_applications_certificate_id"),
        sa.CheckConstraint(
            "(nature = 'new') = (predecessor_id IS NULL)", name="ck_applications_only_a_new_one_has_no_predecessor"
        ),
    )
    op.create_index("ix_applications_status", "applications", ["status", "department_id", "id"])
    op.create_index("ix_applications_department_id", "applications", ["department_id", "id"])
    op.create_index("ix_applications_person_id", "applications", ["person_id", "id"])
    op.create_index(
        "uq_applications_one_under_way_per_person_and_kind",
        "applications",
        ["person_id", "kind"],
        unique=True,
        sqlite_where=sa.text(UNDER_WAY),
        postgresql_where=sa.text(UNDER_WAY),
    )
    op.create_table(
        "application_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("taken_by", sa.String(60), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name="fk_application_steps_application_id_applications"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_application_steps_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_application_steps"),
    )
    op.create_index("ix_application_steps_application_id", "application_steps", ["application_id", "id"])
    for event in ("UPDATE", "DELETE"):
        _refuse(f"tr_application_steps_stay_{event.lower()}", event)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_table("application_steps")
    op.drop_table("applications")
    if not sqlite:
        for event in ("update", "delete"):
            op.execute(f"DROP FUNCTION tr_application_steps_stay_{event}()")


def _refuse(name: str, event: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON application_steps BEGIN SELECT RAISE(ABORT, '{STEPS_STAY}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{STEPS_STAY}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON application_steps FOR EACH ROW EXECUTE FUNCTION {name}()")
