"""Applications as pages: what waits at one's desk, lists, one application with its road, steps for one or many."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.applications import (
    LONGEST_REASON,
    WAYS,
    ApplicationNature,
    ApplicationStatus,
    ApplicationStep,
    Making,
    waiting_for,
    ways_from,
)
from registry.rules.certificates import CertificateKind
from registry.rules.lists import MOST_SELECTED
from registry.rules.permissions import Action
from registry.services import applications, departments, policies
from registry.services.applications import ApplicationFilter, Case, Said
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices
from registry.web.trail import history_of
from registry.web.views import as_asked

bp = Blueprint("applications", __name__, url_prefix="/applications")

FILTERS = ("show", "q", "department", "kind", "nature", "status")
# What the person at the desk does to take a step.
VERBS = {
    ApplicationStep.APPLY: _l("Apply again"),
    ApplicationStep.CONFIRM: _l("Confirm"),
    ApplicationStep.EXAMINE: _l("Examine"),
    ApplicationStep.APPROVE: _l("Approve"),
    ApplicationStep.MAKE: _l("Card is made"),
    ApplicationStep.HAND_OVER: _l("Hand over"),
    ApplicationStep.SEND_BACK: _l("Send back"),
    ApplicationStep.RETURN: _l("Return"),
    ApplicationStep.REFUSE: _l("Put the refusal on record"),
    ApplicationStep.WITHDRAW: _l("Withdraw the application"),
}
FIELDS: Mapping[ApplicationStep, Sequence[str]] = {
    ApplicationStep.MAKE: ("making", "on"),
    ApplicationStep.HAND_OVER: ("receiver", "on"),
    ApplicationStep.SEND_BACK: ("reason",),
    ApplicationStep.RETURN: ("reason",),
    ApplicationStep.WITHDRAW: ("reason",),
}


class StepForm(RegistryForm):
    reason = TextAreaField(_l("Reason"), [Length(max=LONGEST_REASON)])
    receiver = StringField(_l("Received by"), [Length(max=100)])
    making = SelectField(_l("Where the card comes from"), coerce=Making, default=Making.PRINTED)
    on = DateField(_l("On"), [Optional()])

    def offer(self) -> None:
        """Fill in the choices; a day that nobody has chosen is today."""
        self.making.choices = choices(Making)
        self.making.data = self.making.data or Making.PRINTED
        if not self.on.raw_data:
            self.on.data = clock.today()

    def said(self) -> Said:
        return Said(
            reason=self.reason.data or "",
            receiver=self.receiver.data or "",
            making=self.making.data,
            on=self.on.data,
        )


@bp.get("")
@requires(Action.APPLICATION_VIEW)
def index() -> ResponseReturnValue:
    asked: dict[str, Any] = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    chosen, start = chosen_of(asked), request.args.get("after", type=int)
    page = applications.search(g.session, g.actor, chosen=chosen, after=start)
    return render_template(
        "applications/index.html",
        page=page,
        chosen=chosen,
        asked=asked,
        address=urlencode(asked),
        has_desk=bool(waiting_for(g.actor.role)),
        waiting=applications.waiting_count(g.session, g.actor),
        acts=[(step, VERBS[step]) for step in _steps_in(chosen)],
        units=[(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)],
        kinds=choices(CertificateKind, _("all kinds")),
        natures=choices(ApplicationNature, _("of any nature")),
        statuses=choices(ApplicationStatus, _("any state")),
        next_url=url_for(".index", **asked, after=page.after) if page.after else None,
        first_url=url_for(".index", **asked) if start else None,
    )


def chosen_of(asked: Mapping[str, Any]) -> ApplicationFilter:
    """What the filters of an address ask for; nothing at all asks for what waits at one's own desk."""
    kind, nature, status = asked.get("kind"), asked.get("nature"), asked.get("status")
    unit = str(asked.get("department") or "")
    others = {name for name in asked if name != "show"}
    return ApplicationFilter(
        text=str(asked.get("q") or ""),
        department_id=int(unit) if unit.isdecimal() else None,
        kind=CertificateKind(kind) if kind in set(CertificateKind) else None,
        nature=ApplicationNature(nature) if nature in set(ApplicationNature) else None,
        status=ApplicationStatus(status) if status in set(ApplicationStatus) else None,
        is_waiting=bool(waiting_for(g.actor.role)) and asked.get("show", "all" if others else "") != "all",
    )


def _steps_in(chosen: ApplicationFilter) -> list[ApplicationStep]:
    """The steps that may be taken with what a list has, as far as the role allows them."""
    states = [chosen.status] if chosen.status else list(waiting_for(g.actor.role) if chosen.is_waiting else ())
    return [
        step for step in WAYS if g.actor.may(WAYS[step].action) and any(step in ways_from(state) for state in states)
    ]


@bp.get("/<int:application_id>")
@requires(Action.APPLICATION_VIEW)
def show(application_id: int) -> ResponseReturnValue:
    today = clock.today()
    file = applications.file_of(g.session, g.actor, application_id=application_id, today=today)
    return render_template(
        "applications/show.html",
        file=file,
        one=file.application,
        acts=[(step, VERBS[step], step in FIELDS) for step in file.offered],
        turn=file.turn,
        makings={making.value: making for making in Making},
        policy=policies.in_force(g.session, today),
        history=history_of(file.history),
    )


@bp.post("/selection")
@requires(Action.APPLICATION_VIEW)
def selection() -> ResponseReturnValue:
    """A step for the applications ticked, or for the whole list: what it would meet with each; taken when asked to."""
    asked, step = as_asked(request.form.get("asked", "")), _step()
    ids = _selected(asked)
    if not ids or step is None:
        flash(_("Tick at least one application first."), "warning")
        return redirect(url_for(".index", **asked), 303)
    form = StepForm()
    form.offer()
    if request.form.get("go") == "do" and form.validate():
        try:
            cases = applications.take(
                g.session, g.actor, step=step, application_ids=ids, said=form.said(), today=clock.today()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return _after(step, cases, asked)
    cases = applications.preview(
        g.session, g.actor, step=step, application_ids=ids, said=form.said(), today=clock.today()
    )
    return _shown(step, cases, form, asked), form.status


def _step() -> ApplicationStep | None:
    asked = request.form.get("step")
    return ApplicationStep(asked) if asked in set(VERBS) else None


def _selected(asked: Mapping[str, Any]) -> list[int]:
    if request.form.get("everybody"):
        return applications.ids_of(g.session, g.actor, chosen=chosen_of(asked), most=MOST_SELECTED)
    return request.form.getlist("application", type=int)[:MOST_SELECTED]


def _shown(step: ApplicationStep, cases: Sequence[Case], form: StepForm, asked: Mapping[str, Any]) -> str:
    return render_template(
        "applications/selection.html",
        step=step,
        title=VERBS[step],
        form=form,
        fields=[form[name] for name in FIELDS.get(step, ())],
        fit=[one for one in cases if one.fits],
        left=[one for one in cases if not one.fits],
        asked=urlencode(asked),
        is_done=False,
        back_url=_back(cases, asked),
    )


def _after(step: ApplicationStep, cases: Sequence[Case], asked: Mapping[str, Any]) -> ResponseReturnValue:
    """Where one sees what was done: the list or the application, and everybody left out with the reasons."""
    left, done = [one for one in cases if not one.fits], sum(one.fits for one in cases)
    told = ngettext("%(verb)s: %(num)s application", "%(verb)s: %(num)s applications", done, verb=VERBS[step])
    flash(told, "success" if done else "warning")
    if not left:
        return redirect(_back(cases, asked), 303)
    return render_template(
        "applications/selection.html",
        step=step,
        title=VERBS[step],
        form=None,
        fields=[],
        fit=[one for one in cases if one.fits],
        left=left,
        asked=urlencode(asked),
        is_done=True,
        back_url=_back(cases, asked),
    )


def _back(cases: Sequence[Case], asked: Mapping[str, Any]) -> str:
    if request.form.get("from") == "show" and len(cases) == 1:
        return url_for(".show", application_id=cases[0].application.id)
    return url_for(".index", **asked)
