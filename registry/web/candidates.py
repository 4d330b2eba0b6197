"""Candidates of a sitting as pages: the list with its rooms, who is proposed, adding by hand, slips and sheets."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.candidates import PROPOSED, Call, PaperForm
from registry.rules.permissions import Action
from registry.services import departments, exams, people
from registry.services.changes import Tally
from registry.services.exams import PaperChoice, Printed
from registry.services.people import PersonFilter
from registry.web.access import requires
from registry.web.answers import PDF, attachment
from registry.web.forms import RegistryForm, number

bp = Blueprint("candidates", __name__, url_prefix="/exams")

PAGE = 100
FOUND_AT_MOST = 20
LONGEST_LIST = 60_000  # letters
NOT_PROPOSED = (Call.ELSEWHERE, Call.EXHAUSTED, Call.NOT_ELIGIBLE)


class SeatsForm(RegistryForm):
    rooms = StringField(_l("Rooms and their seats"), [Length(max=500)])
    is_mixed = BooleanField(_l("Neighbours from different units"), default=True)


class EntryForm(RegistryForm):
    """Ticked people, or a button that enters one or all."""

    def ticked(self) -> list[int]:
        return request.form.getlist("person", type=int)


class ListForm(RegistryForm):
    lines = TextAreaField(
        _l("List of people"), [DataRequired(_l("Paste at least one line.")), Length(max=LONGEST_LIST)]
    )


class RemovalForm(RegistryForm):
    reason = StringField(_l("Reason"), [Length(max=500)])


class PapersForm(RegistryForm):
    department_id = SelectField(_l("Unit"), coerce=number, default="")
    room = SelectField(_l("Room"), default="")


@bp.get("/<int:sitting_id>/candidates")
@requires(Action.EXAM_VIEW)
def index(sitting_id: int) -> ResponseReturnValue:
    return _list(sitting_id, SeatsForm(formdata=None))


def _list(sitting_id: int, form: SeatsForm) -> ResponseReturnValue:
    """The candidates in the order of their numbers; with what was wrong, when seats could not be allotted."""
    row, start = exams.get(g.session, g.actor, sitting_id), request.args.get("after")
    chosen: dict[str, Any] = {"unit": request.args.get("unit", type=int), "room": request.args.get("room") or None}
    found = exams.candidates(
        g.session,
        g.actor,
        sitting_id=sitting_id,
        department_id=chosen["unit"],
        room=chosen["room"],
        after=start,
        size=PAGE + 1,
    )
    if not form.is_submitted():
        form.rooms.data = row.sitting.room_plan
    last = found[PAGE - 1].admission_number if len(found) > PAGE else None
    page = render_template(
        "exams/candidates.html",
        row=row,
        sitting=row.sitting,
        candidates=found[:PAGE],
        chosen=chosen,
        units=_units(),
        rooms=exams.rooms_of(g.session, sitting_id=sitting_id),
        unseated=exams.unseated(g.session, g.actor, sitting_id=sitting_id),
        form=form,
        next_url=url_for(".index", sitting_id=sitting_id, **chosen, after=last) if last else None,
        first_url=url_for(".index", sitting_id=sitting_id, **chosen) if start else None,
    )
    return page, form.status


@bp.post("/<int:sitting_id>/candidates/seats")
@requires(Action.EXAM_MANAGE)
def seats(sitting_id: int) -> ResponseReturnValue:
    """Number and seat everybody anew."""
    form = SeatsForm()
    try:
        form.validate()
        count = exams.allot_seats(
            g.session, g.actor, sitting_id=sitting_id, rooms=form.rooms.data or "", is_mixed=form.is_mixed.data
        )
    except RuleBroken as broken:
        form.refuse(broken)
        return _list(sitting_id, form)
    told = ngettext("%(num)s candidate is numbered and seated.", "%(num)s candidates are numbered and seated.", count)
    without = _("Every candidate has a number; nobody has a seat, for no room is named.")
    flash(told if form.rooms.data else without, "success")
    return redirect(url_for(".index", sitting_id=sitting_id), 303)


@bp.route("/<int:sitting_id>/candidates/proposed", methods=["GET", "POST"])
@requires(Action.EXAM_VIEW)
def proposed(sitting_id: int) -> ResponseReturnValue:
    """Who needs the sitting, by what for; those ticked, or all that are proposed, are entered."""
    form, unit, start = EntryForm(), request.args.get("unit", type=int), request.args.get("after", type=int)
    shown = request.args.get("show", "")
    here: dict[str, Any] = {"sitting_id": sitting_id, "unit": unit, "show": shown or None}
    if form.validate_on_submit():
        if "everybody" in request.form:
            following = _enter_everybody(sitting_id, unit, form)
        else:
            following = url_for(".proposed", **here, after=start) if _enter(sitting_id, form, form.ticked()) else None
        if following:
            return redirect(following, 303)
    calls = NOT_PROPOSED if shown == "rest" else [call for call in PROPOSED if call.value == shown] or PROPOSED
    found = exams.proposals(
        g.session, g.actor, sitting_id=sitting_id, department_id=unit, calls=calls, after=start, size=PAGE
    )
    row = exams.get(g.session, g.actor, sitting_id)
    page = render_template(
        "exams/proposed.html",
        row=row,
        sitting=row.sitting,
        found=found,
        jobs=exams.entering_jobs(g.session, g.actor, sitting_id=sitting_id),
        counted=exams.COUNTED,
        shown=shown,
        unit=unit,
        units=_units(),
        calls=PROPOSED,
        rest=NOT_PROPOSED,
        form=form,
        here=url_for(".proposed", **here, after=start),
        next_url=url_for(".proposed", **here, after=found.after) if found.after else None,
        first_url=url_for(".proposed", **here) if start else None,
    )
    return page, form.status


@bp.route("/<int:sitting_id>/candidates/add", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def add(sitting_id: int) -> ResponseReturnValue:
    """Enter people by hand: found by name or number, or read from a pasted list, each with what stands in the way."""
    form, entry = ListForm(), EntryForm()
    text, lines = request.args.get("q", "").strip(), []
    if "enter" in request.form and entry.validate_on_submit():
        if _enter(sitting_id, entry, entry.ticked()):
            return redirect(url_for(".index", sitting_id=sitting_id), 303)
    elif request.method == "POST" and form.validate():
        lines = people.recognise(g.session, g.actor, form.lines.data.splitlines())
    found = _found(text)
    known = [person.person_id for line in lines for person in line.people] + [one.id for one in found]
    row = exams.get(g.session, g.actor, sitting_id)
    page = render_template(
        "exams/add_candidates.html",
        row=row,
        sitting=row.sitting,
        text=text,
        found=found,
        lines=lines,
        entrants=exams.entrants(g.session, g.actor, sitting_id=sitting_id, person_ids=known),
        entered={one.person_id for one in exams.candidates(g.session, g.actor, sitting_id=sitting_id)},
        form=form,
        entry=entry,
    )
    return page, 422 if entry.refusals or form.errors else 200


@bp.route("/candidates/<int:candidate_id>/removal", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def take_off(candidate_id: int) -> ResponseReturnValue:
    """Take a candidate off the list, with the reason."""
    candidate, person, sitting = exams.candidate(g.session, g.actor, candidate_id)
    form = RemovalForm()
    if form.validate_on_submit():
        try:
            exams.take_off(g.session, g.actor, candidate_id=candidate_id, reason=form.reason.data or "")
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(name)s is taken off the list.", name=person.name), "success")
            return redirect(url_for(".index", sitting_id=sitting.id), 303)
    page = render_template("exams/take_off.html", form=form, candidate=candidate, person=person, sitting=sitting)
    return page, form.status


@bp.route("/<int:sitting_id>/papers", methods=["GET", "POST"])
@requires(Action.EXAM_PRINT)
def papers(sitting_id: int) -> ResponseReturnValue:
    """Slips, sign-in sheets and record forms: few at once as a file, many as long work whose paper is kept here."""
    form = PapersForm()
    units = [] if g.actor.is_unit_bound else _units()
    form.department_id.choices = [("", _("all units")), *units]
    rooms = exams.rooms_of(g.session, sitting_id=sitting_id)
    form.room.choices = [("", _("all rooms")), *((room, room) for room in rooms)]
    wanted = next((paper for paper in PaperForm if paper.value in request.form), None)
    if wanted and form.validate_on_submit():
        unit = g.actor.department_id if g.actor.is_unit_bound else form.department_id.data or None
        choice = PaperChoice(sitting_id=sitting_id, form=wanted, department_id=unit, room=form.room.data or "")
        try:
            made = exams.print_or_ask(g.session, g.actor, choice=choice)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            if isinstance(made, Printed):
                return attachment(made.content, made.filename, PDF)
            return redirect(url_for("jobs.show", job_id=made.id), 303)
    row = exams.get(g.session, g.actor, sitting_id)
    page = render_template(
        "exams/papers.html",
        row=row,
        sitting=row.sitting,
        form=form,
        kept=exams.papers(g.session, g.actor, sitting_id=sitting_id),
        jobs=exams.printing_jobs(g.session, g.actor, sitting_id=sitting_id),
    )
    return page, form.status


@bp.get("/papers/<int:paper_id>")
@requires(Action.EXAM_PRINT)
def paper(paper_id: int) -> ResponseReturnValue:
    """A paper that the worker printed."""
    kept = exams.kept_paper(g.session, g.actor, paper_id=paper_id)
    return attachment(kept.content, kept.filename, PDF)


def _enter(sitting_id: int, form: EntryForm, person_ids: Sequence[int]) -> bool:
    """Enter people; what stands in the way goes above the page, and nobody is entered."""
    if not person_ids:
        form.refusals.append(_("Tick at least one person."))
        return False
    try:
        done = exams.enter(g.session, g.actor, sitting_id=sitting_id, person_ids=person_ids)
    except RuleBroken as broken:
        form.refuse(broken)
        return False
    flash(_told(done), "success" if done.created else "info")
    return True


def _enter_everybody(sitting_id: int, unit: int | None, form: EntryForm) -> str | None:
    """Enter all that are proposed, or leave it to the worker; the address of the page that follows, if one does."""
    try:
        done = exams.enter_proposed(g.session, g.actor, sitting_id=sitting_id, department_id=unit)
    except RuleBroken as broken:
        form.refuse(broken)
        return None
    if not isinstance(done, Tally):
        return url_for("jobs.show", job_id=done.id)
    flash(_told(done), "success" if done.created else "info")
    return url_for(".proposed", sitting_id=sitting_id, unit=unit)


def _told(done: Tally) -> str:
    entered = ngettext("%(num)s candidate is entered.", "%(num)s candidates are entered.", done.created)
    if not done.unchanged:
        return str(entered)
    known = ngettext("%(num)s was entered before.", "%(num)s were entered before.", done.unchanged)
    return f"{entered} {known}"


def _found(text: str) -> Sequence[Any]:
    if not text:
        return []
    chosen = PersonFilter(text=text)
    return people.search(g.session, g.actor, chosen=chosen, today=clock.today(), size=FOUND_AT_MOST).rows


def _units() -> list[tuple[int, str]]:
    """Units to choose from, by name."""
    names: Mapping[int, str] = departments.names(g.session)
    return sorted(names.items(), key=lambda unit: unit[1])
