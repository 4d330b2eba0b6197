"""The trail as pages: who did what, when, to which record; and whether the chain holds."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import audit
from registry.rules.permissions import SYSTEM, Action, Role
from registry.web.access import requires
from registry.web.trail import act_of, facts_of, look_up_people, subject_of
from registry.web.trail_words import SUBJECTS
from registry.web.words import label

bp = Blueprint("audit", __name__, url_prefix="/trail")

KEPT = ("action", "who", "about", "id")
RECORDED = [action for action in Action if not action.endswith(":view")]


@bp.get("")
@requires(Action.TRAIL_VIEW)
def index() -> ResponseReturnValue:
    filters = audit.Filters(
        action=request.args.get("action") or None,
        actor_name=_whole_name((request.args.get("who") or "").strip()),
        subject_type=about if (about := request.args.get("about")) in SUBJECTS else None,
        subject_id=request.args.get("id", type=int),
        before=request.args.get("before", type=int),
    )
    page = audit.page(g.session, filters)
    look_up_people(page.entries)
    chosen: dict[str, Any] = {name: value for name in KEPT if (value := request.args.get(name))}
    return render_template(
        "audit/index.html",
        page=page,
        filters=filters,
        actions=RECORDED,
        act_of=act_of,
        subject_of=subject_of,
        subjects=SUBJECTS,
        facts_of=facts_of,
        next_url=url_for(".index", **chosen, before=page.next_before) if page.next_before else None,
        first_url=url_for(".index", **chosen) if filters.before else None,
    )


def _whole_name(who: str) -> str | None:
    """The name as the trail keeps it; the console is shown under its role."""
    return SYSTEM.name if who == label(Role.SYSTEM) else who or None


@bp.post("/verification")
@requires(Action.TRAIL_VERIFY)
def verify() -> ResponseReturnValue:
    try:
        count = audit.verify(g.session)
    except audit.TrailBroken as broken:
        said = _(
            "The chain does not hold at entry %(place)s. Keep the database as it is and tell the bureau's chief.",
            place=broken.place,
        )
        flash(said, "danger")
    else:
        flash(_("The chain holds: %(count)s entries, none changed and none missing.", count=count), "success")
    return redirect(url_for(".index"))
