"""What the trail says about one record, in words: each act a sentence, each change field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registry.rules.departments import DepartmentKind
from registry.rules.people import Duty, Education, EndReason, Establishment, PoliticalStatus, Rank
from registry.rules.permissions import Action
from registry.web.words import NOTHING, label
from registry.words import N_

TITLES: Mapping[str, Any] = {
    "name": _l("Name"),
    "department_id": _l("Unit"),
    "section": _l("Section"),
    "post": _l("Post"),
    "rank": _l("Rank"),
    "establishment": _l("Establishment"),
    "duty": _l("Duty"),
    "from_on": _l("In this post since"),
    "until_on": _l("Last day in the post"),
    "end_reason": _l("Why the post ends"),
    "ethnicity": _l("Ethnicity"),
    "political_status": _l("Political status"),
    "education": _l("Education"),
    "major": _l("Major"),
    "phone": _l("Telephone"),
    "has_law_qualification": _l("Legal professional qualification"),
    "kind": _l("Kind of body"),
    "confirmation_notice": _l("Confirmation notice"),
    "confirmed_on": _l("Confirmed as enforcement subject on"),
    "entrusting_code": _l("Entrusting unit"),
    "entrusted_from": _l("Entrusted from"),
    "entrusted_until": _l("Entrusted until"),
    "enforcement_field": _l("Field of enforcement"),
    "enforcement_area": _l("Area of enforcement"),
    "legal_review_section": _l("Legal-review section"),
}
WORDS: Mapping[str, type[StrEnum]] = {
    "rank": Rank,
    "establishment": Establishment,
    "duty": Duty,
    "end_reason": EndReason,
    "political_status": PoliticalStatus,
    "education": Education,
    "kind": DepartmentKind,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One act: when, by whom, what, why; and each field that changed as `(title, before, after)`."""

    at: datetime
    who: str
    what: str
    reason: str
    fields: Sequence[tuple[str, str, str]]


def told(entries: Iterable[Any], units: Mapping[int, str]) -> list[Told]:
    """The acts on a record, in the order given; `units` are the names of units by id."""
    return [
        Told(
            at=entry.at,
            who=f"{entry.actor_name}（{label(entry.role)}）",
            what=_sentence(entry.action, entry.facts),
            reason=entry.reason,
            fields=_fields(entry.facts, units),
        )
        for entry in entries
    ]


def _sentence(action: str, facts: Mapping[str, Any]) -> str:
    sentence, params = _what(action, facts)
    return str(_(sentence, **params))


def _what(action: str, facts: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The first sentence whose fact is among those recorded."""
    if action == Action.IDENTITY_UNMASK:
        return N_("The full identity number was read."), {}
    sentences: dict[str, tuple[str, dict[str, Any]]] = {
        "registered": (N_("Registered, in post since %(day)s."), {"day": facts.get("from_on")}),
        "established": (N_("The unit was recorded."), {}),
        "legal_reviewer": (
            N_("Legal reviewer appointed from %(day)s (file no. %(id)s)."),
            {"day": facts.get("from_on"), "id": facts.get("legal_reviewer")},
        ),
        "released_reviewer": (
            N_("Legal reviewer released on %(day)s (file no. %(id)s)."),
            {"day": facts.get("until_on"), "id": facts.get("released_reviewer")},
        ),
        "assessed": (
            N_("Annual assessments of %(year)s recorded: %(count)s people."),
            {"year": facts.get("year"), "count": len(facts.get("assessed") or ())},
        ),
        "end_reason": (N_("The post ended."), {}),
        "from_on": (N_("A new post began."), {}),
    }
    found = (told for name, told in sentences.items() if name in facts)
    return next(found, (N_("The record was changed."), {}))


def _fields(facts: Mapping[str, Any], units: Mapping[int, str]) -> list[tuple[str, str, str]]:
    return [
        (str(TITLES[name]), _shown(name, pair[0], units), _shown(name, pair[1], units))
        for name, pair in facts.items()
        if name in TITLES and isinstance(pair, list)
    ]


def _shown(name: str, value: Any, units: Mapping[int, str]) -> str:
    if value in {None, ""}:
        return NOTHING
    if name in WORDS:
        return label(WORDS[name](value))
    if name == "department_id":
        return units.get(int(value), NOTHING)
    if name == "has_law_qualification":
        return str(_("yes") if str(value) == "True" else _("no"))
    return str(value)
