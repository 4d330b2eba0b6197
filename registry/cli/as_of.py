"""`registry as-of NUMBER DATE`: how a certificate stood on a day, and every act behind it."""

import json
from datetime import date, datetime
from typing import Any

import click
from flask import current_app
from sqlalchemy.exc import NoResultFound

from registry import clock
from registry.cli.console import language
from registry.labels import label
from registry.models.certificates import CertificatePeriod
from registry.rules.permissions import SYSTEM
from registry.services import certificates
from registry.services.certificates import Stood
from registry.words import N_, translate


@click.command("as-of")
@click.argument("number")
@click.argument("day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
def as_of(number: str, day: datetime, as_json: bool) -> None:
    """How the certificate NUMBER stood on DATE (2021-03-14): status, unit, periods, and the acts behind it."""
    asked = day.date()
    if asked > clock.today():
        raise click.ClickException(_said(N_("%(day)s has not come yet."), day=asked))
    with current_app.extensions["sessions"].reading() as session:
        try:
            found = certificates.stood(session, SYSTEM, number=number, day=asked)
        except NoResultFound as error:
            raise click.ClickException(
                _said(N_("No certificate bears the number %(number)s."), number=number)
            ) from error
        told = _plain(found)
        lines = _lines(found)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))


def _plain(found: Stood) -> dict[str, Any]:
    then, card = found.then, found.then.certificate
    return {
        "number": card.number,
        "kind": card.kind.value,
        "holder": card.holder_name,
        "identity_masked": found.person.identity_masked,
        "day": then.day.isoformat(),
        "status": then.status.value if then.status else None,
        "is_valid": then.is_valid,
        "unit": {"code": card.department.code, "name": then.unit},
        "issued_on": card.issued_on.isoformat(),
        "valid_from": card.valid_from.isoformat(),
        "valid_until": card.valid_until.isoformat(),
        "period": _period(then.basis) if then.basis else None,
        "periods": [_period(period) for period in then.periods],
        "policy": {"version": found.policy.version, "from": found.policy.from_on.isoformat()},
        "exams": [
            {
                "subject": result.subject.value,
                "sitting": result.sitting.title,
                "held_on": result.sitting.held_on.isoformat(),
                "score": None if result.score is None else str(result.score),
                "pass_mark": str(result.pass_mark),
            }
            for result in found.passes
        ],
        "reviews": [
            {"year": item.campaign.year, "finding": item.finding.value if item.finding else None}
            for item in then.reviews
        ],
        "trail": [
            {
                "number": entry.id,
                "at": entry.at.isoformat(),
                "actor": entry.actor_name,
                "action": entry.action,
                "recorded_later": found.was_recorded_later(entry),
            }
            for entry in found.trail
        ],
    }


def _period(period: CertificatePeriod) -> dict[str, Any]:
    return {
        "status": period.status.value,
        "from": period.from_on.isoformat(),
        "until": _iso(period.until_on),
        "act": period.act.value if period.act else None,
        "document": period.document_number,
        "basis": period.legal_basis,
        "decided_by": period.decided_by,
    }


def _lines(found: Stood) -> list[str]:
    then, card = found.then, found.then.certificate
    status = _label(then.status) if then.status else _said(N_("not valid yet"))
    dates = {"first": card.valid_from, "last": card.valid_until}
    facts = [
        (N_("Certificate"), f"{card.number} · {_label(card.kind)}"),
        (N_("Holder"), f"{card.holder_name} {found.person.identity_masked}"),
        (N_("Unit"), f"{then.unit} ({card.department.code})"),
        (N_("Valid"), _said(N_("%(first)s to %(last)s"), **dates)),
        (N_("Status on the day"), f"{then.day}: {status}"),
        (N_("Policy"), f"{found.policy.version} ({found.policy.from_on})"),
    ]
    reviews = [f"{item.campaign.year}: {_label(item.finding)}" for item in then.reviews]
    return [
        *(f"{_said(title)}: {words}" for title, words in facts),
        *_listed(N_("Status over time"), [_period_line(period) for period in then.periods]),
        *_listed(N_("Reviews by then"), reviews),
        *_listed(N_("Acts behind it"), [_entry_line(found, entry) for entry in found.trail]),
    ]


def _listed(title: str, lines: list[str]) -> list[str]:
    return [f"{_said(title)}:", *(f"  {line}" for line in lines or ["—"])]


def _period_line(period: CertificatePeriod) -> str:
    until = _iso(period.until_on) or "…"
    words = [_label(period.act) if period.act else "", period.document_number, period.legal_basis, period.decided_by]
    return "  ".join([f"{period.from_on} – {until}", _label(period.status), *filter(None, words)])


def _entry_line(found: Stood, entry: Any) -> str:
    later = _said(N_("written down later"))
    late = f"  ({later})" if found.was_recorded_later(entry) else ""
    at = entry.at.astimezone(clock.OFFICE_TIME)
    return f"{entry.id}  {at:%Y-%m-%d %H:%M}  {entry.actor_name}  {entry.action}{late}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _label(word: Any) -> str:
    return label(word, language())


def _said(message: str, **params: Any) -> str:
    return translate(message, language(), params)
