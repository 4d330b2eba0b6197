"""The database that tests use one after the other: each finds it as it was prepared, whatever another did to it."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from registry.db import count_anew, make_engine, make_sessions, transaction
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.policies import PolicyVersion
from registry.models.trail import TrailEntry
from registry.vault import KEY_BYTES, Vault
from tests.conftest import Database
from tests.factories import make_department, make_person


def counted(url: str) -> tuple[int, ...]:
    """Rows that a test may write, rows that stand from the beginning, and the next number of a unit."""
    engine = make_engine(url)
    sessions = make_sessions(engine)
    with sessions.writing() as session:
        tables = (Department, PolicyVersion, TrailEntry)
        rows = [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
        number = make_department(session).id
        session.rollback()
    engine.dispose()
    return (*rows, number)


def done(url: str, *statements: str) -> None:
    engine = make_engine(url)
    try:
        with transaction(make_sessions(engine)) as session:
            make_department(session)
            for statement in statements:
                session.execute(text(statement))
    finally:
        engine.dispose()


@pytest.mark.parametrize("with_guards", [True, False])
def test_the_next_test_finds_nothing_of_what_was_done(database: Database, with_guards: bool) -> None:
    of = "" if database.keeper is None else " ON trail_entries"
    unguarded = [
        f"DROP TRIGGER tr_trail_entries_is_never_deleted{of}",
        f"DROP TRIGGER tr_trail_entries_never_changes{of}",
        "DELETE FROM trail_entries",
    ]
    before = counted(database.running())
    url = database.running()

    done(url, *([] if with_guards else unguarded))

    assert counted(url) != before
    assert counted(database.running()) == before
    with pytest.raises(Exception, match="trail"):
        done(url, "DELETE FROM trail_entries")


PEOPLE = 300
PLANNED = {
    "sqlite": ([], "EXPLAIN QUERY PLAN SELECT name FROM people WHERE id = 1"),
    "postgresql": (
        ["SET LOCAL plan_cache_mode = force_generic_plan", "PREPARE finding AS SELECT name FROM people WHERE id = $1"],
        "EXPLAIN EXECUTE finding(1)",
    ),
}


def test_rows_are_looked_up_by_their_key_once_their_table_was_counted(database: Database) -> None:
    engine = make_engine(database.running())
    if database.keeper is not None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM people")  # after which PostgreSQL holds the table for empty
    with make_sessions(engine, vault=Vault.with_key(bytes(KEY_BYTES))).writing() as session:
        unit, (before, asked) = make_department(session), PLANNED[engine.dialect.name]
        for statement in before:
            session.execute(text(statement))
        first = planned(session, asked)
        for _ in range(PEOPLE):
            make_person(session, unit)
        assert planned(session, asked) == first
        assert database.keeper is None or "pk_people" not in first
        count_anew(session, Person)
        assert any(key in planned(session, asked) for key in ("pk_people", "INTEGER PRIMARY KEY"))
        session.rollback()
    engine.dispose()


def planned(session: Session, asked: str) -> str:
    return " ".join(str(row) for row in session.execute(text(asked)))
