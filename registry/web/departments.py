"""Units as pages: the list with its coverage, a unit's file, recording and changing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.departments import DepartmentKind, may_enforce, reviewers_needed
from registry.rules.people import Duty
from registry.rules.permissions import Action
from registry.rules.policy import Policy
from registry.services import board, departments, policies
from registry.services.departments import DepartmentEntry, StaffRow
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices, number, stripped
from registry.web.trail import history_of
from registry.web.words import label

bp = Blueprint("departments", __name__, url_prefix="/departments")


def _text(title: Any, *validators: Any, most: int) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped])


class DepartmentForm(RegistryForm):
    code = _text(_l("Code"), DataRequired(_l("Enter the unit's code.")), most=20)
    name = _text(_l("Name of the unit"), DataRequired(_l("Enter the unit's name.")), most=100)
    kind = SelectField(_l("Kind of body"), coerce=DepartmentKind)
    confirmation_notice = _text(_l("Confirmation notice"), most=100)
    confirmed_on = DateField(_l("Confirmed as enforcement subject on"), [Optional()])
    entrusting_code = SelectField(_l("Entrusting unit"))
    entrusted_from = DateField(_l("Entrusted from"), [Optional()])
    entrusted_until = DateField(_l("Entrusted until"), [Optional()])
    enforcement_field = _text(_l("Field of enforcement"), most=60)
    enforcement_area = _text(_l("Area of enforcement"), most=60)
    legal_review_section = _text(_l("Legal-review section"), most=60)

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
    reason = _text(_l("Reason"), DataRequired(_l("Say why.")), most=500)


class ReviewerForm(RegistryForm):
    person_id = SelectField(_l("Person"), [InputRequired(_l("Choose the person."))], coerce=number)
    from_on = DateField(_l("Reviews decisions since"), [InputRequired(_l("Enter the day."))])

    def offer(self, staff: Sequence[StaffRow]) -> None:
        self.person_id.choices = [("", _("choose …")), *((one.person_id, _called(one)) for one in staff)]


class ReleaseForm(RegistryForm):
    """One button: the service ends today."""


def _called(one: StaffRow) -> str:
    return " · ".join(word for word in (one.name, one.post, label(one.duty)) if word)


@bp.get("")
@requires(Action.DEPARTMENT_VIEW)
def index() -> ResponseReturnValue:
    today = clock.today()
    policy, counts = policies.in_force(g.session, today), departments.reviewer_counts(g.session, g.actor, today=today)
    lines = {line.department_id: line for line in board.board(g.session, g.actor, policy=policy, today=today).units}
    units = departments.all_standing(g.session, g.actor)
    return render_template(
        "departments/index.html",
        units=units,
        lines=lines,
        reviews={unit.id: _review(counts.get(unit.id, 0), lines[unit.id].officers, policy) for unit in units},
        percent=policy.legal_reviewer_percent,
    )


@dataclass(frozen=True, slots=True)
class LegalReview:
    """A unit's legal reviewers beside the fewest that the indicator asks for."""

    count: int
    needed: int
    percent: str

    @property
    def is_enough(self) -> bool:
        return self.count >= self.needed


def _review(count: int, officers: int, policy: Policy) -> LegalReview:
    needed = reviewers_needed(officers, policy.legal_reviewer_percent)
    return LegalReview(count, needed, board.percent(count, officers))


@bp.get("/<int:department_id>")
@requires(Action.DEPARTMENT_VIEW)
def show(department_id: int) -> ResponseReturnValue:
    staff = departments.staff(g.session, g.actor, department_id=department_id)
    form = ReviewerForm(from_on=clock.today())
    form.offer(staff)
    return _file(department_id, staff, form)


def _file(department_id: int, staff: Sequence[StaffRow], form: ReviewerForm) -> ResponseReturnValue:
    """A unit's file; with what was wrong, when a reviewer could not be appointed."""
    unit, today = departments.get(g.session, g.actor, department_id), clock.today()
    policy = policies.in_force(g.session, today)
    units = board.board(g.session, g.actor, policy=policy, today=today).units
    line = next((line for line in units if line.department_id == unit.id), None)
    reviewers = departments.reviewers(g.session, g.actor, department_id=unit.id, today=today)
    page = render_template(
        "departments/show.html",
        unit=unit,
        line=line,
        standing=may_enforce(departments.standing_of(unit, _entruster(unit)), today),
        duties=[(label(duty), sum(one.duty is duty for one in staff)) for duty in Duty],
        reviewers=reviewers,
        review=_review(len(reviewers), line.officers if line else 0, policy),
        policy=policy,
        history=history_of(departments.history(g.session, g.actor, department_id=unit.id)),
        form=form,
        release=ReleaseForm(formdata=None),
    )
    return page, form.status


def _entruster(unit: Any) -> str | None:
    return unit.entrusting_department.name if unit.entrusting_department else None


@bp.post("/<int:department_id>/reviewers")
@requires(Action.DEPARTMENT_MANAGE)
def appoint(department_id: int) -> ResponseReturnValue:
    """Make one of the unit's people its legal reviewer."""
    staff = departments.staff(g.session, g.actor, department_id=department_id)
    form = ReviewerForm()
    form.offer(staff)
    if form.validate_on_submit():
        chosen = {"department_id": department_id, "person_id": form.person_id.data}
        try:
            departments.appoint_reviewer(g.session, g.actor, **chosen, from_on=form.from_on.data, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The legal reviewer is recorded."), "success")
            return redirect(url_for(".show", department_id=department_id))
    return _file(department_id, staff, form)


@bp.post("/<int:department_id>/reviewers/<int:person_id>/release")
@requires(Action.DEPARTMENT_MANAGE)
def release(department_id: int, person_id: int) -> ResponseReturnValue:
    """A legal reviewer's service ends today."""
    if ReleaseForm().validate_on_submit():
        departments.release_reviewer(
            g.session, g.actor, department_id=department_id, person_id=person_id, until_on=clock.today()
        )
        flash(_("The legal reviewer's service ends today."), "success")
    return redirect(url_for(".show", department_id=department_id))


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
            done = departments.change(g.session, g.actor, entry=form.entry(code=unit.code), reason=form.reason.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The changes are recorded.") if done.updated else _("Nothing was different."), "success")
            return redirect(url_for(".show", department_id=unit.id))
    return render_template("departments/edit.html", form=form, unit=unit), form.status
