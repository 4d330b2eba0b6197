"""Units by page: filters that live in the address, and the counts of a page in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department, DepartmentMandate, LegalReviewer
from registry.models.people import Person
from registry.rules.certificates import LIVE
from registry.rules.departments import DepartmentKind, SubjectStanding
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.services.departments.naming import called
from registry.services.departments.reviewers import serving
from registry.services.facets import facets_of

PAGE = 50
EVERY = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFilter:
    """What to list. Without a standing, units that have ended are listed only when they are `sought` by a word."""

    text: str = ""
    kind: DepartmentKind | None = None
    standing: SubjectStanding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRow:
    """A unit in a list with its counts. `entrusting_name` is empty unless it is entrusted."""

    unit: Department
    standing: SubjectStanding
    people: int
    officers: int
    certificates: int
    reviewers: int


@dataclass(frozen=True, slots=True)
class DepartmentPage:
    rows: list[DepartmentRow]
    after: str | None


def search(
    session: Session,
    actor: Actor,
    *,
    chosen: DepartmentFilter,
    today: date,
    after: str | None = None,
    size: int = PAGE,
) -> DepartmentPage:
    """A page of units by code, in four queries whatever their number; a unit's people get their own."""
    named = (joinedload(Department.parent), joinedload(Department.entrusting_department))
    wanted = _listed(actor, chosen, today).options(*named).order_by(Department.code).limit(size + 1)
    if after:
        wanted = wanted.where(Department.code > after)
    found = session.execute(wanted.add_columns(_standing(today))).all()
    ids = [unit.id for unit, _ in found[:size]]
    posts, cards, reviewing = _posts(session, ids), _cards(session, ids, today), _reviewers(session, ids, today)
    rows = [
        DepartmentRow(
            unit=unit,
            standing=SubjectStanding(standing),
            people=posts.get(unit.id, (0, 0))[0],
            officers=posts.get(unit.id, (0, 0))[1],
            certificates=cards.get(unit.id, 0),
            reviewers=reviewing.get(unit.id, 0),
        )
        for unit, standing in found[:size]
    ]
    return DepartmentPage(rows, rows[-1].unit.code if len(found) > size else None)


def count(session: Session, actor: Actor, *, chosen: DepartmentFilter, today: date) -> int:
    """How many units a list has."""
    return session.scalar(select(func.count()).select_from(_listed(actor, chosen, today).subquery())) or 0


def listed_codes(session: Session, actor: Actor, *, chosen: DepartmentFilter, today: date) -> list[str]:
    """The codes of every unit listed, in their order."""
    wanted = _listed(actor, chosen, today).with_only_columns(Department.code)
    return list(session.scalars(wanted.order_by(Department.code)))


def _listed(actor: Actor, chosen: DepartmentFilter, today: date) -> AnySelect:
    actor.require(Action.DEPARTMENT_VIEW)
    wanted: AnySelect = select(Department)
    if actor.is_unit_bound:
        wanted = wanted.where(Department.id == actor.department_id)
    if chosen.kind is not None:
        wanted = wanted.where(Department.kind == chosen.kind)
    if text := chosen.text.strip():
        wanted = wanted.where(called(text))
    if chosen.standing is not None:
        return wanted.where(_stands(chosen.standing, today))
    return wanted if text else wanted.where(~_stands(SubjectStanding.ENDED, today))


def _stands(standing: SubjectStanding, today: date) -> ColumnElement[bool]:
    return _standing(today) == standing.value


def _standing(today: date) -> ColumnElement[str]:
    """How a unit stands, as `standing_then` tells it, in SQL; an entrustment may be renewed before it begins."""
    former = exists().where(
        DepartmentMandate.department_id == Department.id,
        _is_subject(DepartmentMandate.entrusting_department_id, today),
        DepartmentMandate.from_on <= today,
        DepartmentMandate.until_on >= today,
    )
    valid = and_(
        _is_subject(Department.entrusting_department_id, today),
        Department.entrusted_from <= today,
        or_(Department.entrusted_until.is_(None), Department.entrusted_until >= today),
    )
    entrusted = Department.kind == DepartmentKind.ENTRUSTED_ORGANISATION
    return case(
        (Department.ended_on <= today, SubjectStanding.ENDED.value),
        (and_(entrusted, or_(valid, and_(Department.entrusted_from > today, former))), SubjectStanding.ENTRUSTED.value),
        (entrusted, SubjectStanding.LAPSED.value),
        (or_(Department.confirmed_on.is_(None), Department.confirmed_on > today), SubjectStanding.UNCONFIRMED.value),
        (Department.withdrawn_on <= today, SubjectStanding.WITHDRAWN.value),
        else_=SubjectStanding.CONFIRMED.value,
    )


def _is_subject(entruster: Any, today: date) -> ColumnElement[bool]:
    """In SQL: the unit that entrusts is a confirmed subject itself, and not entrusted."""
    above = aliased(Department)
    return exists().where(
        above.id == entruster,
        above.kind != DepartmentKind.ENTRUSTED_ORGANISATION,
        above.confirmed_on <= today,
        or_(above.withdrawn_on.is_(None), above.withdrawn_on > today),
        or_(above.ended_on.is_(None), above.ended_on > today),
    )


def _posts(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """People in posts, and officers among them, by unit; from what stands in their own rows."""
    officers = func.sum(case((Person.facets < facets_of(Duty.SUPERVISION, None), 1), else_=0))
    rows = session.execute(
        select(Person.department_id, func.count(), officers)
        .where(Person.department_id.in_(ids), Person.facets >= facets_of(Duty.ENFORCEMENT, None))
        .group_by(Person.department_id)
    )
    return {row[0]: (row[1], row[2] or 0) for row in rows}


def _cards(session: Session, ids: Sequence[int], today: date) -> Mapping[int, int]:
    live = and_(Certificate.status.in_(LIVE), Certificate.valid_until >= today)
    return _counted(session, Certificate.department_id, live, ids)


def _reviewers(session: Session, ids: Sequence[int], today: date) -> Mapping[int, int]:
    return _counted(session, LegalReviewer.department_id, serving(today), ids)


def _counted(session: Session, column: Any, which: ColumnElement[bool], ids: Sequence[int]) -> Mapping[int, int]:
    rows = session.execute(select(column, func.count()).where(which, column.in_(ids)).group_by(column))
    return {row[0]: row[1] for row in rows}
