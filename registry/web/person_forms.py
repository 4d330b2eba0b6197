"""The forms about a person: who somebody is, the post, an act of the career, a record of conduct."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, EmailField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from registry.rules.careers import ACTS, CareerAct
from registry.rules.conduct import MEASURES, ConductMeasure
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
from registry.services import departments
from registry.web.forms import RegistryForm, choices, maybe, number, stripped
from registry.web.words import label

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
CHOSEN: dict[str, type[StrEnum]] = {"rank": Rank, "establishment": Establishment, "duty": Duty}


DAYS: dict[CareerAct, Any] = {
    CareerAct.JOIN: _l("First day in the post"),
    CareerAct.TRANSFER: _l("First day in the new unit"),
    CareerAct.REASSIGN: _l("First day in the new post"),
    CareerAct.SECOND: _l("First day with the other unit"),
    CareerAct.RETURN: _l("Last day with the other unit"),
    CareerAct.DIE: _l("Day of death"),
    CareerAct.CORRECT: _l("First day in the post"),
}


def _text(title: Any, *validators: Any, most: int = 60) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped], default="")


def _reason(sentence: Any = None) -> StringField:
    return _text(_l("Reason"), *([DataRequired(sentence)] if sentence else []), most=500)


class PersonForm(RegistryForm):
    """What is known of somebody, whatever the post."""

    name = _text(_l("Name"), DataRequired(_l("Enter the name.")))
    ethnicity = _text(_l("Ethnicity"), most=20)
    political_status = SelectField(_l("Political status"), coerce=maybe(PoliticalStatus))
    education = SelectField(_l("Education"), coerce=maybe(Education))
    major = _text(_l("Major"))
    is_law_major = BooleanField(_l("The major is law"))
    has_law_qualification = BooleanField(_l("Holds the national legal professional qualification"))
    works_since_on = DateField(_l("Began to work on"), [Optional()])
    joined_on = DateField(_l("Joined the unit on"), [Optional()])
    phone = TelField(_l("Telephone"), [Length(max=20)], filters=[stripped], default="")
    office_phone = TelField(_l("Office telephone"), [Length(max=30)], filters=[stripped], default="")
    email = EmailField(
        _l("E-mail"),
        [Optional(), Length(max=100), Regexp(EMAIL, message=_l("Enter an e-mail address, or nothing."))],
        filters=[stripped],
        default="",
    )

    def offer(self) -> None:
        """Fill in the choices."""
        self.political_status.choices = choices(PoliticalStatus, _("not recorded"))
        self.education.choices = choices(Education, _("not recorded"))

    def values(self) -> dict[str, Any]:
        """The fields of a PersonEntry but the identity number."""
        skipped = {"csrf_token", "identity_number", "reason"}
        known = {name: value for name, value in self.data.items() if name not in skipped}
        return known | {"email": self.email.data or ""}


class PostFields(RegistryForm):
    """What a post is."""

    department_id = SelectField(_l("Unit"), [InputRequired(_l("Choose the unit."))], coerce=number)
    section = _text(_l("Section"))
    post = _text(_l("Post"))
    rank = SelectField(_l("Rank"), coerce=Rank, default=Rank.STAFF)
    establishment = SelectField(_l("Establishment"), coerce=Establishment)
    duty = SelectField(_l("Duty"), coerce=Duty)
    enforcement_field = _text(_l("Field of enforcement"))
    enforcement_area = _text(_l("Area of enforcement"))

    def offer_post(self, units: Iterable[tuple[int, str]]) -> None:
        """Fill in the choices of whatever fields of a post there are."""
        if "department_id" in self:
            self.department_id.choices = [("", _("choose …")), *units]
        for name, words in CHOSEN.items():
            if name in self:
                self[name].choices = choices(words)


def standing_units() -> list[tuple[int, str]]:
    """The units to choose from."""
    return [(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)]


def _genuine(_form: RegistryForm, field: StringField) -> None:
    """Told with the form's other errors, and not only once those are mended."""
    problem = identity_problem(normalise_identity(field.data or ""))
    if problem:
        raise ValidationError(_(problem))


class NewPersonForm(PostFields, PersonForm):
    """Somebody new and the post held now."""

    identity_number = _text(_l("Identity number"), DataRequired(_l("Enter the identity number.")), _genuine)
    from_on = DateField(_l("In this post since"), [InputRequired(_l("Enter the day."))])

    def offer(self) -> None:
        super().offer()
        self.offer_post(standing_units())


class ChangeForm(PersonForm):
    reason = _reason(_l("Say why."))


class RevealForm(RegistryForm):
    reason = _reason(_l("Say why the full number is needed."))


class CareerForm(PostFields):
    """One act of a career; `fit` leaves the fields that it asks for."""

    day = DateField(_l("Day"), [InputRequired(_l("Enter the day."))])
    until_on = DateField(_l("Until"), [Optional()])
    end_reason = SelectField(_l("Why the post ends"), coerce=EndReason)
    document_number = _text(_l("Document number"), most=100)
    reason = _reason()

    def fit(self, act: CareerAct) -> None:
        """Keep what the act needs, and fill in the choices."""
        needs = ACTS[act]
        kept = {*needs.fields, "reason", "csrf_token", *(["day"] if needs.has_day else [])}
        for name in [field.name for field in self if field.name not in kept]:
            del self[name]
        if "day" in self:
            self.day.label.text = DAYS.get(act, _l("Last day in the post"))
        if "end_reason" in self:
            self.end_reason.choices = choices(needs.ends_with)
        if needs.needs_reason:
            self.reason.validators = [DataRequired(_("Say why.")), *self.reason.validators]
            self.reason.flags.required = True
        self.offer_post(standing_units())

    def of_the_post(self) -> dict[str, Any]:
        """The fields beside the day, the document and the reason."""
        apart = {"csrf_token", "day", "document_number", "reason"}
        return {name: value for name, value in self.data.items() if name not in apart}


class ConductForm(RegistryForm):
    measure = SelectField(_l("What was decided"), coerce=ConductMeasure)
    decided_by = _text(_l("Deciding authority"), DataRequired(_l("Enter who decided.")), most=100)
    document_number = _text(_l("Document number"), DataRequired(_l("Enter the number of the document.")), most=100)
    decided_on = DateField(_l("Decided on"), [InputRequired(_l("Enter the day."))])
    until_on = DateField(_l("In effect until"), [Optional()])
    content = TextAreaField(_l("Content"), [Length(max=1000)], filters=[stripped], id="conduct-content")

    def offer(self) -> None:
        """The measures, by kind."""
        self.measure.choices = {
            label(kind): [(measure.value, label(measure)) for measure in measures]
            for kind, measures in MEASURES.items()
        }


class AnnulForm(RegistryForm):
    reason = _reason(_l("Say why the record is wrong."))
