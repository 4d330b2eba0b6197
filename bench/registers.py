"""Registers to measure in: one laid down with 34 units and no people, and fresh copies of it."""

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url

from bench.crowds import UNITS
from bench.measuring import report
from registry.cli.database import MIGRATIONS
from registry.db import Sessions, make_engine, make_sessions, transaction
from registry.models.departments import Department
from registry.rules.departments import DepartmentKind
from registry.rules.permissions import SYSTEM
from registry.services import offices
from registry.vault import KEY_BYTES, Vault

PREPARED = "registry_bench_prepared"


def sessions_of(url: str) -> Sessions:
    """Sessions of a register; every one has the same key, which guards nothing."""
    return _sessions_with(make_engine(url))


def served(asked: Namespace, children: Mapping[str, Callable[[Sessions], str]]) -> bool:
    """Whether this process was begun for one of these works on a register; it is done then, and measured."""
    if not asked.child:
        return False
    sessions = sessions_of(asked.database_url)
    report(lambda: children[asked.child](sessions))
    return True


def _sessions_with(engine: Engine) -> Sessions:
    return make_sessions(engine, vault=Vault.with_key(bytes(KEY_BYTES)))


@contextmanager
def prepared(folder: Path, server: str | None) -> Iterator[str]:
    """The address of an empty register: in a file of the folder, or a database of its own on a PostgreSQL server."""
    if server is None:
        url = f"sqlite:///{folder / PREPARED}.sqlite3"
        _lay_down(url)
        yield url
        return
    url = make_url(server).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    with _maintenance(url) as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {PREPARED} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {PREPARED}"))
    _lay_down(_database(url, PREPARED))
    yield _database(url, PREPARED)
    with _maintenance(url) as connection:
        connection.execute(text(f"DROP DATABASE {PREPARED} WITH (FORCE)"))


@contextmanager
def copied(url: str, name: str) -> Iterator[str]:
    """A copy of a register under another name, gone at the end."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        copy = path.with_name(f"{name}.sqlite3")
        shutil.copy(path, copy)
        yield f"sqlite:///{copy}"
        for left in copy.parent.glob(f"{copy.name}*"):
            left.unlink()
        return
    with _maintenance(url) as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {PREPARED}"))
    yield _database(url, name)
    with _maintenance(url) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _lay_down(url: str) -> None:
    engine, config = make_engine(url), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    with transaction(_sessions_with(engine)) as session:
        offices.establish(
            session,
            SYSTEM,
            name="郏县司法局",
            county="郏县",
            division_code="410425",
            certificate_authority="河南省人民政府",
        )
        kind = DepartmentKind.ADMINISTRATIVE_ORGAN
        session.add_all(Department(code=code, name=name, kind=kind) for code, name in UNITS)
    engine.dispose()  # the last connection leaves everything in one file


@contextmanager
def _maintenance(url: str) -> Iterator[Connection]:
    engine = make_engine(_database(url, "postgres"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
