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
from registry.rules.lists import BulkAct, ListName
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import Action
from registry.services import departments, exports, people, tables
from registry.services.people import PersonFilter, long_number_in
from registry.services.selections import NEEDED
from registry.web import lists
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import choices
from registry.web.lists import ListPage
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


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on, in words, and the address of the list without it."""

    title: str
    value: str
    without_url: str


@bp.get("")
@requires(Action.PERSON_VIEW)
def index() -> ResponseReturnValue:
    listed = lists.listed(ListName.PEOPLE, TITLES)
    if long_number_in(listed.asked.get("q", "")) is not None:
        flash(_("Look for an identity number in the box at the top: there it stays out of the address."), "warning")
        return redirect(url_for(".index", **{**listed.asked, "q": None}))
    after = request.args.get("after")
    page = people.search(g.session, g.actor, chosen=chosen_of(listed.asked), today=clock.today(), after=after)
    options = _options()
    return render_template(
        "people/index.html",
        page=page,
        listed=listed,
        chips=_chips(listed, options),
        options=options,
        titles=TITLES,
        acts=selection_acts(),
    )


@bp.post("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export() -> ResponseReturnValue:
    """The list as a file: the columns named, or all. A POST: what leaves the house leaves a line in the trail."""
    chosen, columns = chosen_of(lists.asked_of(TITLES)), lists.chosen_columns(ListName.PEOPLE)
    if columns:
        content = tables.people(g.session, g.actor, chosen=chosen, columns=columns, today=clock.today())
    else:
        content = exports.people(g.session, g.actor, chosen=chosen, today=clock.today())
    return spreadsheet(content, _("people") + ".xlsx")


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


def _chips(listed: ListPage, options: Mapping[str, list[tuple[Any, str]]]) -> list[Chip]:
    found = []
    for name, value in listed.asked.items():
        words = {str(option): text for option, text in options.get(name, ())}
        if name == "q" or value in words:
            without = url_for(".index", **{**listed.kept, name: None})
            found.append(Chip(str(TITLES[name]), words.get(value, value), without))
    return found
