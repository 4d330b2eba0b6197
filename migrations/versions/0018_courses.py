"""Courses, and the sessions held of them."""

revision = "0018_courses"
down_revision = "0017_unit_names"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
