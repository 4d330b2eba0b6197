"""The list of people: what its address asks for, as a page and as a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registry import clock
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Action
from registry.services import departments, exports, people
from registry.services.people import PersonFilter, identity_in
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import choices
from registry.web.people import bp as bp

Word = TypeVar("Word", bound=StrEnum)
YES_NO = {"yes": True, "no": False}
TITLES = {
    "q": _l("Search"),
    "department": _l("Unit"),
    "duty": _l("Duty"),
    "establishment": _l("Establishment"),
    "certified": _l("Certificate for the post"),
    "serving": _l("In office"),
    "law": _l("Legal professional qualification"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on, in words, and the address of the list without it."""

    title: str
    value: str
    without_url: str


@bp.get("")
@requires(Action.PERSON_VIEW)
def index() -> ResponseReturnValue:
    asked = _asked()
    if identity_in(asked.get("q", "")) is not None:
        flash(_("Look for an identity number in the box at the top: there it stays out of the address."), "warning")
        return redirect(url_for(".index", **{**asked, "q": None}))
    after = request.args.get("after")
    page = people.search(g.session, g.actor, chosen=_chosen(), today=clock.today(), after=after)
    options = _options()
    return render_template(
        "people/index.html",
        page=page,
        asked=asked,
        chips=_chips(asked, options),
        options=options,
        titles=TITLES,
        next_url=url_for(".index", **{**asked, "after": page.after}) if page.after else None,
        first_url=url_for(".index", **asked) if after else None,
    )


@bp.post("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export() -> ResponseReturnValue:
    """The list as a spreadsheet. A POST: what leaves the house leaves a line in the trail."""
    content = exports.people(g.session, g.actor, chosen=_chosen(), today=clock.today())
    return spreadsheet(content, _("people") + ".xlsx")


def _asked() -> dict[str, Any]:
    """The filters of the address that say something."""
    return {name: value for name, value in request.args.to_dict().items() if name in TITLES and value.strip()}


def _chosen() -> PersonFilter:
    args = request.args
    return PersonFilter(
        text=args.get("q") or "",
        department_id=args.get("department", type=int),
        duty=_word(Duty, "duty"),
        establishment=_word(Establishment, "establishment"),
        is_certified=YES_NO.get(args.get("certified") or ""),
        is_serving=YES_NO.get(args.get("serving") or ""),
        has_law_qualification=YES_NO.get(args.get("law") or ""),
    )


def _word(kind: type[Word], name: str) -> Word | None:
    asked = request.args.get(name)
    return kind(asked) if asked in set(kind) else None


def _options() -> dict[str, list[tuple[Any, str]]]:
    """What may be chosen in each filter."""
    units = departments.all_standing(g.session, g.actor)
    return {
        "department": [("", _("all units")), *((unit.id, unit.name) for unit in units)],
        "duty": [*choices(Duty, _("all duties"))],
        "establishment": [*choices(Establishment, _("all establishments"))],
        "certified": [("", _("with or without")), ("yes", _("valid")), ("no", _("none valid"))],
        "serving": [("", _("in office or left")), ("yes", _("in office")), ("no", _("left"))],
        "law": [("", _("with or without")), ("yes", _("held")), ("no", _("not held"))],
    }


def _chips(asked: Mapping[str, Any], options: Mapping[str, list[tuple[Any, str]]]) -> list[Chip]:
    found = []
    for name, value in asked.items():
        words = {str(option): text for option, text in options.get(name, ())}
        if name == "q" or value in words:
            without = url_for(".index", **{**asked, name: None})
            found.append(Chip(str(TITLES[name]), words.get(value, value), without))
    return found
