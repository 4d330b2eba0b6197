"""Units as pages: the list with its coverage, a unit's file, recording and changing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.departments import DepartmentKind, SubjectStanding, reviewers_needed, standing_on
from registry.rules.imports import ImportKind
from registry.rules.lists import ListName
from registry.rules.people import Duty
from registry.rules.permissions import Action
from registry.rules.policy import Policy
from registry.services import board, departments, imports, ministry, people, policies, tables
from registry.services.departments import DepartmentEntry, DepartmentFilter, StaffRow
from registry.web import asked, lists, past
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import RegistryForm, choices, number, stripped
from registry.web.trail import history_of
from registry.web.words import label

bp = Blueprint("departments", __name__, url_prefix="/departments")

EMPTY_AS_NONE = {
    "confirmation_notice",
    "entrusting_code",
    "entrustment_document",
    "legal_review_section",
    "parent_code",
}
FILTERS = ("q", "kind", "standing")
COLUMNS = tuple((column.name, column.title) for column in imports.LAYOUTS[ImportKind.DEPARTMENTS])


def _text(title: Any, *validators: Any, most: int) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped])


class DepartmentForm(RegistryForm):
    code = _text(_l("Code"), DataRequired(_l("Enter the unit's code.")), most=20)
    name = _text(_l("Name of the unit"), DataRequired(_l("Enter the unit's name.")), most=100)
    short_name = _text(_l("Short name"), most=40)
    kind = SelectField(_l("Kind of body"), coerce=DepartmentKind)
    parent_code = SelectField(_l("Parent unit"))
    confirmation_notice = _text(_l("Confirmation notice"), most=100)
    confirmed_on = DateField(_l("Confirmed as enforcement subject on"), [Optional()])
    entrusting_code = SelectField(_l("Entrusting unit"))
    entrusted_from = DateField(_l("Entrusted from"), [Optional()])
    entrusted_until = DateField(_l("Entrusted until"), [Optional()])
    entrustment_document = _text(_l("Document of the entrustment"), most=100)
    enforcement_field = _text(_l("Fields of enforcement"), most=400)
    enforcement_area = _text(_l("Areas of enforcement"), most=400)
    enforcement_basis = _text(_l("Legal basis of the main field"), most=200)
    legal_review_section = _text(_l("Legal-review section"), most=60)

    def offer(self) -> None:
        self.kind.choices = choices(DepartmentKind)
        units = [(unit.code, unit.name) for unit in departments.all_standing(g.session, g.actor)]
        for field in (self.entrusting_code, self.parent_code):
            ended = [(field.data, field.data)] if field.data and field.data not in dict(units) else []
            field.choices = [("", _("none")), *units, *ended]

    def values(self) -> dict[str, Any]:
        """The fields of a DepartmentEntry that the form shows."""
        values = {name: value for name, value in self.data.items() if name not in {"csrf_token", "reason"}}
        if values["kind"] is not DepartmentKind.ENTRUSTED_ORGANISATION:
            values |= dict.fromkeys(("entrusted_from", "entrusted_until", "entrustment_document"))
        return values | {name: values[name] or None for name in EMPTY_AS_NONE & values.keys()}


class ChangeForm(DepartmentForm):
    """A name and a confirmation change by acts of their own."""

    name = confirmation_notice = confirmed_on = None
    changed_on = DateField(_l("So since"), [Optional()])
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
    chosen, today = _chosen(), clock.today()
    page = departments.search(g.session, g.actor, chosen=chosen, today=today, after=request.args.get("after"))
    policy = policies.in_force(g.session, today)
    return render_template(
        "departments/index.html",
        page=page,
        listed=lists.listed(ListName.DEPARTMENTS, FILTERS),
        count=departments.count(g.session, g.actor, chosen=chosen, today=today),
        reviews={row.unit.id: _review(row.reviewers, row.officers, policy) for row in page.rows},
        percent=policy.legal_reviewer_percent,
        kinds=choices(DepartmentKind, _("all kinds")),
        standings=choices(SubjectStanding, _("all that have not ended")),
    )


@bp.post("/export.xlsx")
@requires(Action.DEPARTMENT_EXPORT)
def export() -> ResponseReturnValue:
    """The list as a file, with the columns named, or with all, as it can be brought in again; the trail tells of it."""
    columns, today = lists.chosen_columns(ListName.DEPARTMENTS), clock.today()
    if columns:
        content = tables.departments(g.session, g.actor, chosen=_chosen(), columns=columns, today=today)
    else:
        content = departments.export(g.session, g.actor, chosen=_chosen(), columns=COLUMNS, today=today)
    return spreadsheet(content, _("units") + ".xlsx")


def _chosen() -> DepartmentFilter:
    kind, standing = request.args.get("kind"), request.args.get("standing")
    return DepartmentFilter(
        text=request.args.get("q") or "",
        kind=DepartmentKind(kind) if kind in set(DepartmentKind) else None,
        standing=SubjectStanding(standing) if standing in set(SubjectStanding) else None,
    )


@dataclass(frozen=True, slots=True)
class LegalReview:
    """A unit's legal reviewers beside its officers, and the fewest that the indicator asks for."""

    count: int
    officers: int
    needed: int
    percent: str

    @property
    def is_enough(self) -> bool:
        return self.count >= self.needed


def _review(count: int, officers: int, policy: Policy) -> LegalReview:
    needed = reviewers_needed(officers, policy.legal_reviewer_percent)
    return LegalReview(count, officers, needed, board.percent(count, officers))


@bp.get("/<int:department_id>")
@requires(Action.DEPARTMENT_VIEW)
def show(department_id: int) -> ResponseReturnValue:
    """A unit's file; with ?as_of= as it was on that day."""
    if (day := asked.past_day(clock.today())) is not None:
        return past.department(department_id, day)
    staff = _staff(department_id)
    form = ReviewerForm(from_on=clock.today())
    form.offer(staff)
    return _file(department_id, staff, form)


def _staff(department_id: int) -> list[StaffRow]:
    """Whom to choose a reviewer from; in a large unit those whose name begins as the address says."""
    return departments.staff(g.session, g.actor, department_id=department_id, name=_begun())


def _begun() -> str:
    return request.args.get("reviewer", "").strip()


def _file(department_id: int, staff: Sequence[StaffRow], form: ReviewerForm) -> ResponseReturnValue:
    """A unit's file; with what was wrong, when a reviewer could not be appointed."""
    unit, today = departments.get(g.session, g.actor, department_id), clock.today()
    policy, own = policies.in_force(g.session, today), {"department_id": unit.id}
    duties = departments.duties(g.session, g.actor, **own)
    line = board.unit_line(g.session, g.actor, **own, policy=policy, today=today)
    reviewers = departments.reviewers(g.session, g.actor, **own, today=today)
    page = render_template(
        "departments/show.html",
        unit=unit,
        line=line,
        standing=standing_on(departments.standings_on(g.session, today)[unit.id], today),
        duties=[(label(duty), number) for duty, number in duties.items()],
        names=departments.name_history(g.session, g.actor, **own),
        profiles=departments.profile_history(g.session, g.actor, **own),
        scopes=departments.scopes(g.session, g.actor, **own),
        mandates=departments.earlier_mandates(g.session, g.actor, **own),
        hanging=departments.hanging_on(g.session, g.actor, **own, today=today),
        may_reopen=unit.ended_on is not None and not departments.has_moved_on(g.session, unit),
        reviewers=reviewers,
        seconded=people.seconded(g.session, g.actor, **own, today=today),
        filed=ministry.count_of(g.session, g.actor, department_id=unit.id),
        review=_review(len(reviewers), duties[Duty.ENFORCEMENT], policy),
        policy=policy,
        history=history_of(departments.history(g.session, g.actor, **own)),
        form=form,
        begun=_begun(),
        is_cut=len(staff) == departments.STAFF_SHOWN,
        release=ReleaseForm(formdata=None),
    )
    return page, form.status


@bp.post("/<int:department_id>/reviewers")
@requires(Action.DEPARTMENT_MANAGE)
def appoint(department_id: int) -> ResponseReturnValue:
    """Make one of the unit's people its legal reviewer."""
    staff = _staff(department_id)
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
    form = DepartmentForm(parent_code=request.args.get("parent", ""))
    form.offer()
    if form.validate_on_submit():
        entry = DepartmentEntry(**form.values())
        try:
            unit = departments.establish(g.session, g.actor, entry=entry, today=clock.today())
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
    there = departments.on_record(g.session)[unit.code]
    form = ChangeForm(obj=there)
    form.offer()
    form.code.data = unit.code
    if form.validate_on_submit():
        entry = replace(there, **form.values())
        try:
            done = departments.change(g.session, g.actor, entry=entry, reason=form.reason.data, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The changes are recorded.") if done.updated else _("Nothing was different."), "success")
            return redirect(url_for(".show", department_id=unit.id))
    since = departments.profile_history(g.session, g.actor, department_id=unit.id)[0].from_on
    return render_template("departments/edit.html", form=form, unit=unit, since=since), form.status
