"""Renewals and replacements: the certificate that follows another one, and what would stand against it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from registry.labels import label
from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.rules import Violation
from registry.rules.applications import NOBODY_WAS_FASTER, ApplicationNature, ReplacementCause
from registry.rules.permissions import Actor
from registry.services import certificates
from registry.services.certificates import Heir, Succession
from registry.words import N_, translate

NAMELESS = N_("application no. %(id)s")


def plans(session: Session, some: Iterable[Application], today: date) -> dict[int, Succession]:
    """What stands for and against each renewal and replacement today, by application."""
    after = {one.predecessor_id: one for one in some if one.predecessor_id is not None}
    heirs = [Heir(card_id=card_id, nature=one.nature, cause=one.cause) for card_id, one in after.items()]
    found = certificates.successions(session, heirs, today) if heirs else {}
    return {after[card_id].id: plan for card_id, plan in found.items()}


def succeed(session: Session, actor: Actor, one: Application, today: date) -> Certificate:
    """The renewal or replacement applied for; the application itself is the document where none was named."""
    card_id, paper = one.predecessor_id or 0, one.document_number or translate(NAMELESS, params={"id": one.id})
    if one.nature is ApplicationNature.RENEWAL:
        return certificates.renew(session, actor, certificate_id=card_id, document_number=paper, today=today)
    cause = one.cause or ReplacementCause.DAMAGE
    return certificates.replace(
        session,
        actor,
        certificate_id=card_id,
        cause=cause,
        document_number=paper,
        reason=one.reason or label(cause),
        today=today,
    )


def changed_meanwhile() -> list[Violation]:
    """What the register refused at the last moment, whoever was faster."""
    message = N_("What the examination rested on changed at this moment; look at it again.")
    return [NOBODY_WAS_FASTER.broken(message)]
