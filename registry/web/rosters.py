"""Locked rosters as pages: as printed and as now, the copy ledger, and copies of it."""

from typing import Any

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.rosters import LONGEST_WAIT
from registry.services import errata, rosters
from registry.web.access import requires
from registry.web.answers import attachment
from registry.web.forms import RegistryForm

bp = Blueprint("rosters", __name__, url_prefix="/rosters")

LINES_SHOWN = 50
COMPARED_AT_ONCE = 3_000  # lines; a longer roster is compared with the register when somebody asks
DIFFERING, MOVED_ON, ALL = "differing", "moved_on", "all"
FIELDS = {
    "name": _l("Name"),
    "sex": _l("Sex"),
    "identity": _l("Identity number"),
    "section": _l("Section"),
    "post": _l("Post"),
    "establishment": _l("Establishment"),
    "field": _l("Field"),
    "kind": _l("Kind of certificate"),
    "number": _l("Certificate number"),
    "issued_on": _l("Issued on"),
    "valid_until": _l("Valid until"),
    "training": _l("Training"),
    "exam": _l("Exam"),
    "assessment": _l("Annual assessment"),
    "finding": _l("Finding"),
    "remark": _l("Remark"),
}
COUNTS = [
    ("held", _l("held")),
    ("due", _l("due")),
    ("passed", _l("passed")),
    ("deferred", _l("deferred")),
    ("failed", _l("failed")),
    ("withdrawn", _l("withdrawn")),
    ("cancelled", _l("cancelled")),
    ("untrained", _l("not trained")),
    ("unexamined", _l("exam not passed")),
    ("suspended", _l("suspended")),
    ("lost", _l("lost")),
    ("next_year", _l("for next year")),
]


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


@bp.post("/<int:roster_id>/copies/<any(pdf, xlsx, csv):form>")
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
    roster, first = kept.roster, max(request.args.get("from", 0, type=int), 0)
    asked, is_long = request.args.get("lines", ""), roster.line_count > COMPARED_AT_ONCE
    comparison = None
    if not is_long or asked in (DIFFERING, MOVED_ON):
        comparison = errata.compared(g.session, g.actor, roster_id=roster.id, today=clock.today())
    parts: dict[str, list[Any]] = {ALL: _frozen(kept)}
    if comparison:
        parts |= {DIFFERING: comparison.differing, MOVED_ON: comparison.moved_on}
    chosen = asked if asked in parts else DIFFERING if parts.get(DIFFERING) else ALL
    page = render_template(
        "rosters/show.html",
        kept=kept,
        roster=roster,
        campaign=roster.campaign,
        unit=kept.data["sections"][0]["unit"] if roster.department else None,
        form=form,
        comparison=comparison,
        chosen=chosen,
        sizes={name: len(lines) for name, lines in parts.items()},
        lines=parts[chosen][first : first + LINES_SHOWN],
        fields=FIELDS,
        counts=COUNTS,
        errata=errata.of_roster(g.session, g.actor, roster_id=roster.id),
        first=first,
        next_from=first + LINES_SHOWN if first + LINES_SHOWN < len(parts[chosen]) else None,
        job=rosters.printing_job(g.session, g.actor, campaign_id=roster.campaign_id),
        waits=roster.printed_at is None and roster.line_count > LONGEST_WAIT,
    )
    return page, form.status


def _frozen(kept: rosters.Kept) -> list[tuple[str, Any]]:
    """Every line that was printed, with its unit."""
    return [(section["unit"], line) for section in kept.data["sections"] for line in section["lines"]]
