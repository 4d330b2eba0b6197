"""Extracts of a review's roster: which lines, which columns in which order, looked at first and taken as a file."""

from typing import Any, cast

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registry import clock
from registry.rules import RuleBroken
from registry.rules.campaigns import Statement
from registry.rules.permissions import Action
from registry.rules.reviews import ReviewFinding
from registry.rules.rosters import LONGEST_WAIT
from registry.services import reviews, rosters
from registry.services.rosters import ExtractFilter, columns_of
from registry.web.access import requires
from registry.web.answers import attachment
from registry.web.forms import choices
from registry.web.rosters import FIELDS

bp = Blueprint("extracts", __name__, url_prefix="/reviews")

LINES_SHOWN = 20
PLACE = "place-"
TITLES = {key: {"place": _l("No."), **FIELDS, "signature": _l("Signature")}[key] for key in columns_of([])}


@bp.get("/<int:campaign_id>/extract")
@requires(Action.ROSTER_VIEW)
def show(campaign_id: int) -> ResponseReturnValue:
    """What the extract would have on it; the address says all that was chosen."""
    drawn = rosters.extracted(g.session, g.actor, campaign_id=campaign_id, chosen=_chosen(), today=clock.today())
    columns, asked = _columns(), _asked()
    units = reviews.progress(g.session, g.actor, campaign_id=campaign_id).units
    return render_template(
        "rosters/extract.html",
        campaign=drawn.campaign,
        drawn=drawn,
        lines=drawn.lines[:LINES_SHOWN],
        columns=columns,
        places={key: place for place, key in enumerate(columns, 1)},
        titles=TITLES,
        asked=asked,
        units=[(unit.department_id, unit.name) for unit in sorted(units, key=lambda unit: unit.code)],
        fields=[(field, field) for field in rosters.fields_of(g.session, g.actor, campaign_id=campaign_id)],
        findings=choices(ReviewFinding, _("all findings")),
        statements=choices(Statement, _("all words of the units")),
        too_long=drawn.line_count > LONGEST_WAIT,
    )


@bp.post("/<int:campaign_id>/extract.<any(pdf, xlsx, csv):form>")
@requires(Action.ROSTER_PRINT)
def take(campaign_id: int, form: str) -> ResponseReturnValue:
    """The extract as a file; the trail keeps who took which."""
    try:
        copy = rosters.extract(
            g.session,
            g.actor,
            campaign_id=campaign_id,
            chosen=_chosen(),
            columns=_columns(),
            form=cast(rosters.Form, form),
            today=clock.today(),
            public_url=current_app.extensions["settings"].public_url,
        )
    except RuleBroken as broken:
        for violation in broken.violations:
            flash(_(violation.message, **violation.params), "danger")
        return redirect(url_for(".show", campaign_id=campaign_id, **_asked()), 303)
    return attachment(copy.content, copy.filename, copy.mimetype)


def _chosen() -> ExtractFilter:
    args = request.args
    finding, statement = args.get("finding"), args.get("statement")
    return ExtractFilter(
        department_id=args.get("unit", type=int),
        field=args.get("field", "").strip(),
        finding=ReviewFinding(finding) if finding in set(ReviewFinding) else None,
        statement=Statement(statement) if statement in set(Statement) else None,
    )


def _columns() -> tuple[str, ...]:
    """Columns by the places typed beside them, else those of the address, else all."""
    typed = [(place, key) for key in TITLES if (place := request.args.get(PLACE + key, type=int)) is not None]
    named = [key for _place, key in sorted(typed, key=lambda one: one[0])]
    return columns_of(named or request.args.get("columns", "").split(","))


def _asked() -> dict[str, Any]:
    """The choice as an address has it."""
    chosen = _chosen()
    asked = {
        "unit": chosen.department_id,
        "field": chosen.field or None,
        "finding": chosen.finding,
        "statement": chosen.statement,
    }
    return {**{name: value for name, value in asked.items() if value is not None}, "columns": ",".join(_columns())}
