"""`registry user add`: the first way in, and any other."""

import click
from flask import current_app
from sqlalchemy.exc import NoResultFound

from registry import db
from registry.rules.permissions import ACCOUNT_ROLES, SYSTEM, Role
from registry.services import accounts


@click.group()
def user() -> None:
    """Accounts of the registry."""


@user.command()
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in ACCOUNT_ROLES]), required=True)
@click.option("--name", "display_name", help="The name on pages and in the trail; the user name when left out.")
@click.option("--department", "code", help="Code of the unit, for unit heads and unit clerks.")
@click.option("--password", envvar="REGISTRY_PASSWORD", help="Asked for when left out.")
def add(username: str, role: str, display_name: str | None, code: str | None, password: str | None) -> None:
    """Open an account."""
    secret = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with db.transaction(current_app.extensions["sessions"]) as session:
        try:
            department = accounts.department_with_code(session, code) if code else None
        except NoResultFound as error:
            raise click.ClickException(f"There is no unit with the code {code}.") from error
        account = accounts.add(
            session,
            SYSTEM,
            username=username,
            display_name=display_name or username,
            password=secret,
            role=Role(role),
            department_id=department.id if department else None,
        )
        click.echo(f"{account.username}: {account.role.value}")
