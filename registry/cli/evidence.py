"""`registry evidence WHO --out FILE.zip`: the evidence about somebody; with `--check FILE.zip` it is looked at."""

from pathlib import Path

import click
from flask import current_app
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from registry import clock, db
from registry.cli.console import language
from registry.cli.files import ending_in, write_whole
from registry.rules.permissions import SYSTEM
from registry.services import evidence as bundles

ZIP = ending_in(".zip")
OWN = "本机关"


def _zip(ctx: click.Context, param: click.Parameter, path: Path | None) -> Path | None:
    return None if path is None else ZIP(ctx, param, path)


@click.command()
@click.argument("who", required=False)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), callback=_zip, help=".zip")
@click.option("--for", "recipient", default=OWN, help="For whom: a court, an office; this office itself when left out.")
@click.option("--reason", default="", help="What for; the index names it and the trail keeps it.")
@click.option(
    "--check", "checked", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A bundle to check."
)
def evidence(who: str | None, out: Path | None, recipient: str, reason: str, checked: Path | None) -> None:
    """Put together the evidence about WHO, a person's number in the register or a certificate's; or check a bundle."""
    if checked is not None:
        _check(checked)
        return
    if who is None or out is None:
        raise click.UsageError("name a person or a certificate and --out FILE.zip, or --check FILE.zip")
    with db.transaction(current_app.extensions["sessions"]) as session:
        made = bundles.bundle(
            session,
            SYSTEM,
            person_id=_person_id(session, who),
            recipient=recipient,
            purpose=reason,
            today=clock.today(),
        )
        write_whole(out, made.content)
    click.echo(f"{out}: {len(made.content)} bytes, {made.paper.number}, SHA-256 {made.sha256}")


def _person_id(session: Session, who: str) -> int:
    try:
        return bundles.whose(session, SYSTEM, who=who)
    except NoResultFound as error:
        raise click.ClickException(f"There is no person and no certificate with the number {who}.") from error


def _check(path: Path) -> None:
    with current_app.extensions["sessions"].reading() as session:
        found = bundles.check(session, SYSTEM, content=path.read_bytes())
    told = {str(path): found} | dict(found.bundles)
    for name, one in told.items():
        for difference in one.differences:
            click.echo(f"{name}: {difference.in_words(language())}", err=True)
    named = f"{path} ({found.number or f'{len(found.bundles)} bundles'})"
    if not found.holds:
        raise click.ClickException(f"{named}: {sum(len(one.differences) for one in told.values())} differences")
    click.echo(f"{named}: {found.files} files and {found.entries} entries hold")
