"""`registry keys …`, `registry check-card`: the keys that sign cards, and a card checked by its signature alone."""

import json
from dataclasses import asdict
from datetime import datetime

import click
from flask import current_app

from registry import clock
from registry.cli.console import language
from registry.db import canonical_json, transaction
from registry.labels import label
from registry.rules.card_codes import SENTENCES, CheckReason
from registry.rules.permissions import SYSTEM
from registry.services import signing
from registry.words import N_, translate


@click.group()
def keys() -> None:
    """The keys that sign cards."""


@keys.command("list")
def list_() -> None:
    """Every key, the newest first: its id, since when, until when it signed, and its public half."""
    with current_app.extensions["sessions"].reading() as session:
        for key in signing.keys(session):
            until = f"{key.retired_at:%Y-%m-%d}" if key.retired_at else translate(N_("in use"), language())
            click.echo(f"{key.key_id}  {key.created_at:%Y-%m-%d}  {until:<10}  {key.public_key.hex()}")


@keys.command()
@click.option("--reason", required=True, help="Why the key is changed; it stands in the trail.")
def rotate(reason: str) -> None:
    """Sign with a new key from now on; cards signed before still check."""
    with transaction(current_app.extensions["sessions"]) as session:
        key = signing.rotate(session, SYSTEM, reason=reason)
    said = N_("Cards are signed with key %(key)s from now on; save the file for checks without network anew.")
    click.echo(translate(said, language(), {"key": key.key_id}))


@click.command("check-card")
@click.argument("text")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Judge it on this day instead of today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_context
def check_card(ctx: click.Context, text: str, day: datetime | None, as_json: bool) -> None:
    """Check the text of a card's QR by its signature alone; exit 1 unless it is genuine and valid."""
    on = day.date() if day else clock.today()
    with current_app.extensions["sessions"].reading() as session:
        checked = signing.check(signing.public_keys(session), text, on)
    facts = json.loads(canonical_json(asdict(checked.facts))) if checked.facts else None
    if as_json:
        click.echo(json.dumps({"reason": checked.reason, "day": on.isoformat(), "card": facts}, ensure_ascii=False))
    else:
        click.echo(f"{label(checked.reason, language())} [{checked.reason}]")
        click.echo(translate(SENTENCES[checked.reason], language()))
        for name, value in (facts or {}).items():
            click.echo(f"{name:<12}{value}")
    if checked.reason is not CheckReason.GENUINE_AND_VALID:
        ctx.exit(1)
