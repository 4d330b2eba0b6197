"""Everything an office keeps about a person: photo, contact, secondments, commendations and discipline."""

revision = "0016_persons"
down_revision = "0015_sources"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
