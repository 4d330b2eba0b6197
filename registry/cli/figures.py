"""`registry figures --year Y`: the yearly report's figures, each counted from the records."""

import json
from dataclasses import asdict

import click
from flask import current_app

from registry.rules.permissions import SYSTEM
from registry.services import reports


@click.command()
@click.option("--year", type=click.IntRange(1990, 2200), required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def figures(year: int, as_json: bool) -> None:
    """The figures of a year."""
    with current_app.extensions["sessions"].reading() as session:
        counted = asdict(reports.figures(session, SYSTEM, year=year))
    if as_json:
        click.echo(json.dumps(counted, ensure_ascii=False))
        return
    for name, value in counted.items():
        click.echo(f"{name:<34}{value:>8}")
