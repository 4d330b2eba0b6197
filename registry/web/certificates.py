"""Certificates as pages: lists, a certificate's file, the act of issuing, refusals that say why."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.lists import ListName
from registry.rules.papers import PRINTED_WHILE
from registry.rules.permissions import Action
from registry.services import (
    applications,
    certificates,
    departments,
    exports,
    papers,
    policies,
    proofs,
    signing,
    tables,
    tasks,
)
from registry.services.certificates import CertificateFilter
from registry.web import asked, certificate_acts, lists, past
from registry.web.access import requires
from registry.web.answers import qr_code, spreadsheet
from registry.web.forms import choices
from registry.web.trail import history_of

bp = Blueprint("certificates", __name__, url_prefix="/certificates")

FILTERS = ("q", "department", "kind", "status", "expires_by")


@bp.get("")
@requires(Action.CERTIFICATE_VIEW)
def index() -> ResponseReturnValue:
    chosen, after = _chosen(), request.args.get("after")
    page = certificates.search(g.session, g.actor, chosen=chosen, today=clock.today(), after=after)
    return render_template(
        "certificates/index.html",
        page=page,
        units=[(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)],
        kinds=choices(CertificateKind, _("all kinds")),
        statuses=choices(CertificateStatus, _("any status")),
        chosen=chosen,
        listed=lists.listed(ListName.CERTIFICATES, FILTERS),
    )


@bp.post("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export() -> ResponseReturnValue:
    """The list as a file: the columns named, or all. A POST: what leaves the house leaves a line in the trail."""
    columns, today = lists.chosen_columns(ListName.CERTIFICATES), clock.today()
    if columns:
        content = tables.certificates(g.session, g.actor, chosen=_chosen(), columns=columns, today=today)
    else:
        content = exports.certificates(g.session, g.actor, chosen=_chosen(), today=today)
    return spreadsheet(content, _("certificates") + ".xlsx")


def _chosen() -> CertificateFilter:
    return chosen_of(lists.asked_of(FILTERS))


def chosen_of(asked: Mapping[str, Any]) -> CertificateFilter:
    """What the filters of an address ask for."""
    kind, status, department = (str(asked.get(name) or "") for name in ("kind", "status", "department"))
    return CertificateFilter(
        text=str(asked.get("q") or ""),
        department_id=int(department) if department.isdecimal() else None,
        kind=CertificateKind(kind) if kind in set(CertificateKind) else None,
        status=CertificateStatus(status) if status in set(CertificateStatus) else None,
        expires_by=_day(str(asked.get("expires_by") or "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@bp.get("/<int:certificate_id>")
@requires(Action.CERTIFICATE_VIEW)
def show(certificate_id: int) -> ResponseReturnValue:
    """A certificate's file; with ?as_of= as it stood on that day."""
    today = clock.today()
    if (day := asked.past_day(today)) is not None:
        return past.certificate(certificate_id, day)
    file = certificates.file_of(g.session, g.actor, certificate_id=certificate_id, today=today)
    card = file.certificate
    return render_template(
        "certificates/show.html",
        file=file,
        card=card,
        unit_name=departments.name_on(g.session, card.department_id, card.issued_on),
        menu=certificate_acts.menu(card, today),
        renewable_from=certificates.renewable_from(card, policies.in_force(g.session, today), today),
        flags=tasks.flags(g.session, [card.id], today=today)[card.id],
        check_url=_check_url(card.check_code),
        history=history_of(file.history),
        application_id=applications.of_certificate(g.session, card.id),
        papers=papers.of_certificate(g.session, g.actor, certificate_id=certificate_id),
        is_printable=file.status in PRINTED_WHILE,
    )


@bp.get("/<int:certificate_id>/qr.svg")
@requires(Action.CERTIFICATE_VIEW)
def qr(certificate_id: int) -> Response:
    """The QR of the card: the address of its public check, with the signed part for checks without network."""
    card = certificates.get(g.session, g.actor, certificate_id)
    public_url = current_app.extensions["settings"].public_url
    return qr_code(signing.addresses(g.session, [card.id], public_url=public_url)[card.id])


def _check_url(code: str) -> str:
    public_url: str = current_app.extensions["settings"].public_url
    return public_url + url_for("verification.code", code=code)


@bp.get("/refusals")
@requires(Action.CERTIFICATE_VIEW)
def refusals() -> ResponseReturnValue:
    rows, after = certificates.refusals(g.session, g.actor, after=request.args.get("after", type=int))
    return render_template("certificates/refusals.html", rows=rows, **asked.pages((), after))


@bp.get("/refusals/<int:refusal_id>")
@requires(Action.CERTIFICATE_VIEW)
def refusal(refusal_id: int) -> ResponseReturnValue:
    found = certificates.refusal(g.session, g.actor, refusal_id)
    unit_name = departments.name_on(g.session, found.department_id, found.refused_on)
    policy = policies.by_id(g.session, found.policy_id)
    return render_template(
        "certificates/refusal.html",
        refusal=found,
        person=found.person,
        unit_name=unit_name,
        policy=policy,
        notice=proofs.notice_of(g.session, refusal_id),
    )
