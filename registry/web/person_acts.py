"""What happens to somebody's post: a small form for each act, and one to put a recorded post right."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules import RuleBroken
from registry.rules.careers import ACTS, DETAILS, CareerAct
from registry.rules.permissions import Action
from registry.services import people
from registry.services.people import CareerEntry
from registry.web.access import requires
from registry.web.person_forms import CareerForm

bp = Blueprint("person_acts", __name__, url_prefix="/people")


@bp.route("/<int:person_id>/acts/<act>", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def perform(person_id: int, act: str) -> ResponseReturnValue:
    """One act of a career; 404 for a word that is none."""
    if act not in set(CareerAct) - {CareerAct.CORRECT}:
        abort(404)
    wanted, today = CareerAct(act), clock.today()
    file = people.file_of(g.session, g.actor, person_id, today)
    form = CareerForm(data=_present(file, wanted, today))
    form.fit(wanted)
    if form.validate_on_submit():
        try:
            people.perform(g.session, g.actor, person_id=person_id, act=wanted, entry=_entry(form), today=today)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(*_said(wanted, file))
            return redirect(url_for("people.show", person_id=person_id), 303)
    return _page(file, wanted, form)


@bp.route("/<int:person_id>/posts/<int:appointment_id>", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def correct(person_id: int, appointment_id: int) -> ResponseReturnValue:
    """A post that was recorded wrongly, put right in place; the history keeps what it said before."""
    today = clock.today()
    file = people.file_of(g.session, g.actor, person_id, today)
    post = next((post for post in file.appointments if post.id == appointment_id), None)
    if post is None:
        abort(404)
    form = CareerForm(data=_of(post) | {"day": post.from_on, "department_id": post.department_id})
    form.fit(CareerAct.CORRECT)
    if form.validate_on_submit():
        try:
            done = people.correct_post(
                g.session, g.actor, person_id=person_id, appointment_id=appointment_id, entry=_entry(form), today=today
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The post is put right.") if done else _("Nothing was different."), "success")
            return redirect(url_for("people.show", person_id=person_id), 303)
    return _page(file, CareerAct.CORRECT, form)


def _page(file: people.PersonFile, act: CareerAct, form: CareerForm) -> ResponseReturnValue:
    page = render_template("people/act.html", file=file, person=file.person, act=act, form=form, needs=ACTS[act])
    return page, form.status


def _entry(form: CareerForm) -> CareerEntry:
    data = form.data
    return CareerEntry(
        day=data.get("day"),
        values=form.of_the_post(),
        document_number=data.get("document_number") or "",
        reason=data["reason"] or "",
    )


def _present(file: people.PersonFile, act: CareerAct, today: date) -> dict[str, Any]:
    """What the fields hold at first: today, and of a new post what the last one was."""
    last = file.last_post
    given = {"day": today}
    if last is None or act is CareerAct.SECOND:
        return given
    kept = _of(last) | given | {"document_number": ""}
    if act is CareerAct.TRANSFER:
        return kept | {"section": "", "post": "", "enforcement_field": "", "enforcement_area": ""}
    return kept | ({"department_id": last.department_id} if act is CareerAct.JOIN else {})


def _of(post: Any) -> dict[str, Any]:
    return {name: getattr(post, name) for name in (*DETAILS, "document_number")}


def _said(act: CareerAct, file: people.PersonFile) -> tuple[str, str]:
    """What to say once it is done; a certificate that somebody takes along is not forgotten."""
    if act in {CareerAct.RETIRE, CareerAct.LEAVE, CareerAct.DIE}:
        return _("The post has ended. A valid certificate stays until somebody decides: take it back."), "warning"
    if act is CareerAct.TRANSFER and file.certificates:
        return _("The transfer is recorded. The certificate names the old unit: replace it or take it back."), "warning"
    return _("It is recorded."), "success"
