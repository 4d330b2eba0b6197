"""The board counts officers from an index, and a desk reads what waits for it in order.

Grouped by unit, facets and the last day of a certificate, people of one kind lie together: they are counted in one
walk through an index that has nothing else. Of one state the applications lie in the order in which they came.
"""

from alembic import op

revision = "0045_counted"
down_revision = "0044_namesakes"


def upgrade() -> None:
    op.create_index("ix_people_counted", "people", ["department_id", "facets", "certified_until"])
    op.create_index("ix_applications_status_id", "applications", ["status", "id"])


def downgrade() -> None:
    op.drop_index("ix_applications_status_id", table_name="applications")
    op.drop_index("ix_people_counted", table_name="people")
