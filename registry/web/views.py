"""Views of lists that are put by and dropped again; the lists themselves show them."""

from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry.rules import RuleBroken
from registry.rules.lists import ListName
from registry.rules.permissions import Action
from registry.services import views
from registry.web.access import requires

bp = Blueprint("views", __name__, url_prefix="/views")

PAGES = {of: f"{of.value}.index" for of in ListName}
OF_THE_PAGE = ("after",)  # where one is in a list is no part of a view


@bp.post("/<of>")
@requires(Action.BOARD_VIEW)
def save(of: str) -> ResponseReturnValue:
    """Keep the list as its address says it."""
    if of not in set(ListName):
        abort(404)
    asked = as_asked(request.form.get("asked", ""))
    name, is_shared = request.form.get("name", ""), bool(request.form.get("is_shared"))
    try:
        view = views.put_by(g.session, g.actor, of=ListName(of), name=name, asked=asked, is_shared=is_shared)
    except RuleBroken as broken:
        flash(" ".join(_(v.message, **v.params) for v in broken.violations), "danger")
    else:
        flash(_("The view %(name)s is put by.", name=view.name), "success")
    return redirect(url_for(PAGES[ListName(of)], **asked), 303)


@bp.post("/<int:view_id>/dropping")
@requires(Action.BOARD_VIEW)
def drop(view_id: int) -> ResponseReturnValue:
    view = views.forget(g.session, g.actor, view_id=view_id)
    flash(_("The view %(name)s is dropped.", name=view.name), "success")
    return redirect(url_for(PAGES[view.of]), 303)


def as_asked(query: str) -> dict[str, Any]:
    """The filters and columns of an address, one value or several each."""
    said = {name: values for name, values in parse_qs(query).items() if name not in OF_THE_PAGE}
    return {name: values[0] if len(values) == 1 else values for name, values in said.items()}
