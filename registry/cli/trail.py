"""`registry trail verify`: walk the hash chain from its beginning."""

import click
from flask import current_app

from registry import audit


@click.group()
def trail() -> None:
    """The trail of every act."""


@trail.command()
def verify() -> None:
    """Check every entry against the one before; exit 1 at the first that does not hold."""
    with current_app.extensions["sessions"].reading() as session:
        try:
            count = audit.verify(session)
        except audit.TrailBroken as broken:
            raise click.ClickException(str(broken)) from broken
        click.echo(f"{count} entries, head {audit.head(session)}")
