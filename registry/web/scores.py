"""Score sheets as pages: the grid, its blind second entry, their comparison, publication; and the figures of exams."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from registry import clock
from registry.rules import Violation
from registry.rules.exams import TYPED, Mark
from registry.rules.permissions import Action
from registry.services import exams
from registry.services.exams import FIRST, SECOND, Right, Saved, Typed
from registry.web import asked
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.trail import history_of
from registry.web.words import label

bp = Blueprint("scores", __name__, url_prefix="/exams")

SCORE, BEFORE, HOLDS, RIGHT, SEEN_FIRST, SEEN_SECOND = "score-", "before-", "holds-", "right-", "first-", "second-"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sheet one is: the round, the room, the number after which the page begins."""

    round: int
    room: str | None
    after: str | None

    def args(self, **changed: Any) -> dict[str, Any]:
        """The same place in an address."""
        return {"round": self.round, "room": self.room, "after": self.after, **changed}


@bp.route("/<int:sitting_id>/scores", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def sheet(sitting_id: int) -> ResponseReturnValue:
    place, saved = _place(), Saved()
    if request.method == "POST":
        cells = {one: Typed(text=text, before=_sent(BEFORE, one)) for one, text in _sent_by_person(SCORE).items()}
        saved = exams.save_scores(
            g.session, g.actor, sitting_id=sitting_id, round=place.round, cells=cells, today=clock.today()
        )
        if not saved.refused:
            _say_saved(saved)
            return redirect(url_for(".sheet", sitting_id=sitting_id, **_next_place(place)), code=303)
        g.keep = saved.total > 0  # what was right is kept, though the page comes back with what was not
    return _grid(sitting_id, place, saved), 422 if saved.refused else 200


def _grid(sitting_id: int, place: Place, saved: Saved) -> str:
    page = exams.sheet(g.session, g.actor, sitting_id=sitting_id, round=place.round, room=place.room, after=place.after)
    return render_template(
        "exams/scores.html",
        sitting=exams.get(g.session, g.actor, sitting_id).sitting,
        is_published=exams.is_published(g.session, sitting_id),
        page=page,
        place=place,
        here=url_for(".sheet", sitting_id=sitting_id, **place.args()),
        saved=saved,
        wrong={person_id: _in_words(violation) for person_id, violation in saved.refused.items()},
        texts={row.person_id: _text(row.mark) for row in page.rows} | _typed(saved.refused),
        words={outcome.value: label(outcome) for outcome in TYPED},
        is_alone=exams.works_alone(g.session),
        first_url=url_for(".sheet", sitting_id=sitting_id, **place.args(after=None)) if place.after else None,
        next_url=url_for(".sheet", sitting_id=sitting_id, **place.args(after=page.after)) if page.after else None,
    )


@bp.route("/<int:sitting_id>/scores/comparison", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def comparison(sitting_id: int) -> ResponseReturnValue:
    saved = Saved()
    if request.method == "POST":
        saved = exams.settle(g.session, g.actor, sitting_id=sitting_id, rights=_rights(), today=clock.today())
        if not saved.refused:
            if saved.total:
                flash(
                    ngettext("%(num)s candidate is settled.", "%(num)s candidates are settled.", saved.total), "success"
                )
            else:
                flash(_("Nothing was chosen, and nothing changed."), "info")
            return redirect(url_for(".comparison", sitting_id=sitting_id), code=303)
        g.keep = saved.total > 0
    page = render_template(
        "exams/scores_comparison.html",
        sitting=exams.get(g.session, g.actor, sitting_id).sitting,
        is_published=exams.is_published(g.session, sitting_id),
        ready=exams.readiness(g.session, g.actor, sitting_id=sitting_id, today=clock.today()),
        rows=exams.differences(g.session, g.actor, sitting_id=sitting_id),
        wrong={person_id: _in_words(violation) for person_id, violation in saved.refused.items()},
        said=_text,
        typed=_sent_by_person(RIGHT),
    )
    return page, 422 if saved.refused else 200


@bp.route("/<int:sitting_id>/scores/publication", methods=["GET", "POST"])
@requires(Action.EXAM_MANAGE)
def publication(sitting_id: int) -> ResponseReturnValue:
    today = clock.today()
    if request.method == "POST":
        tally = exams.publish_scores(g.session, g.actor, sitting_id=sitting_id, today=today)
        said = ngettext(
            "%(num)s result is published. From now on it is corrected singly, with a reason.",
            "%(num)s results are published. From now on they are corrected singly, with a reason.",
            tally.created,
        )
        flash(said, "success")
        return redirect(url_for("exams.show", sitting_id=sitting_id), code=303)
    return render_template(
        "exams/scores_publication.html",
        sitting=exams.get(g.session, g.actor, sitting_id).sitting,
        is_published=exams.is_published(g.session, sitting_id),
        ready=exams.readiness(g.session, g.actor, sitting_id=sitting_id, today=today),
        obstacle=_in_words,
        history=history_of(exams.sheet_history(g.session, g.actor, sitting_id=sitting_id)),
    )


@bp.get("/<int:sitting_id>/statistics")
@requires(Action.EXAM_VIEW)
def statistics(sitting_id: int) -> ResponseReturnValue:
    found = exams.sitting_statistics(g.session, g.actor, sitting_id=sitting_id)
    return render_template("exams/statistics.html", found=found, sitting=found.sitting)


@bp.get("/<int:sitting_id>/statistics.xlsx")
@requires(Action.EXAM_VIEW)
def statistics_file(sitting_id: int) -> ResponseReturnValue:
    """Numbers alone, nobody's name: like the page, it may be looked at without a line in the trail."""
    found = exams.sitting_statistics(g.session, g.actor, sitting_id=sitting_id)
    return spreadsheet(exams.statistics_workbook(found), found.sitting.title + " " + _("Statistics") + ".xlsx")


@bp.post("/<int:sitting_id>/results.xlsx")
@requires(Action.PERSON_EXPORT)
def results_file(sitting_id: int) -> ResponseReturnValue:
    """The results as a file that can be brought in again. A POST: what leaves the house leaves a line in the trail."""
    title = exams.get(g.session, g.actor, sitting_id).sitting.title
    content = exams.results_workbook(g.session, g.actor, sitting_id=sitting_id)
    return spreadsheet(content, title + " " + _("Results") + ".xlsx")


@bp.get("/statistics")
@requires(Action.EXAM_VIEW)
def year_statistics() -> ResponseReturnValue:
    years = exams.years(g.session)
    year = asked.year() or max(years, default=clock.today().year)
    return render_template(
        "exams/statistics_year.html",
        found=exams.year_statistics(g.session, g.actor, year=year),
        years=[(one, one) for one in sorted({*years, year}, reverse=True)],
    )


@bp.get("/statistics.xlsx")
@requires(Action.EXAM_VIEW)
def year_statistics_file() -> ResponseReturnValue:
    year = asked.year() or clock.today().year
    found = exams.year_statistics(g.session, g.actor, year=year)
    return spreadsheet(exams.year_workbook(found), _("Exam statistics of %(year)s", year=year) + ".xlsx")


def _place() -> Place:
    second = request.args.get("round", type=int) == SECOND
    return Place(SECOND if second else FIRST, request.args.get("room") or None, request.args.get("after") or None)


def _next_place(place: Place) -> dict[str, Any]:
    """The page one works on, or the one after it when the button says so."""
    return place.args(after=request.form.get("go_on") or place.after)


def _say_saved(saved: Saved) -> None:
    if not saved.total:
        flash(_("Nothing had changed; everything is saved."), "info")
        return
    flash(ngettext("%(num)s score is saved.", "%(num)s scores are saved.", saved.total), "success")
    if saved.by_one_alone:
        flash(_("You made both entries, being the only clerk; the trail says so."), "warning")


def _sent_by_person(prefix: str) -> dict[int, str]:
    """What was sent in the fields of that name, by the person whose number ends it."""
    names = (name for name in request.form if name.startswith(prefix) and name[len(prefix) :].isdecimal())
    return {int(name[len(prefix) :]): request.form[name] for name in names}


def _sent(prefix: str, person_id: int) -> str:
    return request.form.get(f"{prefix}{person_id}", "")


def _typed(refused: Mapping[int, Violation]) -> dict[int, str]:
    """What was typed into the cells that were refused, so that it can be mended."""
    return {person_id: _sent(SCORE, person_id) for person_id in refused}


def _rights() -> dict[int, Right]:
    """By person what was typed, else the entry that was chosen; nobody who was left undecided."""
    chosen = {person_id: _sent(f"{holds}-", person_id) for person_id, holds in _sent_by_person(HOLDS).items()}
    typed = {person_id: text for person_id, text in _sent_by_person(RIGHT).items() if text.strip()}
    return {
        person_id: Right(text=text, first=_sent(SEEN_FIRST, person_id), second=_sent(SEEN_SECOND, person_id))
        for person_id, text in {**chosen, **typed}.items()
    }


def _text(mark: Mark | None) -> str:
    """A mark as a cell shows it, in a word that the cell reads again."""
    if mark is None:
        return ""
    return mark.word if mark.score is not None else label(mark.outcome)


def _in_words(violation: Violation) -> str:
    return str(_(violation.message, **violation.params))
