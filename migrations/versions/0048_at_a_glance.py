"""How far an open review is, is told from ranges of indexes: what is undecided, what of it is doubtful, what is decided.

The index by unit knows the cards of next year, so that those to be decided are counted without looking at their facts.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048_at_a_glance"
down_revision = "0047_stray"

BY_UNIT = ["campaign_id", "department_id", "finding"]
ONLY_OPEN = {
    "sqlite_where": sa.text("finding IS NULL AND is_next_year = 0"),
    "postgresql_where": sa.text("finding IS NULL AND NOT is_next_year"),
}
ONLY_DECIDED = {"sqlite_where": sa.text("finding IS NOT NULL"), "postgresql_where": sa.text("finding IS NOT NULL")}


def upgrade() -> None:
    op.drop_index("ix_review_items_campaign_id", table_name="review_items")
    op.create_index("ix_review_items_campaign_id", "review_items", [*BY_UNIT, "is_next_year"])
    op.create_index("ix_review_items_open", "review_items", ["campaign_id", "proposed", "statement"], **ONLY_OPEN)
    op.create_index("ix_review_items_decided", "review_items", ["campaign_id", "finding"], **ONLY_DECIDED)


def downgrade() -> None:
    op.drop_index("ix_review_items_decided", table_name="review_items")
    op.drop_index("ix_review_items_open", table_name="review_items")
    op.drop_index("ix_review_items_campaign_id", table_name="review_items")
    op.create_index("ix_review_items_campaign_id", "review_items", BY_UNIT)
