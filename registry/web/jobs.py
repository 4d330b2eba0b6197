"""Long work as a page that tells how far it is and what came of it."""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from registry import jobs
from registry.rules.jobs import JobKind, JobStatus
from registry.rules.permissions import Action
from registry.web.access import requires

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

UNDER_WAY = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})
NO_RESULTS = frozenset({"refusals", jobs.PHASE})
RESULTS = {
    "rosters": _l("Rosters of the review"),
    "printed": _l("Printed by this work"),
    "bundles": _l("Bundles of evidence"),
    "cards": _l("Cards on the paper"),
    "candidates": _l("Candidates on the paper"),
    "entered": _l("Entered"),
    "mailed": _l("Letters sent"),
    "without_address": _l("Units without an address"),
    "created": _l("New"),
    "updated": _l("Changed"),
    "unchanged": _l("As before"),
    "problems": _l("Problems"),
}


@bp.get("/<int:job_id>")
@requires(Action.JOB_VIEW)
def show(job_id: int) -> ResponseReturnValue:
    job = jobs.get(g.session, g.actor, job_id)
    return render_template(
        "jobs/show.html",
        job=job,
        under_way=job.status in UNDER_WAY,
        how_far=jobs.how_far(g.session, job),
        results=[(RESULTS.get(name, name), value) for name, value in job.result.items() if name not in NO_RESULTS],
        refusals=[_in_words(refusal) for refusal in job.result.get("refusals", ())],
        back=_back(job.kind, job.arguments),
    )


def _in_words(refusal: dict[str, Any]) -> str:
    return f"{_(refusal['message'], **refusal['params'])}（{refusal['source']}）"


def _back(kind: JobKind, arguments: dict[str, Any]) -> tuple[str, str]:
    """The page the work was asked for on: its title and address."""
    if kind in {JobKind.PRINT_ROSTERS, JobKind.MAIL_REMINDERS} and "campaign_id" in arguments:
        return _("Annual review"), url_for("reviews.show", campaign_id=arguments["campaign_id"])
    if kind is JobKind.BUNDLE_EVIDENCE and g.actor.may(Action.EVIDENCE_TAKE):
        return _("Bundles of evidence"), url_for("evidence.batch", batch_id=arguments["batch_id"])
    if kind is JobKind.PRINT_CARDS and "paper_id" in arguments:
        return _("Paper"), url_for("papers.show", paper_id=arguments["paper_id"])
    if kind is JobKind.PRINT_EXAM_PAPERS and "sitting_id" in arguments:
        return _("Slips and sheets"), url_for("candidates.papers", sitting_id=arguments["sitting_id"])
    if kind is JobKind.ENTER_PROPOSED:
        return _("Candidates"), url_for("candidates.index", sitting_id=arguments["sitting_id"])
    if kind is JobKind.IMPORT and "batch_id" in arguments and g.actor.may(Action.IMPORT_VIEW):
        return _("Import"), url_for("imports.show", batch_id=arguments["batch_id"])
    if kind is JobKind.PHOTOS and "batch_id" in arguments and g.actor.may(Action.PERSON_MANAGE):
        return _("Photos"), url_for("photos.show", batch_id=arguments["batch_id"])
    return _("Board"), url_for("reports.board")
