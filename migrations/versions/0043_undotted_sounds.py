"""How a name is spoken is kept without the dots between its parts, so that it is found however they are typed.

卜 is read bu wherever it stands in a name: 阿卜杜 is a-bu-du. Names stay as they are; so do the keys when this is taken back, for whoever types no dot.
"""

from alembic import op
from sqlalchemy import text

revision = "0043_undotted_sounds"
down_revision = "0042_one_day_periods"

DOTS = "·•‧・･．"


def upgrade() -> None:
    for dot in DOTS:
        op.execute(
            f"UPDATE people SET name_pinyin = replace(name_pinyin, '{dot}', ''), "
            f"name_initials = replace(name_initials, '{dot}', '') WHERE name LIKE '%{dot}%'"
        )
    connection = op.get_bind()
    read_bo = connection.execute(text("SELECT id, name, name_pinyin FROM people WHERE name LIKE '%卜%'")).all()
    for person in read_bo:
        if person.name_pinyin.count("bo") == person.name[1:].count("卜"):  # else another character is read so too
            key = person.name_pinyin.replace("bo", "bu")
            connection.execute(
                text("UPDATE people SET name_pinyin = :key WHERE id = :id"), {"key": key, "id": person.id}
            )


def downgrade() -> None:
    """Nothing to take back: keys without dots were allowed before."""
