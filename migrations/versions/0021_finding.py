"""What makes a list as quick with a million people as with a thousand."""

revision = "0021_finding"
down_revision = "0020_score_sheets"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
