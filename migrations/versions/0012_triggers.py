"""What was published, issued, frozen or recorded does not change, and SQLite repeats the exam gate.

Foreign keys hold the gate on both databases, but SQLite enforces them only for connections that ask for it;
these triggers stand even for a bare shell with keys off.
"""

from alembic import op

revision = "0012_triggers"
down_revision = "0011_trail"

APPEND_ONLY = ("trail_entries", "exam_results", "qualifications", "policy_versions", "roster_copies", "refusals")
NEVER_DELETED = ("people", "certificates", "certificate_periods", "rosters", "review_campaigns", "attendances")
# table, column pairs that never change once written, beyond the tables that never change at all
FROZEN = {
    "certificates": ("kind", "number", "person_id", "qualification_id", "holder_name", "issued_on", "valid_from"),
    "rosters": ("number", "campaign_id", "department_id", "check_code", "data", "data_sha256", "trail_head"),
    "exam_sittings": ("subject", "held_on", "pass_mark", "full_marks", "policy_id"),
}
LOCKED_ITEM = "EXISTS (SELECT 1 FROM review_campaigns WHERE id = OLD.campaign_id AND status = 'locked')"
PRINTED_AGAIN = "OLD.pdf_sha256 IS NOT NULL AND NEW.pdf_sha256 {differs} OLD.pdf_sha256"
NO_OWN_PASS = """NOT EXISTS (SELECT 1 FROM exam_results r WHERE r.id = NEW.{subject}_result_id
  AND r.person_id = NEW.person_id AND r.subject = '{subject}_law' AND r.passed)"""
NO_OWN_QUALIFICATION = """NOT EXISTS (SELECT 1 FROM qualifications q
  WHERE q.id = NEW.qualification_id AND q.person_id = NEW.person_id AND q.kind = NEW.kind)"""
SITTING_DISAGREES = """NOT EXISTS (SELECT 1 FROM exam_sittings s
  WHERE s.id = NEW.sitting_id AND s.subject = NEW.subject AND s.pass_mark = NEW.pass_mark
  AND (NEW.score IS NULL OR NEW.score <= s.full_marks))"""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, event, condition, message in _triggers("IS NOT" if sqlite else "IS DISTINCT FROM", sqlite):
        (_create_sqlite if sqlite else _create_postgresql)(name, table, event, condition, message)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, *_ in reversed(list(_triggers("IS NOT", sqlite))):
        if sqlite:
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")


def _triggers(differs: str, sqlite: bool) -> list[tuple[str, str, str, str, str]]:
    found = []
    for table in APPEND_ONLY:
        found.append((f"tr_{table}_never_changes", table, "UPDATE", "1 = 1", f"{table} is append-only"))
    for table in (*APPEND_ONLY, *NEVER_DELETED):
        found.append((f"tr_{table}_is_never_deleted", table, "DELETE", "1 = 1", f"{table} is never deleted"))
    for table, columns in FROZEN.items():
        changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
        if not sqlite:
            changed = changed.replace(
                "NEW.data IS DISTINCT FROM OLD.data OR", "NEW.data::text IS DISTINCT FROM OLD.data::text OR"
            )
        found.append(
            (f"tr_{table}_stays_as_issued", table, "UPDATE", changed, f"{table}: what was issued does not change")
        )
    found += [
        (
            "tr_rosters_printed_once",
            "rosters",
            "UPDATE",
            PRINTED_AGAIN.format(differs=differs),
            "a roster is printed once",
        ),
        ("tr_review_items_locked", "review_items", "UPDATE", LOCKED_ITEM, "a locked review does not change"),
        ("tr_review_items_locked_deletion", "review_items", "DELETE", LOCKED_ITEM, "a locked review does not change"),
        (
            "tr_exam_results_fit_their_sitting",
            "exam_results",
            "INSERT",
            SITTING_DISAGREES,
            "a result follows its sitting",
        ),
    ]
    return found + (_gate() if sqlite else [])


def _gate() -> list[tuple[str, str, str, str, str]]:
    refused = "no certificate without the holder's own passed exam"
    special_missing = f"NEW.kind = 'enforcement' AND {NO_OWN_PASS.format(subject='special')}"
    return [
        ("tr_qualifications_common_pass", "qualifications", "INSERT", NO_OWN_PASS.format(subject="common"), refused),
        ("tr_qualifications_special_pass", "qualifications", "INSERT", special_missing, refused),
        ("tr_certificates_gate", "certificates", "INSERT", NO_OWN_QUALIFICATION, refused),
        ("tr_certificates_gate_stays", "certificates", "UPDATE", NO_OWN_QUALIFICATION, refused),
    ]


def _create_sqlite(name: str, table: str, event: str, condition: str, message: str) -> None:
    quoted = message.replace("'", "''")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
    )


def _create_postgresql(name: str, table: str, event: str, condition: str, message: str) -> None:
    quoted = message.replace("'", "''")
    answer = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{quoted}' USING ERRCODE = 'restrict_violation'; END IF; RETURN {answer}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
