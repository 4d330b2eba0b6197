"""Runs migrations: on a connection handed in (tests, `registry init`), or on the configured database."""

from alembic import context
from sqlalchemy import Connection, text

import registry.models  # noqa: F401  makes every table known to Base.metadata
from registry.config import Settings
from registry.db import Base, make_engine

LOCK_TIMEOUT = "10s"
STATEMENT_TIMEOUT = "15min"


def run(connection: Connection) -> None:
    """One transaction for all migrations; on PostgreSQL no lock is waited for longer than LOCK_TIMEOUT."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_name=_is_ours,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name is None


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with make_engine(Settings.from_env().database_url).connect() as opened:
        run(opened)
