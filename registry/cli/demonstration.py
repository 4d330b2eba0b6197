"""`registry demo`: the demonstration county, in a registry where nobody has begun to work."""

import click
from flask import current_app

from registry import clock, db, demo
from registry.services import offices


@click.command(name="demo")
def load() -> None:
    """Load the demonstration county into an empty registry."""
    with db.transaction(current_app.extensions["sessions"]) as session:
        if not offices.is_empty(session):
            raise click.ClickException(
                "The registry is not empty; the demonstration county is loaded into an empty one."
            )
        demo.load(session, today=clock.today())
    for seat in demo.SEATS:
        click.echo(f"{seat.title:<14}{seat.username:<12}{seat.password}")
