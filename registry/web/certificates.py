"""Certificates as pages: lists, a certificate's file, the act of issuing, refusals that say why."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.permissions import Action
from registry.services import certificates, departments, exams, people
from registry.services.certificates import CertificateFilter
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices

bp = Blueprint("certificates", __name__, url_prefix="/certificates")


class IssueForm(RegistryForm):
    """Nothing to fill in: the register knows everything the gate asks."""


class MoveForm(RegistryForm):
    status = SelectField(_l("New status"), coerce=CertificateStatus)
    from_on = DateField(_l("From"), [InputRequired(_l("Enter the day."))])
    document_number = StringField(_l("Document number"), [InputRequired(_l("Name the document.")), Length(max=100)])
    legal_basis = StringField(_l("Legal basis"), [Length(max=200)])
    reason = TextAreaField(_l("Reason"), [Length(max=500)])


@bp.get("")
@requires(Action.CERTIFICATE_VIEW)
def index() -> ResponseReturnValue:
    page = certificates.search(
        g.session, g.actor, chosen=_chosen(), today=clock.today(), after=request.args.get("after")
    )
    return render_template(
        "certificates/index.html",
        page=page,
        units=departments.all_standing(g.session, g.actor),
        kinds=list(CertificateKind),
        statuses=list(CertificateStatus),
        next_url=url_for(".index", **{**request.args.to_dict(), "after": page.after}) if page.after else None,
    )


def _chosen() -> CertificateFilter:
    args = request.args
    kind, status = args.get("kind"), args.get("status")
    return CertificateFilter(
        text=args.get("q") or "",
        department_id=args.get("department", type=int),
        kind=CertificateKind(kind) if kind in set(CertificateKind) else None,
        status=CertificateStatus(status) if status in set(CertificateStatus) else None,
    )


@bp.get("/<int:certificate_id>")
@requires(Action.CERTIFICATE_VIEW)
def show(certificate_id: int) -> ResponseReturnValue:
    today = clock.today()
    file = certificates.file_of(g.session, g.actor, certificate_id=certificate_id, today=today)
    moves = certificates.choices(file.certificate.status, file.certificate.valid_until, today)
    return render_template("certificates/show.html", file=file, card=file.certificate, moves=moves)


@bp.route("/<int:certificate_id>/status", methods=["GET", "POST"])
@requires(Action.CERTIFICATE_MOVE)
def move(certificate_id: int) -> ResponseReturnValue:
    """Suspend, reinstate, report lost, withdraw, cancel, revoke."""
    card, today = certificates.get(g.session, g.actor, certificate_id), clock.today()
    form = MoveForm(from_on=today)
    form.status.choices = choices(certificates.choices(card.status, card.valid_until, today))
    if form.validate_on_submit():
        try:
            certificates.change_status(
                g.session,
                g.actor,
                certificate_id=certificate_id,
                status=form.status.data,
                from_on=form.from_on.data,
                document_number=form.document_number.data,
                legal_basis=form.legal_basis.data or "",
                reason=form.reason.data or "",
                today=today,
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The new status is recorded."), "success")
            return redirect(url_for(".show", certificate_id=certificate_id))
    return render_template("certificates/move.html", form=form, card=card), form.status


@bp.route("/issue/<int:person_id>/<kind>", methods=["GET", "POST"])
@requires(Action.CERTIFICATE_ISSUE)
def issue(person_id: int, kind: str) -> ResponseReturnValue:
    """The gate, rule by rule; and the act."""
    wanted, today = _kind(kind), clock.today()
    person, form = people.get(g.session, g.actor, person_id), IssueForm()
    if form.validate_on_submit():
        outcome = certificates.issue(g.session, g.actor, person_id=person_id, kind=wanted, today=today)
        if outcome.certificate is not None:
            flash(_("Certificate %(number)s is issued.", number=outcome.certificate.number), "success")
            return redirect(url_for(".show", certificate_id=outcome.certificate.id))
        if outcome.refusal is not None:
            return redirect(url_for(".refusal", refusal_id=outcome.refusal.id), 303)
    findings = certificates.explain(g.session, g.actor, person_id=person_id, kind=wanted, today=today)
    return render_template("certificates/issue.html", form=form, person=person, kind=wanted, findings=findings)


@bp.route("/issue/sitting/<int:sitting_id>/<kind>", methods=["GET", "POST"])
@requires(Action.CERTIFICATE_ISSUE)
def issue_to_sitting(sitting_id: int, kind: str) -> ResponseReturnValue:
    """What issuing to everybody of a sitting would do; and the act, exactly for those shown."""
    wanted, today = _kind(kind), clock.today()
    row, form = exams.get(g.session, g.actor, sitting_id), IssueForm()
    candidates = exams.candidate_ids(g.session, g.actor, sitting_id=sitting_id)
    if form.validate_on_submit():
        done = certificates.issue_batch(g.session, g.actor, person_ids=candidates, kind=wanted, today=today)
        flash(_told(done), "success" if done.issued else "warning")
        return redirect(url_for(".issued", sitting_id=sitting_id, kind=kind), 303)
    preview = certificates.preview(g.session, g.actor, person_ids=candidates, kind=wanted, today=today)
    return render_template(
        "certificates/issue_to_sitting.html", form=form, row=row, sitting=row.sitting, kind=wanted, preview=preview
    )


def _told(done: certificates.BatchOutcome) -> str:
    issued = ngettext("%(num)s certificate issued", "%(num)s certificates issued", len(done.issued))
    return _(
        "%(issued)s, %(refused)s refused, %(held)s held one already.",
        issued=issued,
        refused=len(done.refused),
        held=done.holder_count,
    )


@bp.get("/issued/<int:sitting_id>/<kind>")
@requires(Action.CERTIFICATE_VIEW)
def issued(sitting_id: int, kind: str) -> ResponseReturnValue:
    """What came of a batch: today's certificates and refusals of the sitting's candidates."""
    wanted, today = _kind(kind), clock.today()
    row = exams.get(g.session, g.actor, sitting_id)
    candidates = exams.candidate_ids(g.session, g.actor, sitting_id=sitting_id)
    cards, refused = certificates.of_the_day(g.session, g.actor, person_ids=candidates, kind=wanted, day=today)
    return render_template(
        "certificates/issued.html",
        row=row,
        sitting=row.sitting,
        kind=wanted,
        cards=cards,
        refusals=refused,
    )


@bp.get("/refusals")
@requires(Action.CERTIFICATE_VIEW)
def refusals() -> ResponseReturnValue:
    rows, after = certificates.refusals(g.session, g.actor, after=request.args.get("after", type=int))
    return render_template(
        "certificates/refusals.html", rows=rows, next_url=url_for(".refusals", after=after) if after else None
    )


@bp.get("/refusals/<int:refusal_id>")
@requires(Action.CERTIFICATE_VIEW)
def refusal(refusal_id: int) -> ResponseReturnValue:
    found = certificates.refusal(g.session, g.actor, refusal_id)
    unit = departments.get(g.session, g.actor, found.department_id)
    return render_template("certificates/refusal.html", refusal=found, person=found.person, unit=unit)


def _kind(text: str) -> CertificateKind:
    """The kind in an address; anything else is an address that does not exist."""
    if text not in set(CertificateKind):
        abort(404)
    return CertificateKind(text)
