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

# The columns of the paper (domain.md 3.4): heading, what is counted. The first is the unit, the last the remark.
HEADINGS = (
    ("officers", _l("Officers")),
    ("obliged", _l("to be trained")),
    ("trained", _l("trained")),
    ("training_rate", _l("share trained")),
    ("sat", _l("sat an exam")),
    ("exam_passed", _l("passed it")),
    ("exam_rate", _l("share passed")),
    ("enforcement", _l("enforcement certificates")),
    ("supervision", _l("supervision certificates")),
    ("reviewers", _l("legal reviewers")),
    ("reviewer_share", _l("share of reviewers")),
    ("due", _l("due for review")),
    ("passed", _l("passed")),
    ("deferred", _l("deferred")),
    ("failed", _l("failed")),
    ("withdrawn", _l("withdrawn")),
    ("cancelled", _l("cancelled")),
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
        headings=HEADINGS,
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
