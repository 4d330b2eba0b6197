"""Units read: all of them, and one with its history and staff."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.models.departments import Department, DepartmentScope
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Somebody who serves in a unit now."""

    person_id: int
    name: str
    post: str
    duty: Duty


def all_standing(session: Session, actor: Actor) -> list[Department]:
    """Every unit that has not ended, by code; a unit's people get their own."""
    actor.require(Action.DEPARTMENT_VIEW)
    units = select(Department).where(Department.ended_on.is_(None)).order_by(Department.code)
    return list(session.scalars(units.where(Department.id == actor.department_id) if actor.is_unit_bound else units))


def get(session: Session, actor: Actor, department_id: int) -> Department:
    """A unit with those it belongs to; NoResultFound when there is none, Denied for another unit's people."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    with_others = select(Department).options(
        joinedload(Department.entrusting_department),
        joinedload(Department.parent),
        joinedload(Department.merged_into),
    )
    return session.scalars(with_others.where(Department.id == department_id)).one()


def history(session: Session, actor: Actor, *, department_id: int) -> list[TrailEntry]:
    """What was done to a unit's record, the latest first."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    return audit.of(session, Department.__tablename__, department_id)


def staff(session: Session, actor: Actor, *, department_id: int) -> list[StaffRow]:
    """Everybody who serves in a unit now, by name."""
    actor.require_unit(Action.PERSON_VIEW, department_id)
    rows = session.execute(
        select(Person.id, Person.name, Appointment.post, Appointment.duty)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(Appointment.department_id == department_id, Appointment.until_on.is_(None))
        .order_by(Person.name, Person.id)
    )
    return [StaffRow(*row) for row in rows]


def names(session: Session) -> dict[int, str]:
    """The name of every unit, ended ones included, by id."""
    return {row.id: row.name for row in session.execute(select(Department.id, Department.name))}


def by_code(session: Session) -> dict[str, Department]:
    """Every unit by its code."""
    return {unit.code: unit for unit in session.scalars(select(Department))}


def fields_of_units(session: Session) -> dict[int, set[str]]:
    """The fields in which every unit enforces now, by id; two queries."""
    main = session.execute(select(Department.id, Department.enforcement_field))
    found = {row.id: {row.enforcement_field} for row in main}
    further = select(DepartmentScope.department_id, DepartmentScope.field).where(DepartmentScope.until_on.is_(None))
    for row in session.execute(further):
        found[row.department_id].add(row.field)
    return found
