"""Acts on a unit, each a page of its own: another name, confirmation, entrustment, fields, its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.departments import DepartmentKind
from registry.rules.permissions import Action
from registry.services import departments
from registry.web.access import requires
from registry.web.forms import RegistryForm, number, stripped

bp = Blueprint("department_acts", __name__, url_prefix="/departments")


def _text(title: Any, *validators: Any, most: int) -> StringField:
    return StringField(title, [*validators, Length(max=most)], filters=[stripped])


def _day(title: Any) -> DateField:
    return DateField(title, [InputRequired(_l("Enter the day."))])


def _reason() -> StringField:
    return _text(_l("Reason"), DataRequired(_l("Say why.")), most=500)


class ActForm(RegistryForm):
    """A form whose fields bear the names of what its procedure takes."""

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What an act's page says: its heading, what the act means, hints by field, the button, and the word afterwards."""

    title: str
    lead: str
    submit: str
    done: str
    hints: Mapping[str, str] = field(default_factory=dict)


def _performed(
    department_id: int,
    form: ActForm,
    act: Callable[..., Any],
    page: Page,
    template: str = "departments/act.html",
    **more: Any,
) -> ResponseReturnValue:
    """The page of an act; once its form is sent and no rule stands in the way, the act, and back to the unit."""
    unit = departments.get(g.session, g.actor, department_id)
    if form.validate_on_submit():
        try:
            act(g.session, g.actor, department_id=unit.id, **more, **form.facts())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(page.done, "success")
            return redirect(url_for("departments.show", department_id=unit.id))
    hanging = departments.hanging_on(g.session, g.actor, department_id=unit.id, today=clock.today())
    return render_template(template, unit=unit, form=form, page=page, hanging=hanging), form.status


class RenameForm(ActForm):
    name = _text(_l("New name"), DataRequired(_l("Enter the unit's name.")), most=100)
    from_on = _day(_l("Borne from"))
    document_number = _text(_l("Document"), DataRequired(_l("Enter the number of the document.")), most=100)
    reason = _reason()


@bp.route("/<int:department_id>/rename", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def rename(department_id: int) -> ResponseReturnValue:
    form = RenameForm(from_on=clock.today())
    page = Page(
        title=_("Another name"),
        lead=_("From its day on the unit bears the new name; what is dated before keeps the old one."),
        submit=_("Record the new name"),
        done=_("The new name is recorded."),
        hints={
            "name": _("As in the document that gives the name."),
            "from_on": _("The first day of the new name; it may lie in the past."),
        },
    )
    return _performed(department_id, form, departments.rename, page, today=clock.today())


class NameForm(ActForm):
    name = _text(_l("Name as it should read"), DataRequired(_l("Enter the unit's name.")), most=100)
    reason = _reason()


@bp.route("/<int:department_id>/name", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def correct_name(department_id: int) -> ResponseReturnValue:
    """Mend a slip in the name; a unit that was renamed is another act."""
    form = NameForm(name=departments.get(g.session, g.actor, department_id).name)
    page = Page(
        title=_("Correct the name"),
        lead=_("For slips alone: the unit never bore the wrong name, and no trace of it stays among its names."),
        submit=_("Correct the name"),
        done=_("The name is corrected."),
    )
    return _performed(department_id, form, departments.correct_name, page)


class ConfirmForm(ActForm):
    notice = _text(_l("Confirmation notice"), DataRequired(_l("Enter the number of the notice.")), most=100)
    confirmed_on = _day(_l("Announced on"))
    reason = _reason()


@bp.route("/<int:department_id>/confirmation", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def confirm(department_id: int) -> ResponseReturnValue:
    unit = departments.get(g.session, g.actor, department_id)
    there = {} if unit.withdrawn_on else {"notice": unit.confirmation_notice, "confirmed_on": unit.confirmed_on}
    form = ConfirmForm(data=there)
    page = Page(
        title=_("Confirm as enforcement subject"),
        lead=_("The government of the same level confirms a subject and announces it to the public."),
        submit=_("Record the confirmation"),
        done=_("The confirmation is recorded."),
        hints={"notice": _("Number of the public notice.")},
    )
    return _performed(department_id, form, departments.confirm, page, today=clock.today())


class WithdrawForm(ActForm):
    notice = _text(_l("Notice of the withdrawal"), DataRequired(_l("Enter the number of the notice.")), most=100)
    withdrawn_on = _day(_l("No subject from"))
    reason = _reason()


@bp.route("/<int:department_id>/withdrawal", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def withdraw(department_id: int) -> ResponseReturnValue:
    form = WithdrawForm(withdrawn_on=clock.today())
    page = Page(
        title=_("Withdraw the confirmation"),
        lead=_("From that day on nobody of the unit can be certified; certificates stay until taken back."),
        submit=_("Record the withdrawal"),
        done=_("The confirmation is withdrawn."),
    )
    return _performed(department_id, form, departments.withdraw_confirmation, page, today=clock.today())


class EntrustForm(ActForm):
    entrusting_id = SelectField(_l("Entrusting unit"), [InputRequired(_l("Choose the unit."))], coerce=number)
    from_on = _day(_l("Entrusted from"))
    until_on = DateField(_l("Entrusted until"), [Optional()])
    document_number = _text(_l("Document"), DataRequired(_l("Enter the number of the document.")), most=100)
    reason = _reason()


@bp.route("/<int:department_id>/entrustment", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def entrust(department_id: int) -> ResponseReturnValue:
    """Renew an entrustment or give it anew; the one before stays among the earlier ones."""
    unit = departments.get(g.session, g.actor, department_id)
    form = EntrustForm(entrusting_id=unit.entrusting_department_id)
    may_entrust = [
        (other.id, other.name)
        for other in departments.all_standing(g.session, g.actor)
        if other.kind is not DepartmentKind.ENTRUSTED_ORGANISATION
    ]
    form.entrusting_id.choices = [("", _("choose …")), *may_entrust]
    page = Page(
        title=_("Renew the entrustment"),
        lead=_("It acts in its entruster's name and cannot entrust others. The entrustment before is kept."),
        submit=_("Record the entrustment"),
        done=_("The entrustment is recorded."),
        hints={"until_on": _("Left empty, the entrustment has no end.")},
    )
    return _performed(department_id, form, departments.entrust, page, today=clock.today())


class ScopeForm(ActForm):
    field = _text(_l("Field of enforcement"), DataRequired(_l("Enter the field.")), most=60)
    area = _text(_l("Area of enforcement"), DataRequired(_l("Enter the area.")), most=60)
    basis = _text(_l("Legal basis"), most=200)
    from_on = _day(_l("Since"))


@bp.route("/<int:department_id>/fields/new", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def add_scope(department_id: int) -> ResponseReturnValue:
    unit = departments.get(g.session, g.actor, department_id)
    form = ScopeForm(area=unit.enforcement_area, from_on=clock.today())
    page = Page(
        title=_("A further field"),
        lead=_("Beside the main one, which stands on the unit's certificates."),
        submit=_("Add the field"),
        done=_("The field is added."),
        hints={"basis": _("The law, regulation or rule that gives the power.")},
    )
    return _performed(department_id, form, departments.add_scope, page, today=clock.today())


@bp.post("/<int:department_id>/fields/<int:scope_id>/end")
@requires(Action.DEPARTMENT_MANAGE)
def end_scope(department_id: int, scope_id: int) -> ResponseReturnValue:
    """The unit no longer enforces in a further field after today."""
    departments.end_scope(g.session, g.actor, department_id=department_id, scope_id=scope_id, until_on=clock.today())
    flash(_("The field ends today."), "success")
    return redirect(url_for("departments.show", department_id=department_id))


class EndForm(ActForm):
    merged_into_id = SelectField(_l("What becomes of it"), coerce=number)
    ended_on = _day(_l("Ended on"))
    document_number = _text(_l("Document"), DataRequired(_l("Enter the number of the document.")), most=100)
    reason = _reason()

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"merged_into_id": self.merged_into_id.data or None}


@bp.route("/<int:department_id>/ending", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def end(department_id: int) -> ResponseReturnValue:
    """End a unit, after showing what hangs on it."""
    form = EndForm(ended_on=clock.today())
    others = [unit for unit in departments.all_standing(g.session, g.actor) if unit.id != department_id]
    into = [(unit.id, _("merged into %(name)s", name=unit.name)) for unit in others]
    form.merged_into_id.choices = [("", _("abolished")), *into]
    page = Page(
        title=_("End the unit"),
        lead=_("An ended unit stays readable, is marked as ended, and is offered for nothing any more."),
        submit=_("End the unit"),
        done=_("The unit has ended. Its page lists what is left to do."),
        hints={"ended_on": _("The first day on which the unit is no more.")},
    )
    return _performed(department_id, form, departments.end, page, template="departments/end.html", today=clock.today())


class ReopenForm(ActForm):
    reason = _reason()


@bp.route("/<int:department_id>/reopening", methods=["GET", "POST"])
@requires(Action.DEPARTMENT_MANAGE)
def reopen(department_id: int) -> ResponseReturnValue:
    form = ReopenForm()
    page = Page(
        title=_("Take back the end"),
        lead=_("For a unit that was ended by mistake, while nothing was done about it since."),
        submit=_("Take back the end"),
        done=_("The unit stands again."),
    )
    return _performed(department_id, form, departments.reopen, page, today=clock.today())
