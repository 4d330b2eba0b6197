"""Units as pages: the list with its coverage, a unit's file, recording and changing."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.departments import DepartmentKind
from registry.rules.permissions import Action
from registry.services import board, departments, policies
from registry.services.departments import DepartmentEntry
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices

bp = Blueprint("departments", __name__, url_prefix="/departments")


class DepartmentForm(RegistryForm):
    code = StringField(_l("Code"), [InputRequired(_l("Enter the unit's code.")), Length(max=20)])
    name = StringField(_l("Name"), [InputRequired(_l("Enter the unit's name.")), Length(max=100)])
    kind = SelectField(_l("Kind of body"), coerce=DepartmentKind)
    confirmation_notice = StringField(_l("Confirmation notice"), [Length(max=100)])
    confirmed_on = DateField(_l("Confirmed as enforcement subject on"), [Optional()])
    entrusting_code = SelectField(_l("Entrusting unit"))
    entrusted_from = DateField(_l("Entrusted from"), [Optional()])
    entrusted_until = DateField(_l("Entrusted until"), [Optional()])
    enforcement_field = StringField(_l("Field of enforcement"), [Length(max=60)])
    enforcement_area = StringField(_l("Area of enforcement"), [Length(max=60)])
    legal_review_section = StringField(_l("Legal-review section"), [Length(max=60)])

    def offer(self) -> None:
        self.kind.choices = choices(DepartmentKind)
        units = departments.all_standing(g.session, g.actor)
        self.entrusting_code.choices = [("", _("none")), *((unit.code, unit.name) for unit in units)]

    def entry(self, **fixed: Any) -> DepartmentEntry:
        empty_as_none = ("confirmation_notice", "entrusting_code", "legal_review_section")
        values = {name: value for name, value in self.data.items() if name not in {"csrf_token", "reason"}}
        values |= {name: values[name] or None for name in empty_as_none}
        return DepartmentEntry(**{**values, **fixed})


class ChangeForm(DepartmentForm):
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=500)])


@bp.get("")
@requires(Action.DEPARTMENT_VIEW)
def index() -> ResponseReturnValue:
    today = clock.today()
    return render_template(
        "departments/index.html",
        units=departments.all_standing(g.session, g.actor),
        lines={line.department_id: line for line in _board(today).units},
        reviewers=departments.reviewer_counts(g.session, g.actor, today=today),
    )


@bp.get("/<int:department_id>")
@requires(Action.DEPARTMENT_VIEW)
def show(department_id: int) -> ResponseReturnValue:
    unit, today = departments.get(g.session, g.actor, department_id), clock.today()
    policy = policies.in_force(g.session, today)
    return render_template(
        "departments/show.html",
        unit=unit,
        line=next((line for line in _board(today).units if line.department_id == unit.id), None),
        reviewers=departments.reviewers(g.session, g.actor, department_id=unit.id, today=today),
        percent=policy.legal_reviewer_percent,
        history=departments.history(g.session, g.actor, department_id=unit.id),
    )


def _board(today: Any) -> board.Board:
    return board.board(g.session, g.actor, policy=policies.in_force(g.session, today), today=today)


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def new() -> ResponseReturnValue:
    form = DepartmentForm()
    form.offer()
    if form.validate_on_submit():
        try:
            unit = departments.establish(g.session, g.actor, entry=form.entry())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(name)s is recorded.", name=unit.name), "success")
            return redirect(url_for(".show", department_id=unit.id))
    return render_template("departments/edit.html", form=form, unit=None), form.status


@bp.route("/<int:department_id>/edit", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def edit(department_id: int) -> ResponseReturnValue:
    unit = departments.get(g.session, g.actor, department_id)
    entruster = unit.entrusting_department
    form = ChangeForm(obj=unit, entrusting_code=entruster.code if entruster else "")
    form.offer()
    form.code.data = unit.code
    if form.validate_on_submit():
        try:
            departments.change(g.session, g.actor, entry=form.entry(code=unit.code), reason=form.reason.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The changes are recorded."), "success")
            return redirect(url_for(".show", department_id=unit.id))
    return render_template("departments/edit.html", form=form, unit=unit), form.status
