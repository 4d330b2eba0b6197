"""A file that was brought in can be undone, once, with its reason."""

import sqlalchemy as sa
from alembic import op

revision = "0024_undone"
down_revision = "0023_merges"


def upgrade() -> None:
    op.add_column("import_batches", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("import_batches", "undone_at")
