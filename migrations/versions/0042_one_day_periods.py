"""A period of a single day lies inside no other, though two sessions write at the same moment.

The constraint of 0033 took every period without its last day, and of a period of one day nothing was left. Two acts on
one day leave two periods that share it, and three leave one of a single day between them; so a period of several days
is taken from half a day after its first to half a day before its last, and one of a single day as a moment of it, each its
own. SQLite has one writer at a time, and its trigger of 0012 sees every row.
"""

from alembic import op

revision = "0042_one_day_periods"
down_revision = "0041_roster_bytes"

NAME = "ex_certificate_periods_do_not_overlap"
CARD = "int4range(certificate_id, certificate_id, '[]') WITH &&"
MOMENT = "id * 0.000000000001"
FIRST = f"(from_on - DATE '2000-01-01') + CASE WHEN from_on = until_on THEN {MOMENT} ELSE 0.5 END"
LAST = f"(until_on - DATE '2000-01-01') + CASE WHEN from_on = until_on THEN {MOMENT} ELSE -0.5 END"
BEFORE = "daterange(from_on, until_on, '[)') WITH &&"


def upgrade() -> None:
    _apart(f"numrange({FIRST}, {LAST}, '[]') WITH &&")


def downgrade() -> None:
    _apart(BEFORE)


def _apart(days: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE certificate_periods DROP CONSTRAINT {NAME}")
        op.execute(f"ALTER TABLE certificate_periods ADD CONSTRAINT {NAME} EXCLUDE USING gist ({CARD}, {days})")
