"""Lists that somebody has put by: filters and columns under a name."""

revision = "0022_saved_views"
down_revision = "0021_finding"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
