"""The end of the road: certificates for what was approved, all at once; whoever fails stops nobody else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.rules import Violation
from registry.rules.applications import ApplicationNature
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import Actor
from registry.rules.policy import Policy
from registry.services import certificates
from registry.services.applications.judging import Case
from registry.services.applications.succeeding import changed_meanwhile, heir_of


@dataclass(slots=True)
class Issued:
    """By application: the certificate that it led to, or what stood in the way at the last moment."""

    cards: dict[int, Certificate] = field(default_factory=dict)
    against: dict[int, Sequence[Violation]] = field(default_factory=dict)


def hold(session: Session, held: Sequence[Case], policy: Policy) -> None:
    """Lock all that the act will need, in one order for everybody, before it looks: nobody waits at the trail then."""
    certificates.hold_cards(session, [one.application.predecessor_id for one in held])
    certificates.hold_series(session, {one.application.kind for one in held}, policy)


def issue(
    session: Session, actor: Actor, fit: Sequence[Case], policy: Policy, today: date, *, batch: str | None
) -> Issued:
    """First certificates and successors, each in one pass a kind, at the next numbers of its series."""
    done, alike = Issued(), defaultdict[tuple[bool, CertificateKind], list[Case]](list)
    certificates.hold_results(session, [one.examined for one in fit if one.examined is not None])
    for one in fit:
        alike[one.application.nature is not ApplicationNature.NEW, one.application.kind].append(one)
    for (follows, kind), some in sorted(alike.items()):
        _grant(session, actor, some, follows, kind, policy, today, batch, done)
    return done


def _grant(
    session: Session,
    actor: Actor,
    some: Sequence[Case],
    follows: bool,
    kind: CertificateKind,
    policy: Policy,
    today: date,
    batch: str | None,
    done: Issued,
) -> None:
    """All of these, or, when the register refuses, each half by itself until what it refuses stands alone."""
    try:
        with session.begin_nested():
            cards = _granted(session, actor, some, follows, kind, policy, today, batch)
    except IntegrityError:
        if len(some) == 1:
            done.against[some[0].application.id] = changed_meanwhile()
            return
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            _grant(session, actor, half, follows, kind, policy, today, batch, done)
        return
    done.cards |= {one.application.id: card for one, card in zip(some, cards, strict=True)}


def _granted(
    session: Session,
    actor: Actor,
    some: Sequence[Case],
    follows: bool,
    kind: CertificateKind,
    policy: Policy,
    today: date,
    batch: str | None,
) -> list[Certificate]:
    looked = [(one.application, one.examined) for one in some if one.examined is not None]
    if follows:
        wanted = [(heir_of(one), examined) for one, examined in looked]
        return certificates.follow_many(session, actor, wanted, kind, policy, today, batch=batch)
    return certificates.grant(session, actor, [one for _, one in looked], kind, policy, today, batch=batch)
