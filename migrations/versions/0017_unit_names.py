"""Units under the names they bore, their fields and areas, and what became of them."""

revision = "0017_unit_names"
down_revision = "0016_persons"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
