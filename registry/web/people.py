"""People as pages: the list, a person's file with the gate explained, recording and changing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import NONE_HELD, CertificateKind, Finding, status_on
from registry.rules.people import (
    Duty,
    Education,
    EndReason,
    Establishment,
    PoliticalStatus,
    Rank,
    identity_problem,
    normalise_identity,
)
from registry.rules.permissions import Action
from registry.services import certificates, departments, people, policies
from registry.services.people import PersonEntry
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices, maybe, number, stripped
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


def _text(title: Any, *validators: Any, most: int = 60) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped])


class PostForm(RegistryForm):
    """What may change about a known person."""

    name = _text(_l("Name"), DataRequired(_l("Enter the name.")))
    department_id = SelectField(_l("Unit"), [InputRequired(_l("Choose the unit."))], coerce=number)
    section = _text(_l("Section"))
    post = _text(_l("Post"))
    rank = SelectField(_l("Rank"), coerce=Rank, default=Rank.STAFF)
    establishment = SelectField(_l("Establishment"), coerce=Establishment)
    duty = SelectField(_l("Duty"), coerce=Duty)
    from_on = DateField(_l("In this post since"), [InputRequired(_l("Enter the day."))])
    ethnicity = _text(_l("Ethnicity"), most=20)
    political_status = SelectField(_l("Political status"), coerce=maybe(PoliticalStatus))
    education = SelectField(_l("Education"), coerce=maybe(Education))
    major = _text(_l("Major"))
    phone = TelField(_l("Telephone"), [Length(max=20)], filters=[stripped])
    has_law_qualification = BooleanField(_l("Holds the national legal professional qualification"))

    def offer(self) -> None:
        """Fill in the choices."""
        units = departments.all_standing(g.session, g.actor)
        self.department_id.choices = [("", _("choose …")), *((unit.id, unit.name) for unit in units)]
        self.rank.choices = choices(Rank)
        self.establishment.choices = choices(Establishment)
        self.duty.choices = choices(Duty)
        self.political_status.choices = choices(PoliticalStatus, _("not recorded"))
        self.education.choices = choices(Education, _("not recorded"))

    def values(self) -> dict[str, Any]:
        """The fields of a PersonEntry but the identity number."""
        skipped = {"csrf_token", "identity_number", "reason"}
        return {name: value for name, value in self.data.items() if name not in skipped}


def _genuine(_form: PostForm, field: StringField) -> None:
    """Told with the form's other errors, and not only once those are mended."""
    problem = identity_problem(normalise_identity(field.data or ""))
    if problem:
        raise ValidationError(_(problem))


class NewPersonForm(PostForm):
    identity_number = _text(_l("Identity number"), DataRequired(_l("Enter the identity number.")), _genuine)


class ChangeForm(PostForm):
    reason = _text(_l("Reason"), DataRequired(_l("Say why.")), most=500)


class ReturnForm(ChangeForm):
    """For somebody without a post: a first day begins a new one, none leaves it at that."""

    from_on = DateField(_l("In a new post since"), [Optional()])


class EndForm(RegistryForm):
    until_on = DateField(_l("Last day in the post"), [InputRequired(_l("Enter the day."))])
    end_reason = SelectField(_l("Why the post ends"), coerce=EndReason)
    reason = _text(_l("Document and remark"), most=500)

    def offer(self) -> None:
        self.end_reason.choices = choices(EndReason)


class RevealForm(RegistryForm):
    reason = _text(_l("Reason"), DataRequired(_l("Say why the full number is needed.")), most=500)


@bp.get("/<int:person_id>")
@requires(Action.PERSON_VIEW)
def show(person_id: int) -> ResponseReturnValue:
    form = EndForm()
    form.offer()
    return _file(person_id, form, RevealForm())


def _file(person_id: int, end_form: EndForm, reveal: RevealForm) -> ResponseReturnValue:
    """A person's file; with what was wrong, when one of its forms was refused."""
    file, today = people.file_of(g.session, g.actor, person_id), clock.today()
    page = render_template(
        "people/show.html",
        file=file,
        person=file.person,
        gates=_gates(file, today),
        policy=policies.in_force(g.session, today),
        statuses={card.id: status_on(card.status, card.valid_until, today) for card in file.certificates},
        history=history_of(file.history),
        end_form=end_form,
        reveal=reveal,
    )
    return page, max(end_form.status, reveal.status)


def _gates(file: people.PersonFile, today: date) -> list[Gate]:
    """Both kinds of certificate, first the one that the post needs."""
    supervises = file.post is not None and file.post.duty is Duty.SUPERVISION
    kinds = sorted(CertificateKind, key=lambda kind: (kind is CertificateKind.SUPERVISION) != supervises)
    return [
        Gate(kind, certificates.explain(g.session, g.actor, person_id=file.person.id, kind=kind, today=today))
        for kind in kinds
    ]


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def new() -> ResponseReturnValue:
    form = NewPersonForm(department_id=request.args.get("department", type=int))
    form.offer()
    if form.validate_on_submit():
        number = normalise_identity(form.identity_number.data)
        entry = PersonEntry(identity_number=number, **form.values())
        try:
            person = people.register(g.session, g.actor, entry=entry, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(name)s is registered.", name=person.name), "success")
            return redirect(url_for(".show", person_id=person.id))
    return render_template("people/new.html", form=form), form.status


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def edit(person_id: int) -> ResponseReturnValue:
    file = people.file_of(g.session, g.actor, person_id)
    form = (ChangeForm if file.post else ReturnForm)(data=_present(file))
    form.offer()
    if form.validate_on_submit():
        try:
            done = people.change(
                g.session,
                g.actor,
                person_id=person_id,
                values=form.values(),
                reason=form.reason.data,
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The changes are recorded.") if done.updated else _("Nothing was different."), "success")
            return redirect(url_for(".show", person_id=person_id))
    return render_template("people/edit.html", form=form, person=file.person, post=file.post), form.status


def _present(file: people.PersonFile) -> dict[str, Any]:
    person, post = file.person, file.post
    of_person = ("name", "department_id", "ethnicity", "political_status", "education", "major")
    present = {name: getattr(person, name) for name in (*of_person, "has_law_qualification")}
    if post is not None:
        of_post = ("section", "post", "rank", "establishment", "duty", "from_on")
        present |= {name: getattr(post, name) for name in of_post}
    return present


@bp.post("/<int:person_id>/leaving")
@requires(Action.PERSON_MANAGE)
def leave(person_id: int) -> ResponseReturnValue:
    """End the present post: transferred, retired, died."""
    form = EndForm()
    form.offer()
    if form.validate_on_submit():
        try:
            people.end_appointment(
                g.session,
                g.actor,
                person_id=person_id,
                until_on=form.until_on.data,
                end_reason=form.end_reason.data,
                reason=form.reason.data or "",
                today=clock.today(),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The post has ended. A valid certificate stays until somebody decides: take it back."), "warning")
            return redirect(url_for(".show", person_id=person_id))
    return _file(person_id, form, RevealForm(formdata=None))


@bp.post("/<int:person_id>/identity")
@requires(Action.IDENTITY_UNMASK)
def identity(person_id: int) -> ResponseReturnValue:
    """The full identity number, once, for a reason that the trail keeps."""
    form = RevealForm()
    if not form.validate_on_submit():
        end_form = EndForm(formdata=None)
        end_form.offer()
        return _file(person_id, end_form, form)
    number = people.reveal_identity(g.session, g.actor, person_id=person_id, reason=form.reason.data)
    return render_template(
        "people/identity.html", person=people.get(g.session, g.actor, person_id), number=number, reason=form.reason.data
    )
