"""Locked rosters held against a file and corrected by numbered sheets."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.errata import LONGEST_SHEET
from registry.rules.permissions import Action
from registry.services import errata, rosters
from registry.services.errata import Correction
from registry.web.access import only_reads, requires
from registry.web.forms import RegistryForm
from registry.web.rosters import COUNTS, FIELDS

bp = Blueprint("errata", __name__, url_prefix="/rosters")


class SheetForm(RegistryForm):
    reason = StringField(_l("Why it is corrected"), [Length(max=200)])
    document = StringField(_l("By which document"), [Length(max=200)])


class CheckForm(RegistryForm):
    file = FileField(_l("File (.csv or .pdf)"), [FileRequired(_l("Choose a file."))])


@bp.route("/<int:roster_id>/errata/new", methods=["GET", "POST"])
@requires(Action.REVIEW_LOCK)
def new(roster_id: int) -> ResponseReturnValue:
    """Choose lines that differ from the register; they print on a numbered sheet."""
    form = SheetForm()
    if form.validate_on_submit():
        try:
            sheet = errata.issue(
                g.session,
                g.actor,
                roster_id=roster_id,
                corrections=_chosen(),
                reason=form.reason.data or "",
                document=form.document.data or "",
                public_url=current_app.extensions["settings"].public_url,
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Sheet of corrections no. %(number)s is made; its PDF is here.", number=sheet.sequence), "success")
            return redirect(url_for("papers.show", paper_id=sheet.paper_id))
    kept = rosters.get(g.session, g.actor, roster_id=roster_id)
    comparison = errata.compared(g.session, g.actor, roster_id=roster_id, today=clock.today())
    differing, sheets = comparison.differing, errata.of_roster(g.session, g.actor, roster_id=roster_id)
    page = render_template(
        "rosters/errata.html",
        form=form,
        roster=kept.roster,
        comparison=comparison,
        lines=differing[:LONGEST_SHEET],
        more=max(0, len(differing) - LONGEST_SHEET),
        sequence=len(sheets) + 1,
        chosen=set(request.form.getlist("line", type=int)),
        fields=FIELDS,
        counts=COUNTS,
    )
    return page, form.status


def _chosen() -> list[Correction]:
    sent = request.form
    return [
        Correction(card, sent.get(f"reason-{card}", "")[:200], sent.get(f"document-{card}", "")[:200])
        for card in dict.fromkeys(sent.getlist("line", type=int))
    ]


@bp.route("/<int:roster_id>/check", methods=["GET", "POST"])
@requires(Action.ROSTER_VIEW)
@only_reads
def check(roster_id: int) -> ResponseReturnValue:
    """A file held against what was frozen; refused with what was changed in it, and not kept."""
    kept, form, checked = rosters.get(g.session, g.actor, roster_id=roster_id), CheckForm(), None
    if form.validate_on_submit():
        try:
            name, content = form.file.data.filename, form.file.data.read()
            checked = errata.check(g.session, g.actor, roster_id=roster_id, filename=name, content=content)
        except RuleBroken as broken:
            form.refuse(broken)
    is_refused = checked is not None and checked.is_refused
    page = render_template("rosters/check.html", form=form, roster=kept.roster, checked=checked)
    return page, 422 if is_refused else form.status
