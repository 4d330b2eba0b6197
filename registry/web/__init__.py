"""The pages: blueprints, what every template sees, and the answers to everything that goes wrong."""

from http import HTTPStatus
from itertools import chain
from typing import Any
from unicodedata import category

from flask import Blueprint, Flask, abort, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from registry import clock
from registry.audit import PAGE_SIZE
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import Action
from registry.services import policies as policy_service
from registry.web import (
    access,
    accounts,
    application_entry,
    applications,
    attendance,
    audit,
    auditing,
    candidates,
    certificate_acts,
    certificates,
    courses,
    department_acts,
    departments,
    duplicates,
    errata,
    evidence,
    exams,
    extracts,
    finding,
    gate,
    import_rows,
    import_undo,
    imports,
    jobs,
    ministry,
    obligations,
    papers,
    people_list,
    person_acts,
    person_conduct,
    person_photos,
    photos,
    policies,
    proofs,
    qualifications,
    reports,
    review_desk,
    review_lists,
    reviews,
    rosters,
    scores,
    selections,
    summaries,
    tasks,
    training,
    verification,
    views,
)
from registry.web.navigation import navigation
from registry.web.words import day, label, language, mark, moment

Answer = tuple[str, int]
LINES_AND_TABS = frozenset("\t\n\r")

BLUEPRINTS: tuple[Blueprint, ...] = (
    reports.bp,
    finding.bp,
    people_list.bp,
    selections.bp,
    views.bp,
    person_acts.bp,
    person_conduct.bp,
    person_photos.bp,
    photos.bp,
    gate.bp,
    proofs.bp,
    duplicates.bp,
    departments.bp,
    department_acts.bp,
    training.bp,
    attendance.bp,
    courses.bp,
    obligations.bp,
    exams.bp,
    candidates.bp,
    scores.bp,
    applications.bp,
    application_entry.bp,
    certificates.bp,
    certificate_acts.bp,
    tasks.bp,
    ministry.bp,
    qualifications.bp,
    verification.bp,
    reviews.bp,
    review_desk.bp,
    review_lists.bp,
    rosters.bp,
    errata.bp,
    auditing.bp,
    evidence.bp,
    extracts.bp,
    summaries.bp,
    papers.bp,
    imports.bp,
    import_rows.bp,
    import_undo.bp,
    jobs.bp,
    policies.bp,
    accounts.bp,
    audit.bp,
)


def register(app: Flask) -> None:
    """Add every page, the door in front of them and the answers to errors."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.before_request(access.guard)
    app.before_request(_refuse_unwritable)
    app.context_processor(_seen_by_templates)
    app.jinja_env.globals.update(Action=Action, label=label, LATEST=PAGE_SIZE)
    app.jinja_env.filters.update(day=day, mark=mark, moment=moment)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(Denied, lambda _error: error_page(HTTPStatus.FORBIDDEN))
    app.register_error_handler(RuleBroken, _rule_broken)


def error_page(status: int, message: str | None = None) -> Answer:
    """One page for everything that goes wrong: what it is, what to do, a way back."""
    title, said, what_to_do = _explained(status)
    page = render_template("errors.html", status=status, title=title, message=message or said, what_to_do=what_to_do)
    return page, int(status)


def _refuse_unwritable() -> None:
    """Control characters, which PostgreSQL, spreadsheets and pages do not take, are in no text that a person types."""
    sent = chain(request.args.items(multi=True), request.form.items(multi=True), (request.view_args or {}).items())
    for _name, text in sent:
        if isinstance(text, str) and any(category(c) == "Cc" and c not in LINES_AND_TABS for c in text):
            request.args = request.args.__class__()  # the error page shows what was searched for
            abort(HTTPStatus.BAD_REQUEST)


def _explained(status: int) -> tuple[str, str, str]:
    explained = {
        400: (_("The request was not understood"), _("Something in the address or form was not readable."), ""),
        403: (
            _("Not for this account"),
            _("Your role or unit does not allow this."),
            _("If you need it for your work, ask the administrator of the registry."),
        ),
        404: (
            _("Not found"),
            _("There is nothing at this address."),
            _("It may have been typed wrongly. Search for the person, unit or number instead."),
        ),
        405: (_("Not this way"), _("This address cannot be opened like that."), ""),
        409: (
            _("Somebody was faster"),
            _("The record changed while you were working on it; nothing of yours was written."),
            _("Open the page again and look at its present state."),
        ),
        413: (
            _("The file is too large"),
            _("The file is larger than this registry accepts."),
            _("Split the file and send the parts one after another."),
        ),
        422: (_("Refused by a rule"), _("The registry may not do this."), ""),
        429: (
            _("Too many attempts"),
            _("There were too many requests in a short time."),
            _("Wait a minute and try again."),
        ),
    }
    broken = (
        _("Something broke"),
        _("The registry made a mistake; nothing was written."),
        _("Try again; if it happens twice, tell the administrator the time."),
    )
    return explained.get(status, broken)


def _http_error(error: HTTPException) -> Answer | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    return error_page(error.code)


def _csrf_error(_error: CSRFError) -> Answer:
    return error_page(400, _("The page was open too long. Go back, load it again and repeat the last step."))


def _rule_broken(broken: RuleBroken) -> Answer:
    said = [f"{_(v.message, **v.params)}（{v.rule.source}）" for v in broken.violations]
    return error_page(HTTPStatus.UNPROCESSABLE_ENTITY, " ".join(said))


def _seen_by_templates() -> dict[str, Any]:
    office = policy_service.office_or_none(g.session)
    return {
        "actor": g.actor,
        "locale": language(),
        "navigation": navigation(),
        "office": office.name if office else _("Registry of law-enforcement personnel"),
        "demonstration": office is not None and office.is_demonstration,
        "today": clock.today(),
    }
