"""Whoever is refused twice on a day, for other reasons, has two refusals: they are numbered within the day.

SQLite cannot drop a key of a table: it is built anew with its rows, and what refers to them is looked at when the
transaction ends. The way down is open as long as nobody was refused twice on a day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040_refused_again"
down_revision = "0039_people_begin"

BEFORE, AFTER = ("person_id", "kind", "refused_on"), ("person_id", "kind", "refused_on", "serial")
ROWS = "id, person_id, department_id, kind, refused_on, findings, policy_id, created_at"
KEPT = {
    "never_changes": ("UPDATE", "1 = 1", "refusals is append-only"),
    "is_never_deleted": ("DELETE", "1 = 1", "refusals is never deleted"),
    "is_never_replaced": (
        "INSERT",
        "EXISTS (SELECT 1 FROM refusals WHERE (id = NEW.id) OR ({same}))",
        "refusals: what is on record is not replaced",
    ),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(AFTER)
        return
    op.add_column("refusals", sa.Column("serial", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.drop_constraint(_key(BEFORE), "refusals", type_="unique")
    op.create_unique_constraint(_key(AFTER), "refusals", list(AFTER))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(BEFORE)
        return
    op.drop_constraint(_key(AFTER), "refusals", type_="unique")
    op.create_unique_constraint(_key(BEFORE), "refusals", list(BEFORE))
    op.drop_column("refusals", "serial")


def _rebuild(key: tuple[str, ...]) -> None:
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE refusals_kept AS SELECT {ROWS} FROM refusals")
    op.drop_table("refusals")
    serial = [sa.Column("serial", sa.Integer(), server_default=sa.text("1"), nullable=False)] if "serial" in key else []
    op.create_table(
        "refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("refused_on", sa.Date(), nullable=False),
        *serial,
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name="fk_refusals_department_id_departments"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_refusals_person_id_people"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy_versions.id"], name="fk_refusals_policy_id_policy_versions"),
        sa.PrimaryKeyConstraint("id", name="pk_refusals"),
        sa.UniqueConstraint(*key, name=_key(key)),
    )
    op.execute(f"INSERT INTO refusals ({ROWS}) SELECT {ROWS} FROM refusals_kept")
    op.execute("DROP TABLE refusals_kept")
    op.create_index("ix_refusals_department_id", "refusals", ["department_id"])
    op.create_index("ix_refusals_refused_on", "refusals", ["refused_on"])
    op.create_index("ix_refusals_department_id_id", "refusals", ["department_id", "id"])
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    for name, (event, condition, message) in KEPT.items():
        op.execute(
            f"CREATE TRIGGER tr_refusals_{name} BEFORE {event} ON refusals WHEN {condition.format(same=same)}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _key(columns: tuple[str, ...]) -> str:
    return f"uq_refusals_{'_'.join(columns)}"
