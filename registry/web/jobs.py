"""Long work as a page that tells how far it is."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from registry import jobs
from registry.rules.jobs import JobStatus
from registry.rules.permissions import Action
from registry.web.access import requires

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

UNDER_WAY = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})


@bp.get("/<int:job_id>")
@requires(Action.JOB_VIEW)
def show(job_id: int) -> ResponseReturnValue:
    job = jobs.get(g.session, g.actor, job_id)
    return render_template("jobs/show.html", job=job, under_way=job.status in UNDER_WAY)
