"""Where the certificates of a batch come from: a whole list, or the applications whose cards are to be made."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationStatus
from registry.rules.lists import MOST_SELECTED, SELECTION_IS_CLEAR
from registry.rules.permissions import Action, Actor
from registry.services.certificates.narrowing import CertificateFilter, listed
from registry.services.narrowing import united
from registry.words import N_


def of_list(session: Session, actor: Actor, *, chosen: CertificateFilter, today: date) -> list[int]:
    """The certificates of a whole list; RuleBroken when they are more than can be looked at before they are printed."""
    actor.require(Action.PAPER_PRINT)
    most = MOST_SELECTED + 1
    parts = [
        arm.rows.with_only_columns(Certificate.id).order_by(Certificate.id.desc()).limit(most)
        for arm in listed(session, actor, chosen, today).arms
    ]
    found = list(session.scalars(select(united(parts).subquery().c.id).limit(most)))
    if len(found) > MOST_SELECTED:
        many = N_("The list has more than %(most)s certificates; narrow it first.")
        raise RuleBroken([SELECTION_IS_CLEAR.broken(many, most=MOST_SELECTED)])
    return found


def approved(session: Session, actor: Actor) -> list[int]:
    """The certificates of all applications whose cards are to be made, the oldest first."""
    actor.require(Action.PAPER_PRINT)
    waiting = select(Application.certificate_id).where(Application.status == ApplicationStatus.APPROVED)
    found = session.scalars(waiting.order_by(Application.id).limit(MOST_SELECTED))
    return [one for one in found if one is not None]
