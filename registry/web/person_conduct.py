"""Commendations and discipline as pages: for the bureau and its auditors alone."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.services import people
from registry.services.people import ConductEntry
from registry.web.access import requires
from registry.web.person_forms import AnnulForm, ConductForm

bp = Blueprint("person_conduct", __name__, url_prefix="/people")


@bp.route("/<int:person_id>/conduct/new", methods=["GET", "POST"])
@requires(Action.CONDUCT_MANAGE)
def new(person_id: int) -> ResponseReturnValue:
    person = people.get(g.session, g.actor, person_id)
    form = ConductForm()
    form.offer()
    if form.validate_on_submit():
        entry = ConductEntry(**{name: value for name, value in form.data.items() if name != "csrf_token"})
        try:
            people.record_conduct(g.session, g.actor, person_id=person_id, entry=entry, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The decision is on record."), "success")
            return redirect(url_for("people.show", person_id=person_id, _anchor="conduct"), 303)
    return render_template("people/conduct_new.html", person=person, form=form), form.status


@bp.route("/conduct/<int:record_id>/annulment", methods=["GET", "POST"])
@requires(Action.CONDUCT_MANAGE)
def annul(record_id: int) -> ResponseReturnValue:
    """A record that is wrong stays, and says so."""
    record = people.conduct_record(g.session, g.actor, record_id)
    person = people.get(g.session, g.actor, record.person_id)
    form = AnnulForm()
    if form.validate_on_submit():
        try:
            people.annul_conduct(g.session, g.actor, record_id=record_id, reason=form.reason.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The record is annulled; it stays with the reason."), "success")
            return redirect(url_for("people.show", person_id=person.id, _anchor="conduct"), 303)
    return render_template("people/conduct_annul.html", person=person, record=record, form=form), form.status
