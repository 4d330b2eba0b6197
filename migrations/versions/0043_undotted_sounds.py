"""How a name is spoken is kept without the dots between its parts, so that it is found however they are typed.

阿卜杜 is read a-bu-du in names. Names stay as they are; so do the keys when this is taken back, for whoever types no dot.
"""

from alembic import op

revision = "0043_undotted_sounds"
down_revision = "0042_one_day_periods"

DOTS = "·•‧・･．"


def upgrade() -> None:
    for dot in DOTS:
        op.execute(
            f"UPDATE people SET name_pinyin = replace(name_pinyin, '{dot}', ''), "
            f"name_initials = replace(name_initials, '{dot}', '') WHERE name LIKE '%{dot}%'"
        )
    op.execute("UPDATE people SET name_pinyin = replace(name_pinyin, 'bodu', 'budu') WHERE name LIKE '%卜杜%'")


def downgrade() -> None:
    """Nothing to take back: keys without dots were allowed before."""
