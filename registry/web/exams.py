"""Exams as pages: sittings, their results, corrections, and issuing to those who passed."""

from decimal import Decimal

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DecimalField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamOutcome
from registry.rules.permissions import Action
from registry.services import exams
from registry.web import asked
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices

bp = Blueprint("exams", __name__, url_prefix="/exams")

YES_NO = {"yes": True, "no": False}


class CorrectionForm(RegistryForm):
    outcome = SelectField(_l("Outcome"), coerce=ExamOutcome)
    score = DecimalField(_l("Score"), [Optional()], places=1)
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why the result is corrected.")), Length(max=500)])

    def right_score(self) -> Decimal | None:
        """An absent or annulled candidate has none, whatever stands in the field."""
        return self.score.data if self.outcome.data is ExamOutcome.SCORED else None


@bp.get("")
@requires(Action.EXAM_VIEW)
def index() -> ResponseReturnValue:
    year = asked.year()
    after = request.args.get("after")
    page = exams.sittings(g.session, g.actor, year=year, after=after)
    return render_template(
        "exams/index.html",
        page=page,
        year=year,
        years=[(one, one) for one in exams.years(g.session)],
        next_url=url_for(".index", year=year, after=page.after) if page.after else None,
        first_url=url_for(".index", year=year) if after else None,
    )


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
        next_url=url_for(".show", sitting_id=sitting_id, passed=chosen, after=after) if after else None,
        first_url=url_for(".show", sitting_id=sitting_id, passed=chosen) if start else None,
    )


@bp.route("/results/<int:result_id>/correction", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def correct(result_id: int) -> ResponseReturnValue:
    row = exams.result(g.session, g.actor, result_id)
    form = CorrectionForm(obj=row.result)
    form.outcome.choices = choices(ExamOutcome)
    if form.validate_on_submit():
        try:
            exams.correct_result(
                g.session,
                g.actor,
                result_id=result_id,
                score=form.right_score(),
                outcome=form.outcome.data,
                reason=form.reason.data,
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The correction is published; the earlier result stays on record."), "success")
            return redirect(url_for(".show", sitting_id=row.result.sitting_id))
    return render_template("exams/correction.html", form=form, row=row), form.status
