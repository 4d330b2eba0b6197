"""The names of a unit: renamed from a day on, corrected, and what it was called on any day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department, DepartmentName
from registry.rules import RuleBroken, Violation
from registry.rules.departments import NAME_IS_FREE, NAMES_FOLLOW
from registry.rules.permissions import Action, Actor
from registry.services.departments.entries import act_on
from registry.services.pinyin import initials
from registry.words import N_

INITIALS = 60
UNIT_INITIALS = 4  # from so many letters on, letters may be the beginning of a unit's initials


def rename(
    session: Session,
    actor: Actor,
    *,
    department_id: int,
    name: str,
    from_on: date,
    document_number: str,
    reason: str,
    today: date,
) -> Department:
    """Give a unit another name from a day on; what is dated before keeps the old one."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    before = unit.name
    if broken := _obstacles(session, unit, name, from_on, today):
        raise RuleBroken(broken)
    follow(session, unit, name=name, from_on=from_on, document_number=document_number, reason=reason)
    act = act_on(
        unit.id, reason=reason, renamed=True, name=[before, name], from_on=from_on, document_number=document_number
    )
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    return unit


def correct_name(session: Session, actor: Actor, *, department_id: int, name: str, reason: str) -> Department:
    """Mend a slip in the name on record: the unit never bore it, so no period of it remains."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    before = unit.name
    if broken := _taken(session, unit, name):
        raise RuleBroken(broken)
    _open_name(session, unit).name = name
    _call(unit, name)
    session.flush()
    act = act_on(unit.id, reason=reason, name_corrected=True, name=[before, name])
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    return unit


def name_on(session: Session, department_id: int, day: date) -> str:
    """What a unit was called on a day; its first name before its names begin."""
    found: str = session.execute(
        select(named_on(Department.id, Department.name, day)).where(Department.id == department_id)
    ).scalar_one()
    return found


def names_on(session: Session, day: date) -> dict[int, str]:
    """What every unit was called on a day, by id; one query."""
    rows = session.execute(select(Department.id, named_on(Department.id, Department.name, day)))
    return {row[0]: row[1] for row in rows}


def named_on(department_id: Any, name_now: Any, day: Any) -> ColumnElement[str]:
    """In SQL: the name that a unit bore on a day, which may be a column: rows have days of their own."""
    borne = select(DepartmentName.name).where(DepartmentName.department_id == department_id)
    then = borne.where(DepartmentName.from_on <= day).order_by(DepartmentName.from_on.desc()).limit(1)
    first = borne.order_by(DepartmentName.from_on).limit(1)
    return func.coalesce(
        then.correlate_except(DepartmentName).scalar_subquery(),
        first.correlate_except(DepartmentName).scalar_subquery(),
        name_now,
    )


def called(typed: str) -> ColumnElement[bool]:
    """In SQL: units whose name, short name, former name, code or initials answer to a word."""
    word = "".join(typed.split())
    former = exists().where(
        DepartmentName.department_id == Department.id, DepartmentName.name.contains(word, autoescape=True)
    )
    found = [
        Department.name.contains(word, autoescape=True),
        Department.short_name.contains(word, autoescape=True),
        Department.code == word,
        former,
    ]
    if len(word) >= UNIT_INITIALS:
        found.append(Department.name_initials.startswith(word.lower(), autoescape=True))
    return or_(*found)


def name_history(session: Session, actor: Actor, *, department_id: int) -> Sequence[DepartmentName]:
    """The names of a unit, the present one first; a name taken back with its file is no name of its own."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    borne = select(DepartmentName).where(DepartmentName.department_id == department_id)
    names = session.scalars(borne.order_by(DepartmentName.from_on.desc())).all()
    return [one for one, later in zip(names, [None, *names], strict=False) if later is None or later.name != one.name]


def former_names(session: Session) -> dict[str, list[Department]]:
    """Former names, each with the units that bore it; a name that a unit bears today is no former one of it."""
    rows = session.execute(
        select(DepartmentName.name, Department)
        .join(Department, Department.id == DepartmentName.department_id)
        .where(DepartmentName.until_on.is_not(None), DepartmentName.name != Department.name)
        .order_by(DepartmentName.until_on)
    )
    found: dict[str, list[Department]] = {}
    for former, unit in rows:
        if unit not in (bearers := found.setdefault(former, [])):
            bearers.append(unit)
    return found


def first_names(session: Session, units: Iterable[Department], today: date) -> None:
    """Begin the names of new units: with their confirmation or entrustment when that is known, else today."""
    for unit in units:
        since = unit.confirmed_on or unit.entrusted_from or today
        session.add(DepartmentName(department_id=unit.id, name=unit.name, from_on=min(since, today)))


def follow(
    session: Session, unit: Department, *, name: str, from_on: date, document_number: str = "", reason: str = ""
) -> None:
    """End the present name the day before and begin the next. A first name reaches back as far as it must."""
    present, eve = _open_name(session, unit), from_on - timedelta(days=1)
    present.from_on, present.until_on = min(present.from_on, eve), eve
    session.flush()
    session.add(
        DepartmentName(
            department_id=unit.id, name=name, from_on=from_on, document_number=document_number, reason=reason
        )
    )
    _call(unit, name)
    session.flush()


def follows(session: Session, unit: Department, from_on: date) -> list[Violation]:
    """What is wrong with the day on which a unit's next name begins."""
    names = list(
        session.scalars(
            select(DepartmentName.from_on)
            .where(DepartmentName.department_id == unit.id)
            .order_by(DepartmentName.from_on.desc())
        )
    )
    if len(names) > 1 and from_on <= names[0]:
        early = N_("The present name is borne since %(day)s; the next one begins later.")
        return [NAMES_FOLLOW.broken(early, day=names[0])]
    return []


def _obstacles(session: Session, unit: Department, name: str, from_on: date, today: date) -> list[Violation]:
    found = [*_taken(session, unit, name), *follows(session, unit, from_on)]
    if from_on > today:
        found.append(NAMES_FOLLOW.broken(N_("%(day)s has not come yet."), day=from_on))
    return found


def _taken(session: Session, unit: Department, name: str) -> list[Violation]:
    if name == unit.name:
        return [NAMES_FOLLOW.broken(N_("The unit is called %(name)s already."), name=name)]
    if session.scalar(select(Department.id).where(Department.name == name)) is not None:
        return [NAME_IS_FREE.broken(N_("Another unit bears the name %(name)s."), name=name)]
    return []


def _open_name(session: Session, unit: Department) -> DepartmentName:
    open_now = select(DepartmentName).where(DepartmentName.department_id == unit.id, DepartmentName.until_on.is_(None))
    return session.scalars(open_now).one()


def _call(unit: Department, name: str) -> None:
    unit.name, unit.name_initials = name, initials(name, INITIALS)
