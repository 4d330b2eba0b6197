"""Policies: which numbers are in force on a day, and how new ones are adopted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.policies import Office, PolicyVersion
from registry.rules import Rule, RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.policy import BASE_SOURCES, NAMES, Policy, completed, policy_on
from registry.words import N_

ADOPTED_FOR_LATER = Rule(
    code="POL-1", title=N_("A policy begins after the latest one"), source="本登记簿规则：已施行的规定不追溯改动"
)
PASSING_IS_POSSIBLE = Rule(
    code="POL-3", title=N_("The pass mark lies within the full marks"), source="本登记簿规则：合格分不高于满分"
)
EVERY_NUMBER_HAS_A_SOURCE = Rule(
    code="POL-2", title=N_("Every number names its source"), source="本登记簿规则：每项数值注明依据"
)


def versions(session: Session) -> list[PolicyVersion]:
    """Every adopted policy, the latest first."""
    return list(session.scalars(select(PolicyVersion).order_by(PolicyVersion.from_on.desc())))


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the law as it stands: its value, where that is written, and since when it is so."""

    name: str
    value: Any
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Adoption:
    """One adopted policy and what it changed: `[(name, before, after)]`, nothing for the first."""

    version: PolicyVersion
    changes: list[tuple[str, Any, Any]]


def standing(session: Session, day: date) -> list[Number]:
    """Every number in force on that day, in the order of the law."""
    current = in_force(session, day)
    held = [row for row in versions(session) if row.from_on <= current.from_on]
    return [_number(name, held) for name in NAMES]


def adoptions(session: Session) -> list[Adoption]:
    """Every policy with what it changed, the latest first."""
    rows = versions(session)
    return [
        Adoption(
            row,
            [
                (name, completed(old.numbers)[name], completed(row.numbers)[name])
                for name in NAMES
                if _differ(name, row, old)
            ],
        )
        for row, old in zip(rows, [*rows[1:], rows[-1]], strict=True)
    ]


def in_force(session: Session, day: date) -> Policy:
    """The policy of that day; LookupError when the registry was never initialised."""
    return policy_on(adopted(session), day)


def adopted(session: Session) -> list[Policy]:
    """Every policy ever adopted, for whoever asks about several days."""
    return [_policy(row) for row in versions(session)]


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
    if numbers["pass_mark"] > numbers["full_marks"]:
        message = N_("A pass mark of %(pass_mark)s cannot be reached with %(full_marks)s full marks.")
        broken.append(
            PASSING_IS_POSSIBLE.broken(message, pass_mark=numbers["pass_mark"], full_marks=numbers["full_marks"])
        )
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


def _number(name: str, held: list[PolicyVersion]) -> Number:
    """A number as the latest of these versions has it; `held` runs from the latest back."""
    first = held[0]
    for earlier in held[1:]:
        if _differ(name, first, earlier):
            break
        first = earlier
    value, source = completed(held[0].numbers)[name], held[0].sources.get(name, BASE_SOURCES[name])
    return Number(name=name, value=value, source=source, since=first.from_on)


def _differ(name: str, one: PolicyVersion, other: PolicyVersion) -> bool:
    return bool(completed(one.numbers)[name] != completed(other.numbers)[name])


def _policy(row: PolicyVersion) -> Policy:
    return Policy(version=row.id, from_on=row.from_on, **completed(row.numbers))
