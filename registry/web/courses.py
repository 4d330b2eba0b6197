"""Courses as pages: the list, a course with the sessions held of it, recording and changing."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from registry.rules import RuleBroken
from registry.rules.lists import ListName
from registry.rules.permissions import Action
from registry.rules.training import TrainingKind
from registry.services import training
from registry.services.training import CourseEntry, SessionFilter
from registry.web import lists
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices, stripped
from registry.web.trail import history_of
from registry.web.training import hours_field

bp = Blueprint("courses", __name__, url_prefix="/training/courses")


def _text(title: Any, *validators: Any, most: int) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped])


class CourseForm(RegistryForm):
    code = _text(_l("Code"), DataRequired(_l("Enter the code.")), most=20)
    title = _text(_l("Title"), DataRequired(_l("Enter the title.")), most=120)
    kind = SelectField(_l("Kind of training"), coerce=TrainingKind)
    hours = hours_field(InputRequired(_l("Enter the hours.")))
    is_compulsory = BooleanField(_l("Compulsory: everybody obliged attends it once in every year"))
    is_active = BooleanField(_l("Still given"), default=True)
    note = TextAreaField(_l("Note"), [Length(max=500)], filters=[stripped])

    def offer(self) -> None:
        self.kind.choices = choices(TrainingKind)

    def entry(self) -> CourseEntry:
        values = {name: value for name, value in self.data.items() if name not in {"csrf_token", "reason"}}
        return CourseEntry(**{**values, "note": values["note"] or ""})


class ChangeForm(CourseForm):
    reason = _text(_l("Reason"), DataRequired(_l("Say why.")), most=500)


@bp.get("")
@requires(Action.TRAINING_VIEW)
def index() -> ResponseReturnValue:
    return render_template("training/courses.html", rows=training.courses(g.session, g.actor))


@bp.get("/<int:course_id>")
@requires(Action.TRAINING_VIEW)
def show(course_id: int) -> ResponseReturnValue:
    after = request.args.get("after")
    page = training.sessions(g.session, g.actor, chosen=SessionFilter(course_id=course_id), after=after)
    return render_template(
        "training/course.html",
        course=training.course(g.session, g.actor, course_id),
        page=page,
        listed=lists.plain(ListName.TRAINING),
        history=history_of(training.course_history(g.session, g.actor, course_id=course_id)),
        next_url=url_for(".show", course_id=course_id, after=page.after) if page.after else None,
        first_url=url_for(".show", course_id=course_id) if after else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def new() -> ResponseReturnValue:
    form = CourseForm()
    form.offer()
    if form.validate_on_submit():
        try:
            made = training.add_course(g.session, g.actor, entry=form.entry())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(title)s is recorded.", title=made.title), "success")
            return redirect(url_for(".show", course_id=made.id))
    return render_template("training/course_edit.html", form=form, course=None), form.status


@bp.route("/<int:course_id>/change", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def change(course_id: int) -> ResponseReturnValue:
    course = training.course(g.session, g.actor, course_id)
    form = ChangeForm(obj=course)
    form.offer()
    if form.validate_on_submit():
        try:
            changed = training.change_course(
                g.session, g.actor, course_id=course_id, entry=form.entry(), reason=form.reason.data
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The change is recorded.") if changed else _("Nothing was different."), "success")
            return redirect(url_for(".show", course_id=course_id))
    return render_template("training/course_edit.html", form=form, course=course), form.status
