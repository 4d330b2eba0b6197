"""Photos looked at before they are put on file: a few at once, many by the worker while a page tells how far it is."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, jobs
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.models.jobs import Job
from registry.models.photos import PhotoBatch
from registry.rules.jobs import JobKind
from registry.rules.permissions import Action, Actor
from registry.rules.photos import MOST_AT_ONCE
from registry.services import accounts
from registry.services.photos.batches import content_of, keep, settle
from registry.services.photos.unpacking import pictures


def send(session: Session, actor: Actor, *, filename: str, content: bytes, today: date) -> PhotoBatch:
    """Take a ZIP in and look at its pictures: few at once, many by the worker. RuleBroken when it is no usable ZIP."""
    batch = keep(session, actor, filename=filename, content=content)
    if batch.picture_count > MOST_AT_ONCE:
        jobs.enqueue(session, actor, JobKind.PHOTOS, batch_id=batch.id, account_id=actor.account_id)
        return batch
    seen = list(pictures(content, lambda _done, _total: None))
    return settle(session, actor, batch_id=batch.id, pictures=seen, today=today)


def job_of(session: Session, actor: Actor, batch: PhotoBatch) -> Job | None:
    """The work on a ZIP of many pictures."""
    actor.require(Action.PERSON_MANAGE)
    own = (Job.kind == JobKind.PHOTOS, Job.arguments["batch_id"].as_integer() == batch.id)
    return session.scalars(select(Job).where(*own).order_by(Job.id.desc()).limit(1)).first()


def work(sessions: Sessions, progress: Progress, *, batch_id: int, account_id: int | None) -> dict[str, Any]:
    """Look at the pictures of a ZIP that waits; done again after a crash, for nothing is written before the end."""
    with sessions.reading() as session:
        content = content_of(session, batch_id)
    if content is not None:
        seen = list(pictures(content, lambda done, total: progress(done, total)))
        with transaction(sessions) as session:
            actor = accounts.who_asked(session, account_id, Action.PERSON_MANAGE)
            settle(session, actor, batch_id=batch_id, pictures=seen, today=clock.today())
    return {}
