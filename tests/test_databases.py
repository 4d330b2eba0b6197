"""The database that tests use one after the other: each finds it as it was prepared, whatever another did to it."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text

from registry.db import MANY_ROWS, make_engine, make_sessions, transaction
from registry.models.departments import Department
from registry.models.policies import PolicyVersion
from registry.models.trail import TrailEntry
from tests.conftest import Database
from tests.factories import make_department


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


def test_a_plan_made_of_an_empty_table_does_not_outlive_many_rows(database: Database) -> None:
    if database.keeper is None:
        pytest.skip("SQLite keeps no plans that are older than their statement")
    engine = make_engine(database.running())
    seen = Table("seen", MetaData(), Column("id", Integer, primary_key=True), prefixes=["TEMPORARY"])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        seen.create(connection)
        for statement in (
            "VACUUM seen",
            "SET plan_cache_mode = force_generic_plan",
            "PREPARE finding AS SELECT id FROM seen WHERE id = $1",
        ):
            connection.execute(text(statement))
        explained = text("EXPLAIN EXECUTE finding(1)")
        assert "Seq Scan" in "".join(connection.scalars(explained))
        connection.execute(insert(seen), [{"id": one} for one in range(MANY_ROWS - 1)])
        assert "Seq Scan" in "".join(connection.scalars(explained))
        connection.execute(insert(seen), [{"id": -one} for one in range(1, MANY_ROWS + 1)])
        assert "Seq Scan" not in "".join(connection.scalars(explained))
    engine.dispose()
