"""`registry init`: the schema brought up to date, the office, its first policies and its key laid down."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import current_app

from registry import db
from registry.rules.permissions import SYSTEM
from registry.services import offices, signing

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


@click.command()
@click.option("--office", default="郏县司法局", show_default=True, help="Name of the bureau.")
@click.option("--county", default="郏县", show_default=True, help="The county whose units it supervises.")
@click.option("--division-code", default="410425", show_default=True, help="Administrative division code, six digits.")
@click.option("--authority", default="河南省人民政府", show_default=True, help="The authority named on certificates.")
def init(office: str, county: str, division_code: str, authority: str) -> None:
    """Bring the database to the newest schema; lay down the office, its policies and its key when there are none."""
    migrate()
    with db.transaction(current_app.extensions["sessions"]) as session:
        made = offices.establish(
            session, SYSTEM, name=office, county=county, division_code=division_code, certificate_authority=authority
        )
        signing.establish(session)
        click.echo(f"{made.name}: ready.")


def migrate() -> None:
    """Run every migration that is missing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with current_app.extensions["engine"].connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
