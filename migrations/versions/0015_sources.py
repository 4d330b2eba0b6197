"""Files whose headings were given their meaning by hand, remembered by source, and rows a person decided about."""

revision = "0015_sources"
down_revision = "0014_unread"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
