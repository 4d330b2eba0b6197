"""The bureau itself: laid down once, with the policies it begins with."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.policies import Office, PolicyVersion
from registry.rules.permissions import Action, Actor
from registry.rules.policy import starting_policies


def establish(
    session: Session, actor: Actor, *, name: str, county: str, division_code: str, certificate_authority: str
) -> Office:
    """Lay down the office and its starting policies; an office that stands already is left as it is."""
    actor.require(Action.POLICY_ADOPT)
    standing = session.get(Office, 1)
    if standing is not None:
        return standing
    office = Office(
        id=1, name=name, county=county, division_code=division_code, certificate_authority=certificate_authority
    )
    session.add(office)
    for from_on, numbers, sources in starting_policies():
        version = PolicyVersion(from_on=from_on, numbers=numbers, sources=sources)
        session.add(version)
        audit.record(session, actor, Action.POLICY_ADOPT, version, from_on=from_on, numbers=numbers)
    audit.record(session, actor, Action.POLICY_ADOPT, office, name=name, county=county, division_code=division_code)
    return office


def mark_as_demonstration(session: Session) -> None:
    """Every page and print of this registry says from now on that its people are invented."""
    session.get_one(Office, 1).is_demonstration = True


def is_demonstration(session: Session) -> bool:
    """Whether this registry holds the demonstration county."""
    office = session.get(Office, 1)
    return office is not None and office.is_demonstration


def is_empty(session: Session) -> bool:
    """Whether nobody has begun to work here: no unit and no account."""
    units = session.scalar(select(func.count()).select_from(Department))
    accounts = session.scalar(select(func.count()).select_from(Account))
    return not units and not accounts
