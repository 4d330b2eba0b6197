"""The console: wrong usage is 2, a registry that is not set up says so, setting it up twice changes nothing."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from registry.app import create_app
from registry.cli import COMMANDS, commands
from registry.config import Settings
from registry.db import transaction
from tests.cli.running import run
from tests.factories import make_department


@pytest.fixture
def new_app(tmp_path: Path) -> Flask:
    """An application over a database where nothing is yet."""
    app = create_app(Settings(var=tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}"), testing=True)
    yield app
    app.extensions["engine"].dispose()


@pytest.mark.nodb
def test_every_command_explains_itself(new_app: Flask) -> None:
    listed = run(new_app, "--help").stdout

    for command in COMMANDS:
        assert f"  {command.name} " in listed
        explained = run(new_app, str(command.name), "--help")
        assert (explained.exit_code, explained.stdout.startswith("Usage: registry ")) == (0, True)


@pytest.mark.nodb
@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("figures",),
        ("figures", "--year", "soon"),
        ("figures", "--year", "99"),
        ("roster", "--year", "2021"),
        ("roster", "--year", "2021", "--out", "roster.doc"),
        ("trail", "mend"),
        ("init", "--nonsense"),
    ],
)
def test_wrong_usage_is_two(new_app: Flask, arguments: tuple[str, ...]) -> None:
    done = run(new_app, *arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage: registry" in done.stderr


@pytest.mark.nodb
def test_a_registry_that_is_not_set_up_says_what_to_do(new_app: Flask) -> None:
    done = run(new_app, "figures", "--year", "2021")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "run `registry init` first" in done.stderr


@pytest.mark.nodb
def test_setting_up_makes_a_registry_once(new_app: Flask) -> None:
    first = run(new_app, "init", "--office", "试县司法局", "--county", "试县")
    again = run(new_app, "init", "--office", "另一个局")

    assert (first.exit_code, again.exit_code) == (0, 0)
    with new_app.extensions["engine"].connect() as connection:
        assert connection.execute(text("SELECT name, county FROM offices")).all() == [("试县司法局", "试县")]
        policies = connection.execute(text("SELECT count(*) FROM policy_versions")).scalar()
    assert (policies or 0) > 0
    assert run(new_app, "figures", "--year", "2021").exit_code == 0


def test_the_demonstration_is_not_loaded_over_a_registry_in_use(app: Flask) -> None:
    run(app, "user", "add", "zhou", "--role", "auditor", "--password", "a long enough password")

    done = run(app, "demo")

    assert done.exit_code == 1
    assert "not empty" in done.stderr


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("en_US.UTF-8", "A password has at least"),
        ("zh_CN.UTF-8", "密码"),
        pytest.param("C.UTF-8", "密码", id="a locale of no language"),
    ],
)
def test_the_console_speaks_english_only_where_the_locale_is_english(app: Flask, named: str, said: str) -> None:
    refused = run(app, "user", "add", "somebody", "--role", "auditor", "--password", "short", language=named)

    assert refused.exit_code == 1
    assert said in refused.stderr


def test_what_the_database_refuses_is_told_without_the_row(app: Flask) -> None:
    group = commands(lambda: app)

    @group.command()
    def clash() -> None:
        with transaction(app.extensions["sessions"]) as session:
            make_department(session, code="007", name="某局")
            make_department(session, code="007", name="某某局")

    done = app.test_cli_runner().invoke(group, ["clash"], env={"LC_ALL": "en_US.UTF-8"})

    assert (done.exit_code, done.stdout) == (1, "")
    assert "The database refused this; nothing was written." in done.stderr
    assert "某某局" not in done.stderr
