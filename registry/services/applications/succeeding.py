"""Renewals and replacements: the certificate that follows another one, and what would stand against it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from registry.labels import label
from registry.models.applications import Application
from registry.rules import Violation
from registry.rules.applications import NOBODY_WAS_FASTER, ApplicationNature
from registry.services import certificates
from registry.services.certificates import Heir, Succession
from registry.words import N_, translate

NAMELESS = N_("application no. %(id)s")


def heir_of(one: Application) -> Heir:
    """What is applied for; the application itself is the document where none was named."""
    cause = one.cause if one.nature is ApplicationNature.REPLACEMENT else None
    return Heir(
        card_id=one.predecessor_id or 0,
        nature=one.nature,
        cause=cause,
        document_number=one.document_number or translate(NAMELESS, params={"id": one.id}),
        reason=(one.reason or label(cause)) if cause else "",
    )


def plans(session: Session, some: Iterable[Application], today: date) -> dict[int, Succession]:
    """What stands for and against each renewal and replacement today, by application."""
    after = {one.predecessor_id: one for one in some if one.predecessor_id is not None}
    found = certificates.successions(session, [heir_of(one) for one in after.values()], today) if after else {}
    return {after[card_id].id: plan for card_id, plan in found.items()}


def changed_meanwhile() -> list[Violation]:
    """What the register refused at the last moment, whoever was faster."""
    message = N_("What the examination rested on changed at this moment; look at it again.")
    return [NOBODY_WAS_FASTER.broken(message)]
