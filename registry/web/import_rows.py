"""What a file leaves to a person: what its headings mean, and whom its rows speak of."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules import RuleBroken
from registry.rules.imports import MAY_BE_CHANGED
from registry.rules.permissions import Action
from registry.services import imports
from registry.web.access import requires
from registry.web.forms import RegistryForm
from registry.web.imports import MapForm, titles

bp = Blueprint("import_rows", __name__, url_prefix="/imports/<int:batch_id>")

LEFT_OUT = "left out"


@bp.get("/headings")
@requires(Action.IMPORT_VIEW)
def headings(batch_id: int) -> ResponseReturnValue:
    batch = imports.get(g.session, g.actor, batch_id).batch
    return _headings_page(batch, MapForm(source=batch.source))


@bp.post("/headings")
@requires(Action.IMPORT_MAP)
def give_meanings(batch_id: int) -> ResponseReturnValue:
    """Rehearse the file with the meanings chosen."""
    batch, form = imports.get(g.session, g.actor, batch_id).batch, MapForm()
    meant = _meant(dict(titles(batch.kind)))
    if form.validate_on_submit():
        try:
            imports.give_meanings(
                g.session,
                g.actor,
                batch_id=batch_id,
                meant=meant,
                source=form.source.data or "",
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for("imports.show", batch_id=batch_id), 303)
    return _headings_page(batch, form, meant)


@bp.post("/rehearsal")
@requires(Action.IMPORT_REHEARSE)
def rehearse(batch_id: int) -> ResponseReturnValue:
    """Rehearse the file again: the register may have moved on."""
    imports.try_again(g.session, g.actor, batch_id=batch_id, today=clock.today())
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


@bp.get("/questions")
@requires(Action.IMPORT_VIEW)
def questions(batch_id: int) -> ResponseReturnValue:
    """The rows that fit nobody or several: one beside its candidates, and all of them in a list."""
    batch = imports.get(g.session, g.actor, batch_id).batch
    after, text = request.args.get("after", type=int), request.args.get("q", "").strip()
    asked = imports.asked(
        g.session,
        g.actor,
        batch_id=batch_id,
        question_id=request.args.get("at", type=int),
        text=text,
        today=clock.today(),
    )
    page = imports.listed(g.session, g.actor, batch_id=batch_id, after=after)
    return render_template(
        "imports/questions.html",
        batch=batch,
        asked=asked,
        page=page,
        text=text,
        form=RegistryForm(),
        may_decide=batch.status in MAY_BE_CHANGED and g.actor.may(Action.IMPORT_DECIDE),
        next_url=url_for(".questions", batch_id=batch_id, after=page.after) if page.after else None,
        first_url=url_for(".questions", batch_id=batch_id) if after else None,
    )


@bp.post("/questions/<int:question_id>")
@requires(Action.IMPORT_DECIDE)
def decide(batch_id: int, question_id: int) -> ResponseReturnValue:
    """Take the answer to one row and go on to the next."""
    choice = request.form.get("choice", "")
    if choice != LEFT_OUT and not choice.isdecimal():
        flash(_("Choose a person, or leave the row out."), "warning")
        return redirect(url_for(".questions", batch_id=batch_id, at=question_id), 303)
    batch = imports.decide(
        g.session,
        g.actor,
        batch_id=batch_id,
        question_id=question_id,
        person_id=None if choice == LEFT_OUT else int(choice),
        today=clock.today(),
    )
    return _go_on(batch)


@bp.post("/questions/rest")
@requires(Action.IMPORT_DECIDE)
def leave_out_rest(batch_id: int) -> ResponseReturnValue:
    """Leave out every row that is still open."""
    return _go_on(imports.leave_out_rest(g.session, g.actor, batch_id=batch_id, today=clock.today()))


def _go_on(batch: Any) -> ResponseReturnValue:
    if batch.undecided_count:
        return redirect(url_for(".questions", batch_id=batch.id), 303)
    flash(_("Every row is decided about; the file was rehearsed again with the decisions."), "success")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _headings_page(batch: Any, form: MapForm, meant: Mapping[str, str | None] | None = None) -> ResponseReturnValue:
    page = render_template(
        "imports/headings.html",
        batch=batch,
        map_form=form,
        headings=imports.headings_of(g.session, g.actor, batch_id=batch.id),
        meant=meant or {},
        titles=titles(batch.kind),
        sources=imports.source_names(g.session, g.actor, kind=batch.kind),
        may_map=batch.status in MAY_BE_CHANGED and g.actor.may(Action.IMPORT_MAP),
    )
    return page, form.status


def _meant(columns: Mapping[str, str]) -> dict[str, str | None]:
    """Heading → name of the column chosen, None when it is left out."""
    written, chosen = request.form.getlist("heading"), request.form.getlist("column")
    if len(written) != len(chosen) or any(name and name not in columns for name in chosen):
        abort(400)
    return {heading: name or None for heading, name in zip(written, chosen, strict=True)}
