"""Attendance as pages: pasted lists, a unit's people ticked off, one line corrected or taken back."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.training import Lack, TrainingKind
from registry.services import departments, people, training
from registry.services.people import PersonFilter
from registry.services.training import AttendanceEntry, ObligationFilter, Proposal
from registry.web.access import requires
from registry.web.forms import RegistryForm, stripped
from registry.web.training import LACKING, hours_field

bp = Blueprint("attendance", __name__, url_prefix="/training")

AT_ONCE = 200  # people of a unit on one page
LONGEST_LIST = 200_000
CHOSEN = "who-"


class PasteForm(RegistryForm):
    lines = TextAreaField(_l("List"), [DataRequired(_l("Paste the list first.")), Length(max=LONGEST_LIST)])


class TickForm(RegistryForm):
    """The boxes are read from the request: one for each person of the unit."""

    hours = hours_field(Optional())


class LineForm(RegistryForm):
    hours = hours_field(InputRequired(_l("Enter the hours.")))
    is_completed = BooleanField(_l("Completed"))
    completed_on = DateField(_l("Completed on"), [Optional()])
    reason = StringField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=500)], filters=[stripped])


class TakeBackForm(RegistryForm):
    reason = StringField(_l("Reason"), [DataRequired(_l("Say why.")), Length(max=500)], filters=[stripped])


@bp.route("/<int:session_id>/attendance", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def paste(session_id: int) -> ResponseReturnValue:
    """A pasted list: read line by line first, and recorded as far as was agreed."""
    held = training.get(g.session, g.actor, session_id).session
    form = PasteForm(data={"lines": "" if request.method == "POST" else _proposed(held)})
    if not form.validate_on_submit():
        return _read(held, form, [])
    if "record" not in request.form:
        return _read(held, form, training.read_list(g.session, g.actor, training=held, text=form.lines.data))
    tally, left = training.record_list(
        g.session, g.actor, training=held, text=form.lines.data, agreed=_agreed(request.form)
    )
    recorded = tally.created + tally.updated
    flash(ngettext("%(num)s person is on the list now.", "%(num)s people are on the list now.", recorded), "success")
    if not left:
        return redirect(url_for("training.show", session_id=session_id))
    form.lines.data = "\n".join(left)
    return _read(held, form, training.read_list(g.session, g.actor, training=held, text=form.lines.data))


def _read(held: Any, form: PasteForm, proposals: Sequence[Proposal]) -> ResponseReturnValue:
    """The page of a pasted list, with what was understood of it."""
    units = [(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)]
    page = render_template("training/paste.html", held=held, form=form, proposals=proposals, units=units)
    return page, form.status


def _agreed(sent: Any) -> dict[int, int]:
    """Line by line, the person whom somebody at the desk has agreed to."""
    chosen = {name.removeprefix(CHOSEN): value for name, value in sent.items() if name.startswith(CHOSEN)}
    return {int(line): int(who) for line, who in chosen.items() if line.isdecimal() and who.isdecimal()}


def _proposed(held: Any) -> str:
    """The list that an address proposes: who attended another session, or who lacks what this one teaches."""
    wanted = request.args.get("propose") or ""
    if wanted.isdecimal():
        rows, _end = training.attended(g.session, g.actor, session_id=int(wanted), size=training.MOST_LINES)
        return training.as_lines([(row.name, row.unit, row.attendance.person.identity_masked) for row in rows])
    if wanted != LACKING:
        return ""
    unit, course = request.args.get("unit", type=int), held.course_id
    owed = training.obligation_of(g.session, year=held.held_on.year, today=clock.today())
    usual = Lack.ONLINE if held.kind is TrainingKind.ONLINE_COMMON_LAW else Lack.HOURS
    chosen = ObligationFilter(department_id=unit, course_id=course, lack=None if course else usual)
    found = training.everybody_owing(g.session, g.actor, owed=owed, chosen=chosen, most=training.MOST_LINES)
    return training.as_lines([(one.name, one.unit, one.identity_masked) for one in found])


@bp.route("/<int:session_id>/attendance/unit", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def tick(session_id: int) -> ResponseReturnValue:
    """The people of one unit as boxes to tick."""
    held = training.get(g.session, g.actor, session_id).session
    unit, after = request.args.get("unit", type=int), request.args.get("after") or None
    form = TickForm()
    if form.validate_on_submit():
        came = people.some(
            g.session, g.actor, person_ids=request.form.getlist("person", type=int)[:AT_ONCE], today=clock.today()
        )
        entries = [AttendanceEntry(person_id=one.id, hours=form.hours.data) for one in came]
        tally = training.attend(g.session, g.actor, training=held, entries=entries)
        recorded = tally.created + tally.updated
        said = ngettext("%(num)s person is on the list now.", "%(num)s people are on the list now.", recorded)
        flash(said, "success" if recorded else "warning")
        return redirect(url_for(".tick", session_id=session_id, unit=unit, after=after))
    return _boxes(held, form, unit, after)


def _boxes(held: Any, form: TickForm, unit: int | None, after: str | None) -> ResponseReturnValue:
    page = None
    if unit is not None:
        chosen = PersonFilter(department_id=unit)
        page = people.search(g.session, g.actor, chosen=chosen, today=clock.today(), after=after, size=AT_ONCE)
    ids = [row.id for row in page.rows] if page else []
    there = training.present(g.session, g.actor, session_id=held.id, person_ids=ids)
    where = {"session_id": held.id, "unit": unit}
    answer = render_template(
        "training/tick.html",
        held=held,
        form=form,
        unit=unit,
        units=[("", _("choose …")), *((one.id, one.name) for one in departments.all_standing(g.session, g.actor))],
        page=page,
        there={person_id for person_id, line in there.items() if line.withdrawn_on is None},
        next_url=url_for(".tick", **where, after=page.after) if page and page.after else None,
        first_url=url_for(".tick", **where) if after else None,
    )
    return answer, form.status


@bp.route("/attendance/<int:attendance_id>", methods=["GET", "POST"])
@requires(Action.TRAINING_MANAGE)
def line(attendance_id: int) -> ResponseReturnValue:
    """Correct hours or completion of one line."""
    there = training.line(g.session, g.actor, attendance_id)
    form = LineForm(obj=there)
    if form.validate_on_submit():
        said = AttendanceEntry(
            person_id=there.person_id,
            hours=form.hours.data,
            is_completed=form.is_completed.data,
            completed_on=form.completed_on.data if form.is_completed.data else None,
        )
        try:
            training.correct_line(
                g.session,
                g.actor,
                attendance_id=attendance_id,
                entry=said,
                reason=form.reason.data,
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The line of %(name)s is corrected.", name=there.person.name), "success")
            return redirect(url_for("training.show", session_id=there.session_id))
    return _line_page(there, form, TakeBackForm(formdata=None)), form.status


@bp.post("/attendance/<int:attendance_id>/take-back")
@requires(Action.TRAINING_MANAGE)
def take_back(attendance_id: int) -> ResponseReturnValue:
    """Take a line off the list that was recorded by mistake."""
    there, form = training.line(g.session, g.actor, attendance_id), TakeBackForm()
    if not form.validate_on_submit():
        return _line_page(there, LineForm(formdata=None, obj=there), form), form.status
    training.take_back(g.session, g.actor, attendance_id=attendance_id, reason=form.reason.data, today=clock.today())
    flash(_("%(name)s is off the list; the line stays on record.", name=there.person.name), "success")
    return redirect(url_for("training.show", session_id=there.session_id))


def _line_page(there: Any, form: LineForm, taking: TakeBackForm) -> str:
    return render_template("training/line.html", there=there, held=there.session, form=form, taking=taking)
