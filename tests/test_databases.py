"""The database that tests use one after the other: each finds it as it was prepared, whatever another did to it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from registry.db import add_rows, count_anew, make_engine, make_sessions, transaction
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.policies import PolicyVersion
from registry.models.trail import TrailEntry
from registry.models.training import TrainingSession
from registry.rules.permissions import Role
from registry.rules.training import TrainingKind, TrainingMode
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


def test_many_rows_are_written_as_they_were_given(session: Session) -> None:
    unit = make_department(session)
    at = datetime(2026, 5, 12, 9, 30, 0, 250, UTC)
    trial = {
        "kind": TrainingKind.LEGAL,
        "mode": TrainingMode.ONLINE,
        "title": "“法”治\\'培训'",
        "held_on": date(2026, 5, 12),
        "hours": Decimal("7.5"),
    }
    act = {
        "id": 70,
        "at": at,
        "actor_name": "周经办",
        "role": Role.SYSTEM,
        "action": "test",
        "subject_type": "departments",
        "subject_id": unit.id,
        "facts": {"名": ["甲", None, 1.5, True]},
        "previous_hash": "2" * 64,
        "hash": "1" * 64,
    }

    add_rows(session, TrainingSession, [trial | {"code": str(number)} for number in range(3)])
    add_rows(session, TrailEntry, [act])
    add_rows(session, TrailEntry, [])

    made = session.scalars(select(TrainingSession).order_by(TrainingSession.id)).all()
    assert [one.code for one in made] == ["0", "1", "2"]
    assert {(one.kind, one.mode, one.title, one.held_on, one.hours) for one in made} == {tuple(trial.values())}
    assert all(one.created_at for one in made)
    entry = session.get_one(TrailEntry, 70)
    assert (entry.at, entry.facts, entry.department_id) == (at, act["facts"], None)


def planned(session: Session, asked: str) -> str:
    return " ".join(str(row) for row in session.execute(text(asked)))


def test_a_connection_is_made_ready_for_the_short_queries_of_pages(session: Session) -> None:
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    asked, ready = ("PRAGMA foreign_keys", 1) if on_sqlite else ("SHOW jit", "off")

    assert session.scalar(text(asked)) == ready
