"""A unit's list under review: what it says of each certificate, and the bureau's return of an attested list."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.campaigns import Statement
from registry.rules.permissions import Action
from registry.services import departments, reviews
from registry.services.reviews import ItemFilter, Said, Show, Stated
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices

bp = Blueprint("review_lists", __name__, url_prefix="/reviews")

SAID, NOTE = "said-", "note-"


class WordsForm(RegistryForm):
    """The words stand in fields of their own, two for each certificate."""


class ReturnForm(RegistryForm):
    reason = TextAreaField(_l("What the unit has to put right"), [InputRequired(_l("Say why.")), Length(max=500)])


@bp.route("/<int:campaign_id>/list/<int:department_id>", methods=["GET", "POST"])
@requires(Action.REVIEW_STATE)
def show(campaign_id: int, department_id: int) -> ResponseReturnValue:
    """The unit's list with its word on each certificate; saved as far as the words can stand."""
    form, problems = WordsForm(), {}
    if form.validate_on_submit():
        try:
            taken = reviews.state(
                g.session, g.actor, campaign_id=campaign_id, department_id=department_id, said=_said()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            _tell(taken)
            problems = {one.item_id: one for one in taken.left_out}
            if not problems:
                return redirect(_address(campaign_id, department_id))
    return _page(form, campaign_id, department_id, problems), form.status


@bp.post("/<int:campaign_id>/list/<int:department_id>/rest")
@requires(Action.REVIEW_STATE)
def rest(campaign_id: int, department_id: int) -> ResponseReturnValue:
    """In the post: everybody on whom the unit has not spoken yet."""
    taken = reviews.state_rest(g.session, g.actor, campaign_id=campaign_id, department_id=department_id)
    _tell(taken)
    return redirect(url_for(".show", campaign_id=campaign_id, department_id=department_id))


def _tell(taken: Stated) -> None:
    """How many words were taken, and how many wait for something."""
    left = len(taken.left_out)
    if left:
        flash(ngettext("%(num)s word waits; see beside it.", "%(num)s words wait; see beside each.", left), "warning")
    if taken.count or not left:
        flash(ngettext("%(num)s word was taken.", "%(num)s words were taken.", taken.count), "success")


@bp.route("/<int:campaign_id>/list/<int:department_id>/return", methods=["GET", "POST"])
@requires(Action.REVIEW_RETURN)
def give_back(campaign_id: int, department_id: int) -> ResponseReturnValue:
    """Give an attested list back to its unit."""
    campaign = reviews.get(g.session, g.actor, campaign_id)
    unit, form = departments.get(g.session, g.actor, department_id), ReturnForm()
    if form.validate_on_submit():
        try:
            reviews.return_list(
                g.session,
                g.actor,
                campaign_id=campaign_id,
                department_id=department_id,
                reason=form.reason.data,
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The list is returned to %(unit)s.", unit=unit.name), "success")
            return redirect(url_for("reviews.show", campaign_id=campaign_id))
    return render_template("reviews/return.html", form=form, campaign=campaign, unit=unit), form.status


def _said() -> dict[int, Said]:
    """The words of the form, by item; a certificate without one is passed over."""
    found = {}
    for name, value in request.form.items():
        number = name.removeprefix(SAID)
        if name.startswith(SAID) and number.isdecimal() and value in set(Statement):
            found[int(number)] = Said(Statement(value), request.form.get(f"{NOTE}{number}", ""))
    return found


def _page(form: WordsForm, campaign_id: int, department_id: int, problems: Mapping[int, Any]) -> str:
    campaign = reviews.get(g.session, g.actor, campaign_id)
    unit = departments.get(g.session, g.actor, department_id)
    chosen = ItemFilter(
        department_id=department_id, show=Show.UNSPOKEN if request.args.get("show") == Show.UNSPOKEN else None
    )
    after = request.args.get("after") or None
    page = reviews.items(g.session, g.actor, campaign_id=campaign_id, chosen=chosen, after=after)
    so_far = reviews.progress(g.session, g.actor, campaign_id=campaign_id)
    return render_template(
        "reviews/list.html",
        form=form,
        campaign=campaign,
        unit=unit,
        page=page,
        part=next((one for one in so_far.units if one.department_id == department_id), None),
        statements=choices(Statement, _("not said yet")),
        problems=problems,
        typed=_said() if problems or form.refusals else {},
        next_url=_address(campaign_id, department_id, page.after) if page.after else None,
        first_url=_address(campaign_id, department_id, None) if after else None,
    )


def _address(campaign_id: int, department_id: int, after: str | None = "") -> str:
    """The same part of the list: this page of it unless another key is given."""
    return url_for(
        ".show",
        campaign_id=campaign_id,
        department_id=department_id,
        show=request.args.get("show") or None,
        after=(request.args.get("after") or None) if after == "" else after,
    )
