"""Certificates of the ministries as pages: what is on file, a filing, and taking one back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.services import departments, ministry, people
from registry.services.ministry import Filing
from registry.web import asked
from registry.web.access import requires
from registry.web.forms import RegistryForm, stripped

bp = Blueprint("ministry", __name__, url_prefix="/ministry-certificates")

FILTERS = ("q", "department")


class FilingForm(RegistryForm):
    ministry = StringField(
        _l("Ministry"), [DataRequired(_l("Name the ministry.")), Length(max=100)], filters=[stripped]
    )
    number = StringField(
        _l("Number"), [DataRequired(_l("Enter the number of the certificate.")), Length(max=60)], filters=[stripped]
    )
    issued_on = DateField(_l("Issued on"), [InputRequired(_l("Enter the day."))])
    valid_until = DateField(_l("Valid until"), [Optional()])
    note = TextAreaField(_l("Note"), [Length(max=500)])

    def filing(self) -> Filing:
        """What was entered, as the procedure takes it."""
        return Filing(
            ministry=self.ministry.data,
            number=self.number.data,
            issued_on=self.issued_on.data,
            valid_until=self.valid_until.data,
            note=self.note.data or "",
        )


class TakeBackForm(RegistryForm):
    reason = StringField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=500)], filters=[stripped])


@bp.get("")
@requires(Action.CERTIFICATE_VIEW)
def index() -> ResponseReturnValue:
    """What is on file, the latest first."""
    args = request.args
    text, department_id, start = args.get("q") or "", args.get("department", type=int), args.get("after", type=int)
    page = ministry.search(g.session, g.actor, text=text, department_id=department_id, after=start)
    return render_template(
        "ministry/index.html",
        page=page,
        text=text,
        department_id=department_id,
        units=[(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)],
        is_narrowed=bool(asked.narrowed_by(FILTERS)),
        **asked.pages(FILTERS, page.after),
    )


@bp.route("/new/<int:person_id>", methods=["GET", "POST"])
@requires(Action.MINISTRY_FILE)
def new(person_id: int) -> ResponseReturnValue:
    """Put somebody's ministry certificate on file."""
    person, form = people.get(g.session, g.actor, person_id), FilingForm()
    if form.validate_on_submit():
        try:
            ministry.file(g.session, g.actor, person_id=person_id, filing=form.filing(), today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The certificate is on file."), "success")
            return redirect(url_for("people.show", person_id=person_id, _anchor="certificates"), 303)
    return render_template("ministry/new.html", form=form, person=person), form.status


@bp.route("/<int:filing_id>/withdrawal", methods=["GET", "POST"])
@requires(Action.MINISTRY_FILE)
def take_back(filing_id: int) -> ResponseReturnValue:
    """Take a filing back: it stays on record with the reason, and no list has it."""
    card, form = ministry.get(g.session, g.actor, filing_id), TakeBackForm()
    if form.validate_on_submit():
        try:
            ministry.take_back(g.session, g.actor, filing_id=filing_id, reason=form.reason.data, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The filing is taken back."), "success")
            return redirect(url_for(".index"), 303)
    return render_template("ministry/take_back.html", form=form, card=card), form.status
