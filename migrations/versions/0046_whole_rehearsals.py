"""All that the rehearsal of a long file told is kept with it, so that it is had without rehearsing it again."""

import sqlalchemy as sa
from alembic import op

revision = "0046_whole_rehearsals"
down_revision = "0045_counted"


def upgrade() -> None:
    op.add_column("import_batches", sa.Column("whole", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("import_batches", "whole")
