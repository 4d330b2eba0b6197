"""People as pages: the list, a person's file with the gate explained, recording and changing."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.people import (
    Duty,
    Education,
    EndReason,
    Establishment,
    PoliticalStatus,
    Rank,
    normalise_identity,
)
from registry.rules.permissions import Action
from registry.services import certificates, departments, exports, people
from registry.services.people import PersonEntry, PersonFilter
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import RegistryForm, choices, maybe

bp = Blueprint("people", __name__, url_prefix="/people")

YES_NO = {"yes": True, "no": False}


class PostForm(RegistryForm):
    """What may change about a known person."""

    name = StringField(_l("Name"), [InputRequired(_l("Enter the name.")), Length(max=60)])
    department_id = SelectField(_l("Unit"), coerce=int)
    section = StringField(_l("Section"), [Length(max=60)])
    post = StringField(_l("Post"), [Length(max=60)])
    rank = SelectField(_l("Rank"), coerce=Rank)
    establishment = SelectField(_l("Establishment"), coerce=Establishment)
    duty = SelectField(_l("Duty"), coerce=Duty)
    from_on = DateField(_l("In this post since"), [InputRequired(_l("Enter the day."))])
    ethnicity = StringField(_l("Ethnicity"), [Length(max=20)])
    political_status = SelectField(_l("Political status"), coerce=maybe(PoliticalStatus))
    education = SelectField(_l("Education"), coerce=maybe(Education))
    major = StringField(_l("Major"), [Length(max=60)])
    phone = TelField(_l("Telephone"), [Length(max=20)])
    has_law_qualification = BooleanField(_l("Holds the national legal professional qualification"))

    def offer(self) -> None:
        """Fill in the choices."""
        units = departments.all_standing(g.session, g.actor)
        self.department_id.choices = [(unit.id, unit.name) for unit in units]
        self.rank.choices = choices(Rank)
        self.establishment.choices = choices(Establishment)
        self.duty.choices = choices(Duty)
        self.political_status.choices = choices(PoliticalStatus, _("not recorded"))
        self.education.choices = choices(Education, _("not recorded"))

    def values(self) -> dict[str, Any]:
        """The fields of a PersonEntry but the identity number."""
        skipped = {"csrf_token", "identity_number", "reason"}
        return {name: value for name, value in self.data.items() if name not in skipped}


class NewPersonForm(PostForm):
    identity_number = StringField(_l("Identity number"), [InputRequired(_l("Enter the identity number."))])


class ChangeForm(PostForm):
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=500)])


class EndForm(RegistryForm):
    until_on = DateField(_l("Last day in the post"), [InputRequired(_l("Enter the day."))])
    end_reason = SelectField(_l("Why the post ends"), coerce=EndReason)
    reason = StringField(_l("Document and remark"), [Length(max=500)])


class RevealForm(RegistryForm):
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why the full number is needed.")), Length(max=500)])


@bp.get("")
@requires(Action.PERSON_VIEW)
def index() -> ResponseReturnValue:
    page = people.search(
        g.session, g.actor, chosen=_chosen(), today=clock.today(), after=request.args.get("after") or None
    )
    return render_template(
        "people/index.html",
        page=page,
        units=departments.all_standing(g.session, g.actor),
        duties=list(Duty),
        next_url=_next_url(page.after),
    )


@bp.get("/export.xlsx")
@requires(Action.PERSON_EXPORT)
def export() -> ResponseReturnValue:
    content = exports.people(g.session, g.actor, chosen=_chosen(), today=clock.today())
    return spreadsheet(content, _("people") + ".xlsx")


def _chosen() -> PersonFilter:
    args = request.args
    duty = args.get("duty")
    return PersonFilter(
        text=args.get("q") or "",
        department_id=args.get("department", type=int),
        duty=Duty(duty) if duty in set(Duty) else None,
        is_certified=YES_NO.get(args.get("certified") or ""),
    )


def _next_url(after: str | None) -> str | None:
    return None if after is None else url_for(".index", **{**request.args.to_dict(), "after": after})


@bp.get("/<int:person_id>")
@requires(Action.PERSON_VIEW)
def show(person_id: int) -> ResponseReturnValue:
    file, today = people.file_of(g.session, g.actor, person_id), clock.today()
    findings = {
        kind: certificates.explain(g.session, g.actor, person_id=person_id, kind=kind, today=today)
        for kind in CertificateKind
    }
    return render_template(
        "people/show.html", file=file, person=file.person, findings=findings, end_form=_end_form(), reveal=RevealForm()
    )


def _end_form() -> EndForm:
    form = EndForm()
    form.end_reason.choices = choices(EndReason)
    return form


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def new() -> ResponseReturnValue:
    form = NewPersonForm()
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
    form = ChangeForm(data=_present(file))
    form.offer()
    if form.validate_on_submit():
        try:
            people.change_known(
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
            flash(_("The changes are recorded."), "success")
            return redirect(url_for(".show", person_id=person_id))
    return render_template("people/edit.html", form=form, person=file.person), form.status


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
    form = _end_form()
    if form.validate_on_submit():
        people.end_appointment(
            g.session,
            g.actor,
            person_id=person_id,
            until_on=form.until_on.data,
            end_reason=form.end_reason.data,
            reason=form.reason.data or "",
        )
        flash(_("The post has ended. A valid certificate stays until somebody decides: take it back."), "warning")
    else:
        flash(_("Enter the last day in the post."), "danger")
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/<int:person_id>/identity")
@requires(Action.IDENTITY_UNMASK)
def identity(person_id: int) -> ResponseReturnValue:
    """The full identity number, once, for a reason that the trail keeps."""
    form = RevealForm()
    if not form.validate_on_submit():
        flash(_("Say why the full number is needed."), "danger")
        return redirect(url_for(".show", person_id=person_id))
    number = people.reveal_identity(g.session, g.actor, person_id=person_id, reason=form.reason.data)
    return render_template(
        "people/identity.html", person=people.get(g.session, g.actor, person_id), number=number, reason=form.reason.data
    )
