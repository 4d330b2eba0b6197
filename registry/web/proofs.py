"""Papers that speak for the register: a proof of what somebody held on a day, and the notice of a refusal."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.services import certificates, papers, people, proofs
from registry.web import asked
from registry.web.access import requires
from registry.web.answers import attachment
from registry.web.forms import RegistryForm, stripped

bp = Blueprint("proofs", __name__)


class ProofForm(RegistryForm):
    day = DateField(_l("For the day"), [InputRequired(_l("Enter the day."))])
    recipient = StringField(
        _l("For whom"), [DataRequired(_l("Say for whom the proof is.")), Length(max=100)], filters=[stripped]
    )
    purpose = StringField(
        _l("What for"), [DataRequired(_l("Say what the proof is for.")), Length(max=200)], filters=[stripped]
    )


class NoticeForm(RegistryForm):
    """Nothing to fill in: the refusal on record says everything."""


@bp.route("/people/<int:person_id>/proof", methods=["GET", "POST"])
@requires(Action.PAPER_PRINT)
def proof(person_id: int) -> ResponseReturnValue:
    """The paper for a court or whoever asks: issued, numbered and handed over as PDF at once."""
    person, today = people.get(g.session, g.actor, person_id), clock.today()
    form = ProofForm(day=asked.past_day(today) or today)
    if form.validate_on_submit():
        try:
            copy = _proved(person_id, form)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return attachment(copy.content, copy.filename, copy.mimetype)
    day = form.day.data or today
    cards = certificates.held_by(g.session, person_id, min(day, today))
    return render_template("people/proof.html", form=form, person=person, cards=cards, day_then=day), form.status


def _proved(person_id: int, form: ProofForm) -> papers.Copy:
    said = {"recipient": form.recipient.data, "purpose": form.purpose.data}
    today = clock.today()
    paper = proofs.issue_proof(g.session, g.actor, person_id=person_id, day=form.day.data, **said, today=today)
    return papers.take_copy(g.session, g.actor, paper_id=paper.id, reason=form.purpose.data)


@bp.post("/certificates/refusals/<int:refusal_id>/notice")
@requires(Action.PAPER_PRINT)
def notice(refusal_id: int) -> ResponseReturnValue:
    """The notice of a refusal as PDF, issued now; further copies are taken on the page of the paper."""
    issued = proofs.notice_of(g.session, refusal_id)
    if issued is not None:
        return redirect(url_for("papers.show", paper_id=issued.id), 303)
    if not NoticeForm().validate_on_submit():
        return redirect(url_for("certificates.refusal", refusal_id=refusal_id), 303)
    paper = proofs.issue_notice(g.session, g.actor, refusal_id=refusal_id, today=clock.today())
    copy = papers.take_copy(g.session, g.actor, paper_id=paper.id, reason="")
    return attachment(copy.content, copy.filename, copy.mimetype)
