"""The enforcement qualification of a person as a page: taking it away, and lifting the decision."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import SOURCES, Asked, Ground
from registry.rules.permissions import Action
from registry.rules.qualifications import DECISIONS, KIND, Decision, QualificationAct
from registry.services import people, policies, qualifications
from registry.web.access import requires
from registry.web.forms import RegistryForm, maybe, stripped
from registry.web.words import label

bp = Blueprint("qualifications", __name__, url_prefix="/people")


class DecisionForm(RegistryForm):
    """A decision on somebody's qualification; only one that takes it away names its ground."""

    day = DateField(_l("Decided on"), [InputRequired(_l("Enter the day."))])
    decided_by = SelectField(
        _l("Deciding organ"), [Length(max=100)], filters=[stripped], validate_choice=False, default=""
    )
    document_number = StringField(_l("Document number"), [Length(max=100)], filters=[stripped], default="")
    basis = SelectField(_l("Legal basis"), coerce=maybe(Ground))
    reason = TextAreaField(_l("Reason"), [Length(max=500)], filters=[stripped], default="")

    def fit(self, act: QualificationAct, organs: Sequence[str]) -> None:
        """Keep what the decision asks for; offer the organs that may decide, and the grounds."""
        self.decided_by.choices = list(organs)
        for must in set(DECISIONS[act].asks) - DECISIONS[act].may_be_left_out:
            self[must.value].flags.required = True
        if Asked.BASIS in DECISIONS[act].asks:
            grounds = (DECISIONS[act].grounds or {})[KIND]
            offered = [(one.value, f"{label(one)} ({SOURCES[one]})") for one in grounds]
            self.basis.choices = [("", _("choose …")), *offered]
        else:
            del self["basis"]

    def decision(self) -> Decision:
        """What was entered, as the procedure takes it."""
        return Decision(**{name: value for name, value in self.data.items() if name != "csrf_token"})


@bp.route("/<int:person_id>/disqualification", methods=["GET", "POST"])
@requires(Action.PERSON_DISQUALIFY)
def disqualify(person_id: int) -> ResponseReturnValue:
    """Take the qualification away; while such a decision stands, the page leads to lifting it."""
    if qualifications.standing_since(g.session, person_id) is not None:
        return redirect(url_for(".lift", person_id=person_id))
    done = _("The qualification is taken away.")
    return _decide(person_id, QualificationAct.DISQUALIFY, qualifications.disqualify, done)


@bp.route("/<int:person_id>/disqualification/lifting", methods=["GET", "POST"])
@requires(Action.PERSON_DISQUALIFY)
def lift(person_id: int) -> ResponseReturnValue:
    """Lift the decision that stands."""
    return _decide(person_id, QualificationAct.LIFT, qualifications.lift, _("The decision is lifted."))


def _decide(person_id: int, wanted: QualificationAct, act: Any, done: str) -> ResponseReturnValue:
    person, today = people.get(g.session, g.actor, person_id), clock.today()
    form = DecisionForm(day=today)
    form.fit(wanted, qualifications.deciding_organs(g.session, g.actor, person_id, today=today))
    if form.validate_on_submit():
        try:
            act(g.session, g.actor, person_id=person_id, decision=form.decision(), today=today)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(done, "success")
            return redirect(url_for("people.show", person_id=person_id, _anchor="certificates"), 303)
    page = render_template(
        "people/disqualification.html",
        form=form,
        person=person,
        lifts=wanted is QualificationAct.LIFT,
        terms=DECISIONS[wanted],
        losses=qualifications.of_person(g.session, g.actor, person_id),
        policy=policies.in_force(g.session, today),
    )
    return page, form.status
