"""Who works elsewhere for a time: the secondments of one unit's people, and of those who came to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from registry.models.departments import Department
from registry.models.people import Person, Secondment
from registry.rules.permissions import Action, Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondmentRow:
    """One secondment of today, as either unit sees it."""

    person_id: int
    name: str
    home_id: int
    home: str
    host_id: int
    host: str
    from_on: date
    until_on: date | None
    document_number: str


def seconded(session: Session, actor: Actor, *, department_id: int, today: date) -> Sequence[SecondmentRow]:
    """The secondments of today that lead out of the unit or into it, by name; one query."""
    actor.require_unit(Action.PERSON_VIEW, department_id)
    home, host = aliased(Department), aliased(Department)
    rows = session.execute(
        select(
            Person.id.label("person_id"),
            Person.name,
            home.id.label("home_id"),
            home.name.label("home"),
            host.id.label("host_id"),
            host.name.label("host"),
            Secondment.from_on,
            Secondment.until_on,
            Secondment.document_number,
        )
        .join(Person, Person.id == Secondment.person_id)
        .join(home, home.id == Person.department_id)
        .join(host, host.id == Secondment.department_id)
        .where(
            or_(Person.department_id == department_id, Secondment.department_id == department_id),
            Secondment.from_on <= today,
            or_(Secondment.until_on.is_(None), Secondment.until_on >= today),
            Person.withdrawn_on.is_(None),
        )
        .order_by(Person.name, Person.id)
    )
    return [SecondmentRow(**row._mapping) for row in rows]
