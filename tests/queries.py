"""Counting queries: a list asks the database as often for two hundred rows as for ten."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection


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
