"""Units: confirmed enforcement subjects and entrusted bodies, their legal review, and how they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from registry import audit
from registry.models.departments import Department, LegalReviewer
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken, Violation
from registry.rules.departments import (
    NAME_IS_FREE,
    REVIEWS_FOR_ONE_UNIT,
    DepartmentFacts,
    DepartmentKind,
    Standing,
    lacks_qualification,
    problems,
)
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.services.changes import Change, Tally, differences
from registry.services.pinyin import initials
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentEntry:
    """A unit as the office writes it down. `entrusting_code` names the entruster of an entrusted organisation."""

    code: str
    name: str
    kind: DepartmentKind
    confirmation_notice: str | None = None
    confirmed_on: date | None = None
    entrusting_code: str | None = None
    entrusted_from: date | None = None
    entrusted_until: date | None = None
    enforcement_field: str = ""
    enforcement_area: str = ""
    legal_review_section: str | None = None

    def facts(self) -> DepartmentFacts:
        return DepartmentFacts(
            code=self.code,
            kind=self.kind,
            entrusting_code=self.entrusting_code,
            entrusted_from=self.entrusted_from,
            entrusted_until=self.entrusted_until,
        )


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """A legal reviewer of a unit, since when (and since when anywhere), with or without the law qualification.

    `department_id` is the unit in which the person serves now.
    """

    person_id: int
    department_id: int
    name: str
    from_on: date
    first_on: date
    has_law_qualification: bool

    @property
    def lacks_qualification(self) -> bool:
        return lacks_qualification(self.first_on, self.has_law_qualification)


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
    """A unit with its entruster; NoResultFound when there is none, Denied for another unit's people."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    with_entruster = select(Department).options(joinedload(Department.entrusting_department))
    return session.scalars(with_entruster.where(Department.id == department_id)).one()


def history(session: Session, actor: Actor, *, department_id: int) -> list[TrailEntry]:
    """What was done to a unit's record, the latest first."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    return audit.of(session, Department.__tablename__, department_id)


def reviewers(session: Session, actor: Actor, *, department_id: int, today: date) -> list[ReviewerRow]:
    """The unit's legal reviewers of that day, by name."""
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    ever = aliased(LegalReviewer)
    first_on = select(func.min(ever.from_on)).where(ever.person_id == Person.id).scalar_subquery()
    rows = session.execute(
        select(
            Person.id,
            Person.department_id,
            Person.name,
            LegalReviewer.from_on,
            first_on,
            Person.has_law_qualification,
        )
        .join(LegalReviewer, LegalReviewer.person_id == Person.id)
        .where(LegalReviewer.department_id == department_id, _serving(today))
        .order_by(Person.name, Person.id)
    )
    return [ReviewerRow(*row) for row in rows]


def reviewer_counts(session: Session, actor: Actor, *, today: date) -> dict[int, int]:
    """Legal reviewers of that day per unit."""
    actor.require(Action.DEPARTMENT_VIEW)
    counted = (
        select(LegalReviewer.department_id, func.count()).where(_serving(today)).group_by(LegalReviewer.department_id)
    )
    if actor.is_unit_bound:
        counted = counted.where(LegalReviewer.department_id == actor.department_id)
    return {unit: count for unit, count in session.execute(counted).all() if count}


def appoint_reviewers(session: Session, actor: Actor, *, reviewers: Sequence[tuple[int, int]], from_on: date) -> None:
    """Record legal reviewers as `(person_id, department_id)`; whoever is one of that unit already is left alone."""
    actor.require(Action.DEPARTMENT_MANAGE)
    serving = set(
        session.execute(
            select(LegalReviewer.person_id, LegalReviewer.department_id).where(LegalReviewer.until_on.is_(None))
        )
    )
    added = [
        LegalReviewer(person_id=person_id, department_id=department_id, from_on=from_on)
        for person_id, department_id in reviewers
        if (person_id, department_id) not in serving
    ]
    session.add_all(added)
    session.flush()
    acts = [_act(one.department_id, legal_reviewer=one.person_id, from_on=from_on) for one in added]
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, acts)


def appoint_reviewer(
    session: Session, actor: Actor, *, department_id: int, person_id: int, from_on: date, today: date
) -> None:
    """Make one of the unit's people its legal reviewer; RuleBroken when he or she serves as one already."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    person = session.get_one(Person, person_id)
    wrong = N_("%(name)s is not one of this unit's people.") if person.department_id != department_id else None
    if _open_service(session, person_id) is not None:
        wrong = N_("%(name)s is a legal reviewer already; end that first.")
    if from_on > today:
        wrong = N_("%(day)s has not come yet.")
    if wrong is not None:
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(wrong, name=person.name, day=from_on)])
    appoint_reviewers(session, actor, reviewers=[(person_id, department_id)], from_on=from_on)


def release_reviewer(
    session: Session, actor: Actor, *, department_id: int, person_id: int, until_on: date, reason: str = ""
) -> None:
    """End a legal reviewer's service on its last day; RuleBroken when there is none to end."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    service = _open_service(session, person_id)
    if service is None or service.department_id != department_id:
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(N_("This person is no legal reviewer of this unit."))])
    if until_on < service.from_on:
        early = N_("The service began on %(day)s and cannot end before.")
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(early, day=service.from_on)])
    service.until_on = until_on
    session.flush()
    act = _act(department_id, reason=reason, released_reviewer=person_id, until_on=until_on)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])


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


def standings(session: Session) -> dict[int, Standing]:
    """What every unit's standing rests on, by id; one query."""
    entruster = aliased(Department)
    rows = session.execute(
        select(Department, entruster.name).outerjoin(entruster, entruster.id == Department.entrusting_department_id)
    )
    return {unit.id: standing_of(unit, name) for unit, name in rows}


def standing_of(unit: Department, entrusting_name: str | None) -> Standing:
    """What the standing of one unit rests on."""
    return Standing(
        name=unit.name,
        kind=unit.kind,
        confirmed_on=unit.confirmed_on,
        confirmation_notice=unit.confirmation_notice,
        entrusting_name=entrusting_name,
        entrusted_from=unit.entrusted_from,
        entrusted_until=unit.entrusted_until,
        ended_on=unit.ended_on,
    )


def by_code(session: Session) -> dict[str, Department]:
    """Every unit by its code."""
    return {unit.code: unit for unit in session.scalars(select(Department))}


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
    acts += [_act(unit.id, name=unit.name, code=unit.code, established=True) for unit in added]
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
    acts.append(_act(unit.id, reason=reason, **changed))


def _entrust(entries: Sequence[DepartmentEntry], known: Mapping[str, Department]) -> None:
    for entry in entries:
        known[entry.code].entrusting_department = known[entry.entrusting_code] if entry.entrusting_code else None


def _values(entry: DepartmentEntry) -> dict[str, Any]:
    values = {name: value for name, value in asdict(entry).items() if name not in {"code", "entrusting_code"}}
    return {**values, "name_initials": initials(entry.name, 60)}


def _act(department_id: int, reason: str = "", **facts: Any) -> audit.Act:
    return audit.Act(
        subject_type=Department.__tablename__,
        subject_id=department_id,
        department_id=department_id,
        reason=reason,
        facts=facts,
    )


def _open_service(session: Session, person_id: int) -> LegalReviewer | None:
    return session.scalar(
        select(LegalReviewer).where(LegalReviewer.person_id == person_id, LegalReviewer.until_on.is_(None))
    )


def _serving(day: date) -> Any:
    return and_(LegalReviewer.from_on <= day, or_(LegalReviewer.until_on.is_(None), LegalReviewer.until_on >= day))
