"""Imports as pages: send a file, see what it would do or what is wrong with it, confirm, go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField

from registry import clock, jobs
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamSubject
from registry.rules.imports import WITH_THE_WORKER, ImportKind, ImportStatus
from registry.rules.jobs import UNDER_WAY
from registry.rules.permissions import Action
from registry.services import exams, imports, training
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import RegistryForm, choices
from registry.web.words import label

bp = Blueprint("imports", __name__, url_prefix="/imports")

PROBLEMS_SHOWN = 100
CHANGES_SHOWN = 50
EVENTS_SHOWN = 10
STEP = {
    ImportStatus.WAITING: 1,
    ImportStatus.REFUSED: 1,
    ImportStatus.REHEARSED: 2,
    ImportStatus.CONFIRMING: 2,
    ImportStatus.CONFIRMED: 3,
}


class SendForm(RegistryForm):
    kind = SelectField(_l("What the file holds"), coerce=ImportKind)
    file = FileField(_l("File (.xlsx, .xls, .ods or .csv)"), [FileRequired(_l("Choose a file."))])


class ConfirmForm(RegistryForm):
    sha256 = HiddenField()


@dataclass(frozen=True, slots=True)
class Next:
    """Where to go once a file is in: what it is about, and acts with their addresses, the one to do first."""

    about: str
    acts: Sequence[tuple[str, str]]


@bp.route("", methods=["GET", "POST"])
@requires(Action.IMPORT_VIEW)
def index() -> ResponseReturnValue:
    form = SendForm(kind=(request.args.get("kind") or "").replace("_", "-"))
    form.kind.choices = choices(ImportKind)
    if form.validate_on_submit():
        sent = form.file.data
        batch = imports.send(
            g.session,
            g.actor,
            kind=form.kind.data,
            filename=sent.filename or "",
            content=sent.read(),
            today=clock.today(),
        )
        if batch.status is ImportStatus.CONFIRMED:
            flash(_("This very file was brought in before; nothing was changed."), "info")
        return redirect(url_for(".show", batch_id=batch.id), 303)
    after = request.args.get("after", type=int)
    rows, further = imports.batches(g.session, g.actor, after=after)
    page = render_template(
        "imports/index.html",
        form=form,
        rows=rows,
        layouts=imports.LAYOUTS,
        next_url=url_for(".index", after=further) if further else None,
        first_url=url_for(".index") if after else None,
    )
    return page, form.status


@bp.get("/<int:batch_id>")
@requires(Action.IMPORT_VIEW)
def show(batch_id: int) -> ResponseReturnValue:
    row = imports.get(g.session, g.actor, batch_id)
    batch, first = row.batch, max(request.args.get("from", 0, type=int), 0)
    job = imports.job_of(g.session, g.actor, batch)
    here = url_for(".show", batch_id=batch_id)
    return render_template(
        "imports/show.html",
        batch=batch,
        sent_by=row.sent_by,
        step=STEP[batch.status],
        job=job,
        how_far=jobs.how_far(g.session, job) if job is not None else None,
        under_way=batch.status in WITH_THE_WORKER and job is not None and job.status in UNDER_WAY,
        problems=imports.problems_of(batch)[first : first + PROBLEMS_SHOWN],
        changes=batch.changes[:CHANGES_SHOWN],
        next_steps=_next_steps(batch.id, batch.kind) if batch.status is ImportStatus.CONFIRMED else [],
        form=ConfirmForm(sha256=batch.sha256),
        next_url=f"{here}?from={first + PROBLEMS_SHOWN}" if first + PROBLEMS_SHOWN < len(batch.problems) else None,
        first_url=here if first else None,
    )


@bp.post("/<int:batch_id>/confirmation")
@requires(Action.IMPORT_PERFORM)
def confirm(batch_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    try:
        batch = imports.approve(
            g.session, g.actor, batch_id=batch_id, digest=form.sha256.data or "", today=clock.today()
        )
    except RuleBroken as broken:
        form.refuse(broken)
        flash(" ".join(form.refusals), "danger")
    else:
        if batch.status is ImportStatus.REFUSED:
            flash(_("The register has changed since the rehearsal; nothing was written. See the problems."), "danger")
    return redirect(url_for(".show", batch_id=batch_id), 303)


@bp.post("/<int:batch_id>/problems.xlsx")
@requires(Action.IMPORT_PERFORM)
def marked(batch_id: int) -> ResponseReturnValue:
    """The file sent, with a column that says what is wrong. A POST: the trail tells who took it."""
    row = imports.get(g.session, g.actor, batch_id)
    stem, suffix = row.batch.filename.rsplit(".", 1)[0], _("problems")
    return spreadsheet(imports.marked_file(g.session, g.actor, batch_id), f"{stem}-{suffix}.xlsx")


@bp.get("/templates/<kind>.xlsx")
@requires(Action.IMPORT_VIEW)
def template(kind: str) -> ResponseReturnValue:
    """An empty file to fill in."""
    if kind not in set(ImportKind):
        abort(404)
    wanted, suffix = ImportKind(kind), _("template")
    return spreadsheet(imports.empty_file(wanted), f"{label(wanted)}-{suffix}.xlsx")


def _next_steps(batch_id: int, kind: ImportKind) -> list[Next]:
    """What an office does next after a file of this kind."""
    if kind is ImportKind.EXAM_RESULTS:
        return [_after_exam(sitting_id) for sitting_id in _touched(batch_id, "exam_sittings")]
    if kind is ImportKind.TRAINING:
        return [_after_training(session_id) for session_id in _touched(batch_id, "training_sessions")]
    results = (_("Bring in exam results"), url_for(".index", kind=ImportKind.EXAM_RESULTS))
    if kind is ImportKind.PEOPLE:
        return [Next("", [(_("See the people"), url_for("people.index")), results])]
    people = (_("Bring in their people"), url_for(".index", kind=ImportKind.PEOPLE))
    return [Next("", [(_("See the units"), url_for("departments.index")), people])]


def _touched(batch_id: int, subject_type: str) -> list[int]:
    return imports.touched(g.session, g.actor, batch_id=batch_id, subject_type=subject_type)[:EVENTS_SHOWN]


def _after_exam(sitting_id: int) -> Next:
    row = exams.get(g.session, g.actor, sitting_id)
    about = _(
        "%(title)s, %(subject)s: %(passed)s of %(count)s passed",
        title=row.sitting.title,
        subject=label(row.sitting.subject),
        passed=row.passed,
        count=row.candidates,
    )
    acts = [
        (said, url_for("certificates.issue_to_sitting", sitting_id=sitting_id, kind=kind.value))
        for kind, said in (
            (CertificateKind.ENFORCEMENT, _("Issue enforcement certificates to those who passed")),
            (CertificateKind.SUPERVISION, _("Issue supervision certificates to those who passed")),
        )
        if g.actor.may(Action.CERTIFICATE_ISSUE) and _rests_on(kind, row.sitting.subject)
    ]
    return Next(about, [*acts, (_("See the results"), url_for("exams.show", sitting_id=sitting_id))])


def _rests_on(kind: CertificateKind, subject: ExamSubject) -> bool:
    return kind is CertificateKind.ENFORCEMENT or subject is ExamSubject.COMMON_LAW


def _after_training(session_id: int) -> Next:
    row = training.get(g.session, g.actor, session_id)
    return Next(row.session.title, [(_("See the attendance"), url_for("training.show", session_id=session_id))])
