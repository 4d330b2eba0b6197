"""The one box of every page: what was typed goes to the one page that is meant, or to all that may be."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules.permissions import Action
from registry.services import finding
from registry.services.finding import Findings, Found, Hit
from registry.services.people import long_number_in
from registry.web.access import only_reads, requires

bp = Blueprint("finding", __name__, url_prefix="/find")

SUGGESTED, PEOPLE_FIRST, OTHERS_FIRST = 8, 5, 3
PAGES = {
    Found.PERSON: ("people.show", "person_id"),
    Found.UNIT: ("departments.show", "department_id"),
    Found.CERTIFICATE: ("certificates.show", "certificate_id"),
    Found.SITTING: ("exams.show", "sitting_id"),
    Found.TRAINING: ("training.show", "session_id"),
}


@bp.get("")
@requires(Action.PERSON_VIEW)
def index() -> ResponseReturnValue:
    text = " ".join((request.args.get("q") or "").split())
    if long_number_in(text) is not None:
        flash(_("Look for an identity number in the box at the top: there it stays out of the address."), "warning")
        return redirect(url_for(".index"))
    found = finding.find(g.session, g.actor, text=text, today=clock.today()) if text else None
    if found is not None and found.only is not None:
        return redirect(_page_of(found.only))
    unknown = request.args.get("unknown") == "identity"
    return render_template("finding/index.html", text=text, found=found, unknown=unknown)


@bp.post("")
@requires(Action.PERSON_VIEW)
@only_reads
def ask() -> ResponseReturnValue:
    """The box sends with POST, so that no number as long as an identity number stands in an address, history or log."""
    text = " ".join((request.form.get("q") or "").split())
    if (number := long_number_in(text)) is None:
        return redirect(url_for(".index", q=text), 303)
    only = finding.find(g.session, g.actor, text=number, today=clock.today()).only
    return redirect(url_for(".index", unknown="identity") if only is None else _page_of(only), 303)


@bp.post("/suggestions")
@requires(Action.PERSON_VIEW)
@only_reads
def suggestions() -> ResponseReturnValue:
    """What may be meant, while somebody is typing; a part of a page."""
    text = (request.form.get("q") or "").strip()
    hits = _suggested(finding.suggestions(g.session, g.actor, text=text, today=clock.today())) if text else []
    return render_template("finding/suggestions.html", text=text, hits=hits)


def _suggested(found: Findings) -> list[tuple[str, str, str, str]]:
    """Icon, address, name and what tells one from another of the first few; what bears the number first."""
    people = [("user", _page_of(Hit(Found.PERSON, row.id)), row.name, row.unit) for row in found.people]
    units = [("building", _page_of(Hit(Found.UNIT, one.id)), one.name, one.code) for one in found.units]
    cards = [
        ("id-badge-2", _page_of(Hit(Found.CERTIFICATE, card.id)), card.number, f"{card.holder_name} · {unit}")
        for card, unit in ((row.certificate, row.unit) for row in found.cards)
    ]
    first = [*cards[:OTHERS_FIRST], *people[:PEOPLE_FIRST], *units[:OTHERS_FIRST]]
    return [*first, *people[PEOPLE_FIRST:], *units[OTHERS_FIRST:], *cards[OTHERS_FIRST:]][:SUGGESTED]


def _page_of(hit: Hit) -> str:
    endpoint, name = PAGES[hit.kind]
    parts: dict[str, Any] = {name: hit.id}
    return url_for(endpoint, **parts)
