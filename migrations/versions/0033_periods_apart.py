"""Periods of a certificate stay apart on PostgreSQL too when two sessions write at the same moment.

The trigger of 0012 looks at rows that are there; two sessions do not see each other's. SQLite has one writer at a time.
A day on which one period ends may be the first of the next, so both are taken without their last day.
"""

from alembic import op

revision = "0033_periods_apart"
down_revision = "0032_campaigns"

APART = """ALTER TABLE certificate_periods ADD CONSTRAINT ex_certificate_periods_do_not_overlap EXCLUDE USING gist
  (int4range(certificate_id, certificate_id, '[]') WITH &&, daterange(from_on, until_on, '[)') WITH &&)"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(APART)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE certificate_periods DROP CONSTRAINT ex_certificate_periods_do_not_overlap")
