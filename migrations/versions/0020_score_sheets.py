"""Scores on their way to publication: entered once, entered blind again, compared."""

revision = "0020_score_sheets"
down_revision = "0019_candidates"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
