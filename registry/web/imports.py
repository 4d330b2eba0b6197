"""Imports as pages: send a file, see what it would do or what is wrong with it, confirm."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField

from registry import clock
from registry.rules import RuleBroken
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import Action
from registry.services import imports
from registry.web.access import requires
from registry.web.answers import spreadsheet
from registry.web.forms import RegistryForm, choices
from registry.web.words import label

bp = Blueprint("imports", __name__, url_prefix="/imports")


class SendForm(RegistryForm):
    kind = SelectField(_l("What the file holds"), coerce=ImportKind)
    file = FileField(_l("File (.xlsx, .xls, .ods or .csv)"), [FileRequired(_l("Choose a file."))])


class ConfirmForm(RegistryForm):
    sha256 = HiddenField()


@bp.route("", methods=["GET", "POST"])
@requires(Action.IMPORT_VIEW)
def index() -> ResponseReturnValue:
    form = SendForm(kind=request.args.get("kind"))
    form.kind.choices = choices(ImportKind)
    if form.validate_on_submit():
        sent = form.file.data
        batch = imports.rehearse(
            g.session,
            g.actor,
            kind=form.kind.data,
            filename=sent.filename or "",
            content=sent.read(),
            today=clock.today(),
        )
        return redirect(url_for(".show", batch_id=batch.id), 303)
    rows, after = imports.batches(g.session, g.actor, after=request.args.get("after", type=int))
    return (
        render_template(
            "imports/index.html",
            form=form,
            rows=rows,
            kinds=list(ImportKind),
            next_url=url_for(".index", after=after) if after else None,
        ),
        form.status,
    )


@bp.get("/<int:batch_id>")
@requires(Action.IMPORT_VIEW)
def show(batch_id: int) -> ResponseReturnValue:
    batch = imports.get(g.session, g.actor, batch_id)
    return render_template(
        "imports/show.html",
        batch=batch,
        problems=imports.problems_of(batch),
        form=ConfirmForm(sha256=batch.sha256),
    )


@bp.post("/<int:batch_id>/confirmation")
@requires(Action.IMPORT_PERFORM)
def confirm(batch_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    try:
        batch = imports.confirm(
            g.session, g.actor, batch_id=batch_id, digest=form.sha256.data or "", today=clock.today()
        )
    except RuleBroken as broken:
        form.refuse(broken)
        flash(" ".join(form.refusals), "danger")
    else:
        if batch.status is ImportStatus.CONFIRMED:
            flash(_("The file is brought in."), "success")
        else:
            flash(_("The register has changed since the rehearsal; nothing was written. See the problems."), "danger")
    return redirect(url_for(".show", batch_id=batch_id), 303)


@bp.get("/<int:batch_id>/problems.xlsx")
@requires(Action.IMPORT_VIEW)
def marked(batch_id: int) -> ResponseReturnValue:
    """The file sent, with a column that says what is wrong."""
    batch = imports.get(g.session, g.actor, batch_id)
    stem = batch.filename.rsplit(".", 1)[0]
    return spreadsheet(imports.marked_file(g.session, g.actor, batch_id), f"{stem}-{_('problems')}.xlsx")


@bp.get("/templates/<kind>.xlsx")
@requires(Action.IMPORT_VIEW)
def template(kind: str) -> ResponseReturnValue:
    """An empty file to fill in."""
    if kind not in set(ImportKind):
        abort(404)
    wanted = ImportKind(kind)
    return spreadsheet(imports.empty_file(wanted), f"{label(wanted)}-{_('template')}.xlsx")
