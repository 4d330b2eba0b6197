"""The database that tests use one after the other: each finds it as it was prepared, whatever another did to it."""

import pytest
from sqlalchemy import func, select, text

from registry.db import make_engine, make_sessions, transaction
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
