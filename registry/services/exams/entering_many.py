"""Everybody who is proposed for a sitting, entered: at once where few hold such posts, else by the worker."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import jobs
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.models.departments import Department
from registry.models.jobs import Job
from registry.rules.jobs import UNDER_WAY, JobKind
from registry.rules.permissions import Action, Actor
from registry.services import accounts
from registry.services.changes import Tally
from registry.services.exams.entering import enter
from registry.services.exams.needing import COUNTED, are_many
from registry.services.exams.proposing import asked_for, proposals
from registry.services.exams.publishing import refuse_published

AT_ONCE = 1_000  # people in one transaction of the worker


def enter_proposed(session: Session, actor: Actor, *, sitting_id: int, department_id: int | None = None) -> Tally | Job:
    """Enter everybody who is proposed, of all units or of one; or the worker's job, the same while one is under way.

    RuleBroken after publication.
    """
    actor.require(Action.EXAM_MANAGE)
    refuse_published(session, sitting_id)
    if are_many(session, asked_for(session, actor, sitting_id, department_id)):
        under_way = entering_jobs(session, actor, sitting_id=sitting_id)
        same = [job for job in under_way if job.arguments["unit_id"] in (None, department_id)]
        asked = {"sitting_id": sitting_id, "unit_id": department_id, "account_id": actor.account_id}
        return same[0] if same else jobs.enqueue(session, actor, JobKind.ENTER_PROPOSED, **asked)
    found = proposals(session, actor, sitting_id=sitting_id, department_id=department_id, size=COUNTED)
    return enter(session, actor, sitting_id=sitting_id, person_ids=[one.person_id for one in found.rows])


def entering_jobs(session: Session, actor: Actor, *, sitting_id: int) -> list[Job]:
    """The entering of everybody for a sitting that is under way; the bureau's alone."""
    if not actor.may(Action.EXAM_MANAGE):
        return []
    wanted = (Job.kind == JobKind.ENTER_PROPOSED, Job.status.in_(UNDER_WAY))
    own = Job.arguments["sitting_id"].as_integer() == sitting_id
    return list(session.scalars(select(Job).where(*wanted, own).order_by(Job.id)))


def enter_apart(
    sessions: Sessions, progress: Progress, *, sitting_id: int, unit_id: int | None, account_id: int | None
) -> dict[str, Any]:
    """Enter unit by unit whoever is proposed, so many a transaction. Run again after a crash it finds who is left."""
    with sessions.reading() as session:
        every = session.scalars(select(Department.id).order_by(Department.id))
        units = list(every) if unit_id is None else [unit_id]
    entered = 0
    for number, unit in enumerate(units, 1):
        after: int | None = 0
        while after is not None:
            with transaction(sessions) as session:
                actor = accounts.who_asked(session, account_id, Action.EXAM_MANAGE)
                page = proposals(session, actor, sitting_id=sitting_id, department_id=unit, after=after, size=AT_ONCE)
                wanted, after = [one.person_id for one in page.rows], page.after
                entered += enter(session, actor, sitting_id=sitting_id, person_ids=wanted).created
        progress(number, len(units))
    return {"entered": entered}
