"""How many standing files share a name and a day of birth is counted as they come and go.

The list of files that may be of one person then reads the shared ones alone, instead of walking through everybody.
A count for each pair, rather than a mark on people: two transactions that bring the same name and day each add to one
row, the second waits for the first, and neither is missed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044_namesakes"
down_revision = "0043_undotted_sounds"

NAME = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")
ADD = """INSERT INTO namesakes (name, born_on, file_count) VALUES (NEW.name, NEW.born_on, 1)
  ON CONFLICT (born_on, name) DO UPDATE SET file_count = namesakes.file_count + 1"""
TAKE = "UPDATE namesakes SET file_count = file_count - 1 WHERE name = OLD.name AND born_on = OLD.born_on"
MOVED = """(NEW.name <> OLD.name OR NEW.born_on <> OLD.born_on
  OR (NEW.withdrawn_on IS NULL) <> (OLD.withdrawn_on IS NULL))"""
CHANGE = "UPDATE OF name, born_on, withdrawn_on"
# trigger, its event on people, when, what it does
TRIGGERS = (
    ("tr_people_namesake_begins", "INSERT", "NEW.withdrawn_on IS NULL", ADD),
    ("tr_people_namesake_comes", CHANGE, f"NEW.withdrawn_on IS NULL AND {MOVED}", ADD),
    ("tr_people_namesake_leaves", CHANGE, f"OLD.withdrawn_on IS NULL AND {MOVED}", TAKE),
)


def upgrade() -> None:
    op.create_table(
        "namesakes",
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("born_on", "name", name="pk_namesakes"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO namesakes (name, born_on, file_count) "
        "SELECT name, born_on, count(*) FROM people WHERE withdrawn_on IS NULL GROUP BY name, born_on"
    )
    shared = sa.text("file_count > 1")
    op.create_index(
        "uq_namesakes_shared",
        "namesakes",
        ["name", "born_on"],
        unique=True,
        sqlite_where=shared,
        postgresql_where=shared,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, event, when, act in TRIGGERS:
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} AFTER {event} ON people WHEN {when} BEGIN {act}; END")
            continue
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act}; RETURN NULL; END $$")
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON people FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _event, _when, _act in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON people")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("namesakes")
