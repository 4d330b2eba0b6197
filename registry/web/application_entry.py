"""Applying as pages: a unit for its people, the bureau for a paper, for one person, for those who passed an exam."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.applications import LONGEST_REASON, ApplicationNature, ApplicationStep, ReplacementCause
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import Action
from registry.services import applications, certificates, departments, exams, people, policies
from registry.services.applications import Entered, PutUp, Wanted
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices, maybe, stripped

bp = Blueprint("application_entry", __name__)


class PutUpForm(RegistryForm):
    """What the register does not know: the paper by which the unit asked, where there is one."""

    document_number = StringField(_l("Number of the unit's application"), [Length(max=100)], filters=[stripped])


class EntryForm(RegistryForm):
    cause = SelectField(_l("Why the card is replaced"), coerce=maybe(ReplacementCause))
    document_number = StringField(_l("Number of the unit's application"), [Length(max=100)])
    reason = TextAreaField(_l("Remark"), [Length(max=LONGEST_REASON)])

    def wanted(self, kind: CertificateKind, nature: ApplicationNature) -> Wanted:
        return Wanted(
            kind=kind,
            nature=nature,
            cause=self.cause.data,
            document_number=self.document_number.data or "",
            reason=self.reason.data or "",
        )


@bp.route("/applications/new", methods=["GET", "POST"])
@requires(Action.APPLICATION_ENTER)
def new() -> ResponseReturnValue:
    """Pick people of a unit who may apply, each with the gate's verdict, and apply for those ticked."""
    kind, nature, today = _asked_kind(), _asked_nature(), clock.today()
    unit = g.actor.department_id if g.actor.is_unit_bound else request.args.get("department", type=int)
    form = _entry_form()
    if form.validate_on_submit():
        ids = request.form.getlist("person", type=int)
        if not ids:
            flash(_("Tick at least one person first."), "warning")
        elif entered := _entered(form, ids, form.wanted(kind, nature), today):
            return _after_entering(entered)
    text = request.args.get("q", "")
    asked: dict[str, Any] = {"kind": kind, "nature": nature, "text": text}
    offers = applications.offers(g.session, g.actor, department_id=unit, **asked, today=today) if unit else []
    page = render_template(
        "applications/new.html",
        form=form,
        offers=offers,
        kind=kind,
        nature=nature,
        natures=list(ApplicationNature),
        unit_id=unit,
        units=[(one.id, one.name) for one in departments.all_standing(g.session, g.actor)],
        kinds=choices(CertificateKind),
        text=text,
        here={"kind": kind.value, "nature": nature.value, "department": unit, "q": text or None},
        policy=policies.in_force(g.session, today),
    )
    return page, form.status


def _entry_form(**values: Any) -> EntryForm:
    form = EntryForm(**values)
    form.cause.choices = choices(ReplacementCause, _("choose"))
    return form


def _entered(form: EntryForm, ids: Sequence[int], wanted: Wanted, today: date) -> Entered | None:
    try:
        return applications.enter(g.session, g.actor, person_ids=ids, wanted=wanted, today=today)
    except RuleBroken as broken:
        form.refuse(broken)
        return None


def _after_entering(entered: Entered) -> ResponseReturnValue:
    count = len(entered.applications)
    flash(
        ngettext("%(num)s application is entered.", "%(num)s applications are entered.", count),
        "success" if count else "warning",
    )
    if entered.left_out:
        return render_template("applications/left_out.html", left_out=entered.left_out)
    if count == 1:
        return redirect(url_for("applications.show", application_id=entered.applications[0].id), 303)
    return redirect(url_for("applications.index", show="all"), 303)


@bp.route("/certificates/issue/<int:person_id>/<kind>", methods=["GET", "POST"])
@requires(Action.APPLICATION_ENTER)
def for_person(person_id: int, kind: str) -> ResponseReturnValue:
    """The gate, rule by rule; and the application, which the bureau examines in the same act."""
    wanted, today = _kind(kind), clock.today()
    person, form = people.get(g.session, g.actor, person_id), PutUpForm()
    if form.validate_on_submit():
        return _applied(person_id, wanted, form.document_number.data or "", today)
    findings = certificates.explain(g.session, g.actor, person_id=person_id, kind=wanted, today=today)
    return render_template(
        "applications/person.html",
        form=form,
        person=person,
        kind=wanted,
        findings=findings,
        under_way=applications.under_way(g.session, [person_id], wanted).get(person_id),
        policy=policies.in_force(g.session, today),
    )


def _applied(person_id: int, kind: CertificateKind, document_number: str, today: date) -> ResponseReturnValue:
    if not g.actor.may(Action.APPLICATION_EXAMINE):
        asked = Wanted(kind=kind)
        return _after_entering(
            applications.enter(g.session, g.actor, person_ids=[person_id], wanted=asked, today=today)
        )
    paper = {"document_number": document_number}
    done = applications.put_up(g.session, g.actor, person_ids=[person_id], kind=kind, **paper, today=today)
    if done.examined:
        flash(_("The application is examined and waits for the bureau chief."), "success")
        return redirect(url_for("applications.show", application_id=done.examined[0].id), 303)
    if done.refusal_ids:
        return redirect(url_for("certificates.refusal", refusal_id=done.refusal_ids[0]), 303)
    flash(_("Nothing was entered: a certificate is held, or an application is under way."), "warning")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.route("/certificates/issue/sitting/<int:sitting_id>/<kind>", methods=["GET", "POST"])
@requires(Action.APPLICATION_EXAMINE)
def for_sitting(sitting_id: int, kind: str) -> ResponseReturnValue:
    """What putting up everybody of a sitting would do; and the act, exactly for those shown."""
    wanted, today = _kind(kind), clock.today()
    row, form = exams.get(g.session, g.actor, sitting_id), PutUpForm()
    everybody = exams.candidate_ids(g.session, g.actor, sitting_id=sitting_id)
    candidates = certificates.candidates(g.session, g.actor, person_ids=everybody, kind=wanted, today=today)
    if form.validate_on_submit():
        paper = {"document_number": form.document_number.data or ""}
        done = applications.put_up(g.session, g.actor, person_ids=candidates, kind=wanted, **paper, today=today)
        flash(_told(done), "success" if done.examined else "warning")
        return redirect(url_for(".came_of_it", sitting_id=sitting_id, kind=kind, day=today), 303)
    busy = applications.under_way(g.session, candidates, wanted)
    free = [one for one in candidates if one not in busy]
    preview = certificates.preview(g.session, g.actor, person_ids=free, kind=wanted, today=today)
    return render_template(
        "applications/sitting.html",
        form=form,
        row=row,
        sitting=row.sitting,
        kind=wanted,
        preview=preview,
        under_way=len(busy),
        policy=policies.in_force(g.session, today),
    )


def _told(done: PutUp) -> str:
    up = ngettext("%(num)s application put up", "%(num)s applications put up", len(done.examined))
    counts = {"refused": len(done.refusal_ids), "held": done.holder_count + done.under_way_count}
    return str(_("%(up)s, %(refused)s refused, %(held)s left as they are.", up=up, **counts))


@bp.get("/certificates/issued/<int:sitting_id>/<kind>")
@requires(Action.CERTIFICATE_VIEW)
def came_of_it(sitting_id: int, kind: str) -> ResponseReturnValue:
    """What came of a batch: the day's applications, certificates and refusals of the sitting's candidates."""
    wanted, day = _kind(kind), request.args.get("day", default=clock.today(), type=date.fromisoformat)
    row = exams.get(g.session, g.actor, sitting_id)
    candidates = exams.candidate_ids(g.session, g.actor, sitting_id=sitting_id)
    asked: dict[str, Any] = {"person_ids": candidates, "kind": wanted, "day": day}
    cards, refused = certificates.of_the_day(g.session, g.actor, **asked)
    entered = applications.of_the_day(g.session, g.actor, **asked)
    return render_template(
        "certificates/issued.html",
        row=row,
        sitting=row.sitting,
        kind=wanted,
        issued_on=day,
        up=[one for one in entered if one.number is None and one.status != "refused"],
        cards=cards,
        refusals=refused,
        unit_names=departments.names_on(g.session, day),
    )


@bp.route("/certificates/<int:certificate_id>/<any(renewal, replacement):nature>", methods=["GET", "POST"])
@requires(Action.APPLICATION_ENTER)
def successor(certificate_id: int, nature: str) -> ResponseReturnValue:
    """A new card in place of one, or a new term after it: the gate, and the application."""
    wanted, today, form = ApplicationNature(nature), clock.today(), _entry_form()
    asked: dict[str, Any] = {"certificate_id": certificate_id, "nature": wanted, "today": today}
    plan = certificates.explain_successor(g.session, g.actor, **asked)
    if form.validate_on_submit():
        entered = _entered(form, [plan.card.person_id], form.wanted(plan.card.kind, wanted), today)
        if entered is not None:
            return _after_successor(entered, today)
    page = render_template(
        "applications/successor.html",
        form=form,
        card=plan.card,
        nature=wanted,
        findings=plan.findings,
        under_way=applications.under_way(g.session, [plan.card.person_id], plan.card.kind).get(plan.card.person_id),
        policy=policies.in_force(g.session, today),
    )
    return page, form.status


def _after_successor(entered: Entered, today: date) -> ResponseReturnValue:
    """What the bureau entered it examines at once; whatever stands against that is told."""
    if entered.applications and g.actor.may(Action.APPLICATION_EXAMINE):
        ids = [one.id for one in entered.applications]
        step = ApplicationStep.EXAMINE
        for case in applications.take(g.session, g.actor, step=step, application_ids=ids, today=today):
            for violation in case.against:
                flash(_(violation.message, **violation.params), "warning")
    return _after_entering(entered)


def _asked_kind() -> CertificateKind:
    asked = request.args.get("kind")
    return CertificateKind(asked) if asked in set(CertificateKind) else CertificateKind.ENFORCEMENT


def _asked_nature() -> ApplicationNature:
    asked = request.args.get("nature")
    return ApplicationNature(asked) if asked in set(ApplicationNature) else ApplicationNature.NEW


def _kind(text: str) -> CertificateKind:
    """The kind in an address; anything else is an address that does not exist."""
    if text not in set(CertificateKind):
        abort(404)
    return CertificateKind(text)
