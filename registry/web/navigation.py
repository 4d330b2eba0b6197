"""The menu: what a role may enter, in the order of a day's work."""

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from registry.rules.permissions import Action


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    title: str
    url: str
    icon: str
    active: bool
    badge: str = ""


_MENU = (
    ("reports.board", _l("Board"), "layout-dashboard", Action.BOARD_VIEW),
    ("people.index", _l("People"), "users", Action.PERSON_VIEW),
    ("departments.index", _l("Units"), "building", Action.DEPARTMENT_VIEW),
    ("training.index", _l("Training"), "school", Action.TRAINING_VIEW),
    ("exams.index", _l("Exams"), "pencil", Action.EXAM_VIEW),
    ("applications.index", _l("Applications"), "file-text", Action.APPLICATION_VIEW),
    ("certificates.index", _l("Certificates"), "id-badge-2", Action.CERTIFICATE_VIEW),
    ("papers.index", _l("Papers"), "printer", Action.PAPER_VIEW),
    ("reviews.index", _l("Annual review"), "clipboard-check", Action.REVIEW_VIEW),
    ("imports.index", _l("Imports"), "file-import", Action.IMPORT_VIEW),
    ("reports.figures", _l("Figures"), "chart-bar", Action.FIGURES_VIEW),
    ("policies.index", _l("Policies"), "scale", Action.POLICY_VIEW),
    ("accounts.index", _l("Accounts"), "key", Action.ACCOUNT_MANAGE),
    ("audit.index", _l("Trail"), "history", Action.TRAIL_VIEW),
)

_BELONGS = {
    "application_entry": "applications",
    "rosters": "reviews",
    "errata": "reviews",
    "auditing": "reviews",
    "extracts": "reviews",
    "jobs": "reviews",
    "scores": "exams",
    "candidates": "exams",
    "attendance": "training",
    "courses": "training",
    "obligations": "training",
    "duplicates": "people",
    "evidence": "people",
    "qualifications": "people",
    "certificate_acts": "certificates",
    "ministry": "certificates",
    "tasks": "certificates",
    "import_rows": "imports",
    "import_undo": "imports",
}  # pages without a line of their own
_ONES_OWN = (["profile"], ["remember_language"])  # reached by one's name, not through the accounts


def navigation() -> list[Entry]:
    """The menu of whoever is signed in; empty for strangers."""
    if g.actor is None:
        return []
    here = (request.endpoint or "").split(".")
    return [
        Entry(title=str(title), url=url_for(endpoint), icon=icon, active=_is_here(endpoint, here))
        for endpoint, title, icon, action in _MENU
        if endpoint in current_app.view_functions and g.actor.may(action)
    ]


def _is_here(endpoint: str, here: list[str]) -> bool:
    noun, view = endpoint.split(".")
    if noun == "reports":
        return here == [noun, view]
    return _BELONGS.get(here[0], here[0]) == noun and here[1:] not in _ONES_OWN
