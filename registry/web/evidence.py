"""Evidence about a person: what a bundle will hold, the bundle for a reason, and a bundle that came back checked."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.evidence import KEPT_DAYS, MOST_PEOPLE
from registry.rules.lists import MOST_SELECTED
from registry.rules.permissions import Action
from registry.services import auditing, evidence, selections
from registry.services.auditing import SampleChoice
from registry.web.access import only_reads, requires
from registry.web.answers import attachment
from registry.web.forms import RegistryForm, stripped
from registry.web.people_list import chosen_of
from registry.web.views import as_asked

bp = Blueprint("evidence", __name__)

DIFFERENCES_SHOWN = 200  # of one bundle


class EvidenceForm(RegistryForm):
    recipient = StringField(
        _l("For whom"), [DataRequired(_l("Say for whom the evidence is.")), Length(max=100)], filters=[stripped]
    )
    purpose = StringField(
        _l("What for"), [DataRequired(_l("Say what the evidence is for.")), Length(max=200)], filters=[stripped]
    )

    @property
    def said(self) -> dict[str, Any]:
        return {"recipient": self.recipient.data, "purpose": self.purpose.data}


@bp.route("/people/<int:person_id>/evidence", methods=["GET", "POST"])
@requires(Action.EVIDENCE_TAKE)
def person(person_id: int) -> ResponseReturnValue:
    """What a bundle about somebody will hold; asked for, the bundle itself. With ?review= of one review alone."""
    form, review = EvidenceForm(), request.args.get("review", type=int)
    whose: dict[str, Any] = {"person_id": person_id, "campaign_id": review, "today": clock.today()}
    if form.validate_on_submit():
        try:
            made = evidence.bundle(g.session, g.actor, **whose, **form.said)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return attachment(made.content, made.filename, evidence.MIMETYPE)
    holds = evidence.contents(g.session, g.actor, **whose)
    return render_template("evidence/person.html", form=form, holds=holds, person=holds.dossier.person), form.status


class CheckForm(RegistryForm):
    file = FileField(_l("Bundle of evidence (.zip)"), [FileRequired(_l("Choose the ZIP to check."))])


@bp.route("/evidence/check", methods=["GET", "POST"])
@requires(Action.TRAIL_VERIFY)
@only_reads
def check() -> ResponseReturnValue:
    """A bundle against its own sums, the kept index and the trail; says everything that differs."""
    form, checked = CheckForm(), None
    if form.validate_on_submit():
        try:
            checked = evidence.check(g.session, g.actor, content=form.file.data.read())
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("evidence/check.html", form=form, checked=checked, shown=DIFFERENCES_SHOWN), form.status


@bp.post("/evidence/people")
@requires(Action.EVIDENCE_TAKE)
def people() -> ResponseReturnValue:
    """The people ticked, the whole list, or a sample: who they are; asked to, the worker makes a bundle about each."""
    form = EvidenceForm()
    ids = _chosen()
    if request.form.get("step") == "do" and form.validate():
        try:
            asked_for = evidence.order(g.session, g.actor, person_ids=ids, **form.said)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for("jobs.show", job_id=asked_for.job_id), 303)
    chosen = evidence.own(g.session, g.actor, ids)
    if not chosen:
        flash(_("Nobody is chosen about whom you may take evidence."), "warning")
        return redirect(url_for("people.index", **as_asked(request.form.get("asked", ""))), 303)
    page = render_template(
        "evidence/people.html", form=form, chosen=chosen, left_out=len(set(ids)) - len(chosen), most=MOST_PEOPLE
    )
    return page, form.status


@bp.get("/evidence/batches/<int:batch_id>")
@requires(Action.EVIDENCE_TAKE)
def batch(batch_id: int) -> ResponseReturnValue:
    held = evidence.get(g.session, g.actor, batch_id=batch_id)
    return render_template("evidence/batch.html", held=held, days=KEPT_DAYS)


@bp.post("/evidence/batches/<int:batch_id>/bundles.zip")
@requires(Action.EVIDENCE_TAKE)
def fetch(batch_id: int) -> ResponseReturnValue:
    """All bundles in one file, once they are made and as long as their days last."""
    whole = evidence.fetch(g.session, g.actor, batch_id=batch_id)
    return attachment(whole.content, whole.filename, evidence.MIMETYPE)


def _chosen() -> list[int]:
    """The people ticked, everybody of the list, or those whom a seed draws from a roster."""
    sent = request.form
    if (roster_id := sent.get("roster", type=int)) is not None:
        choice = SampleChoice.read(sent.get("seed", ""), sent.get("size", ""), sent)
        drawn = auditing.draw(g.session, g.actor, roster_id=roster_id, choice=choice).drawn
        return [int(one.line.frozen["person_id"]) for one in drawn]
    if sent.get("everybody"):
        return selections.everybody(
            g.session, g.actor, chosen=chosen_of(as_asked(sent.get("asked", ""))), today=clock.today()
        )
    return sent.getlist("person", type=int)[:MOST_SELECTED]
