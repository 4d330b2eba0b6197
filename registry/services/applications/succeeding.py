"""Renewals and replacements: the certificate that follows another one, and what would stand against it."""

from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.labels import label
from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.rules import RuleBroken, Violation
from registry.rules.applications import NOBODY_WAS_FASTER, ApplicationNature, ReplacementCause
from registry.rules.permissions import SYSTEM, Actor
from registry.services import certificates
from registry.words import N_, translate

NAMELESS = N_("application no. %(id)s")


class _Undone(Exception):
    """The rehearsal is over, and nothing of it stays."""


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


def rehearse(session: Session, one: Application, today: date) -> list[Violation]:
    """Everything that would stand against it today: performed, and taken back."""
    try:
        with session.begin_nested():
            succeed(session, SYSTEM, one, today)
            raise _Undone
    except _Undone:
        return []
    except RuleBroken as broken:
        return list(broken.violations)
    except IntegrityError:
        return changed_meanwhile()


def changed_meanwhile() -> list[Violation]:
    """What the register refused at the last moment, whoever was faster."""
    message = N_("What the examination rested on changed at this moment; look at it again.")
    return [NOBODY_WAS_FASTER.broken(message)]
