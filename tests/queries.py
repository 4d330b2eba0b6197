"""Counting queries: a list asks the database as often for two hundred rows as for ten."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

AS_WITH_MANY_ROWS = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"


@contextmanager
def counted(on: Engine | Connection) -> Iterator[list[str]]:
    """Every SELECT sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            sent.append(statement)

    event.listen(on, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(on, "before_cursor_execute", note)


def steps_of(session: Session, query: Any) -> list[str]:
    """How the database would answer a query; of few rows PostgreSQL reads all, so that is put out of its reach."""
    asked = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
    if session.get_bind().dialect.name == "sqlite":
        return [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    session.execute(text(AS_WITH_MANY_ROWS))
    return list(session.connection().exec_driver_sql(f"EXPLAIN (COSTS OFF) {asked}".replace("%", "%%")).scalars())


def sorts(steps: list[str]) -> bool:
    """Whether anything is put in order that an index does not have so."""
    return any("B-TREE" in step or step.lstrip(" ->").startswith(("Sort", "Incremental Sort")) for step in steps)
