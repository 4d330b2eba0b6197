"""Two files of one person brought together, and taken apart again."""

revision = "0023_merges"
down_revision = "0022_saved_views"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
