"""The database: engine, sessions, base class, column types. SQLite and PostgreSQL behave alike from here up."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    Select,
    String,
    column,
    create_engine,
    event,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from registry import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ENUM_LENGTH = 32
AnySelect: TypeAlias = Select[*tuple[Any, ...]]  # a query of whatever columns
BUSY_MILLISECONDS = 30_000
MAPPED_BYTES = 2**31 - 2**16  # of SQLite's file: what is read again and again is not copied again and again


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Aware in Python, UTC in the database; SQLite, which has no zones, gets the UTC clock time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the registry."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=ENUM_LENGTH,
            values_callable=lambda words: [word.value for word in words],
        ),
    }


created_at = Annotated[datetime, mapped_column(default=clock.now)]


def by_character(length: int) -> String:
    """A text whose order and beginnings are those of its characters, on either database, whatever the locale."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Two ways to a session: one only reads, one takes the write lock at once, which on SQLite prevents deadlock."""

    reading: Callable[[], Session]
    writing: Callable[[], Session]


def make_engine(url: str) -> Engine:
    """An engine whose connections keep foreign keys, wait for locks and speak canonical JSON."""
    engine = create_engine(
        url,
        json_serializer=canonical_json,
        pool_pre_ping=not url.startswith("sqlite"),
        hide_parameters=True,  # an error must not carry names and telephone numbers into a log or a job's record
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
    return engine


def make_sessions(engine: Engine, **info: Any) -> Sessions:
    """Session factories; `info` (the vault) rides along in `session.info`."""
    return Sessions(
        reading=sessionmaker(engine, info=info, expire_on_commit=False),
        writing=sessionmaker(engine.execution_options(registry_writes=True), info=info, expire_on_commit=False),
    )


@contextmanager
def transaction(sessions: Sessions) -> Iterator[Session]:
    """A writing session that commits once at the end, or not at all."""
    with sessions.writing() as session, session.begin():
        yield session


def count_anew(session: Session, *tables: type[Base]) -> None:
    """Let PostgreSQL count these tables, after the first of many rows that a transaction brings into them.

    It chooses by the last count how the rows of checks and triggers are looked up, and keeps what it chose. Of a table
    that was empty then, as after a rehearsal that was taken back, any index will do, and each row reads a whole one.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(text(f"ANALYZE {table.__tablename__}"))


def add_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows with the same columns, past the units of work.

    PostgreSQL takes them as one JSON text, in a fraction of the time of as many statements; bytes go by statements.
    """
    if not rows:
        return
    if any(row.keys() != rows[0].keys() for row in rows):
        raise ValueError("rows that are written together have the same columns")
    connection, columns = session.connection(), [table.__table__.c[name] for name in rows[0]]
    if connection.dialect.name != "postgresql" or any(isinstance(one.type, LargeBinary) for one in columns):
        connection.execute(insert(table), rows)
        return
    typed = (column(one.name, one.type) for one in columns)
    given = func.json_to_recordset(literal(rows, JSON())).table_valued(*typed).render_derived(with_types=True)
    connection.execute(insert(table).from_select(list(rows[0]), select(given)))


def canonical_json(value: Any) -> str:
    """JSON with one form only: sorted keys, no spaces, plain characters; days and enums as their text."""
    return _CANONICAL.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Machine code for a query takes longer to make than the queries of a page take by themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit TO off")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_MILLISECONDS}",
        "recursive_triggers=ON",
        f"mmap_size={MAPPED_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("registry_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
