"""What is done with a certificate: a small form for each act of the table, and the two ways to a successor."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import ACTS, GIVES_WAY, SOURCES, ActEntry, Asked, CertificateAct, Ground, following
from registry.rules.permissions import Action
from registry.services import certificates, policies
from registry.web.access import requires
from registry.web.forms import RegistryForm, maybe, stripped
from registry.web.words import label

bp = Blueprint("certificate_acts", __name__, url_prefix="/certificates")

# What the person at the desk does.
VERBS = {
    CertificateAct.SUSPEND: _l("Suspend"),
    CertificateAct.REINSTATE: _l("Reinstate"),
    CertificateAct.REPORT_LOST: _l("Report lost"),
    CertificateAct.PUBLISH_LOSS: _l("Record the notice of loss"),
    CertificateAct.REPLACE: _l("Replace"),
    CertificateAct.RENEW: _l("Renew"),
    CertificateAct.WITHDRAW: _l("Withdraw"),
    CertificateAct.CANCEL: _l("Cancel the certificate"),
    CertificateAct.REVOKE: _l("Revoke"),
}
# A successor comes down the road of an application.
NATURES = {act: nature for nature, act in GIVES_WAY.items()}


class ActForm(RegistryForm):
    """One act; `fit` leaves the fields that the table asks for."""

    day = DateField(_l("In effect from"), [InputRequired(_l("Enter the day."))])
    document_number = StringField(_l("Document number"), [Length(max=100)], filters=[stripped], default="")
    decided_by = SelectField(
        _l("Deciding organ"), [Length(max=100)], filters=[stripped], validate_choice=False, default=""
    )
    basis = SelectField(_l("Legal basis"), coerce=maybe(Ground))
    ordered_until = DateField(_l("Last day of the suspension"), [Optional()])
    needs_retraining = BooleanField(_l("Training is ordered before the certificate is given back"))
    reason = TextAreaField(_l("Reason"), [Length(max=500)], filters=[stripped], default="")

    def fit(self, act: CertificateAct, kind: Any, organs: Sequence[str]) -> None:
        """Keep what the act asks for; offer the organs that may decide and the grounds on which it may rest."""
        self.decided_by.choices = list(organs)
        terms = ACTS[act]
        for name in [name.value for name in Asked if name not in terms.asks]:
            del self[name]
        for must in set(terms.asks) - terms.may_be_left_out:
            self[must.value].flags.required = True
        if Asked.BASIS in terms.asks:
            grounds = (terms.grounds or {}).get(kind, ())
            offered = [(one.value, f"{label(one)} ({SOURCES[one]})") for one in grounds]
            self.basis.choices = [("", _("choose …")), *offered]

    def entry(self) -> ActEntry:
        """What was entered, as the procedure takes it."""
        asked = {name.value: self.data[name.value] for name in Asked if name.value in self.data}
        return ActEntry(day=self.day.data, **{name: value for name, value in asked.items() if value is not None})


def menu(card: Any, today: date) -> list[tuple[CertificateAct, str, str]]:
    """The acts open to this certificate and this reader now: each with its verb and its page."""
    offered = certificates.offered(card, policies.in_force(g.session, today), today)
    return [(act, str(VERBS[act]), _page_of(act, card.id)) for act in offered if _may(act, card)]


def _may(act: CertificateAct, card: Any) -> bool:
    """The unit of the card acts upon it; for a successor applies the unit in which the holder serves."""
    unit = card.person.department_id if act in NATURES else card.department_id
    return bool(g.actor.may(_door(act), department_id=unit))


def _door(act: CertificateAct) -> Action:
    """Who may begin an act: a successor is applied for, whoever issues it in the end."""
    return Action.APPLICATION_ENTER if act in NATURES else ACTS[act].action


def _page_of(act: CertificateAct, certificate_id: int) -> str:
    if act in NATURES:
        return url_for("application_entry.successor", certificate_id=certificate_id, nature=NATURES[act].value)
    if act is CertificateAct.REPORT_LOST:
        return url_for("certificate_acts.report_loss", certificate_id=certificate_id)
    return url_for("certificate_acts.perform", certificate_id=certificate_id, act=act.value)


@bp.route("/<int:certificate_id>/acts/<act>", methods=["GET", "POST"])
@requires(Action.CERTIFICATE_MOVE)
def perform(certificate_id: int, act: str) -> ResponseReturnValue:
    """One act of the table; 404 for a word that is none, or none that is recorded here."""
    here = {one for one, terms in ACTS.items() if terms.is_by_hand and terms.action is Action.CERTIFICATE_MOVE}
    if act not in here:
        abort(404)
    return _recorded(certificate_id, CertificateAct(act))


@bp.route("/<int:certificate_id>/loss", methods=["GET", "POST"])
@requires(Action.CERTIFICATE_REPORT_LOSS)
def report_loss(certificate_id: int) -> ResponseReturnValue:
    """A unit reports a card of its own as lost, or the bureau enters its report."""
    return _recorded(certificate_id, CertificateAct.REPORT_LOST)


def _recorded(certificate_id: int, wanted: CertificateAct) -> ResponseReturnValue:
    """The form of an act; and the act, as it was entered."""
    today = clock.today()
    plan = certificates.plan(g.session, g.actor, certificate_id=certificate_id, act=wanted, today=today)
    policy = policies.in_force(g.session, today)
    if request.method == "GET" and wanted not in certificates.offered(plan.card, policy, today):
        flash(_("The present status of the certificate does not allow this act."), "warning")
        return redirect(url_for("certificates.show", certificate_id=certificate_id), 303)
    form = ActForm(day=today)
    form.fit(wanted, plan.card.kind, plan.organs)
    if form.validate_on_submit():
        try:
            certificates.perform(
                g.session, g.actor, certificate_id=certificate_id, act=wanted, entry=form.entry(), today=today
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("It is recorded: %(act)s.", act=label(wanted)), "success")
            return redirect(url_for("certificates.show", certificate_id=certificate_id), 303)
    page = render_template(
        "certificates/act.html",
        form=form,
        card=plan.card,
        case=plan.case,
        act=wanted,
        terms=ACTS[wanted],
        follows=following(ACTS[wanted].reaches),
        policy=policy,
    )
    return page, form.status
