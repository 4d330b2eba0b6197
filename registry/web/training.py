"""Training as pages: sessions of a year, and who attended."""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.rules.permissions import Action
from registry.services import training
from registry.web import asked
from registry.web.access import requires

bp = Blueprint("training", __name__, url_prefix="/training")


@bp.get("")
@requires(Action.TRAINING_VIEW)
def index() -> ResponseReturnValue:
    year = asked.year()
    after = request.args.get("after")
    page = training.sessions(g.session, g.actor, year=year, after=after)
    return render_template(
        "training/index.html",
        page=page,
        year=year,
        years=[(one, one) for one in training.years(g.session)],
        next_url=url_for(".index", year=year, after=page.after) if page.after else None,
        first_url=url_for(".index", year=year) if after else None,
    )


@bp.get("/<int:session_id>")
@requires(Action.TRAINING_VIEW)
def show(session_id: int) -> ResponseReturnValue:
    held = training.get(g.session, g.actor, session_id)
    start = request.args.get("after", type=int)
    rows, after = training.attended(g.session, g.actor, session_id=session_id, after=start)
    return render_template(
        "training/show.html",
        row=held,
        held=held.session,
        rows=rows,
        next_url=url_for(".show", session_id=session_id, after=after) if after else None,
        first_url=url_for(".show", session_id=session_id) if start else None,
    )
