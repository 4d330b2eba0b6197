"""Units recorded and changed, one by one or a file of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department
from registry.rules import RuleBroken, Violation
from registry.rules.departments import NAME_IS_FREE, problems
from registry.rules.permissions import Action, Actor
from registry.services.changes import Change, Tally, differences
from registry.services.departments.entries import DepartmentEntry, act_on
from registry.services.departments.reading import by_code
from registry.services.pinyin import initials
from registry.words import N_


def establish(session: Session, actor: Actor, *, entry: DepartmentEntry) -> Department:
    """Record one new unit; RuleBroken says everything that is wrong with it, a code in use included."""
    actor.require(Action.DEPARTMENT_MANAGE)
    if session.scalar(select(Department.id).where(Department.code == entry.code)) is not None:
        raise RuleBroken([NAME_IS_FREE.broken(N_("The code %(code)s is in use."), code=entry.code)])
    bring_in(session, actor, entries=[entry])
    return session.scalars(select(Department).where(Department.code == entry.code)).one()


def change(session: Session, actor: Actor, *, entry: DepartmentEntry, reason: str) -> Tally:
    """Change a unit, found by its code; NoResultFound when there is none."""
    actor.require(Action.DEPARTMENT_MANAGE)
    session.scalars(select(Department.id).where(Department.code == entry.code)).one()
    return bring_in(session, actor, entries=[entry], reason=reason)


def bring_in(
    session: Session,
    actor: Actor,
    *,
    entries: Sequence[DepartmentEntry],
    reason: str = "",
    batch: str | None = None,
) -> Tally:
    """Record new units and change known ones (known by code); RuleBroken lists every violation of every entry."""
    actor.require(Action.DEPARTMENT_MANAGE)
    known = by_code(session)
    if broken := [violation for entry in entries for violation in obstacles(entry, known, entries)]:
        raise RuleBroken(broken)
    added = [Department(code=entry.code, **_values(entry)) for entry in entries if entry.code not in known]
    session.add_all(added)
    tally = Tally(created=len(added))
    acts: list[audit.Act] = []
    for entry in entries:
        if (unit := known.get(entry.code)) is not None:
            _take_over(unit, entry, known, tally, acts, reason)
    known |= {unit.code: unit for unit in added}
    _entrust(entries, known)
    session.flush()
    acts += [act_on(unit.id, name=unit.name, code=unit.code, established=True) for unit in added]
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, acts, batch=batch)
    return tally


def obstacles(
    entry: DepartmentEntry, known: Mapping[str, Department], entries: Sequence[DepartmentEntry] = ()
) -> list[Violation]:
    """Everything that is wrong with an entry beside the units known and those written down with it."""
    codes = {*known, *(other.code for other in entries)}
    found = problems(entry.facts(), codes)
    if any(unit.name == entry.name and unit.code != entry.code for unit in known.values()):
        found.append(NAME_IS_FREE.broken(N_("Another unit bears the name %(name)s."), name=entry.name))
    return found


def _take_over(
    unit: Department,
    entry: DepartmentEntry,
    known: Mapping[str, Department],
    tally: Tally,
    acts: list[audit.Act],
    reason: str,
) -> None:
    before = next((u.code for u in known.values() if u.id == unit.entrusting_department_id), None)
    changed = differences(unit, _values(entry))
    if before != entry.entrusting_code:
        changed["entrusting_code"] = [before, entry.entrusting_code]
    if not changed:
        tally.unchanged += 1
        return
    for name, value in _values(entry).items():
        setattr(unit, name, value)
    tally.updated += 1
    tally.changes.append(Change(subject=unit.name, fields=changed))
    acts.append(act_on(unit.id, reason=reason, **changed))


def _entrust(entries: Sequence[DepartmentEntry], known: Mapping[str, Department]) -> None:
    for entry in entries:
        known[entry.code].entrusting_department = known[entry.entrusting_code] if entry.entrusting_code else None


def _values(entry: DepartmentEntry) -> dict[str, Any]:
    values = {name: value for name, value in asdict(entry).items() if name not in {"code", "entrusting_code"}}
    return {**values, "name_initials": initials(entry.name, 60)}
