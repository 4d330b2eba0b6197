"""A file undone: what would go back, what stands against it, and the act with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.imports import ImportStatus
from registry.rules.permissions import Action
from registry.services import imports
from registry.services.imports import Obstacle
from registry.web.access import requires
from registry.web.forms import RegistryForm, stripped
from registry.web.trail_words import SUBJECTS
from registry.web.words import moment
from registry.words import N_

bp = Blueprint("import_undo", __name__, url_prefix="/imports/<int:batch_id>/undo")

SHOWN = 100

# what a file makes, and what may rest on it: the rows of every table that refers to people, units or results
RECORDS: Mapping[str, str] = {
    "accounts": N_("accounts"),
    "annual_assessments": N_("annual assessments"),
    "application_bars": N_("bars to applications"),
    "applications": N_("applications"),
    "appointments": N_("posts"),
    "attendances": N_("lines of attendance"),
    "certificates": N_("certificates"),
    "conduct_records": N_("records of conduct"),
    "department_mandates": N_("earlier confirmations and entrustments"),
    "department_names": N_("names of units"),
    "department_profiles": N_("kinds and main fields of units"),
    "department_scopes": N_("further fields of enforcement"),
    "departments": N_("units"),
    "disqualifications": N_("decisions on the qualification"),
    "evidence_batches": N_("bundles of evidence"),
    "evidence_bundles": N_("bundles of evidence"),
    "exam_candidates": N_("entries for exams"),
    "exam_papers": N_("exam papers printed"),
    "exam_results": N_("exam results"),
    "exam_sittings": N_("exams"),
    "jobs": N_("jobs of the worker"),
    "legal_reviewers": N_("services as legal reviewer"),
    "merges": N_("merged files"),
    "ministry_certificates": N_("certificates of the ministries"),
    "papers": N_("papers printed"),
    "people": N_("people"),
    "photo_lines": N_("pictures of a file of photos"),
    "photos": N_("photos"),
    "qualifications": N_("qualifications"),
    "refusals": N_("refusals"),
    "review_attestations": N_("attestations of reviews"),
    "review_items": N_("lines of reviews"),
    "review_reminders": N_("reminders of reviews"),
    "rosters": N_("rosters"),
    "score_entries": N_("scores entered"),
    "secondments": N_("secondments"),
    "tasks": N_("certificates to look into"),
    "training_sessions": N_("trainings"),
}


class UndoForm(RegistryForm):
    reason = StringField(_l("Reason"), [DataRequired(_l("Say why the file is undone.")), Length(max=500)], [stripped])


@dataclass(frozen=True, slots=True)
class Line:
    """A record that cannot go back: its name, its page, and why."""

    name: str
    url: str
    said: str


@bp.route("", methods=["GET", "POST"])
@requires(Action.IMPORT_UNDO)
def undo(batch_id: int) -> ResponseReturnValue:
    """What would go back and what stands against it; with a reason, all of it or nothing."""
    form = UndoForm()
    if form.validate_on_submit():
        try:
            batch = imports.take_back(
                g.session, g.actor, batch_id=batch_id, reason=form.reason.data or "", today=clock.today()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            if batch.status is ImportStatus.UNDONE:
                flash(_("The file is undone: the register is as it was before it."), "success")
            return redirect(url_for("imports.show", batch_id=batch_id), 303)
    return _page(batch_id, form)


def _page(batch_id: int, form: UndoForm) -> ResponseReturnValue:
    outlook = imports.look_at(g.session, g.actor, batch_id=batch_id)
    first, here = max(request.args.get("from", 0, type=int), 0), url_for(".undo", batch_id=batch_id)
    further = first + SHOWN
    page = render_template(
        "imports/undo.html",
        form=form,
        outlook=outlook,
        batch=outlook.batch,
        made=[(_(RECORDS[table]), count) for table, count in sorted(outlook.made.items())],
        changes=[_back(change) for change in outlook.batch.changes[:SHOWN]],
        lines=[_line(one) for one in outlook.obstacles[first:further]],
        next_url=f"{here}?from={further}" if further < len(outlook.obstacles) else None,
        first_url=here if first else None,
    )
    return page, form.status


def _back(change: Mapping[str, Any]) -> Mapping[str, Any]:
    """A change the other way round."""
    return {"subject": change["subject"], "fields": {name: pair[::-1] for name, pair in change["fields"].items()}}


def _line(one: Obstacle) -> Line:
    _word, endpoint, argument = SUBJECTS[one.subject_type]
    page: dict[str, Any] = {argument or "": one.subject_id}
    url = url_for(endpoint, **page) if endpoint and argument else ""
    return Line(one.name, url, _why(one))


def _why(one: Obstacle) -> str:
    if one.table:
        records, numbers = _(RECORDS[one.table]), _(", ").join(one.told)
        if numbers:
            return str(_("%(records)s: %(count)s (%(numbers)s)", records=records, count=one.count, numbers=numbers))
        return str(_("%(records)s: %(count)s", records=records, count=one.count))
    if one.at is None:
        return str(_("changed since the file"))
    return str(_("changed by %(who)s on %(at)s", who=one.who, at=moment(one.at)))
