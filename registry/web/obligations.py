"""The year's training as pages: what is owed, who still lacks what, and how far each unit is."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules.permissions import Action
from registry.rules.training import Lack, Obligation
from registry.services import board, departments, training
from registry.services.training import ObligationFilter
from registry.web import asked
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import choices

bp = Blueprint("obligations", __name__, url_prefix="/training/obligations")

FILTERS = ("year", "unit", "lacking")


@bp.get("")
@requires(Action.TRAINING_VIEW)
def index() -> ResponseReturnValue:
    """Everybody obliged, by unit and name; with the unit's sums when one is chosen."""
    owed, chosen, after = _owed(), _chosen(), request.args.get("after")
    sought = _sought(owed)
    page = training.owing(g.session, g.actor, owed=owed, chosen=chosen, after=after)
    unit = g.actor.department_id if g.actor.is_unit_bound else chosen.department_id
    courses = _courses(owed)
    return render_template(
        "training/obligations.html",
        owed=owed,
        page=page,
        sought=sought,
        courses=courses,
        total=_total(owed, unit) if unit else None,
        chosen=chosen,
        years=_years(owed),
        units=[("", _("all units")), *((one.id, one.name) for one in departments.all_standing(g.session, g.actor))],
        lacks=[*choices(Lack, _("everybody")), *((f"course-{one}", title) for one, title in courses.items())],
        next_url=url_for(".index", **sought, after=page.after) if page.after else None,
        first_url=url_for(".index", **sought) if after else None,
    )


@bp.get("/units")
@requires(Action.TRAINING_VIEW)
def units() -> ResponseReturnValue:
    """A line for each unit, by page; with the sum of all where they are not too many."""
    owed, after = _owed(), request.args.get("after")
    page = training.totals_page(g.session, g.actor, owed=owed, after=after)
    is_whole = not (after or page.after)
    return render_template(
        "training/obligation_units.html",
        owed=owed,
        courses=_courses(owed),
        lines=[(line, board.percent(line.trained, line.obliged)) for line in page.lines],
        total=training.altogether(page.lines) if is_whole else training.sum_of_all(g.session, g.actor, owed=owed),
        share=board.percent,
        years=_years(owed),
        next_url=url_for(".units", year=owed.year, after=page.after) if page.after else None,
        first_url=url_for(".units", year=owed.year) if after else None,
    )


@bp.post("/export")
@requires(Action.PERSON_EXPORT)
def export() -> ResponseReturnValue:
    """Exactly what is listed, as a spreadsheet."""
    owed = _owed()
    content = training.obligation_book(g.session, g.actor, owed=owed, chosen=_chosen())
    return spreadsheet(content, f"{owed.year}年度培训任务 {clock.today():%Y-%m-%d}.xlsx")


def _owed() -> Obligation:
    """Of the year in the address; of this year when it names none or one to come."""
    today = clock.today()
    return training.obligation_of(g.session, year=min(asked.year() or today.year, today.year), today=today)


def _chosen() -> ObligationFilter:
    wanted = request.args.get("lacking") or ""
    course = wanted.removeprefix("course-")
    lack = {**{one.value: one for one in Lack}, "yes": Lack.ANY}.get(wanted)
    return ObligationFilter(
        department_id=request.args.get("unit", type=int),
        lack=lack,
        course_id=int(course) if course != wanted and course.isdecimal() else None,
    )


def _sought(owed: Obligation) -> dict[str, Any]:
    return {"year": owed.year, **{name: value for name in FILTERS[1:] if (value := request.args.get(name))}}


def _courses(owed: Obligation) -> dict[int, str]:
    """The titles of the compulsory courses."""
    return {one: training.course(g.session, g.actor, one).title for one in owed.courses}


def _years(owed: Obligation) -> list[tuple[int, int]]:
    this_year = clock.today().year
    held = training.years(g.session)
    first = min([*held, owed.year, this_year])
    return [(year, year) for year in range(this_year, first - 1, -1)]


def _total(owed: Obligation, unit: int) -> Any:
    lines = training.totals(g.session, g.actor, owed=owed, department_id=unit)
    total = training.altogether(lines)
    return {"line": total, "trained": board.percent(total.trained, total.obliged)}
