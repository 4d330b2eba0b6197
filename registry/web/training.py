"""Training as pages: sessions listed, recorded, changed, copied, taken back, and exported."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.lists import ListName, usual
from registry.rules.permissions import Action
from registry.rules.training import TrainingKind, TrainingMode
from registry.services import tables, training
from registry.services.training import SessionEntry, SessionFilter
from registry.web import asked, lists
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import RegistryForm, choices, number, stripped
from registry.web.trail import history_of

bp = Blueprint("training", __name__, url_prefix="/training")

FILTERS = ("q", "year", "kind", "mode")
LACKING = "lacking"
COPIED = ("title", "kind", "mode", "hours", "place", "organiser", "course_id")


def _text(title: Any, *validators: Any, most: int = 100) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped])


def hours_field(*validators: Any) -> DecimalField:
    """Hours of lessons, to the tenth."""
    within = NumberRange(0, training.MOST_HOURS, _l("Hours lie between 0 and 999."))
    return DecimalField(_l("Hours"), [*validators, within], places=1)


class SessionForm(RegistryForm):
    course_id = SelectField(_l("Course"), coerce=number)
    title = _text(_l("Title"), DataRequired(_l("Enter the title.")), most=120)
    kind = SelectField(_l("Kind of training"), coerce=TrainingKind)
    mode = SelectField(_l("Form"), coerce=TrainingMode)
    held_on = DateField(_l("First day"), [InputRequired(_l("Enter the day."))])
    ended_on = DateField(_l("Last day"), [Optional()])
    hours = hours_field(InputRequired(_l("Enter the hours.")))
    place = _text(_l("Place"))
    organiser = _text(_l("Organiser"))

    def offer(self) -> None:
        given = [row.course for row in training.courses(g.session, g.actor)]
        self.course_id.choices = [("", _("none")), *((one.id, one.title) for one in given if self._may_be(one))]
        self.kind.choices, self.mode.choices = choices(TrainingKind), choices(TrainingMode)

    def _may_be(self, course: Any) -> bool:
        """A course that is given no more stays where it was chosen."""
        return bool(course.is_active) or course.id == self.course_id.data

    def entry(self) -> SessionEntry:
        values = {name: value for name, value in self.data.items() if name not in {"csrf_token", "reason"}}
        return SessionEntry(**{**values, "course_id": values["course_id"] or None})


class ChangeForm(SessionForm):
    reason = _text(_l("Reason"), DataRequired(_l("Say why.")), most=500)


class WithdrawForm(RegistryForm):
    reason = _text(_l("Reason"), DataRequired(_l("Say why.")), most=500)


@bp.get("")
@requires(Action.TRAINING_VIEW)
def index() -> ResponseReturnValue:
    return render_template(
        "training/index.html",
        page=training.sessions(g.session, g.actor, chosen=_chosen(), after=request.args.get("after")),
        listed=lists.listed(ListName.TRAINING, FILTERS),
        years=[(one, one) for one in training.years(g.session)],
        kinds=choices(TrainingKind, _("all kinds")),
        modes=choices(TrainingMode, _("in any form")),
    )


@bp.post("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export_list() -> ResponseReturnValue:
    """The sessions listed, with the columns named. A POST: what leaves the house leaves a line in the trail."""
    columns = lists.chosen_columns(ListName.TRAINING) or usual(ListName.TRAINING)
    return spreadsheet(tables.training(g.session, g.actor, chosen=_chosen(), columns=columns), _("training") + ".xlsx")


def _chosen() -> SessionFilter:
    kind, mode = request.args.get("kind"), request.args.get("mode")
    return SessionFilter(
        text=request.args.get("q") or "",
        year=asked.year(),
        kind=TrainingKind(kind) if kind in set(TrainingKind) else None,
        mode=TrainingMode(mode) if mode in set(TrainingMode) else None,
    )


@bp.get("/<int:session_id>")
@requires(Action.TRAINING_VIEW)
def show(session_id: int) -> ResponseReturnValue:
    held = training.get(g.session, g.actor, session_id)
    start = request.args.get("after", type=int)
    rows, after = training.attended(g.session, g.actor, session_id=session_id, after=start)
    taken_back, _end = training.attended(g.session, g.actor, session_id=session_id, taken_back=True)
    return render_template(
        "training/show.html",
        row=held,
        held=held.session,
        rows=rows,
        taken_back=taken_back,
        history=history_of(training.session_history(g.session, g.actor, session_id=session_id)),
        next_url=url_for(".show", session_id=session_id, after=after) if after else None,
        first_url=url_for(".show", session_id=session_id) if start else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def new() -> ResponseReturnValue:
    """A session, begun anew, from a course or from an earlier session."""
    source = request.args.get("copy", type=int)
    form = SessionForm(data=_begun_with(request.args.get("course", type=int), source))
    form.offer()
    if form.validate_on_submit():
        try:
            held = training.open_session(g.session, g.actor, entry=form.entry())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(title)s is recorded.", title=held.title), "success")
            return redirect(_next_step(held.id, source))
    return render_template("training/edit.html", form=form, held=None, source=source), form.status


def _begun_with(course_id: int | None, source: int | None) -> dict[str, Any]:
    """What is known of a session before it is recorded: what its course says, or the session that is copied."""
    if source is not None:
        copied = training.get(g.session, g.actor, source).session
        return {name: getattr(copied, name) for name in COPIED}
    if course_id is None:
        return {}
    course = training.course(g.session, g.actor, course_id)
    last = training.last_held(g.session, g.actor, course_id=course_id)
    usual = {name: getattr(last, name) for name in ("mode", "place", "organiser")} if last else {}
    if last is None and course.kind is TrainingKind.ONLINE_COMMON_LAW:
        usual = {"mode": TrainingMode.ONLINE}
    return {**usual, "course_id": course.id, "title": course.title, "kind": course.kind, "hours": course.hours}


def _next_step(session_id: int, source: int | None) -> str:
    """To the attendance with a proposal when there is one, else to the session."""
    proposal = source or (LACKING if request.args.get("propose") == LACKING else None)
    if proposal is None:
        return url_for(".show", session_id=session_id)
    unit = request.args.get("unit", type=int)
    return url_for("attendance.paste", session_id=session_id, propose=proposal, unit=unit)


@bp.route("/<int:session_id>/change", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def change(session_id: int) -> ResponseReturnValue:
    held = training.get(g.session, g.actor, session_id).session
    form = ChangeForm(obj=held)
    form.offer()
    if form.validate_on_submit():
        try:
            changed = training.change_session(
                g.session, g.actor, session_id=session_id, entry=form.entry(), reason=form.reason.data
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The change is recorded.") if changed else _("Nothing was different."), "success")
            return redirect(url_for(".show", session_id=session_id))
    return render_template("training/edit.html", form=form, held=held, source=None), form.status


@bp.route("/<int:session_id>/withdrawal", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def withdraw(session_id: int) -> ResponseReturnValue:
    """Take back a session that was recorded by mistake and that nobody attended."""
    row, form = training.get(g.session, g.actor, session_id), WithdrawForm()
    if form.validate_on_submit():
        try:
            training.withdraw_session(
                g.session, g.actor, session_id=session_id, reason=form.reason.data, today=clock.today()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(title)s is taken back; its page and its history stay.", title=row.session.title), "success")
            return redirect(url_for(".index"))
    return render_template("training/withdraw.html", form=form, row=row, held=row.session), form.status


@bp.post("/<int:session_id>/export")
@requires(Action.PERSON_EXPORT)
def export(session_id: int) -> ResponseReturnValue:
    """Who attended, in the columns in which training records are brought in."""
    held = training.get(g.session, g.actor, session_id).session
    content = training.attendance_book(g.session, g.actor, session_id=session_id)
    return spreadsheet(content, f"{held.title} {held.held_on:%Y-%m-%d} 参训人员.xlsx")
