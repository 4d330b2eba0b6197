"""What printing cards means on the road: the card of an approved application is made."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.applications import Application
from registry.models.papers import Paper, PaperCertificate
from registry.rules.applications import WAYS, ApplicationStatus, ApplicationStep
from registry.rules.papers import CARDS
from registry.rules.permissions import Actor
from registry.services import applications


def cards_made(session: Session, actor: Actor, paper: Paper, *, today: date) -> int:
    """Take the step with every approved application whose card this paper bears; how many there were."""
    if paper.kind not in CARDS or not actor.may(WAYS[ApplicationStep.MAKE].action):
        return 0
    waiting = (
        select(Application.id)
        .join(PaperCertificate, PaperCertificate.certificate_id == Application.certificate_id)
        .where(PaperCertificate.paper_id == paper.id, Application.status == ApplicationStatus.APPROVED)
    )
    ids = session.scalars(waiting.order_by(Application.id)).all()
    if ids:
        applications.take(session, actor, step=ApplicationStep.MAKE, application_ids=ids, today=today)
    return len(ids)
