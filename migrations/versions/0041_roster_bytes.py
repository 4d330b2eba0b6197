"""What a roster's print was made of never changes: the bytes, their hash, the template and the moment of it.

Until now the hash alone was held, so that bytes could be put in the place of those that were printed.
"""

from alembic import op

revision = "0041_roster_bytes"
down_revision = "0040_refused_again"

NAME = "tr_rosters_printed_once"
BEFORE, AFTER = ("pdf_sha256",), ("pdf", "pdf_sha256", "template_version", "printed_at")


def upgrade() -> None:
    _held(AFTER)


def downgrade() -> None:
    _held(BEFORE)


def _held(columns: tuple[str, ...]) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
    condition = f"OLD.pdf_sha256 IS NOT NULL AND ({changed})"
    if sqlite:
        op.execute(f"DROP TRIGGER {NAME}")
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON rosters WHEN {condition}"
            " BEGIN SELECT RAISE(ABORT, 'a roster is printed once'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        "RAISE EXCEPTION 'a roster is printed once' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
