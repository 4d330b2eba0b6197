"""The end of the road: certificates for what was approved, all at once; whoever fails stops nobody else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.rules import RuleBroken, Violation
from registry.rules.applications import ApplicationNature
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import Actor
from registry.rules.policy import Policy
from registry.services import certificates
from registry.services.applications.judging import Case
from registry.services.applications.succeeding import changed_meanwhile, succeed


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
    """First certificates in one pass a kind, successors one by one; each at the next number of its series."""
    done, new = Issued(), defaultdict[CertificateKind, list[Case]](list)
    certificates.hold_results(session, [one.examined for one in fit if one.examined is not None])
    for one in fit:
        if one.application.nature is ApplicationNature.NEW:
            new[one.application.kind].append(one)
    for kind, some in sorted(new.items()):
        _grant(session, actor, some, kind, policy, today, batch, done)
    for one in fit:
        if one.application.nature is not ApplicationNature.NEW:
            _succeed(session, actor, one.application, today, batch, done)
    return done


def _grant(
    session: Session,
    actor: Actor,
    some: Sequence[Case],
    kind: CertificateKind,
    policy: Policy,
    today: date,
    batch: str | None,
    done: Issued,
) -> None:
    """All of these, or, when the register refuses, each half by itself until what it refuses stands alone."""
    people = [one.examined for one in some if one.examined is not None]
    try:
        with session.begin_nested():
            cards = certificates.grant(session, actor, people, kind, policy, today, batch=batch)
    except IntegrityError:
        if len(some) == 1:
            done.against[some[0].application.id] = changed_meanwhile()
            return
        for half in (some[: len(some) // 2], some[len(some) // 2 :]):
            _grant(session, actor, half, kind, policy, today, batch, done)
        return
    done.cards |= {one.application.id: card for one, card in zip(some, cards, strict=True)}


def _succeed(session: Session, actor: Actor, one: Application, today: date, batch: str | None, done: Issued) -> None:
    try:
        with session.begin_nested():
            done.cards[one.id] = succeed(session, actor, one, today, batch=batch)
    except RuleBroken as broken:
        done.against[one.id] = broken.violations
    except IntegrityError:
        done.against[one.id] = changed_meanwhile()
