"""What makes a list as quick with a million people as with a thousand.

Everybody's row says by itself what lists ask for: `facets` (duty, establishment and law qualification in one number,
see registry/models/people.py), `certified_until`, `name_rest`. Triggers keep that true whoever writes, because a list
that is wrong is worse than a slow one. A file that is withdrawn (0023) has no facets and stands in no list. Texts that are searched by their beginning compare by character on both
databases, so that an index finds them and both list them in the same order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_finding"
down_revision = "0020_score_sheets"

NEVER = "0001-01-01"
SEARCHED = {
    "people": {"name": 60, "name_pinyin": 120, "name_initials": 20},
    "certificates": {"number": 40, "holder_name": 60},
}
OLD_INDEXES = {
    "ix_people_department_id_name": ["department_id", "name", "id"],
    "ix_people_name": ["name", "id"],
    "ix_people_name_pinyin": ["name_pinyin"],
    "ix_people_name_initials": ["name_initials"],
}
STANDING = ("department_id", "facets", "certified_until")
PEOPLE_INDEXES = {
    "ix_people_name_pinyin": ["name_pinyin", "name", "id", *STANDING, "name_initials", "name_rest"],
    "ix_people_department_id": [
        *("department_id", "name_pinyin", "name", "id"),
        *("facets", "certified_until", "name_initials", "name_rest"),
    ],
    "ix_people_facets": [
        *("facets", "certified_until", "name_pinyin", "name", "id"),
        *("department_id", "name_initials", "name_rest"),
    ],
    "ix_people_name": ["name", "name_pinyin", "id", *STANDING],
    "ix_people_name_initials": ["name_initials", "name_pinyin", "name", "id", *STANDING],
    "ix_people_name_rest": ["name_rest", "name_pinyin", "name", "id", *STANDING],
}
OTHER_INDEXES = (
    ("certificates", "ix_certificates_department_id", ["department_id", "status", "valid_until", "kind"]),
    (
        "certificates",
        "ix_certificates_holder_name",
        ["holder_name", "id", "department_id", "kind", "status", "valid_until"],
    ),
    ("certificates", "ix_certificates_kind", ["kind", "status", "valid_until", "id", "department_id"]),
    ("certificates", "ix_certificates_department_id_id", ["department_id", "id", "kind", "status", "valid_until"]),
    ("trail_entries", "ix_trail_entries_action", ["action", "id"]),
    ("trail_entries", "ix_trail_entries_actor_name", ["actor_name", "id"]),
    ("refusals", "ix_refusals_department_id_id", ["department_id", "id"]),
)
DUTIES = ("enforcement", "supervision", "legal_review", "other")
ESTABLISHMENTS = (
    "administrative",
    "civil_service_managed",
    "public_institution",
    "support_worker",
    "contract_worker",
    "temporary",
    "agency_worker",
    "auxiliary",
    "invited",
)


def _digits(column: str, words: tuple[str, ...]) -> str:
    return f"CASE {column} " + " ".join(f"WHEN '{word}' THEN {digit}" for digit, word in enumerate(words, 1)) + " END"


OPEN_POST = "FROM appointments a WHERE a.person_id = people.id AND a.until_on IS NULL"
FACETS = f"""CASE WHEN people.withdrawn_on IS NULL THEN
  COALESCE((SELECT 100 * {_digits("a.duty", DUTIES)} + 10 * {_digits("a.establishment", ESTABLISHMENTS)} {OPEN_POST}), 0)
  + CASE WHEN people.has_law_qualification THEN 1 ELSE 0 END END"""
CERTIFIED_UNTIL = f"""COALESCE((SELECT max(c.valid_until) FROM certificates c
  WHERE c.person_id = people.id AND c.status = 'active' AND NOT EXISTS
  (SELECT 1 {OPEN_POST} AND a.duty IN ('enforcement', 'supervision') AND a.duty <> c.kind)), '{NEVER}')"""
REFRESH = """UPDATE people SET facets = {facets}, certified_until = {certified}
  WHERE id = {person} AND (facets {differs} {facets} OR certified_until <> {certified})"""
COMPLETE = """UPDATE people SET facets = {facets}, certified_until = {certified}, name_rest = substr(name, 2)
  WHERE id = NEW.id AND facets IS NULL"""
RENAME = "UPDATE people SET name_rest = substr(name, 2) WHERE id = NEW.id"
# trigger, its event, table, what it does
TRIGGERS = (
    ("tr_people_complete", "INSERT", "people", COMPLETE),
    ("tr_people_renamed", "UPDATE OF name", "people", RENAME),
    ("tr_people_stand", "UPDATE OF has_law_qualification, withdrawn_on", "people", "own"),
    ("tr_appointments_begin", "INSERT", "appointments", "holder"),
    ("tr_appointments_move", "UPDATE OF person_id, duty, establishment, until_on", "appointments", "holder"),
    ("tr_certificates_begin", "INSERT", "certificates", "holder"),
    ("tr_certificates_move", "UPDATE OF status", "certificates", "holder"),
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in OLD_INDEXES:
        op.drop_index(name, "people")
    op.drop_index("ix_certificates_department_id", "certificates")
    if not sqlite:
        _compare_texts('COLLATE "C"')
    by_character = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")
    op.add_column("people", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.add_column("people", sa.Column("name_rest", by_character, nullable=False, server_default=""))
    op.add_column("people", sa.Column("facets", sa.SmallInteger(), nullable=True))
    op.add_column("people", sa.Column("certified_until", sa.Date(), nullable=False, server_default=NEVER))
    facts = {"facets": FACETS, "certified": _day(CERTIFIED_UNTIL, sqlite)}
    op.execute(
        "UPDATE people SET facets = {facets}, certified_until = {certified}, name_rest = substr(name, 2)".format(
            **facts
        )
    )
    for name, columns in PEOPLE_INDEXES.items():
        op.create_index(name, "people", columns)
    for table, name, columns in OTHER_INDEXES:
        op.create_index(name, table, columns)
    for name, event, table, act in TRIGGERS:
        _create(sqlite, name, event, table, act, facts)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _event, table, _act in reversed(TRIGGERS):
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for table, name, _columns in reversed(OTHER_INDEXES):
        op.drop_index(name, table)
    for name in reversed(PEOPLE_INDEXES):
        op.drop_index(name, "people")
    for column in ("certified_until", "facets", "name_rest", "withdrawn_on"):
        op.drop_column("people", column)
    if not sqlite:
        _compare_texts('COLLATE "default"')
    for name, columns in OLD_INDEXES.items():
        op.create_index(name, "people", columns)
    op.create_index("ix_certificates_department_id", "certificates", ["department_id", "kind", "status"])


def _compare_texts(collation: str) -> None:
    for table, columns in SEARCHED.items():
        for column, length in columns.items():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar({length}) {collation}")


def _day(expression: str, sqlite: bool) -> str:
    return expression if sqlite else expression.replace(f"'{NEVER}'", f"DATE '{NEVER}'")


def _create(sqlite: bool, name: str, event: str, table: str, act: str, facts: dict[str, str]) -> None:
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    person = {"own": "NEW.id", "holder": "NEW.person_id"}.get(act)
    wanted = REFRESH.format(person=person, differs=differs, **facts) if person else act.format(**facts)
    if table == "appointments" and "person_id" in event:
        wanted += "; " + REFRESH.format(person="OLD.person_id", differs=differs, **facts)
    if sqlite:
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {wanted}; END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {wanted}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
