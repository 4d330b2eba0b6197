"""`registry remind`: tell units that a review waits for them, on their boards and by mail. Safe to run every day."""

from datetime import date, datetime

import click
from flask import current_app

from registry import clock, db
from registry.cli.console import language
from registry.config import Settings
from registry.labels import label
from registry.rules.permissions import SYSTEM
from registry.services import reviews
from registry.services.mail import PostOffice


@click.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Pretend that today is this day.")
@click.option("--dry-run", is_flag=True, help="Say who would be reminded; change nothing, send nothing.")
def remind(as_of: datetime | None, dry_run: bool) -> None:
    """Remind every unit whose attestation or make-ups are soon due or overdue."""
    today = as_of.date() if as_of else clock.today()
    with db.transaction(current_app.extensions["sessions"]) as session:
        reminded = reviews.remind_due(session, SYSTEM, today=today)
        for one in reminded:
            words = (label(one.step, language()), label(one.urgency, language()))
            click.echo(f"{one.unit}  {words[0]}  {one.due_on}  {words[1]}")
        if dry_run:
            session.rollback()
    click.echo(f"{len(reminded)} reminder(s){' would be' if dry_run else ''} given.")
    if not dry_run:
        _mail(today)


def _mail(today: date) -> None:
    """After the reminders are kept: a server that does not answer takes none of them back."""
    settings: Settings = current_app.extensions["settings"]
    if settings.smtp_url is None:
        return
    told = reviews.mail_reminders(
        current_app.extensions["sessions"],
        reminded_on=today,
        post=PostOffice(settings.smtp_url, settings.mail_from),
        public_url=settings.public_url,
    )
    click.echo(f"{len(told.sent)} letter(s) sent, {len(told.without_address)} unit(s) have no address.")
    for unit, why in told.refused:
        click.echo(f"{unit}: not sent: {why}", err=True)
    if told.refused:
        raise SystemExit(1)
