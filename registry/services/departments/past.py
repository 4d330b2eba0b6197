"""A unit as of a day: its name, kind and fields, what its standing rested on, its people and their certificates."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from registry.models.departments import Department, DepartmentScope
from registry.models.people import HELD, Appointment, Person
from registry.rules.departments import Profile, Standing, SubjectStanding, standing_then
from registry.rules.people import Duty
from registry.rules.permissions import Actor
from registry.services.departments.grounds import grounds_of
from registry.services.departments.naming import names_on
from registry.services.departments.profiles import profiles_on
from registry.services.departments.reading import get
from registry.services.departments.reviewers import ReviewerRow, reviewers

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffThen:
    """Somebody who held a post in the unit on the day."""

    person_id: int
    name: str
    section: str
    post: str
    duty: Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentThen:
    """A unit on a day: `profile` is its kind and main field, `mandate` the confirmation or entrustment in force then,

    `staff` a page of its people. Days are those of the periods on record now, whenever they were written down.
    """

    unit: Department
    day: date
    name: str
    profile: Profile
    standing: SubjectStanding
    mandate: Standing | None
    mandate_document: str
    parent: str | None
    scopes: Sequence[DepartmentScope]
    reviewers: Sequence[ReviewerRow]
    duties: Mapping[Duty, int]
    staff: Sequence[StaffThen]
    after: int | None


def as_of(
    session: Session, actor: Actor, *, department_id: int, day: date, after: int = 0, size: int = PAGE
) -> DepartmentThen:
    """How a unit was on a day, in a fixed number of queries; NoResultFound, Denied as for the unit of today."""
    unit, called = get(session, actor, department_id), names_on(session, day)
    profile = profiles_on(session, day)[department_id]
    mandates = grounds_of(session, unit, day, called)
    standing = standing_then([mandate for mandate, _ in mandates], day)
    stood = standing in {SubjectStanding.CONFIRMED, SubjectStanding.ENTRUSTED}
    mandate, document = _in_force(mandates, day) if stood else (None, "")
    staff = _staff(session, department_id, day)
    shown = [one for one in staff if one.person_id > after][: size + 1]
    return DepartmentThen(
        unit=unit,
        day=day,
        name=called[department_id],
        profile=profile,
        standing=standing,
        mandate=mandate,
        mandate_document=document,
        parent=called.get(unit.parent_id) if unit.parent_id else None,
        scopes=session.scalars(_scopes(department_id, day)).all(),
        reviewers=reviewers(session, actor, department_id=department_id, today=day),
        duties=Counter(one.duty for one in staff),
        staff=shown[:size],
        after=shown[size - 1].person_id if len(shown) > size else None,
    )


def _in_force(mandates: Sequence[tuple[Standing, str]], day: date) -> tuple[Standing | None, str]:
    begun = [one for one in mandates if (one[0].entrusted_from or one[0].confirmed_on or date.max) <= day]
    return max(begun, key=lambda one: one[0].entrusted_from or one[0].confirmed_on or date.min, default=(None, ""))


def _scopes(department_id: int, day: date) -> Any:
    open_then = _covers(DepartmentScope, day)
    return select(DepartmentScope).where(DepartmentScope.department_id == department_id, open_then)


def _staff(session: Session, department_id: int, day: date) -> list[StaffThen]:
    """Everybody in a post of the unit on the day, by the number of the file; of two posts of a day the later."""
    rows = session.execute(
        select(Person.id.label("person_id"), Person.name, Appointment.section, Appointment.post, Appointment.duty)
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.department_id == department_id, _covers(Appointment, day), HELD)
        .order_by(Person.id, Appointment.from_on)
    )
    return list({row.person_id: StaffThen(**row._mapping) for row in rows}.values())


def _covers(model: Any, day: date) -> ColumnElement[bool]:
    """In SQL: rows of a history that hold on a day."""
    return and_(model.from_on <= day, or_(model.until_on.is_(None), model.until_on >= day))
