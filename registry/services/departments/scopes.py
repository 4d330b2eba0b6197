"""The fields and areas in which a unit enforces: the main one on its own row, further ones added and ended."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department, DepartmentScope
from registry.rules import RuleBroken
from registry.rules.departments import AND, BETWEEN_AREAS, FIELDS_HAVE_AREAS
from registry.rules.permissions import Action, Actor
from registry.services.departments.entries import act_on
from registry.words import N_


def scopes(session: Session, actor: Actor, *, department_id: int) -> Sequence[DepartmentScope]:
    """The fields beside the main one, those that ended last."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    own = select(DepartmentScope).where(DepartmentScope.department_id == department_id)
    return session.scalars(own.order_by(DepartmentScope.until_on.is_not(None), DepartmentScope.id)).all()


def add_scope(
    session: Session, actor: Actor, *, department_id: int, field: str, area: str, basis: str, from_on: date, today: date
) -> DepartmentScope:
    """Give a unit a further field of enforcement, with its area and the law it rests on."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    if wrong := _what_is_wrong(session, unit, field, from_on, today):
        raise RuleBroken([FIELDS_HAVE_AREAS.broken(wrong, field=field, day=from_on)])
    scope = DepartmentScope(department_id=department_id, field=field, area=area, basis=basis, from_on=from_on)
    session.add(scope)
    session.flush()
    act = act_on(department_id, scope_added=field, area=area, legal_basis=basis, from_on=from_on)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    return scope


def end_scope(
    session: Session, actor: Actor, *, department_id: int, scope_id: int, until_on: date, reason: str = ""
) -> None:
    """The unit enforces in a further field until that day; NoResultFound when it does not."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    scope = session.scalars(
        select(DepartmentScope).where(
            DepartmentScope.id == scope_id,
            DepartmentScope.department_id == department_id,
            DepartmentScope.until_on.is_(None),
        )
    ).one()
    scope.until_on = max(until_on, scope.from_on)
    session.flush()
    act = act_on(department_id, reason=reason, scope_ended=scope.field, until_on=scope.until_on)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])


def take_scopes(
    session: Session,
    unit: Department,
    wanted: Sequence[tuple[str, str]],
    present: Sequence[DepartmentScope],
    today: date,
) -> None:
    """Bring a unit's fields in line with those written down: the first is the main one; what is gone ends."""
    (unit.enforcement_field, unit.enforcement_area), further = wanted[0], dict(wanted[1:])
    for scope in present:
        if further.get(scope.field) == scope.area:
            del further[scope.field]
        else:
            scope.until_on = max(scope.from_on, today - timedelta(days=1))
    session.flush()
    session.add_all(
        DepartmentScope(department_id=unit.id, field=field, area=area, from_on=today) for field, area in further.items()
    )
    session.flush()


def _what_is_wrong(session: Session, unit: Department, field: str, from_on: date, today: date) -> str | None:
    same = select(DepartmentScope.id).where(
        DepartmentScope.department_id == unit.id, DepartmentScope.field == field, DepartmentScope.until_on.is_(None)
    )
    if AND in field or BETWEEN_AREAS in field:
        return N_("Add one field at a time: %(field)s names several.")
    if field == unit.enforcement_field or session.scalar(same) is not None:
        return N_("The unit enforces in the field %(field)s already.")
    if from_on > today:
        return N_("%(day)s has not come yet.")
    return None
