"""What was published, issued, frozen or recorded does not change, and SQLite repeats the exam gate.

Foreign keys hold the gate on both databases, but SQLite enforces them only for connections that ask for it;
these triggers stand even for a bare shell with keys off.
"""

from alembic import op

revision = "0012_triggers"
down_revision = "0011_trail"

APPEND_ONLY = (
    "trail_entries",
    "exam_results",
    "qualifications",
    "policy_versions",
    "roster_copies",
    "refusals",
    "application_bars",
)
NEVER_DELETED = (
    "people",
    "appointments",
    "departments",
    "exam_sittings",
    "certificates",
    "certificate_periods",
    "rosters",
    "review_campaigns",
    "attendances",
)
# table, column pairs that never change once written, beyond the tables that never change at all
FROZEN = {
    "certificates": (
        "kind",
        "number",
        "check_code",
        "person_id",
        "department_id",
        "qualification_id",
        "holder_name",
        "field",
        "area",
        "issued_on",
        "valid_from",
        "valid_until",
        "policy_id",
        "predecessor_id",
    ),
    "certificate_periods": ("certificate_id", "status", "from_on", "document_number", "legal_basis", "reason"),
    "rosters": (
        "number",
        "campaign_id",
        "department_id",
        "line_count",
        "check_code",
        "data",
        "data_sha256",
        "trail_head",
    ),
    "exam_sittings": ("subject", "held_on", "pass_mark", "full_marks", "policy_id"),
}
LOCKED_ITEM = "EXISTS (SELECT 1 FROM review_campaigns WHERE id = OLD.campaign_id AND status = 'locked')"
PRINTED_AGAIN = "OLD.pdf_sha256 IS NOT NULL AND NEW.pdf_sha256 {differs} OLD.pdf_sha256"
NO_OWN_PASS = """NOT EXISTS (SELECT 1 FROM exam_results r WHERE r.id = NEW.{subject}_result_id
  AND r.person_id = NEW.person_id AND r.subject = '{subject}_law' AND r.passed)"""
NO_OWN_QUALIFICATION = """NOT EXISTS (SELECT 1 FROM qualifications q
  WHERE q.id = NEW.qualification_id AND q.person_id = NEW.person_id AND q.kind = NEW.kind)"""
STALE_QUALIFICATION = """EXISTS (SELECT 1 FROM exam_results c
  WHERE c.supersedes_id IN (NEW.common_result_id, NEW.special_result_id))"""
STALE_CERTIFICATE = """EXISTS (SELECT 1 FROM qualifications q
  JOIN exam_results c ON c.supersedes_id IN (q.common_result_id, q.special_result_id)
  WHERE q.id = NEW.qualification_id)"""
CORRECTS_ANOTHER = """NEW.supersedes_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exam_results r
  WHERE r.id = NEW.supersedes_id AND r.person_id = NEW.person_id AND r.sitting_id = NEW.sitting_id)"""
ENDED = "('cancelled', 'revoked', 'replaced')"
LEAVES_ITS_END = f"OLD.status IN {ENDED} AND NEW.status {{differs}} OLD.status"
REOPENS_A_PERIOD = "OLD.until_on IS NOT NULL AND NEW.until_on {differs} OLD.until_on"
OVERLAPS = f"""EXISTS (SELECT 1 FROM certificate_periods p WHERE p.certificate_id = NEW.certificate_id
  AND (p.until_on IS NULL OR p.until_on > NEW.from_on OR p.status IN {ENDED}))"""
# SQLite's INSERT OR REPLACE deletes without asking the deletion triggers of a bare shell; what finds its row is refused
LIVE = "('active', 'suspended', 'lost')"
KNOWN_BY: dict[str, tuple[str, ...]] = {
    "trail_entries": ("hash", "previous_hash"),
    "exam_results": ("supersedes_id",),
    "policy_versions": ("from_on",),
    "qualifications": ("person_id, kind, common_result_id, special_result_id",),
    "refusals": ("person_id, kind, refused_on",),
    "roster_copies": ("roster_id, copy_number",),
    "people": ("identity_index",),
    "appointments": ("person_id, from_on",),
    "departments": ("code", "name"),
    "exam_sittings": ("code",),
    "certificates": ("number", "check_code", "predecessor_id"),
    "rosters": ("number", "check_code", "campaign_id, department_id"),
    "review_campaigns": ("year, kind",),
    "attendances": ("session_id, person_id",),
}
KNOWN_BY_STATE: dict[str, str] = {
    "exam_results": "sitting_id = NEW.sitting_id AND person_id = NEW.person_id AND supersedes_id IS NULL"
    " AND NEW.supersedes_id IS NULL",
    "certificates": f"person_id = NEW.person_id AND kind = NEW.kind AND status IN {LIVE} AND NEW.status IN {LIVE}",
    "certificate_periods": "certificate_id = NEW.certificate_id AND until_on IS NULL AND NEW.until_on IS NULL",
    "appointments": "person_id = NEW.person_id AND until_on IS NULL AND NEW.until_on IS NULL",
}
PASSES_BELOW_THE_MARK = "NEW.passed <> (NEW.score IS NOT NULL AND NEW.score >= NEW.pass_mark)"
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
        *_history(differs),
    ]
    return found + ([*_gate(), *_replacements()] if sqlite else [])


def _history(differs: str) -> list[tuple[str, str, str, str, str]]:
    """What no key can say of two rows: corrections, results that a correction overtook, periods one after another."""
    overtaken = "a certificate rests on results that no correction has superseded"
    ended = "a cancelled, revoked or replaced certificate stays so"
    in_order = "periods of a certificate follow one another"
    return [
        (
            "tr_exam_results_correct_their_own",
            "exam_results",
            "INSERT",
            CORRECTS_ANOTHER,
            "a correction keeps its exam",
        ),
        ("tr_qualifications_standing_results", "qualifications", "INSERT", STALE_QUALIFICATION, overtaken),
        ("tr_certificates_standing_results", "certificates", "INSERT", STALE_CERTIFICATE, overtaken),
        ("tr_certificates_end_for_good", "certificates", "UPDATE", LEAVES_ITS_END.format(differs=differs), ended),
        ("tr_certificate_periods_in_order", "certificate_periods", "INSERT", OVERLAPS, in_order),
        (
            "tr_certificate_periods_end_once",
            "certificate_periods",
            "UPDATE",
            REOPENS_A_PERIOD.format(differs=differs),
            in_order,
        ),
    ]


def _replacements() -> list[tuple[str, str, str, str, str]]:
    return [
        (
            f"tr_{table}_is_never_replaced",
            table,
            "INSERT",
            f"EXISTS (SELECT 1 FROM {table} WHERE {_same_row(table)})",
            f"{table}: what is on record is not replaced",
        )
        for table in (*APPEND_ONLY, *NEVER_DELETED)
    ]


def _same_row(table: str) -> str:
    keys = ("id", *KNOWN_BY.get(table, ()))
    same = [" AND ".join(f"{column} = NEW.{column}" for column in key.split(", ")) for key in keys]
    return " OR ".join(f"({one})" for one in [*same, *filter(None, [KNOWN_BY_STATE.get(table)])])


def _gate() -> list[tuple[str, str, str, str, str]]:
    refused = "no certificate without the holder's own passed exam"
    needed = "(NEW.kind = 'enforcement' OR NEW.special_result_id IS NOT NULL)"
    special_missing = f"{needed} AND {NO_OWN_PASS.format(subject='special')}"
    return [
        ("tr_exam_results_pass_at_the_mark", "exam_results", "INSERT", PASSES_BELOW_THE_MARK, refused),
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
