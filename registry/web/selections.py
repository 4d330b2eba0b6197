"""What is done with the people ticked in the list: looked at first, with who is left out and why, then done."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange

from registry import clock
from registry.rules import RuleBroken
from registry.rules.candidates import SittingState
from registry.rules.lists import BulkAct
from registry.rules.people import Assessment
from registry.rules.permissions import Action
from registry.services import exams, selections, training
from registry.services.selections import Bulk, Effect, Fate
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices, number
from registry.web.people_list import chosen_of
from registry.web.views import as_asked
from registry.web.words import label

bp = Blueprint("selections", __name__, url_prefix="/people")

FIRST_YEAR = 1990
FIELDS = {BulkAct.ASSESS: ("year", "grade"), BulkAct.ENTER: ("sitting_id",), BulkAct.ATTEND: ("session_id",)}


class SelectionForm(RegistryForm):
    year = IntegerField(_l("Year"), [NumberRange(min=FIRST_YEAR)])
    grade = SelectField(_l("Grade"), coerce=Assessment, default=Assessment.COMPETENT)
    sitting_id = SelectField(_l("Exam"), coerce=number)
    session_id = SelectField(_l("Training"), coerce=number)

    def offer(self) -> None:
        """Fill in the choices: sittings that are still open, and the latest trainings."""
        today = clock.today()
        self.grade.choices = choices(Assessment)
        self.year.validators = [NumberRange(min=FIRST_YEAR, max=today.year)]
        self.year.data = self.year.data if self.year.raw_data else today.year - 1
        open_ones = exams.sittings(g.session, g.actor, state=SittingState.ANNOUNCED).rows
        self.sitting_id.choices = [(one.sitting.id, _exam(one.sitting)) for one in open_ones]
        held = training.sessions(g.session, g.actor).rows
        self.session_id.choices = [(row.session.id, f"{row.session.held_on} {row.session.title}") for row in held]
        for field in (self.sitting_id, self.session_id):
            field.data = field.data or (field.choices[0][0] if field.choices else 0)

    def bulk(self, act: BulkAct) -> Bulk:
        """The act as it was asked for."""
        return Bulk(act=act, **{name: getattr(self, name).data for name in FIELDS[act]})

    def fits(self, act: BulkAct) -> bool:
        """Whether everything the act needs is there; what is wrong stands at its field."""
        return all(getattr(self, name).validate(self) and getattr(self, name).data for name in FIELDS[act])


@bp.post("/selection")
@requires(Action.PERSON_MANAGE)
def show() -> ResponseReturnValue:
    """The people ticked, or everybody of the list, and what the act would do to each; done when asked to."""
    asked, act = as_asked(request.form.get("asked", "")), _act()
    try:
        ids = _selected(asked)
    except RuleBroken as broken:
        flash(" ".join(_(v.message, **v.params) for v in broken.violations), "danger")
        ids = []
    else:
        if not ids:
            flash(_("Tick at least one person first."), "warning")
    if not ids or act is None:
        return redirect(url_for("people.index", **asked), 303)
    form = SelectionForm()
    form.offer()
    fits = form.fits(act)
    if fits and request.form.get("step") == "do":
        done = selections.perform(g.session, g.actor, person_ids=ids, bulk=form.bulk(act), today=clock.today())
        flash(_told(done), "success")
        return redirect(_where(act, form, asked), 303)
    effects = _preview(ids, form.bulk(act)) if fits else []
    page = render_template(
        "people/selection.html",
        form=form,
        act=act,
        title=label(act),
        fields=[getattr(form, name) for name in FIELDS[act]],
        effects=effects,
        counts={fate: sum(one.fate is fate for one in effects) for fate in Fate},
        fates=Fate,
        ids=ids,
        asked=request.form.get("asked", ""),
        back_url=url_for("people.index", **asked),
    )
    return page, form.status


def _act() -> BulkAct | None:
    asked = request.form.get("act")
    return BulkAct(asked) if asked in set(BulkAct) else None


def _selected(asked: dict[str, Any]) -> list[int]:
    if request.form.get("everybody"):
        return selections.everybody(g.session, g.actor, chosen=chosen_of(asked), today=clock.today())
    return request.form.getlist("person", type=int)


def _preview(ids: list[int], bulk: Bulk) -> list[Effect]:
    return selections.preview(g.session, g.actor, person_ids=ids, bulk=bulk, today=clock.today())


def _told(done: list[Effect]) -> str:
    counts = {fate.value: sum(one.fate is fate for one in done) for fate in Fate}
    return str(_("Done for %(changes)s people; %(unchanged)s were so already, %(refused)s were left out.", **counts))


def _where(act: BulkAct, form: SelectionForm, asked: dict[str, Any]) -> str:
    """Where one sees what was done."""
    pages: dict[BulkAct, tuple[str, dict[str, Any]]] = {
        BulkAct.ENTER: ("candidates.index", {"sitting_id": form.sitting_id.data}),
        BulkAct.ATTEND: ("training.show", {"session_id": form.session_id.data}),
    }
    endpoint, values = pages.get(act, ("people.index", asked))
    address: str = url_for(endpoint, **values)
    return address


def _exam(sitting: Any) -> str:
    return f"{sitting.held_on} {sitting.title} {label(sitting.subject)}"
