"""Everything an office keeps about a person: photo, contact, secondments, commendations and discipline."""

import sqlalchemy as sa
from alembic import op

revision = "0016_persons"
down_revision = "0015_sources"

NEVER_DELETED = ("secondments", "photos", "conduct_records")
AS_DECIDED = ("person_id", "kind", "measure", "decided_by", "document_number", "decided_on", "until_on", "content")
OVERLAPS = """EXISTS (SELECT 1 FROM secondments s WHERE s.person_id = NEW.person_id AND s.id {other} NEW.id
  AND (s.until_on IS NULL OR s.until_on >= NEW.from_on) AND (NEW.until_on IS NULL OR NEW.until_on >= s.from_on))"""
OPEN_SECONDMENT = "person_id = NEW.person_id AND until_on IS NULL AND NEW.until_on IS NULL"


def upgrade() -> None:
    _add_columns()
    _create_secondments()
    _create_photos()
    _create_conduct()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in _triggers(sqlite):
        (_create_sqlite if sqlite else _create_postgresql)(*trigger)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, *_ in reversed(_triggers(sqlite)):
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("conduct_records", "photos", "secondments"):
        op.drop_table(table)
    for column in ("end_document_number", "document_number", "enforcement_area", "enforcement_field"):
        op.drop_column("appointments", column)
    for column in ("joined_on", "works_since_on", "is_law_major", "office_phone", "email_sealed"):
        op.drop_column("people", column)


def _add_columns() -> None:
    op.add_column("people", sa.Column("email_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("people", sa.Column("office_phone", sa.String(length=30), nullable=False, server_default=""))
    op.add_column("people", sa.Column("is_law_major", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("people", sa.Column("works_since_on", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("joined_on", sa.Date(), nullable=True))
    for column, length in (
        ("enforcement_field", 60),
        ("enforcement_area", 60),
        ("document_number", 100),
        ("end_document_number", 100),
    ):
        op.add_column("appointments", sa.Column(column, sa.String(length=length), nullable=False, server_default=""))


def _create_secondments() -> None:
    op.create_table(
        "secondments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_secondments_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_secondments_person_id_people")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_secondments_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secondments")),
    )
    op.create_index(op.f("ix_secondments_person_id"), "secondments", ["person_id"])
    op.create_index(op.f("ix_secondments_department_id"), "secondments", ["department_id"])
    op.create_index(
        "uq_secondments_one_open_per_person",
        "secondments",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )


def _create_photos() -> None:
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(content_sealed IS NULL) = (sha256 IS NULL)", name=op.f("ck_photos_a_content_has_its_sum")),
        sa.CheckConstraint("content_sealed IS NOT NULL OR reason <> ''", name=op.f("ck_photos_removed_for_a_reason")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_photos_person_id_people")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_photos_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    op.create_index("ix_photos_person_id", "photos", ["person_id", "id"])


def _create_conduct() -> None:
    op.create_table(
        "conduct_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("content", sa.String(length=1000), nullable=False),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_because", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= decided_on", name=op.f("ck_conduct_records_ends_after_it_begins")),
        sa.CheckConstraint(
            "(annulled_at IS NULL) = (annulled_because = '')", name=op.f("ck_conduct_records_annulled_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_conduct_records_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_records")),
    )
    op.create_index(op.f("ix_conduct_records_person_id"), "conduct_records", ["person_id"])


def _triggers(sqlite: bool) -> list[tuple[str, str, str, str, str]]:
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    decided = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in AS_DECIDED)
    annulled = f"OLD.annulled_at IS NOT NULL AND (NEW.annulled_at {differs} OLD.annulled_at OR NEW.annulled_because {differs} OLD.annulled_because)"
    apart = "secondments of one person do not overlap"
    as_recorded = "conduct_records: what was decided does not change"
    found = [
        *(
            (f"tr_{table}_is_never_deleted", table, "DELETE", "1 = 1", f"{table} is never deleted")
            for table in NEVER_DELETED
        ),
        ("tr_photos_never_changes", "photos", "UPDATE", "1 = 1", "photos is append-only"),
        ("tr_conduct_records_as_decided", "conduct_records", "UPDATE", decided, as_recorded),
        ("tr_conduct_records_annulled_once", "conduct_records", "UPDATE", annulled, as_recorded),
        ("tr_secondments_apart", "secondments", "INSERT", OVERLAPS.format(other=differs), apart),
        ("tr_secondments_stay_apart", "secondments", "UPDATE", OVERLAPS.format(other="<>"), apart),
    ]
    return found + (_replacements() if sqlite else [])


def _replacements() -> list[tuple[str, str, str, str, str]]:
    """SQLite's INSERT OR REPLACE deletes without asking the triggers of deletion."""
    same = {"secondments": f"id = NEW.id OR ({OPEN_SECONDMENT})"}
    return [
        (
            f"tr_{table}_is_never_replaced",
            table,
            "INSERT",
            f"EXISTS (SELECT 1 FROM {table} WHERE {same.get(table, 'id = NEW.id')})",
            f"{table}: what is on record is not replaced",
        )
        for table in NEVER_DELETED
    ]


def _create_sqlite(name: str, table: str, event: str, condition: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _create_postgresql(name: str, table: str, event: str, condition: str, message: str) -> None:
    answer = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; RETURN {answer}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
