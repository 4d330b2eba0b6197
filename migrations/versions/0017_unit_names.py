"""Units under the names they bore, their fields and areas, and what became of them.

Every unit's name of today becomes the first row of its names, since the day of its confirmation, or else of its
entrustment, or else of its record. Triggers keep two periods of one unit apart, which no key can say.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_unit_names"
down_revision = "0016_persons"

OPEN = sa.text("until_on IS NULL")
COLUMNS = {
    "short_name": 40,
    "withdrawal_notice": 100,
    "entrustment_document": 100,
    "ending_document": 100,
    "enforcement_basis": 200,
}
ALWAYS_THERE = ("short_name", "enforcement_basis")
DAY_OF_RECORD = {
    "sqlite": "date(created_at, '+8 hours')",
    "postgresql": "(created_at AT TIME ZONE 'Asia/Shanghai')::date",
}
OVERLAPS = """EXISTS (SELECT 1 FROM department_names n WHERE n.department_id = NEW.department_id
  AND n.from_on <= COALESCE(NEW.until_on, '9999-12-31') AND COALESCE(n.until_on, '9999-12-31') >= NEW.from_on{other})"""
APART = "names of a unit follow one another"
TRIGGERS = (
    ("tr_department_names_in_order", "department_names", "INSERT", OVERLAPS.format(other=""), APART),
    (
        "tr_department_names_stay_in_order",
        "department_names",
        "UPDATE",
        OVERLAPS.format(other=" AND n.id <> NEW.id"),
        APART,
    ),
    *(
        (f"tr_{table}_is_never_deleted", table, "DELETE", "1 = 1", f"{table} is never deleted")
        for table in ("department_names", "department_scopes", "department_mandates")
    ),
    (
        "tr_department_mandates_never_changes",
        "department_mandates",
        "UPDATE",
        "1 = 1",
        "department_mandates is append-only",
    ),
)


def upgrade() -> None:
    for name, length in COLUMNS.items():
        always = {"nullable": False, "server_default": ""} if name in ALWAYS_THERE else {}
        op.add_column("departments", sa.Column(name, sa.String(length), **always))
    op.add_column("departments", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    _create_names()
    _create_scopes()
    _create_mandates()
    dialect = op.get_bind().dialect.name
    op.execute(
        "INSERT INTO department_names (department_id, name, from_on, document_number, reason, created_at)"
        f" SELECT id, name, COALESCE(confirmed_on, entrusted_from, {DAY_OF_RECORD[dialect]}), '', '', created_at"
        " FROM departments"
    )
    for name, table, event, condition, message in TRIGGERS:
        (_create_sqlite if dialect == "sqlite" else _create_postgresql)(name, table, event, condition, message)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, *_ in TRIGGERS:
        if sqlite:
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("department_mandates", "department_scopes", "department_names"):
        op.drop_table(table)
    for name in ("withdrawn_on", *COLUMNS):
        op.drop_column("departments", name)


def _create_names() -> None:
    op.create_table(
        "department_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_department_names"),
        _of_unit("department_names"),
        sa.UniqueConstraint("department_id", "from_on", name="uq_department_names_department_id_from_on"),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_department_names_ends_after_it_begins")),
    )
    op.create_index("ix_department_names_name", "department_names", ["name"])
    _one_open("uq_department_names_one_open_per_unit", "department_names", "department_id")


def _create_scopes() -> None:
    op.create_table(
        "department_scopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("area", sa.String(60), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_department_scopes"),
        _of_unit("department_scopes"),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_department_scopes_ends_after_it_begins")),
    )
    op.create_index("ix_department_scopes_department_id", "department_scopes", ["department_id"])
    _one_open("uq_department_scopes_one_open_per_field", "department_scopes", "department_id", "field")


def _create_mandates() -> None:
    op.create_table(
        "department_mandates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("entrusting_department_id", sa.Integer(), nullable=True),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("ending_document", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_department_mandates"),
        _of_unit("department_mandates"),
        _of_unit("department_mandates", "entrusting_department_id"),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_department_mandates_ends_after_it_begins")),
    )
    for column in ("department_id", "entrusting_department_id"):
        op.create_index(f"ix_department_mandates_{column}", "department_mandates", [column])


def _of_unit(table: str, column: str = "department_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["departments.id"], name=f"fk_{table}_{column}_departments")


def _one_open(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, list(columns), unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def _create_sqlite(name: str, table: str, event: str, condition: str, message: str) -> None:
    quoted = message.replace("'", "''")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
    )


def _create_postgresql(name: str, table: str, event: str, condition: str, message: str) -> None:
    quoted = message.replace("'", "''")
    answer = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{quoted}' USING ERRCODE = 'restrict_violation'; END IF; RETURN {answer}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
