"""Evidence about a person: what a bundle will hold, the bundle for a reason, and a bundle that came back checked."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.services import evidence
from registry.web.access import only_reads, requires
from registry.web.answers import attachment
from registry.web.forms import RegistryForm, stripped

bp = Blueprint("evidence", __name__)


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
    return render_template("evidence/check.html", form=form, checked=checked), form.status
