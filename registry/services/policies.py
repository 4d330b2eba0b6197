"""Policies: which numbers are in force on a day, and how new ones are adopted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.policies import Office, PolicyVersion
from registry.rules import Rule, RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.policy import NAMES, Policy, policy_on
from registry.words import N_

ADOPTED_FOR_LATER = Rule(
    code="POL-1", title=N_("A policy begins after the latest one"), source="registry rule: history is not rewritten"
)
EVERY_NUMBER_HAS_A_SOURCE = Rule(
    code="POL-2", title=N_("Every number names its source"), source="registry rule (architecture 3.4)"
)


def versions(session: Session) -> list[PolicyVersion]:
    """Every adopted policy, the latest first."""
    return list(session.scalars(select(PolicyVersion).order_by(PolicyVersion.from_on.desc())))


def in_force(session: Session, day: date) -> Policy:
    """The policy of that day; LookupError when the registry was never initialised."""
    return policy_on((_policy(row) for row in versions(session)), day)


def by_id(session: Session, policy_id: int) -> Policy:
    """The policy a decision was made under."""
    return _policy(session.get_one(PolicyVersion, policy_id))


def adopt(
    session: Session,
    actor: Actor,
    *,
    from_on: date,
    numbers: Mapping[str, Any],
    sources: Mapping[str, str],
    reason: str,
) -> PolicyVersion:
    """Adopt numbers that hold from a day later than any adopted so far; RuleBroken otherwise."""
    actor.require(Action.POLICY_ADOPT)
    latest = session.scalar(select(PolicyVersion).order_by(PolicyVersion.from_on.desc()).limit(1))
    broken = []
    if latest is not None and from_on <= latest.from_on:
        broken.append(ADOPTED_FOR_LATER.broken(N_("Choose a day after %(latest)s."), latest=latest.from_on))
    if any(not sources.get(name, "").strip() for name in NAMES):
        broken.append(EVERY_NUMBER_HAS_A_SOURCE.broken(N_("Name the source of every number.")))
    if broken:
        raise RuleBroken(broken)
    version = PolicyVersion(from_on=from_on, numbers=dict(numbers), sources=dict(sources), reason=reason)
    session.add(version)
    before = latest.numbers if latest else {}
    changed = {name: [before.get(name), value] for name, value in numbers.items() if before.get(name) != value}
    audit.record(session, actor, Action.POLICY_ADOPT, version, reason=reason, from_on=from_on, changed=changed)
    return version


def office(session: Session) -> Office:
    """The bureau whose registry this is."""
    return session.get_one(Office, 1)


def office_or_none(session: Session) -> Office | None:
    """The bureau, or None in a registry that was not initialised yet."""
    return session.get(Office, 1)


def _policy(row: PolicyVersion) -> Policy:
    return Policy(version=row.id, from_on=row.from_on, **row.numbers)
