"""Files that may be of one person: found, looked at side by side, merged, told apart, taken apart again."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.services import departments, people
from registry.web.access import requires
from registry.web.forms import RegistryForm, stripped

bp = Blueprint("duplicates", __name__, url_prefix="/people/duplicates")


class MergeForm(RegistryForm):
    reason = TextAreaField(
        _l("How do you know that it is one person?"),
        [InputRequired(_l("Say how you know that it is one person.")), Length(max=500)],
        filters=[stripped],
    )


class ApartForm(RegistryForm):
    difference = TextAreaField(
        _l("How do you know that they are two people?"),
        [InputRequired(_l("Say how you know that they are two people.")), Length(max=500)],
        filters=[stripped],
    )


class UndoForm(RegistryForm):
    reason = TextAreaField(
        _l("Why are the files taken apart?"),
        [InputRequired(_l("Say why the files are taken apart.")), Length(max=500)],
        filters=[stripped],
    )


@bp.get("")
@requires(Action.PERSON_MERGE)
def index() -> ResponseReturnValue:
    one, other = request.args.get("one", type=int), request.args.get("other", type=int)
    after = None if one is None or other is None else (one, other)
    page = people.pairs(g.session, g.actor, after=after)
    return render_template(
        "duplicates/index.html",
        pairs=page.pairs,
        next_url=url_for(".index", one=page.after[0], other=page.after[1]) if page.after else None,
        first_url=url_for(".index") if after else None,
        told_apart=people.told_apart(g.session, g.actor),
        merges=people.recent_merges(g.session, g.actor),
    )


@bp.get("/pair/<int:one_id>/<int:other_id>")
@requires(Action.PERSON_MERGE)
def pair(one_id: int, other_id: int) -> ResponseReturnValue:
    """The two files side by side, in the order that loses nothing."""
    kept_id, merged_id = people.suggested(g.session, g.actor, one_id, other_id)
    return redirect(url_for(".compare", kept_id=kept_id, merged_id=merged_id))


@bp.route("/<int:kept_id>/<int:merged_id>", methods=["GET", "POST"])
@requires(Action.PERSON_MERGE)
def compare(kept_id: int, merged_id: int) -> ResponseReturnValue:
    """Two files side by side, what a merge would do, and the merge."""
    form = MergeForm()
    if not form.validate_on_submit():
        return _side_by_side(kept_id, merged_id, form, ApartForm())
    taken = frozenset(name for name in people.CHOSEN if request.form.get(f"take-{name}") == str(merged_id))
    try:
        done = people.merge(
            g.session,
            g.actor,
            kept_id=kept_id,
            merged_id=merged_id,
            taken=taken,
            reason=form.reason.data or "",
            today=clock.today(),
        )
    except RuleBroken as broken:
        form.refuse(broken)
        return _side_by_side(kept_id, merged_id, form, ApartForm())
    flash(_("The two files are one now. It can be undone while nothing new rests on it."), "success")
    return redirect(url_for(".merged", merge_id=done.id), 303)


@bp.post("/<int:kept_id>/<int:merged_id>/apart")
@requires(Action.PERSON_MERGE)
def apart(kept_id: int, merged_id: int) -> ResponseReturnValue:
    """These are two people: the pair leaves the list."""
    form = ApartForm()
    if not form.validate_on_submit():
        return _side_by_side(kept_id, merged_id, MergeForm(formdata=None), form)
    try:
        people.tell_apart(g.session, g.actor, one_id=kept_id, other_id=merged_id, reason=form.difference.data or "")
    except RuleBroken as broken:
        form.refuse(broken)
        return _side_by_side(kept_id, merged_id, MergeForm(formdata=None), form)
    flash(_("These two files are of two people; the pair is listed no more."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/apart/<int:pair_id>/again")
@requires(Action.PERSON_MERGE)
def again(pair_id: int) -> ResponseReturnValue:
    """A pair that was told apart is listed again."""
    people.show_again(g.session, g.actor, pair_id=pair_id)
    flash(_("The pair is listed again."), "success")
    return redirect(url_for(".index"), 303)


@bp.route("/merges/<int:merge_id>", methods=["GET", "POST"])
@requires(Action.PERSON_MERGE)
def merged(merge_id: int) -> ResponseReturnValue:
    """A merge: what moved, what stayed in the merged file, and the way back."""
    form, merge = UndoForm(), people.get_merge(g.session, g.actor, merge_id)
    if form.validate_on_submit():
        try:
            people.undo_merge(g.session, g.actor, merge_id=merge_id, reason=form.reason.data or "")
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The files are two again, as they were."), "success")
            return redirect(url_for(".compare", kept_id=merge.kept_id, merged_id=merge.merged_id), 303)
    page = render_template(
        "duplicates/merged.html",
        form=form,
        merge=merge,
        holdings=people.left_behind(g.session, g.actor, merge),
        against=people.undo_obstacles(g.session, g.actor, merge),
        units=departments.names(g.session),
    )
    return page, form.status


def _side_by_side(kept_id: int, merged_id: int, form: MergeForm, apart_form: ApartForm) -> ResponseReturnValue:
    plan = people.plan(g.session, g.actor, kept_id=kept_id, merged_id=merged_id)
    page = render_template(
        "duplicates/compare.html",
        plan=plan,
        form=form,
        apart_form=apart_form,
        photos={one: people.present_photo(g.session, one) for one in (kept_id, merged_id)},
        units=departments.names(g.session),
        chosen=people.CHOSEN,
        taken={name: request.form.get(f"take-{name}") for name in people.CHOSEN},
    )
    return page, max(form.status, apart_form.status)
