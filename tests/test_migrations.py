"""Migrations go up, down and up again on both databases, and end where the models are."""

from alembic import command
from alembic.script import ScriptDirectory

from registry.db import make_engine
from tests.conftest import Database, alembic_config


def test_every_migration_goes_down_and_up_and_matches_the_models(database: Database) -> None:
    url = database.copy()
    engine, config = make_engine(url), alembic_config()

    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)
        command.downgrade(config, "base")
        command.upgrade(config, "head")
        command.check(config)
        connection.commit()

    engine.dispose()
    database.drop(url)


def test_migrations_are_numbered_in_one_line() -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    numbers = [int(revision[:4]) for revision in reversed(revisions)]

    assert numbers == sorted(set(numbers))
