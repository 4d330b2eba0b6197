"""Imports as pages: send a file, see what it would do or what is wrong with it, confirm, go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length

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
from registry.web.forms import RegistryForm, choices, stripped
from registry.web.trail import history_of
from registry.web.words import label

bp = Blueprint("imports", __name__, url_prefix="/imports")

PROBLEMS_SHOWN = 100
CHANGES_SHOWN = 50
EVENTS_SHOWN = 10


class SendForm(RegistryForm):
    kind = SelectField(_l("What the file holds"), coerce=ImportKind)
    file = FileField(_l("File (.xlsx, .xls, .ods or .csv)"), [FileRequired(_l("Choose a file."))])
    source = StringField(_l("Where it comes from"), [Length(max=imports.LONGEST_NAME)], filters=[stripped])


class MapForm(RegistryForm):
    source = StringField(_l("Where the file comes from"), [Length(max=imports.LONGEST_NAME)], filters=[stripped])


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
            source=form.source.data or "",
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
        sources=imports.source_names(g.session, g.actor),
        next_url=url_for(".index", after=further) if further else None,
        first_url=url_for(".index") if after else None,
    )
    return page, form.status


@bp.get("/<int:batch_id>")
@requires(Action.IMPORT_VIEW)
def show(batch_id: int) -> ResponseReturnValue:
    row = imports.get(g.session, g.actor, batch_id)
    batch, first, change = row.batch, _at("from"), _at("change")
    job = imports.job_of(g.session, g.actor, batch)
    asked = imports.question_count(g.session, g.actor, batch_id=batch_id)
    here = url_for(".show", batch_id=batch_id)
    return render_template(
        "imports/show.html",
        batch=batch,
        sent_by=row.sent_by,
        way=_way(batch, asked),
        question_count=asked,
        job=job,
        how_far=jobs.how_far(g.session, job) if job is not None else None,
        under_way=batch.status in WITH_THE_WORKER and job is not None and job.status in UNDER_WAY,
        problems=imports.problems_of(batch)[first : first + PROBLEMS_SHOWN],
        changes=batch.changes[change : change + CHANGES_SHOWN],
        further_changes=f"{here}?change={change + CHANGES_SHOWN}#changes"
        if change + CHANGES_SHOWN < len(batch.changes)
        else None,
        first_changes=f"{here}#changes" if change else None,
        history=history_of(imports.history(g.session, g.actor, batch_id=batch_id)),
        headings=_headings(batch),
        next_steps=_next_steps(batch.id, batch.kind) if batch.status is ImportStatus.CONFIRMED else [],
        form=ConfirmForm(sha256=imports.fingerprint(g.session, batch)),
        map_form=MapForm(source=batch.source),
        sources=imports.source_names(g.session, g.actor, kind=batch.kind),
        titles=titles(batch.kind),
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
        if batch.status not in {ImportStatus.CONFIRMED, ImportStatus.CONFIRMING}:
            moved = _(
                "The register has changed since the rehearsal; nothing was written. See what the file would do now."
            )
            flash(moved, "danger")
    return redirect(url_for(".show", batch_id=batch_id), 303)


@bp.post("/<int:batch_id>/problems.xlsx")
@requires(Action.IMPORT_PERFORM)
def marked(batch_id: int) -> ResponseReturnValue:
    """The file sent, with a column that says what is wrong. A POST: the trail tells who took it."""
    row = imports.get(g.session, g.actor, batch_id)
    stem, suffix = row.batch.filename.rsplit(".", 1)[0], _("problems")
    return spreadsheet(imports.marked_file(g.session, g.actor, batch_id), f"{stem}-{suffix}.xlsx")


@bp.post("/<int:batch_id>/changes.xlsx")
@requires(Action.IMPORT_PERFORM)
def every_change(batch_id: int) -> ResponseReturnValue:
    """All that the file would change, as it was rehearsed. A POST: the trail tells who took it."""
    row = imports.get(g.session, g.actor, batch_id)
    if row.batch.status not in {ImportStatus.REHEARSED, ImportStatus.REFUSED, ImportStatus.UNDECIDED}:
        abort(404)
    stem, suffix = row.batch.filename.rsplit(".", 1)[0], _("changes")
    return spreadsheet(imports.every_change(g.session, g.actor, batch_id), f"{stem}-{suffix}.xlsx")


@bp.get("/templates/<kind>.xlsx")
@requires(Action.IMPORT_VIEW)
def template(kind: str) -> ResponseReturnValue:
    """An empty file to fill in."""
    if kind not in set(ImportKind):
        abort(404)
    wanted, suffix = ImportKind(kind), _("template")
    return spreadsheet(imports.empty_file(wanted), f"{label(wanted)}-{suffix}.xlsx")


def titles(kind: ImportKind) -> list[tuple[str, str]]:
    """What a heading of a file of this kind may mean: names and titles of its columns."""
    return [(column.name, column.title) for column in imports.LAYOUTS[kind]]


def _way(batch: Any, asked: int) -> tuple[list[str], int]:
    """The steps of a file and how far this one is; deciding is a step where there is something to decide."""
    undone = [_("Undone")] if batch.status in {ImportStatus.UNDOING, ImportStatus.UNDONE} else []
    titles = [_("Sent"), _("Rehearsed"), *([_("Decided")] if asked else []), _("Brought in"), *undone]
    last = len(titles) - 1
    here = {ImportStatus.WAITING: 1, ImportStatus.REFUSED: 1, ImportStatus.UNDECIDED: last - 1}
    is_over = batch.status in {ImportStatus.CONFIRMED, ImportStatus.UNDONE}
    return titles, last + 1 if is_over else here.get(batch.status, last)


def _at(name: str) -> int:
    return max(request.args.get(name, 0, type=int), 0)


def _headings(batch: Any) -> imports.Headings | None:
    """The headings to be mapped, where a file was not read because of them."""
    if batch.status is not ImportStatus.REFUSED or not batch.unread.get("rows"):
        return None
    found = imports.headings_of(g.session, g.actor, batch_id=batch.id)
    return found if found.rows else None


def _next_steps(batch_id: int, kind: ImportKind) -> list[Next]:
    """What an office does next after a file of this kind."""
    if kind is ImportKind.EXAM_RESULTS:
        return [_after_exam(sitting_id) for sitting_id in _touched(batch_id, "exam_sittings")]
    if kind is ImportKind.TRAINING:
        return [_after_training(session_id) for session_id in _touched(batch_id, "training_sessions")]
    results = (_("Bring in exam results"), url_for(".index", kind=ImportKind.EXAM_RESULTS))
    if kind in {ImportKind.PEOPLE, ImportKind.SUPERVISORS}:
        return [Next("", [(_("See the people"), url_for("people.index")), results])]
    if kind is ImportKind.CERTIFICATES:
        return [Next("", [(_("See the certificates"), url_for("certificates.index"))])]
    if kind is ImportKind.LEGAL_REVIEWERS:
        return [Next("", [(_("See the units"), url_for("departments.index"))])]
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
        (said, url_for("application_entry.for_sitting", sitting_id=sitting_id, kind=kind.value))
        for kind, said in (
            (CertificateKind.ENFORCEMENT, _("Put up those who passed for enforcement certificates")),
            (CertificateKind.SUPERVISION, _("Put up those who passed for supervision certificates")),
        )
        if g.actor.may(Action.APPLICATION_EXAMINE) and _rests_on(kind, row.sitting.subject)
    ]
    return Next(about, [*acts, (_("See the results"), url_for("exams.show", sitting_id=sitting_id))])


def _rests_on(kind: CertificateKind, subject: ExamSubject) -> bool:
    return kind is CertificateKind.ENFORCEMENT or subject is ExamSubject.COMMON_LAW


def _after_training(session_id: int) -> Next:
    row = training.get(g.session, g.actor, session_id)
    return Next(row.session.title, [(_("See the attendance"), url_for("training.show", session_id=session_id))])
