"""Locked rosters as pages: what was frozen, the copy ledger, and copies of it."""

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.rosters import LONGEST_WAIT
from registry.services import rosters
from registry.web.access import requires
from registry.web.answers import attachment
from registry.web.forms import RegistryForm

bp = Blueprint("rosters", __name__, url_prefix="/rosters")

LINES_SHOWN = 50


class CopyForm(RegistryForm):
    reason = StringField(_l("What the copy is for"), [Length(max=500)])


@bp.get("/<int:roster_id>")
@requires(Action.ROSTER_VIEW)
def show(roster_id: int) -> ResponseReturnValue:
    return _page(rosters.get(g.session, g.actor, roster_id=roster_id), CopyForm())


@bp.get("/code/<code>")
@requires(Action.ROSTER_VIEW)
def by_code(code: str) -> ResponseReturnValue:
    """Where the QR on the paper leads: the roster as it was printed."""
    return _page(rosters.by_check_code(g.session, g.actor, check_code=code), CopyForm())


@bp.post("/<int:roster_id>/copies/<any(pdf, xlsx):form>")
@requires(Action.ROSTER_PRINT)
def copy(roster_id: int, form: rosters.Form) -> ResponseReturnValue:
    """The same bytes as ever, with a new line in the ledger."""
    asked = CopyForm()
    try:
        taken = rosters.take_copy(
            g.session,
            g.actor,
            roster_id=roster_id,
            form=form,
            reason=asked.reason.data or "",
            public_url=current_app.extensions["settings"].public_url,
            longest_wait=LONGEST_WAIT,
        )
    except RuleBroken as broken:
        asked.refuse(broken)
        return _page(rosters.get(g.session, g.actor, roster_id=roster_id), asked)
    return attachment(taken.content, taken.filename, taken.mimetype)


def _page(kept: rosters.Kept, form: CopyForm) -> ResponseReturnValue:
    first = max(request.args.get("from", 0, type=int), 0)
    lines = [(section["unit"], line) for section in kept.data["sections"] for line in section["lines"]]
    roster = kept.roster
    page = render_template(
        "rosters/show.html",
        kept=kept,
        roster=roster,
        campaign=roster.campaign,
        unit=kept.data["sections"][0]["unit"] if roster.department else None,
        form=form,
        lines=lines[first : first + LINES_SHOWN],
        first=first,
        next_from=first + LINES_SHOWN if first + LINES_SHOWN < len(lines) else None,
        job=rosters.printing_job(g.session, g.actor, campaign_id=roster.campaign_id),
        waits=roster.printed_at is None and roster.line_count > LONGEST_WAIT,
    )
    return page, form.status
