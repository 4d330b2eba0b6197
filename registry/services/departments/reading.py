"""Units read: all of them, and one with its history and staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.db import AnySelect
from registry.models.departments import Department, DepartmentScope
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.services.facets import duty_of, facets_of
from registry.services.narrowing import beginning_with, in_passing

STAFF_SHOWN = 200  # people to choose from at once


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


def staff(session: Session, actor: Actor, *, department_id: int, name: str = "") -> list[StaffRow]:
    """Who serves in a unit now, by the sound of the name, as far as `STAFF_SHOWN`; a name may be begun."""
    actor.require_unit(Action.PERSON_VIEW, department_id)
    serving = (Person.department_id == department_id, Person.facets >= facets_of(Duty.ENFORCEMENT, None))
    begun = [beginning_with(in_passing(Person.name), name)] if name else []
    order = (Person.name_pinyin, Person.name, Person.id)
    shown = select(Person.id).where(*serving, *begun).order_by(*order).limit(STAFF_SHOWN).subquery()
    rows = session.execute(
        select(Person.id, Person.name, Appointment.post, Appointment.duty)
        .join(shown, shown.c.id == Person.id)
        .join(Appointment, and_(Appointment.person_id == Person.id, Appointment.until_on.is_(None)))
        .order_by(*order)
    )
    return [StaffRow(*row) for row in rows]


def duties(session: Session, actor: Actor, *, department_id: int) -> Mapping[Duty, int]:
    """How many serve in a unit in each duty, counted by an index alone; every duty is there."""
    actor.require_unit(Action.PERSON_VIEW, department_id)
    counted: AnySelect = (
        select(Person.facets, func.count())
        .where(Person.department_id == department_id, Person.facets >= facets_of(Duty.ENFORCEMENT, None))
        .group_by(Person.facets)
    )
    found = dict.fromkeys(Duty, 0)
    for facets, number in session.execute(counted):
        found[duty_of(facets)] += number
    return found


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
