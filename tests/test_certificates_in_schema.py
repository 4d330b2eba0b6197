"""Certificates in the schema: one of a kind, periods in order, an end that stays, a trail that does not change."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.conftest import Database
from tests.shell import Register, made_cast, open_register, with_and_without_keys


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    with_and_without_keys(metafunc)


@pytest.fixture(scope="module")
def cast(database: Database) -> Iterator[tuple[Engine, dict[str, int]]]:
    with made_cast(database) as made:
        yield made


@pytest.fixture
def register(request: pytest.FixtureRequest, cast: tuple[Engine, dict[str, int]]) -> Iterator[Register]:
    with open_register(cast, request.param) as opened:
        yield opened


def period(status: str, from_on: str) -> str:
    columns = "certificate_id, status, from_on, document_number, legal_basis, reason, created_at"
    values = f":card, '{status}', '{from_on}', '', '', '', '2026-06-01 00:00:00'"
    return f"INSERT INTO certificate_periods ({columns}) VALUES ({values})"


def close(until_on: str) -> str:
    return f"UPDATE certificate_periods SET until_on = '{until_on}' WHERE certificate_id = :card AND until_on IS NULL"


@pytest.mark.parametrize("first", ["active", "suspended", "lost"])
@pytest.mark.parametrize("second", ["active", "suspended", "lost"])
def test_nobody_holds_two_live_certificates_of_a_kind(register: Register, first: str, second: str) -> None:
    register.run(register.qualify())
    register.run(register.certify(status=f"'{first}'"))

    register.refuses(register.certify(id="902", number="'8'", check_code="'8'", status=f"'{second}'"))


@pytest.mark.parametrize("over", ["withdrawn", "expired", "cancelled", "revoked", "replaced"])
def test_a_certificate_that_ended_makes_room_for_the_next(register: Register, over: str) -> None:
    register.run(register.qualify())
    register.run(register.certify(status=f"'{over}'"))

    register.run(register.certify(id="902", number="'8'", check_code="'8'"))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"check_code": "'8'"}, id="a number given before"),
        pytest.param({"number": "'8'"}, id="a check code given before"),
        pytest.param({"number": "'8'", "check_code": "'8'", "valid_until": "'2026-06-01'"}, id="a term of no days"),
        pytest.param({"number": "'8'", "check_code": "'8'", "valid_from": "'2026-05-31'"}, id="valid before its issue"),
    ],
)
def test_a_number_is_given_once_and_a_term_has_its_order(register: Register, values: dict[str, str]) -> None:
    register.run(register.qualify())
    register.run(register.certify(status="'withdrawn'"))

    register.refuses(register.certify(id="902", **values))


@pytest.mark.parametrize(
    "change",
    [
        "valid_until = '2099-12-31'",
        "valid_from = '2021-01-01'",
        "issued_on = '2020-01-01'",
        "number = '1'",
        "check_code = '1'",
        "holder_name = '李四'",
        "kind = 'supervision'",
        "predecessor_id = 1",
    ],
)
def test_what_was_issued_does_not_change(register: Register, change: str) -> None:
    register.refuses(f"UPDATE certificates SET {change} WHERE id = :card")


@pytest.mark.parametrize("end", ["cancelled", "revoked", "replaced"])
def test_nothing_leads_back_from_the_end(register: Register, end: str) -> None:
    register.run(f"UPDATE certificates SET status = '{end}' WHERE id = :card")

    register.refuses("UPDATE certificates SET status = 'active' WHERE id = :card")


def test_periods_follow_one_another(register: Register) -> None:
    register.run(close("2026-05-01"))
    register.refuses(period("suspended", "2026-04-30"))
    register.run(period("suspended", "2026-05-02"))

    register.refuses(period("active", "2026-05-03"))


def test_no_period_follows_the_end(register: Register) -> None:
    register.run(close("2026-05-01"))
    register.run(period("revoked", "2026-05-02"))
    register.run(close("2026-05-03"))

    register.refuses(period("active", "2026-05-04"))


@pytest.mark.parametrize(
    "change",
    ["status = 'revoked'", "from_on = '2020-01-01'", "document_number = '1'", "until_on = '1999-01-01'"],
)
def test_a_period_is_ended_and_never_rewritten(register: Register, change: str) -> None:
    register.refuses(f"UPDATE certificate_periods SET {change} WHERE certificate_id = :card")


def test_a_period_ends_once(register: Register) -> None:
    register.run(close("2026-05-01"))

    register.refuses("UPDATE certificate_periods SET until_on = '2026-05-31' WHERE certificate_id = :card")
    register.refuses("UPDATE certificate_periods SET until_on = NULL WHERE certificate_id = :card")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trail_entries SET actor_name = 'nobody'",
        "UPDATE trail_entries SET facts = '{}'",
        "DELETE FROM trail_entries",
        "DELETE FROM trail_entries WHERE id = (SELECT max(id) FROM trail_entries)",
        "DELETE FROM certificates WHERE id = :card",
        "DELETE FROM certificate_periods WHERE certificate_id = :card",
        "UPDATE qualifications SET person_id = :stranger WHERE id = :holder_qualification",
        "DELETE FROM qualifications WHERE id = :holder_qualification",
        "DELETE FROM people WHERE id = :stranger",
        "DELETE FROM appointments WHERE person_id = :stranger",
        "UPDATE exam_sittings SET pass_mark = 1 WHERE id = :special_sitting",
        "DELETE FROM exam_sittings WHERE id = :special_sitting",
    ],
)
def test_what_is_on_record_stays_on_record(register: Register, sql: str) -> None:
    register.refuses(sql)


def test_nothing_is_changed_by_inserting_it_again(register: Register) -> None:
    for table, row, change in (
        ("exam_results", ":failed_special", "score = 100, passed = true"),
        ("certificates", ":card", "valid_until = '2099-12-31'"),
        ("qualifications", ":holder_qualification", "person_id = 1"),
    ):
        same = f"INSERT INTO {table} SELECT * FROM {table} WHERE id = {row}"
        register.refuses(f"{same} ON CONFLICT (id) DO UPDATE SET {change}")


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT OR REPLACE INTO exam_results SELECT * FROM exam_results WHERE id = :failed_special",
        "INSERT OR REPLACE INTO qualifications SELECT * FROM qualifications WHERE id = :holder_qualification",
        "INSERT OR REPLACE INTO certificates SELECT * FROM certificates WHERE id = :card",
        "INSERT OR REPLACE INTO trail_entries SELECT * FROM trail_entries",
        "INSERT OR REPLACE INTO certificate_periods SELECT * FROM certificate_periods WHERE certificate_id = :card",
    ],
)
def test_sqlite_replaces_nothing_by_insertion(register: Register, sql: str) -> None:
    if register.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")

    register.refuses(sql)


def test_a_certificate_is_not_replaced_under_its_number(register: Register) -> None:
    if register.connection.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    register.run(register.qualify())
    number = register.run("SELECT number FROM certificates WHERE id = :card").scalar_one()

    register.refuses(register.certify(number=f"'{number}'").replace("INSERT", "INSERT OR REPLACE"))
