"""Legal reviewers appointed, one or a list of them: everything that stands against each, and the act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import LegalReviewer
from registry.models.people import Person
from registry.rules import RuleBroken, Violation
from registry.rules.departments import (
    QUALIFIED_FROM,
    REVIEWERS_ARE_QUALIFIED,
    REVIEWS_FOR_ONE_UNIT,
    lacks_qualification,
)
from registry.rules.permissions import Action, Actor
from registry.services.changes import Change, Tally, in_chunks
from registry.services.departments.entries import act_on
from registry.words import N_

BUSY = N_("%(name)s is a legal reviewer already; end that first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerEntry:
    """Somebody to review for a unit; the law qualification is None where nothing is said of it."""

    person_id: int
    name: str
    department_id: int
    from_on: date
    has_law_qualification: bool | None = None


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A line beside the register: on record already, or to be appointed; what stands against it."""

    entry: ReviewerEntry
    is_on_record: bool
    becomes_qualified: bool
    violations: Sequence[Violation]


def appoint_reviewer(
    session: Session, actor: Actor, *, department_id: int, person_id: int, from_on: date, today: date
) -> None:
    """Make one of the unit's people its legal reviewer; RuleBroken when he or she serves as one or is not qualified."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    name = session.get_one(Person, person_id).name
    if from_on > today:
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(N_("%(day)s has not come yet."), day=from_on)])
    entry = ReviewerEntry(person_id=person_id, name=name, department_id=department_id, from_on=from_on)
    if not bring_in_reviewers(session, actor, entries=[entry]).created:
        raise RuleBroken([REVIEWS_FOR_ONE_UNIT.broken(BUSY, name=name)])


def look_at_reviewers(session: Session, actor: Actor, *, entries: Sequence[ReviewerEntry]) -> list[LookedAt]:
    """What would become of each line, in order."""
    actor.require(Action.DEPARTMENT_MANAGE)
    facts: dict[int, Any] = {}
    for chunk in in_chunks([entry.person_id for entry in entries]):
        open_unit = func.max(LegalReviewer.department_id).filter(LegalReviewer.until_on.is_(None))
        rows = session.execute(
            select(
                Person.id,
                Person.department_id,
                Person.has_law_qualification,
                func.min(LegalReviewer.from_on).label("first_on"),
                open_unit.label("reviews_for"),
            )
            .outerjoin(LegalReviewer, LegalReviewer.person_id == Person.id)
            .where(Person.id.in_(chunk))
            .group_by(Person.id, Person.department_id, Person.has_law_qualification)
        )
        facts |= {row.id: row for row in rows}
    return [_looked_at(entry, facts[entry.person_id]) for entry in entries]


def bring_in_reviewers(
    session: Session, actor: Actor, *, entries: Sequence[ReviewerEntry], batch: str | None = None
) -> Tally:
    """Appoint everybody of a list; the same list again changes nothing. RuleBroken lists every obstacle."""
    looked = look_at_reviewers(session, actor, entries=entries)
    if broken := [violation for one in looked for violation in one.violations]:
        raise RuleBroken(broken)
    fresh = [one.entry for one in looked if not one.is_on_record]
    session.add_all(
        LegalReviewer(person_id=one.person_id, department_id=one.department_id, from_on=one.from_on) for one in fresh
    )
    session.flush()
    acts = [act_on(one.department_id, legal_reviewer=one.person_id, from_on=one.from_on) for one in fresh]
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, acts, batch=batch)
    tally = Tally(created=len(fresh))
    for one in looked:
        if one.becomes_qualified:
            _qualify(session, actor, one.entry, batch)
            qualified = {"has_law_qualification": ["False", "True"]}
            tally.changes.append(Change(subject=one.entry.name, fields=qualified, key=one.entry.person_id))
    changed = {one.entry.person_id for one in looked if one.becomes_qualified and one.is_on_record}
    tally.updated = len(changed)
    tally.unchanged = len(looked) - len(fresh) - len(changed)
    return tally


def _looked_at(entry: ReviewerEntry, facts: Any) -> LookedAt:
    found = []
    if facts.department_id != entry.department_id:
        elsewhere = N_("%(name)s is not one of this unit's people.")
        found.append(REVIEWS_FOR_ONE_UNIT.broken(elsewhere, name=entry.name))
    if facts.reviews_for is not None and facts.reviews_for != entry.department_id:
        found.append(REVIEWS_FOR_ONE_UNIT.broken(BUSY, name=entry.name))
    is_qualified = facts.has_law_qualification or bool(entry.has_law_qualification)
    first_on = min(facts.first_on or entry.from_on, entry.from_on)
    is_on_record = facts.reviews_for == entry.department_id
    if not is_on_record and lacks_qualification(first_on, is_qualified):
        lacks = N_(
            "%(name)s would review for the first time and holds no legal professional qualification; since %(since)s "
            "that is refused. Record the qualification on the person's page first, if there is one."
        )
        found.append(REVIEWERS_ARE_QUALIFIED.broken(lacks, name=entry.name, since=QUALIFIED_FROM))
    return LookedAt(entry, is_on_record, is_qualified and not facts.has_law_qualification, found)


def _qualify(session: Session, actor: Actor, entry: ReviewerEntry, batch: str | None) -> None:
    person = session.get_one(Person, entry.person_id)
    person.has_law_qualification = True
    act = audit.Act(
        subject_type=Person.__tablename__,
        subject_id=person.id,
        department_id=person.department_id,
        facts={"has_law_qualification": ["False", "True"]},
    )
    session.flush()
    audit.record_many(session, actor, Action.PERSON_MANAGE, [act], batch=batch)
