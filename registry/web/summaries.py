"""The year's sums by unit as a page, a spreadsheet and a paper."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from registry import clock
from registry.rules.permissions import Action
from registry.services import exams, summaries, training
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.asked import YEARS

bp = Blueprint("summaries", __name__, url_prefix="/reports/summary")

# The columns of the paper (domain.md 3.4), those that belong together in one: number, number beside it, rate, heading.
COLUMNS = (
    ("officers", None, None, _l("Officers")),
    ("trained", "obliged", "training_rate", _l("Trained / to be trained")),
    ("exam_passed", "sat", "exam_rate", _l("Passed / sat an exam")),
    ("enforcement", None, None, _l("Enforcement certificates")),
    ("supervision", None, None, _l("Supervision certificates")),
    ("reviewers", None, "reviewer_share", _l("Legal reviewers")),
    ("due", None, None, _l("Due for review")),
    ("passed", None, None, _l("passed")),
    ("deferred", None, None, _l("deferred")),
    ("failed", None, None, _l("failed")),
    ("withdrawn", "cancelled", None, _l("Withdrawn / cancelled")),
)


@bp.get("/<int:year>")
@requires(Action.FIGURES_VIEW)
def show(year: int) -> ResponseReturnValue:
    today = clock.today()
    if year not in YEARS:
        return redirect(url_for(".show", year=today.year))
    recorded = {*training.years(g.session), *exams.years(g.session), year, today.year}
    return render_template(
        "summaries/show.html",
        sums=summaries.year_sums(g.session, g.actor, year=year, today=today),
        columns=COLUMNS,
        year=year,
        is_over=year < today.year,
        years=[(str(one), url_for(".show", year=one), one == year) for one in sorted(recorded, reverse=True)],
    )


@bp.post("/<int:year>/sums.xlsx")
@requires(Action.FIGURES_VIEW)
def take(year: int) -> ResponseReturnValue:
    content = summaries.take_spreadsheet(g.session, g.actor, year=_known(year), today=clock.today())
    return spreadsheet(content, f"{year}{summaries.SHEET}.xlsx")


@bp.post("/<int:year>/paper")
@requires(Action.PAPER_PRINT)
def issue(year: int) -> ResponseReturnValue:
    """The sums frozen as a paper with a number; the one there is while nothing changed."""
    paper = summaries.issue(g.session, g.actor, year=_known(year), today=clock.today())
    return redirect(url_for("papers.show", paper_id=paper.id), 303)


def _known(year: int) -> int:
    return year if year in YEARS else clock.today().year
