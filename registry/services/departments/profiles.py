"""What a unit is from a day until a day: its kind, and its main field with area and legal basis."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.departments import Department, DepartmentProfile
from registry.rules import Violation
from registry.rules.departments import PROFILES_FOLLOW, Profile
from registry.rules.permissions import Action, Actor
from registry.words import N_


def profile_now(unit: Department) -> Profile:
    """What the record of a unit says today."""
    return Profile(unit.kind, unit.enforcement_field, unit.enforcement_area, unit.enforcement_basis)


def profiles_on(session: Session, day: date) -> dict[int, Profile]:
    """What every unit was on a day, by id; before the first that is on record, that one. One query."""
    return {unit.id: profile for unit, profile in units_on(session, day).items()}


def units_on(session: Session, day: date) -> dict[Department, Profile]:
    """The same with the units themselves."""
    found: dict[Department, Profile] = {}
    every: AnySelect = select(Department, DepartmentProfile).outerjoin(
        DepartmentProfile, DepartmentProfile.department_id == Department.id
    )
    for unit, row in session.execute(every.order_by(DepartmentProfile.from_on)):
        if row is None:
            found[unit] = profile_now(unit)
        elif row.from_on <= day or unit not in found:
            found[unit] = profile_of(row)
    return found


def profile_history(session: Session, actor: Actor, *, department_id: int) -> Sequence[DepartmentProfile]:
    """What a unit is and was, the present first; what was taken back with its file is nothing it ever was."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    own = select(DepartmentProfile).where(DepartmentProfile.department_id == department_id)
    rows = session.scalars(own.order_by(DepartmentProfile.from_on.desc())).all()
    pairs = zip(rows, [None, *rows], strict=False)
    return [one for one, later in pairs if later is None or profile_of(later) != profile_of(one)]


def first_profiles(session: Session, units: Iterable[Department], since: date | None, today: date) -> None:
    """Begin what new units are: since the day given, else with their confirmation or entrustment, else today."""
    for unit in units:
        began = since or unit.confirmed_on or unit.entrusted_from or today
        session.add(_row(unit, min(began, today)))


def keep(session: Session, unit: Department, *, from_on: date, reason: str) -> None:
    """Write down since when a unit is what its record says now; what is as it was leaves no row.

    What is written for the very day on which the present row began mends that row: a slip leaves no trace among them.
    """
    now = profile_now(unit)
    present = _open(session, unit)
    if profile_of(present) == now:
        return
    if from_on == present.from_on:
        present.kind, present.field, present.area, present.basis = now.kind, now.field, now.area, now.basis
        present.reason = reason or present.reason
        session.flush()
        return
    eve = from_on - timedelta(days=1)
    present.from_on, present.until_on = min(present.from_on, eve), eve
    session.flush()
    session.add(_row(unit, from_on, reason))
    session.flush()


def profile_follows(session: Session, unit: Department, from_on: date) -> list[Violation]:
    """What is wrong with the day from which a unit is something else."""
    own = select(DepartmentProfile.from_on).where(DepartmentProfile.department_id == unit.id)
    begun = session.scalars(own.order_by(DepartmentProfile.from_on.desc())).all()
    if len(begun) > 1 and from_on < begun[0]:
        early = N_("The present kind and main field are on record since %(day)s; others begin later, or mend that day.")
        return [PROFILES_FOLLOW.broken(early, day=begun[0])]
    return []


def profile_of(row: DepartmentProfile) -> Profile:
    """A row as plain facts."""
    return Profile(row.kind, row.field, row.area, row.basis)


def _open(session: Session, unit: Department) -> DepartmentProfile:
    own = (DepartmentProfile.department_id == unit.id, DepartmentProfile.until_on.is_(None))
    return session.scalars(select(DepartmentProfile).where(*own)).one()


def _row(unit: Department, from_on: date, reason: str = "") -> DepartmentProfile:
    now = profile_now(unit)
    return DepartmentProfile(
        department_id=unit.id,
        kind=now.kind,
        field=now.field,
        area=now.area,
        basis=now.basis,
        from_on=from_on,
        reason=reason,
    )
