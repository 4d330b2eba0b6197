"""The list of people: what its address asks for, as a page and as a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registry import clock
from registry.rules.lists import BulkAct, ListName
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Action
from registry.services import departments, exports, people, views
from registry.services.people import PersonFilter, identity_in
from registry.services.selections import NEEDED
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import choices
from registry.web.people import bp as bp
from registry.web.words import label

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


# What a list can show beside the name, in order; the usual ones come first of all when nobody has chosen.
COLUMNS = {
    "identity": _l("Identity number"),
    "unit": _l("Unit"),
    "post": _l("Post"),
    "duty": _l("Duty"),
    "rank": _l("Rank"),
    "establishment": _l("Establishment"),
    "since": _l("In this post since"),
    "sex": _l("Sex"),
    "born": _l("Born"),
    "education": _l("Education"),
    "law": _l("Law qualification"),
    "certificates": _l("Certificates"),
}
USUAL = ("identity", "unit", "post", "duty", "certificates")


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
    page = people.search(g.session, g.actor, chosen=chosen_of(asked), today=clock.today(), after=after)
    options, columns = _options(), _columns()
    kept = asked if columns == USUAL else {**asked, "columns": columns}
    return render_template(
        "people/index.html",
        page=page,
        asked=asked,
        kept=urlencode(kept, doseq=True),
        chips=_chips(asked, kept, options),
        options=options,
        titles=TITLES,
        columns=COLUMNS,
        shown=columns,
        saved=views.views_of(g.session, g.actor, ListName.PEOPLE),
        acts=selection_acts(),
        next_url=url_for(".index", **{**kept, "after": page.after}) if page.after else None,
        first_url=url_for(".index", **kept) if after else None,
    )


@bp.post("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export() -> ResponseReturnValue:
    """The list as a spreadsheet. A POST: what leaves the house leaves a line in the trail."""
    content = exports.people(g.session, g.actor, chosen=chosen_of(_asked()), today=clock.today())
    return spreadsheet(content, _("people") + ".xlsx")


def _asked() -> dict[str, Any]:
    """The filters of the address that say something."""
    return {name: value for name, value in request.args.to_dict().items() if name in TITLES and value.strip()}


def _columns() -> tuple[str, ...]:
    """The columns of the address, in their own order; the usual ones when it names none."""
    wanted = request.args.getlist("columns")
    return tuple(name for name in COLUMNS if name in wanted) or USUAL


def chosen_of(asked: Mapping[str, Any]) -> PersonFilter:
    """What the filters of an address ask for."""
    department = str(asked.get("department") or "")
    return PersonFilter(
        text=str(asked.get("q") or ""),
        department_id=int(department) if department.isdecimal() else None,
        duty=_word(Duty, asked.get("duty")),
        establishment=_word(Establishment, asked.get("establishment")),
        is_certified=YES_NO.get(str(asked.get("certified"))),
        is_serving=YES_NO.get(str(asked.get("serving"))),
        has_law_qualification=YES_NO.get(str(asked.get("law"))),
    )


def selection_acts() -> list[tuple[BulkAct, str]]:
    """What the reader may do with the people ticked."""
    return [
        (act, label(act)) for act, needed in NEEDED.items() if g.actor.may(Action.PERSON_MANAGE) and g.actor.may(needed)
    ]


def _word(kind: type[Word], asked: Any) -> Word | None:
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


def _chips(
    asked: Mapping[str, Any], kept: Mapping[str, Any], options: Mapping[str, list[tuple[Any, str]]]
) -> list[Chip]:
    found = []
    for name, value in asked.items():
        words = {str(option): text for option, text in options.get(name, ())}
        if name == "q" or value in words:
            without = url_for(".index", **{**kept, name: None})
            found.append(Chip(str(TITLES[name]), words.get(value, value), without))
    return found
