"""Cards that somebody must take back bear a mark, and open tasks lie in the order of their days.

A live certificate is stray when its holder has no post in its unit any more. The board lists the first of them and
counts them; without a mark it would look for the post of everybody who holds a card, most of all where nobody is stray.
Triggers keep it, whoever writes: posts begin, move and end, certificates begin, move and change their state.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047_stray"
down_revision = "0046_whole_rehearsals"

STRAY = """(certificates.status IN ('active', 'suspended', 'lost') AND NOT EXISTS (SELECT 1 FROM appointments a
  WHERE a.person_id = certificates.person_id AND a.department_id = certificates.department_id
  AND a.until_on IS NULL))"""
ON_ITS_WAY = STRAY.replace("certificates.", "NEW.")  # on PostgreSQL a certificate is marked before it is written
MARK = f"UPDATE certificates SET is_stray = {STRAY} WHERE {{which}} AND is_stray <> {STRAY}"
HOLDER = MARK.format(which="person_id = NEW.person_id")
FORMER = MARK.format(which="person_id = OLD.person_id")
ITSELF = MARK.format(which="id = NEW.id")
# trigger, its event, table, what it does
TRIGGERS = (
    ("tr_appointments_stray_begins", "INSERT", "appointments", HOLDER),
    (
        "tr_appointments_stray_moves",
        "UPDATE OF person_id, department_id, until_on",
        "appointments",
        f"{HOLDER}; {FORMER}",
    ),
    ("tr_certificates_stray_begins", "INSERT", "certificates", ITSELF),
    ("tr_certificates_stray_moves", "UPDATE OF person_id, department_id, status", "certificates", ITSELF),
)
ONLY_STRAY = {"sqlite_where": sa.text("is_stray = 1"), "postgresql_where": sa.text("is_stray")}
ONLY_OPEN = {"sqlite_where": sa.text("settled_on IS NULL"), "postgresql_where": sa.text("settled_on IS NULL")}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("certificates", sa.Column("is_stray", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(f"UPDATE certificates SET is_stray = {STRAY} WHERE {STRAY}")
    op.create_index("ix_certificates_stray", "certificates", ["valid_until", "id"], **ONLY_STRAY)
    of_unit = ["department_id", "valid_until", "id"]
    op.create_index("ix_certificates_stray_of_unit", "certificates", of_unit, **ONLY_STRAY)
    op.create_index("ix_tasks_opened_on", "tasks", ["opened_on"], **ONLY_OPEN)
    op.create_index("ix_tasks_due_on", "tasks", ["due_on", "opened_on"], **ONLY_OPEN)
    for name, event, table, act in TRIGGERS:
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {act}; END")
            continue
        is_own = table == "certificates"
        does = f"NEW.is_stray := {ON_ITS_WAY}; RETURN NEW" if is_own else f"{act}; RETURN NULL"
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does}; END $$")
        when = "BEFORE" if is_own else "AFTER"
        op.execute(f"CREATE TRIGGER {name} {when} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _event, table, _act in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for name, table in (
        ("ix_tasks_due_on", "tasks"),
        ("ix_tasks_opened_on", "tasks"),
        ("ix_certificates_stray_of_unit", "certificates"),
        ("ix_certificates_stray", "certificates"),
    ):
        op.drop_index(name, table_name=table)
    op.drop_column("certificates", "is_stray")
