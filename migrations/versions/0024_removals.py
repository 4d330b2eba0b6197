"""What an undone file brought in is removed, and kept in a ledger of removals."""

revision = "0024_removals"
down_revision = "0023_merges"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
