"""People as pages: a person's file with the gate explained, recording and changing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import LIVE, NONE_HELD, CertificateKind, Finding, status_on
from registry.rules.people import Duty, age_on, normalise_identity
from registry.rules.permissions import Action
from registry.rules.policy import Policy
from registry.services import applications, certificates, ministry, people, policies, qualifications, tasks
from registry.services.people import PERSON_FIELDS, PersonEntry
from registry.web import asked, past
from registry.web.access import requires
from registry.web.person_forms import ChangeForm, NewPersonForm, RevealForm
from registry.web.trail import history_of

bp = Blueprint("people", __name__, url_prefix="/people")


@dataclass(frozen=True, slots=True)
class Gate:
    """Every rule for one kind of certificate, and what they come to."""

    kind: CertificateKind
    findings: Sequence[Finding]

    @property
    def unmet(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.met]

    @property
    def is_open(self) -> bool:
        return not self.unmet

    @property
    def is_holder(self) -> bool:
        """The person has what is asked for, so nothing is to be issued."""
        return any(finding.rule is NONE_HELD for finding in self.unmet)


@bp.get("/<int:person_id>")
@requires(Action.PERSON_VIEW)
def show(person_id: int) -> ResponseReturnValue:
    """A person's file; with ?as_of= as it was on that day."""
    today = clock.today()
    if (day := asked.past_day(today)) is not None:
        return past.person(person_id, day, today)
    return _file(person_id, RevealForm())


def _file(person_id: int, reveal: RevealForm) -> ResponseReturnValue:
    """A person's file; with what was wrong, when its form was refused."""
    today = clock.today()
    file = people.file_of(g.session, g.actor, person_id, today)
    if file.person.withdrawn_on is not None and (onward := people.merged_into(g.session, person_id)) is not None:
        flash(_("File no. %(id)s was merged into this one.", id=person_id), "info")
        return redirect(url_for(".show", person_id=onward))
    policy = policies.in_force(g.session, today)
    page = render_template(
        "people/show.html",
        file=file,
        person=file.person,
        gates=_gates(file, policy, today),
        policy=policy,
        statuses={card.id: status_on(card.status, card.valid_until, today) for card in file.certificates},
        history=history_of(file.history),
        age=age_on(file.person.born_on, today),
        to_take_back=[card for card in file.certificates if card.status in LIVE] if file.post is None else [],
        flags=tasks.flags(g.session, [card.id for card in file.certificates], today=today),
        losses=qualifications.of_person(g.session, g.actor, person_id),
        filings=ministry.of_person(g.session, person_id),
        reveal=reveal,
        beside=people.beside(g.session, g.actor, person_id),
        applications=applications.of_person(g.session, g.actor, person_id),
    )
    return page, reveal.status


def _gates(file: people.PersonFile, policy: Policy, today: date) -> list[Gate]:
    """Both kinds of certificate, first the one that the post needs."""
    supervises = file.post is not None and file.post.duty is Duty.SUPERVISION
    kinds = sorted(CertificateKind, key=lambda kind: (kind is CertificateKind.SUPERVISION) != supervises)
    findings = certificates.explain_kinds(g.session, g.actor, person_id=file.person.id, policy=policy, today=today)
    return [Gate(kind, findings[kind]) for kind in kinds]


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def new() -> ResponseReturnValue:
    form = NewPersonForm(department_id=request.args.get("department", type=int))
    form.offer()
    known_id = None
    if form.validate_on_submit():
        number = normalise_identity(form.identity_number.data)
        entry = PersonEntry(identity_number=number, **form.values())
        try:
            person = people.register(g.session, g.actor, entry=entry, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
            known = people.known_people(g.session, [number]).get(number)
            known_id = known.person.id if known is not None else None
        else:
            flash(_("%(name)s is registered.", name=person.name), "success")
            return redirect(url_for(".show", person_id=person.id))
    return render_template("people/new.html", form=form, known_id=known_id), form.status


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def edit(person_id: int) -> ResponseReturnValue:
    """Who somebody is; what happens to the post has acts of its own."""
    person = people.get(g.session, g.actor, person_id)
    form = ChangeForm(data={name: getattr(person, name) for name in PERSON_FIELDS})
    form.offer()
    if form.validate_on_submit():
        try:
            done = people.change(
                g.session,
                g.actor,
                person_id=person_id,
                values={**form.values(), "from_on": None},
                reason=form.reason.data,
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The changes are recorded.") if done.updated else _("Nothing was different."), "success")
            return redirect(url_for(".show", person_id=person_id))
    return render_template("people/edit.html", form=form, person=person), form.status


@bp.post("/<int:person_id>/identity")
@requires(Action.IDENTITY_UNMASK)
def identity(person_id: int) -> ResponseReturnValue:
    """The full identity number, once, for a reason that the trail keeps."""
    form = RevealForm()
    if not form.validate_on_submit():
        return _file(person_id, form)
    number = people.reveal_identity(g.session, g.actor, person_id=person_id, reason=form.reason.data)
    return render_template(
        "people/identity.html", person=people.get(g.session, g.actor, person_id), number=number, reason=form.reason.data
    )
