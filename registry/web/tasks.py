"""What somebody has to look into: flagged certificates as a list, and the decision that one stays."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.tasks import TaskKind
from registry.services import departments, people, tasks
from registry.services.tasks import TaskFilter
from registry.web import asked
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices

bp = Blueprint("tasks", __name__, url_prefix="/tasks")

FILTERS = ("department", "kind", "overdue", "settled")


class KeepForm(RegistryForm):
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why the certificate stays.")), Length(max=500)])


@bp.get("")
@requires(Action.TASK_VIEW)
def index() -> ResponseReturnValue:
    """The open tasks, the oldest first; settled ones on request."""
    args, today = request.args, clock.today()
    kind = args.get("kind")
    chosen = TaskFilter(
        department_id=args.get("department", type=int),
        kind=TaskKind(kind) if kind in set(TaskKind) else None,
        is_overdue=args.get("overdue") == "yes",
        is_settled=args.get("settled") == "yes",
    )
    page = tasks.search(g.session, g.actor, chosen=chosen, today=today, after=args.get("after", type=int))
    return render_template(
        "tasks/index.html",
        page=page,
        chosen=chosen,
        kinds=choices(TaskKind, _("every cause")),
        units=[(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)],
        counted=tasks.counted(g.session, g.actor, today=today),
        is_narrowed=bool(asked.narrowed_by(FILTERS)),
        **asked.pages(FILTERS, page.after),
    )


@bp.route("/<int:task_id>/keep", methods=["GET", "POST"])
@requires(Action.TASK_SETTLE)
def keep(task_id: int) -> ResponseReturnValue:
    """The certificate stays as it is, and why."""
    task, form = tasks.get(g.session, g.actor, task_id), KeepForm()
    if form.validate_on_submit():
        try:
            tasks.keep(g.session, g.actor, task_id=task_id, reason=form.reason.data, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("It is recorded: the certificate stays."), "success")
            return redirect(url_for("certificates.show", certificate_id=task.certificate_id), 303)
    person = people.get(g.session, g.actor, task.person_id)
    return render_template("tasks/keep.html", form=form, task=task, person=person), form.status
