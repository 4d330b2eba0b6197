"""`registry summary --year Y --out FILE`: the year's sums by unit, as a paper with a number or as a spreadsheet."""

from pathlib import Path

import click
from flask import current_app
from sqlalchemy.orm import Session

from registry import clock, db
from registry.cli.files import ending_in, write_whole
from registry.rules.permissions import SYSTEM
from registry.services import papers, summaries

FORMS = (".pdf", ".xlsx")
REASON = "console"


@click.command()
@click.option("--year", type=click.IntRange(1990, 2200), required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    callback=ending_in(*FORMS),
    help=".pdf or .xlsx",
)
def summary(year: int, out: Path) -> None:
    """The sums of a year by unit: on paper frozen and numbered, with a line in its ledger of copies."""
    with db.transaction(current_app.extensions["sessions"]) as session:
        content = _content(session, year, out.suffix.lower())
        write_whole(out, content)
    click.echo(f"{out}: {len(content)} bytes")


def _content(session: Session, year: int, form: str) -> bytes:
    today = clock.today()
    if form == ".xlsx":
        return summaries.take_spreadsheet(session, SYSTEM, year=year, today=today)
    paper = summaries.issue(session, SYSTEM, year=year, today=today)
    return papers.take_copy(session, SYSTEM, paper_id=paper.id, reason=REASON).content
