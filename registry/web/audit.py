"""The trail as pages: who did what, when, to which record; and whether the chain holds."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import audit
from registry.rules.permissions import Action
from registry.web.access import requires

bp = Blueprint("audit", __name__, url_prefix="/trail")


@bp.get("")
@requires(Action.TRAIL_VIEW)
def index() -> ResponseReturnValue:
    filters = audit.Filters(
        action=request.args.get("action") or None,
        actor_name=(request.args.get("who") or "").strip() or None,
        before=request.args.get("before", type=int),
    )
    page = audit.page(g.session, filters)
    return render_template("audit/index.html", page=page, filters=filters, actions=list(Action))


@bp.post("/verification")
@requires(Action.TRAIL_VERIFY)
def verify() -> ResponseReturnValue:
    try:
        count = audit.verify(g.session)
    except audit.TrailBroken as broken:
        flash(_("The chain does not hold: %(why)s", why=str(broken)), "danger")
    else:
        flash(_("The chain holds: %(count)s entries, none changed and none missing.", count=count), "success")
    return redirect(url_for(".index"))
