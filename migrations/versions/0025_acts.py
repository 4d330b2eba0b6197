"""Every period of a certificate names the act that began it, who decided it, and until when it was ordered.

Periods that were there before say it by their status; what was decided does not change afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_acts"
down_revision = "0024_undone"

BEGAN_BY = {
    "suspended": "suspend",
    "lost": "report_lost",
    "withdrawn": "withdraw",
    "expired": "expire",
    "cancelled": "cancel",
    "revoked": "revoke",
    "replaced": "replace",
}
FIRST = "from_on = (SELECT MIN(p.from_on) FROM certificate_periods p WHERE p.certificate_id = certificate_periods.certificate_id)"
NAME, MESSAGE = "tr_certificate_periods_keep_their_act", "certificate_periods: what was decided does not change"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("certificate_periods", sa.Column("act", sa.String(32), nullable=False, server_default=""))
    op.add_column("certificate_periods", sa.Column("decided_by", sa.String(100), nullable=False, server_default=""))
    op.add_column("certificate_periods", sa.Column("ordered_until", sa.Date(), nullable=True))
    retraining = sa.Column("needs_retraining", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("certificate_periods", retraining)
    for status, act in BEGAN_BY.items():
        op.execute(f"UPDATE certificate_periods SET act = '{act}' WHERE status = '{status}'")
    op.execute(f"UPDATE certificate_periods SET act = 'issue' WHERE status = 'active' AND {FIRST}")
    op.execute("UPDATE certificate_periods SET act = 'reinstate' WHERE status = 'active' AND act = ''")
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    columns = ("act", "decided_by", "ordered_until", "needs_retraining")
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON certificate_periods WHEN {changed}"
            f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {changed} THEN "
        f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON certificate_periods FOR EACH ROW EXECUTE FUNCTION {NAME}()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.execute(f"DROP TRIGGER {NAME} ON certificate_periods")
        op.execute(f"DROP FUNCTION {NAME}()")
    for column in ("needs_retraining", "ordered_until", "decided_by", "act"):
        op.drop_column("certificate_periods", column)
