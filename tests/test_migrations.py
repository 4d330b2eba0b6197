"""Migrations go up, down and up again on both databases, and end where the models are."""

import base64
from datetime import date

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry import vault
from registry.db import make_engine
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.services import applications
from tests.conftest import DATA_KEY, Database, alembic_config
from tests.factories import make_person


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


def test_refusals_and_what_refers_to_them_outlast_the_number_within_the_day(database: Database) -> None:
    url = database.copy()
    engine, config = make_engine(url), alembic_config()
    info = {"vault": vault.Vault.with_key(base64.urlsafe_b64decode(DATA_KEY))}
    with Session(engine, info=info) as session:
        day, person = date(2026, 7, 1), make_person(session)
        kind = CertificateKind.ENFORCEMENT
        applications.put_up(session, SYSTEM, person_ids=[person.id], kind=kind, today=day)
        session.commit()

    with engine.connect() as connection:
        config.attributes["connection"] = connection
        for way, revision in ((command.downgrade, "0039_people_begin"), (command.upgrade, "head")):
            way(config, revision)
        connection.commit()
        referring = "SELECT r.findings FROM applications a JOIN refusals r ON r.id = a.refusal_id"
        assert len(connection.execute(text(referring)).all()) == 1
        with pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text("UPDATE refusals SET kind = 'supervision'"))

    engine.dispose()
    database.drop(url)


def test_migrations_are_numbered_in_one_line() -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    numbers = [int(revision[:4]) for revision in reversed(revisions)]

    assert numbers == sorted(set(numbers))
