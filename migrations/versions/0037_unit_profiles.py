"""Units keep their kind and main field of every day, as they keep their names.

What each is today becomes the first row, since the day on which its names begin: what it was before is in the trail
alone. Triggers keep two periods of one unit apart, which no key can say, and delete none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037_unit_profiles"
down_revision = "0034_auditors_kit"

OPEN = sa.text("until_on IS NULL")
OVERLAPS = """EXISTS (SELECT 1 FROM department_profiles p WHERE p.department_id = NEW.department_id
  AND p.from_on <= COALESCE(NEW.until_on, '9999-12-31') AND COALESCE(p.until_on, '9999-12-31') >= NEW.from_on{other})"""
APART = "kinds and fields of a unit follow one another"
TRIGGERS = (
    ("tr_department_profiles_in_order", "INSERT", OVERLAPS.format(other=""), APART),
    ("tr_department_profiles_stay_in_order", "UPDATE", OVERLAPS.format(other=" AND p.id <> NEW.id"), APART),
    ("tr_department_profiles_is_never_deleted", "DELETE", "1 = 1", "department_profiles is never deleted"),
)


def upgrade() -> None:
    op.create_table(
        "department_profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("area", sa.String(60), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_department_profiles"),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name="fk_department_profiles_department_id_departments"
        ),
        sa.UniqueConstraint("department_id", "from_on", name="uq_department_profiles_department_id_from_on"),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_department_profiles_ends_after_it_begins")),
    )
    op.create_index(
        "uq_department_profiles_one_open_per_unit",
        "department_profiles",
        ["department_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.execute(
        "INSERT INTO department_profiles"
        " (department_id, kind, field, area, basis, from_on, reason, created_at)"
        " SELECT d.id, d.kind, d.enforcement_field, d.enforcement_area, d.enforcement_basis,"
        " (SELECT MIN(n.from_on) FROM department_names n WHERE n.department_id = d.id), '', d.created_at"
        " FROM departments d"
    )
    for trigger in TRIGGERS:
        (_create_sqlite if op.get_bind().dialect.name == "sqlite" else _create_postgresql)(*trigger)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in TRIGGERS:
            op.execute(f"DROP TRIGGER {name} ON department_profiles")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("department_profiles")


def _create_sqlite(name: str, event: str, condition: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON department_profiles WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _create_postgresql(name: str, event: str, condition: str, message: str) -> None:
    answer = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; RETURN {answer}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON department_profiles FOR EACH ROW EXECUTE FUNCTION {name}()")
