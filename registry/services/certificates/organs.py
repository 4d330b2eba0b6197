"""Who may decide about an officer: the bureau, the organs that a policy puts above it, the issuing authority."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.models.departments import Department, DepartmentName
from registry.models.people import Secondment
from registry.rules.certificates import Organs, plain_name
from registry.services import policies


def organs_about(session: Session, *, person_id: int, department_ids: Iterable[int], day: date, today: date) -> Organs:
    """The organs for a decision of a day, without the own units: these, and hosts since that day.

    An organ counts that any policy lists: whoever records an old decision can add it to no policy of that day.
    """
    office, units = policies.office(session), _names(session)
    registered = {plain_name(name) for borne in units.values() for name in borne}
    above = dict.fromkeys(name for policy in policies.adopted(session) for name in policy.organs_above())
    own = {*department_ids, *_hosts(session, person_id, day, today)}
    return Organs(
        bureau=office.name,
        higher=tuple(name for name in above if plain_name(name) not in registered),
        issuer=office.certificate_authority,
        own_names=frozenset(name for unit in own for name in units.get(unit, ())),
    )


def _hosts(session: Session, person_id: int, day: date, today: date) -> Sequence[int]:
    """The units to which somebody was seconded between two days."""
    lent = select(Secondment.department_id).where(
        Secondment.person_id == person_id,
        Secondment.from_on <= today,
        or_(Secondment.until_on.is_(None), Secondment.until_on >= day),
    )
    return session.scalars(lent).all()


def _names(session: Session) -> dict[int, set[str]]:
    """Every name that the units of the register bear or ever bore."""
    found: dict[int, set[str]] = {}
    for unit, name, short in session.execute(select(Department.id, Department.name, Department.short_name)):
        found[unit] = {one for one in (name, short) if one}
    for unit, name in session.execute(select(DepartmentName.department_id, DepartmentName.name)):
        found.setdefault(unit, set()).add(name)
    return found
