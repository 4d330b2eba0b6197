"""Exams as pages: sittings announced and changed, their results, corrections."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, DateField, DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.candidates import SittingState
from registry.rules.certificates import CertificateKind
from registry.rules.exams import TYPED, ExamOutcome, ExamSubject
from registry.rules.lists import ListName, usual
from registry.rules.permissions import Action
from registry.services import departments, exams, policies, tables
from registry.services.exams import Announcement, SittingRow
from registry.web import asked, lists
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import RegistryForm, choices, stripped
from registry.web.trail import history_of

bp = Blueprint("exams", __name__, url_prefix="/exams")

YES_NO = {"yes": True, "no": False}
FILTERS = ("year", "subject", "state")
TITLE_LENGTH, STARTS_LENGTH, PLACE_LENGTH, NOTE_LENGTH = 60, 40, 60, 120  # what an admission slip has room for


class CorrectionForm(RegistryForm):
    outcome = SelectField(_l("Outcome"), coerce=ExamOutcome)
    score = DecimalField(_l("Score"), [Optional()], places=1)
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why the result is corrected.")), Length(max=500)])

    def right_score(self) -> Decimal | None:
        """An absent or annulled candidate has none, whatever stands in the field."""
        return self.score.data if self.outcome.data is ExamOutcome.SCORED else None


class SittingForm(RegistryForm):
    title = StringField(
        _l("Title"), [DataRequired(_l("Give the exam its title.")), Length(max=TITLE_LENGTH)], filters=[stripped]
    )
    place = StringField(_l("Place"), [Length(max=PLACE_LENGTH)], filters=[stripped])
    note = TextAreaField(_l("Note for candidates"), [Length(max=NOTE_LENGTH)], filters=[stripped])


class AnnouncementForm(SittingForm):
    held_on = DateField(_l("Day of the exam"), [InputRequired(_l("Enter the day."))])
    has_common = BooleanField(_l("Common legal knowledge"), default=True)
    common_starts = StringField(_l("Time of the common subject"), [Length(max=STARTS_LENGTH)], filters=[stripped])
    has_special = BooleanField(_l("Special legal knowledge"), default=True)
    special_starts = StringField(_l("Time of the special subject"), [Length(max=STARTS_LENGTH)], filters=[stripped])
    enforcement_field = SelectField(_l("Field of the special subject"), default="")

    def offer(self) -> None:
        """Fill in the fields in which units of the register enforce."""
        units = departments.all_standing(g.session, g.actor)
        fields = sorted({unit.enforcement_field for unit in units if unit.enforcement_field})
        self.enforcement_field.choices = [("", _("every field")), *((one, one) for one in fields)]

    def announcement(self) -> Announcement:
        """The sittings that are ticked, each with its time."""
        offered = (
            (ExamSubject.COMMON_LAW, self.has_common, self.common_starts),
            (ExamSubject.SPECIAL_LAW, self.has_special, self.special_starts),
        )
        return Announcement(
            title=self.title.data,
            held_on=self.held_on.data,
            starts={subject: starts.data for subject, ticked, starts in offered if ticked.data},
            place=self.place.data,
            note=self.note.data,
            enforcement_field=self.enforcement_field.data or "",
        )


class ChangeForm(SittingForm):
    starts = StringField(_l("Time of day"), [Length(max=STARTS_LENGTH)], filters=[stripped])
    reason = StringField(_l("Reason"), [Length(max=500)])


@bp.get("")
@requires(Action.EXAM_VIEW)
def index() -> ResponseReturnValue:
    chosen = _chosen()
    return render_template(
        "exams/index.html",
        page=exams.sittings(g.session, g.actor, **chosen, after=request.args.get("after")),
        listed=lists.listed(ListName.EXAMS, FILTERS),
        chosen=chosen,
        years=[(one, one) for one in exams.years(g.session)],
        subjects=choices(ExamSubject),
        states=choices(SittingState),
    )


@bp.post("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export_list() -> ResponseReturnValue:
    """The sittings listed, with the columns named. A POST: what leaves the house leaves a line in the trail."""
    columns = lists.chosen_columns(ListName.EXAMS) or usual(ListName.EXAMS)
    return spreadsheet(tables.exams(g.session, g.actor, **_chosen(), columns=columns), _("exams") + ".xlsx")


def _chosen() -> dict[str, Any]:
    return {"year": asked.year(), "subject": _word(ExamSubject, "subject"), "state": _word(SittingState, "state")}


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def new() -> ResponseReturnValue:
    """Announce the sittings of a day; the page shows which marks are in force on it."""
    form = AnnouncementForm(held_on=_day("held_on"))
    form.offer()
    if form.validate_on_submit():
        if not form.announcement().starts:
            form.refusals.append(_("Choose at least one subject."))
        else:
            try:
                announced = exams.announce_together(g.session, g.actor, announcement=form.announcement())
            except RuleBroken as broken:
                form.refuse(broken)
            else:
                count = len(announced)
                flash(ngettext("%(num)s sitting is announced.", "%(num)s sittings are announced.", count), "success")
                return redirect(url_for(".show", sitting_id=announced[0].id), 303)
    policy = policies.in_force(g.session, form.held_on.data or clock.today())
    return render_template("exams/new.html", form=form, policy=policy), form.status


@bp.get("/<int:sitting_id>")
@requires(Action.EXAM_VIEW)
def show(sitting_id: int) -> ResponseReturnValue:
    row, chosen = exams.get(g.session, g.actor, sitting_id), request.args.get("passed")
    start = request.args.get("after", type=int)
    results, after = exams.results(
        g.session,
        g.actor,
        sitting_id=sitting_id,
        passed=YES_NO.get(chosen or ""),
        after=start,
    )
    return render_template(
        "exams/show.html",
        row=row,
        sitting=row.sitting,
        results=results,
        chosen=chosen,
        kinds=list(CertificateKind),
        history=_history(row),
        next_url=url_for(".show", sitting_id=sitting_id, passed=chosen, after=after) if after else None,
        first_url=url_for(".show", sitting_id=sitting_id, passed=chosen) if start else None,
    )


@bp.route("/<int:sitting_id>/change", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def change(sitting_id: int) -> ResponseReturnValue:
    """Change what a sitting says of its title, time, place and note, with the reason."""
    row = exams.get(g.session, g.actor, sitting_id)
    form = ChangeForm(obj=row.sitting)
    if form.validate_on_submit():
        values = {name: form[name].data or "" for name in ("title", "starts", "place", "note", "reason")}
        try:
            exams.change_sitting(g.session, g.actor, sitting_id=sitting_id, **values)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The sitting is changed. Print slips and sheets again if any were printed."), "success")
            return redirect(url_for(".show", sitting_id=sitting_id), 303)
    return render_template("exams/change.html", form=form, row=row, sitting=row.sitting), form.status


@bp.route("/results/<int:result_id>/correction", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def correct(result_id: int) -> ResponseReturnValue:
    row = exams.result(g.session, g.actor, result_id)
    form = CorrectionForm(obj=row.result)
    form.outcome.choices = choices(TYPED)
    if form.validate_on_submit():
        try:
            exams.correct_result(
                g.session,
                g.actor,
                result_id=result_id,
                score=form.right_score(),
                outcome=form.outcome.data,
                reason=form.reason.data,
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The correction is published; the earlier result stays on record."), "success")
            return redirect(url_for(".show", sitting_id=row.result.sitting_id))
    return render_template("exams/correction.html", form=form, row=row), form.status


def _history(row: SittingRow) -> list[Any]:
    """What was done to the sitting; it names people of every unit, so a unit's people have none."""
    if g.actor.is_unit_bound:
        return []
    return history_of(exams.history(g.session, g.actor, sitting_id=row.sitting.id))


def _word(words: type[Any], name: str) -> Any:
    """The word of an enum in the address; None when there is none, or none that it knows."""
    return next((word for word in words if word.value == request.args.get(name)), None)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
