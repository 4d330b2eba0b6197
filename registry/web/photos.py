"""Many photos at once: a ZIP sent, each picture shown beside the person it was found to be of, then put on file."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from registry import clock, jobs
from registry.rules import RuleBroken
from registry.rules.jobs import UNDER_WAY
from registry.rules.permissions import Action
from registry.rules.photos import MOST_PICTURES, WRITES, PhotoBatchStatus, PhotoFate
from registry.services import photos
from registry.web.access import requires
from registry.web.forms import RegistryForm
from registry.web.trail import history_of

bp = Blueprint("photos", __name__, url_prefix="/people/photos")


class SendForm(RegistryForm):
    file = FileField(_l("ZIP file"), [FileRequired(_l("Choose a file."))], render_kw={"accept": ".zip"})


class ConfirmForm(RegistryForm):
    digest = HiddenField()


@bp.route("", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def index() -> ResponseReturnValue:
    """Send a ZIP; the latest ones sent."""
    form = SendForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            batch = photos.send(
                g.session, g.actor, filename=sent.filename or "", content=sent.read(), today=clock.today()
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show", batch_id=batch.id), 303)
    rows = photos.batches(g.session, g.actor)
    page = render_template("people/photos.html", form=form, rows=rows, most=MOST_PICTURES)
    return page, form.status


@bp.get("/<int:batch_id>")
@requires(Action.PERSON_MANAGE)
def show(batch_id: int) -> ResponseReturnValue:
    """What putting the photos on file would do, or did."""
    row = photos.get(g.session, g.actor, batch_id)
    job = photos.job_of(g.session, g.actor, row.batch)
    is_waiting = row.batch.status is PhotoBatchStatus.WAITING
    return render_template(
        "people/photo_batch.html",
        batch=row.batch,
        sent_by=row.sent_by,
        counts=row.counts,
        fates=PhotoFate,
        writes=sum(row.counts[fate] for fate in WRITES),
        lines=photos.lines(g.session, g.actor, batch_id=batch_id),
        under_way=is_waiting and job is not None and job.status in UNDER_WAY,
        how_far=jobs.how_far(g.session, job) if job is not None else None,
        form=ConfirmForm(digest=row.batch.digest),
        history=history_of(photos.history(g.session, g.actor, batch_id=batch_id)),
    )


@bp.get("/<int:batch_id>/<int:place>.jpg")
@requires(Action.PERSON_MANAGE)
def picture(batch_id: int, place: int) -> ResponseReturnValue:
    """A rehearsed picture, cut to the card; 404 when it is kept no longer."""
    content = photos.picture(g.session, g.actor, batch_id=batch_id, place=place)
    if content is None:
        abort(404)
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


@bp.post("/<int:batch_id>/confirmation")
@requires(Action.PERSON_MANAGE)
def confirm(batch_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    try:
        photos.confirm(g.session, g.actor, batch_id=batch_id, digest=form.digest.data or "")
    except RuleBroken as broken:
        form.refuse(broken)
        flash(" ".join(form.refusals), "danger")
    else:
        flash(_("The photos are on file."), "success")
    return redirect(url_for(".show", batch_id=batch_id), 303)


@bp.post("/<int:batch_id>/discarding")
@requires(Action.PERSON_MANAGE)
def discard(batch_id: int) -> ResponseReturnValue:
    photos.discard(g.session, g.actor, batch_id=batch_id)
    flash(_("The photos are put aside; none of them is kept."), "success")
    return redirect(url_for(".index"), 303)
