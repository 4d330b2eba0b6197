"""Two files of one person brought together, and taken apart again; a file that is none any more is withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0023_merges"
down_revision = "0022_saved_views"


def upgrade() -> None:
    op.add_column("people", sa.Column("withdrawn_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "withdrawn_on")
