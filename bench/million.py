"""`python -m bench.million FOLDER`: a register of as many people as wanted, with all that an office has of them.

Everybody has a post, two results, a training, a paper and entries in the trail; four in five passed and hold a
certificate, the others have an application under way. The rows are written by the database itself, one statement a
table, with indexes and triggers put aside meanwhile: what the triggers would have kept is written right, and a test
of the register holds them to it.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, text

from bench.crowds import SEED, UNITS
from bench.registers import prepared
from registry import clock
from registry.db import make_engine
from registry.demo import cast
from registry.services.pinyin import name_initials, name_pinyin
from registry.vault import KEY_BYTES, Vault

NAMES, HASHED, MODULUS = 20_000, 48_271, 2_147_483_647
IN_ALL = 500  # units, of a thousand people and of a million: as many to choose from
PER_EVENT = 20
ANNOUNCED = 900_000  # a sitting of today, for which nobody is entered
IDENTITY = "110105194912310021"  # of the last person: a well-known example, nobody's
SET_ASIDE = {
    "sqlite": "SELECT name, sql, type FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL",
    "postgresql": "SELECT i.indexname, i.indexdef, 'index' FROM pg_indexes i WHERE i.schemaname = 'public'"
    " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
}
BYTES = {"sqlite": "CAST(CAST({} AS TEXT) AS BLOB)", "postgresql": "convert_to({}::text, 'UTF8')"}
DAY = {"sqlite": "{}", "postgresql": "CAST({} AS date)"}
NEVER = "'0001-01-01'"
THEN = "'2024-03-01 08:00:00.000000'"
STATEMENTS = (
    """INSERT INTO departments (id, code, name, name_initials, short_name, kind, enforcement_field, enforcement_area,
      enforcement_basis, created_at)
      SELECT i, 'B' || i, '郏县第' || i || '执法大队', '', '', 'administrative_organ', '', '',
      '', {then} FROM bench_numbers WHERE i > {units_known} AND i <= {units}""",
    """INSERT INTO people (id, name, name_pinyin, name_initials, name_rest, sex, born_on, identity_sealed,
      identity_index, identity_masked, office_phone, ethnicity, major, is_law_major, has_law_qualification,
      department_id, facets,
      certified_until, created_at)
      SELECT i, n.name, n.pinyin, n.initials, substr(n.name, 2), 'male', '1985-06-01', {i_bytes}, {i_bytes},
      '4104**********' || (1000 + i % 9000), '', '汉族', '', FALSE, h % 50 = 0, 1 + h % {units},
      CASE WHEN h % 33 = 0 THEN 0 ELSE 110 + 100 * {duty} END + CASE WHEN h % 50 = 0 THEN 1 ELSE 0 END,
      {certified_until}, {then} FROM bench_numbers JOIN bench_names n ON n.id = h / 64 % {names}""",
    """INSERT INTO appointments (id, person_id, department_id, section, post, rank, establishment, duty,
      enforcement_field, enforcement_area, document_number, from_on, until_on, end_reason,
      end_document_number, created_at)
      SELECT i, i, 1 + h % {units}, '综合执法大队', '科员', 'staff', 'administrative',
      CASE {duty} WHEN 1 THEN 'supervision' WHEN 0 THEN 'enforcement' END, '', '', '', '2019-03-01',
      {left_on}, CASE WHEN h % 33 = 0 THEN 'transfer' END, '', {then} FROM bench_numbers""",
    """INSERT INTO exam_sittings (id, code, title, subject, held_on, place, starts, note, room_plan, pass_mark,
      full_marks, policy_id, created_at)
      SELECT 2 * i + part, 'S' || i || '-' || part, '行政执法资格考试第' || i || '场',
      CASE part WHEN 0 THEN 'common_law' ELSE 'special_law' END, {held_on}, '', '', '', '', 60, 100, {policy}, {then}
      FROM bench_numbers CROSS JOIN (SELECT 0 AS part UNION ALL SELECT 1) parts WHERE i <= {events}""",
    """INSERT INTO exam_results (id, sitting_id, person_id, department_id, subject, pass_mark, outcome, score, passed,
      created_at)
      SELECT 2 * i + part, 2 * (1 + (i - 1) / {per_event}) + part, i, 1 + h % {units},
      CASE part WHEN 0 THEN 'common_law' ELSE 'special_law' END, 60, 'scored', CASE WHEN {passed} THEN 85 ELSE 40 END,
      {passed}, {then} FROM bench_numbers CROSS JOIN (SELECT 0 AS part UNION ALL SELECT 1) parts""",
    """INSERT INTO qualifications (id, person_id, kind, common_result_id, common_subject, special_result_id,
      special_subject, passed, policy_id, qualified_on, created_at)
      SELECT i, i, {kind}, 2 * i, 'common_law', 2 * i + 1, 'special_law', TRUE, {policy}, '2024-02-01', {then}
      FROM bench_numbers WHERE {passed}""",
    """INSERT INTO certificates (id, kind, number, check_code, person_id, department_id, qualification_id, holder_name,
      field, area, issued_on, valid_from, valid_until, status, is_stray, policy_id, created_at)
      SELECT i, {kind}, '16042500' || substr('' || (100000000 + i), 2), 'bench' || i, i,
      1 + h % {units}, i, n.name, '', '', '2022-03-01', '2022-03-01', {valid_until}, {status}, h % 33 = 0, {policy},
      {then}
      FROM bench_numbers JOIN bench_names n ON n.id = h / 64 % {names} WHERE {passed}""",
    """INSERT INTO certificate_periods (id, certificate_id, status, act, from_on, document_number, legal_basis, reason,
      created_at) SELECT i, i, {status}, 'issue', '2022-03-01', '', '', '', {then} FROM bench_numbers WHERE {passed}""",
    """INSERT INTO refusals (id, person_id, department_id, kind, refused_on, findings, policy_id, created_at)
      SELECT i, i, 1 + h % {units}, 'enforcement', '2024-03-01', '[]', {policy}, {then} FROM bench_numbers
      WHERE NOT ({passed})""",
    """INSERT INTO training_sessions (id, code, title, kind, mode, held_on, hours, place, organiser, created_at)
      SELECT i, 'T' || i, '行政执法培训第' || i || '期', 'legal', 'in_person', {held_on}, 40, '', '', {then}
      FROM bench_numbers WHERE i <= {events}""",
    """INSERT INTO attendances (id, session_id, person_id, department_id, rank, hours, is_completed, completed_on,
      created_at) SELECT i, 1 + (i - 1) / {per_event}, i, 1 + h % {units}, 'staff', 40, TRUE, '2024-03-01', {then}
      FROM bench_numbers""",
    """INSERT INTO trail_entries (id, at, actor_name, role, action, subject_type, subject_id, department_id, reason,
      facts, previous_hash, hash)
      SELECT {trail} + i, {then}, 'console', 'system', 'person:manage', 'people', i, 1 + h % {units}, '',
      '{{}}', 'bench' || (i - 1), 'bench' || i FROM bench_numbers""",
    """INSERT INTO exam_sittings (id, code, title, subject, held_on, place, starts, note, room_plan, pass_mark,
      full_marks, policy_id, created_at) SELECT {announced}, 'S-next', '行政执法资格考试（下一场）', 'common_law',
      {today}, '', '', '', '', 60, 100, {policy}, {then} FROM bench_numbers WHERE i = 1""",
    """INSERT INTO applications (id, nature, kind, person_id, department_id, status, document_number, reason,
      entered_on, created_at)
      SELECT i, 'new', 'enforcement', i, 1 + h % {units}, 'examined', '', '', '2024-03-01', {then}
      FROM bench_numbers WHERE NOT ({passed})""",
    """INSERT INTO tasks (id, kind, certificate_id, person_id, department_id, facts, opened_on, settled_by, reason,
      created_at) SELECT i, 'left', i, i, 1 + h % {units}, '{{"on": "2023-05-31"}}', '2023-06-01', '', '', {then}
      FROM bench_numbers WHERE {passed} AND h % 33 = 0""",
    """INSERT INTO papers (id, kind, number, title, person_id, department_id, data_sha256, line_count, created_at, data)
      SELECT i, 'proof', 'B' || i, '持证情况证明', i, 1 + h % {units}, 'bench', 1, {then}, '{{}}' FROM bench_numbers""",
    """INSERT INTO ministry_certificates (id, person_id, department_id, ministry, number, issued_on, filed_on, note,
      withdrawn_because, created_at) SELECT i, i, 1 + h % {units}, '公安部', 'M' || i, '2024-03-01', '2024-03-02',
      '', '', {then} FROM bench_numbers WHERE h % 50 = 7""",
    """INSERT INTO import_batches (kind, filename, sha256, content, status, created_count, updated_count,
      unchanged_count, refused_count, undecided_count, left_out_count, matched_count, matches_sha256, source, meanings,
      problems, changes, unread, created_at)
      SELECT 'people', '人员.xlsx', 'bench' || i, {i_bytes}, 'confirmed', 50, 0,
      0, 0, 0, 0, 0, '', '', '{{}}',
      '[]', '[]', '{{}}', {then} FROM bench_numbers WHERE i % 50 = 0""",
    """INSERT INTO department_profiles (department_id, kind, field, area, basis, from_on, reason, created_at)
      SELECT d.id, d.kind, '', '', '', '2019-01-01', '', {then} FROM departments d
      WHERE NOT EXISTS (SELECT 1 FROM department_profiles p WHERE p.department_id = d.id)""",
)


def fill(url: str, people: int) -> None:
    """Write so many people into a register that has none."""
    engine = make_engine(url)
    with engine.connect() as connection:
        dialect = engine.dialect.name
        with connection.begin(), _set_aside(connection):
            _number(connection, people)
            values = _values(connection, dialect, people)
            for statement in STATEMENTS:
                connection.execute(text(statement.format(**values)))
            mark = {"mark": Vault.with_key(bytes(KEY_BYTES)).index(IDENTITY), "id": people}
            connection.execute(text("UPDATE people SET identity_index = :mark WHERE id = :id"), mark)
            for table in ("bench_numbers", "bench_names"):
                connection.execute(text(f"DROP TABLE {table}"))
        _settle(connection)
    engine.dispose()


def _values(connection: Connection, dialect: str, people: int) -> dict[str, object]:
    today, day = clock.today(), DAY[dialect].format
    ends = [today + timedelta(days=days) for days in (-40, 50, 400, 900, 1300)]
    valid_until = day(f"CASE WHEN h % 200 = 0 THEN '{ends[0]}' WHEN h % 40 = 1 THEN '{ends[1]}' ELSE '{ends[3]}' END")
    status, passed = "CASE WHEN h / 8 % 500 = 0 THEN 'suspended' ELSE 'active' END", "h / 4 % 5 < 4"
    duty = "(CASE WHEN h / 32 % 100 = 0 THEN 1 ELSE 0 END)"
    lost = f"h / 8 % 500 = 0 OR NOT ({passed})"
    return {
        "units_known": len(UNITS),
        "units": IN_ALL,
        "names": NAMES,
        "per_event": PER_EVENT,
        "events": -(-people // PER_EVENT),
        "announced": ANNOUNCED,
        "today": day(f"'{today}'"),
        "then": THEN,
        "duty": duty,
        "kind": f"CASE {duty} WHEN 1 THEN 'supervision' ELSE 'enforcement' END",
        "passed": passed,
        "status": status,
        "valid_until": valid_until,
        "certified_until": f"CASE WHEN {lost} THEN {day(NEVER)} ELSE {valid_until} END",
        "left_on": day("CASE WHEN h % 33 = 0 THEN '2023-05-31' END"),
        "held_on": day("CASE i % 3 WHEN 0 THEN '2021-04-17' WHEN 1 THEN '2022-04-16' ELSE '2023-04-15' END"),
        "i_bytes": BYTES[dialect].format("i"),
        "policy": connection.scalar(text("SELECT min(id) FROM policy_versions")),
        "trail": connection.scalar(text("SELECT max(id) FROM trail_entries")),
    }


def _number(connection: Connection, people: int) -> None:
    """The tables that everything is made of: so many numbers, each with chance digits, and names."""
    connection.execute(text("CREATE TABLE bench_numbers (i INTEGER PRIMARY KEY, h BIGINT)"))
    connection.execute(text("CREATE TABLE bench_names (id INTEGER PRIMARY KEY, name TEXT, pinyin TEXT, initials TEXT)"))
    count = {
        "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people) SELECT i FROM n)",
        "postgresql": "generate_series(1, :people) AS n(i)",
    }[connection.dialect.name]
    hashed = "INSERT INTO bench_numbers SELECT i, CAST(i AS BIGINT) * :factor * :factor % :modulus FROM "
    connection.execute(text(hashed + count), {"people": people, "factor": HASHED, "modulus": MODULUS})
    insert = text("INSERT INTO bench_names VALUES (:id, :name, :pinyin, :initials)")
    connection.execute(insert, [_named(number, name) for number, name in enumerate(_names())])


def _names() -> list[str]:
    """As many names as an office with a million people has, the frequent surnames most often."""
    dice, given = Random(SEED), cast.MEN + cast.WOMEN
    lengths = [1 if dice.random() < 0.2 else 2 for _ in range(NAMES)]
    most = len(cast.SURNAMES)
    surnames = [cast.SURNAMES[int(most * dice.random() ** 2)] for _ in range(NAMES)]
    return [surname + "".join(dice.choices(given, k=length)) for surname, length in zip(surnames, lengths, strict=True)]


def _named(number: int, name: str) -> dict[str, object]:
    return {"id": number, "name": name, "pinyin": name_pinyin(name), "initials": name_initials(name)}


@contextmanager
def _set_aside(connection: Connection) -> Iterator[None]:
    """No triggers and no indexes but those of keys meanwhile; all of them as they were at the end."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    laid = connection.execute(text(SET_ASIDE[dialect])).all()
    for name, _sql, kind in laid:
        connection.execute(text(f"DROP {kind} {name}"))
    yield
    for _name, sql, _kind in sorted(laid, key=lambda one: one[2]):
        connection.exec_driver_sql(sql)


def _settle(connection: Connection) -> None:
    """What a database does by itself in time."""
    if connection.dialect.name == "postgresql":
        with connection.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as maintenance:
            maintenance.execute(text("VACUUM ANALYZE"))
            return
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.million", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--people", type=int, default=1_000_000)
    asked = arguments.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with prepared(asked.folder, None) as url:
        fill(url, asked.people)
    sys.stdout.write(f"{url}\n")


if __name__ == "__main__":
    main()
