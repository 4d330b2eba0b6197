"""Who needs a sitting: everybody in office whose post asks for its subject and who has no pass that counts.

The database finds who comes into question (`needing`); the rules decide about each. As long as few hold such posts, all
of them are decided about and counted. Of many a page looks at so many as fill it, or at a bounded number.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.exams import Candidate, ExamResult, ExamSitting
from registry.models.people import Appointment, Person
from registry.rules.candidates import PROPOSED, Call, Called, call, kind_needed
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.services.certificates.dossiers import applicants_for
from registry.services.changes import in_chunks
from registry.services.exams.needing import Asked, Place, are_many, end_of_look, in_question, place_of
from registry.services.exams.publishing import stands

PAGE = 100
DECIDED = 2  # times the page: about so many the rules decide to fill it


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody who needs the subject, and where he or she stands before the sitting."""

    person_id: int
    name: str
    identity_masked: str
    department_id: int
    unit: str
    called: Called


@dataclass(frozen=True, slots=True)
class Proposals:
    """A page of those who need a sitting and are not entered for it, by unit and name.

    `after` is the person behind whom the next page begins, None on the last; `is_cut` when this one ends because so
    many were looked at, before it was full. `counts` are of all pages by what people are called for, None when more
    than `COUNTED` hold such posts.
    """

    rows: Sequence[Proposal]
    after: int | None = None
    is_cut: bool = False
    counts: Mapping[Call, int] | None = None

    def count(self, *calls: Call) -> int | None:
        return None if self.counts is None else sum(self.counts.get(one, 0) for one in calls)


def proposals(
    session: Session,
    actor: Actor,
    *,
    sitting_id: int,
    department_id: int | None = None,
    calls: Collection[Call] = PROPOSED,
    after: int | None = None,
    size: int = PAGE,
) -> Proposals:
    """A page of who needs a sitting, of all units or of one; a unit's people see their own. A dozen queries."""
    asked, begin = asked_for(session, actor, sitting_id, department_id), place_of(session, after)
    if are_many(session, asked):
        return _looked(session, asked, calls, begin, size)
    places = in_question(session, asked, calls=tuple(Call))
    every = _decided(session, asked, places)
    behind = {place[-1] for place in places if begin is None or place > begin}
    wanted = [one for one in every if one.called.call in calls and one.person_id in behind]
    more = wanted[size - 1].person_id if len(wanted) > size else None
    return Proposals(wanted[:size], more, counts=Counter(one.called.call for one in every))


def asked_for(session: Session, actor: Actor, sitting_id: int, department_id: int | None) -> Asked:
    """What somebody may look for: a unit's people their own unit alone."""
    actor.require(Action.EXAM_VIEW)
    sitting = session.get_one(ExamSitting, sitting_id)
    unit = actor.department_id if actor.is_unit_bound else department_id
    return Asked(sitting=sitting, policy=policies.by_id(session, sitting.policy_id), department_id=unit)


def _looked(session: Session, asked: Asked, calls: Collection[Call], begin: Place | None, size: int) -> Proposals:
    end, most = end_of_look(session, asked, begin), DECIDED * size
    looked = in_question(session, asked, begin=begin, end=end, calls=calls, most=most)
    wanted = [one for one in _decided(session, asked, looked) if one.called.call in calls]
    if len(wanted) > size:
        return Proposals(wanted[:size], wanted[size - 1].person_id)
    last = looked[-1] if len(looked) == most else end
    return Proposals(wanted, last[-1] if last else None, is_cut=last is not None and len(wanted) < size)


def _decided(session: Session, asked: Asked, places: Sequence[Place]) -> list[Proposal]:
    """Who of these people needs the sitting, and what for, in the same order."""
    ids, day = [place[-1] for place in places], asked.sitting.held_on
    people = _people(session, ids)  # whose post ended meanwhile is not among them
    posts = [(one, people[one]) for one in ids if one in people]
    kinds = {one: kind for one, post in posts if (kind := kind_needed(post.duty, post.establishment))}
    applicants, elsewhere = applicants_for(session, kinds, day=day), _entered_elsewhere(session, asked.sitting, ids)
    found = []
    for one, kind in kinds.items():
        dossier = applicants[one].dossier
        called = call(asked.sitting.subject, kind, dossier, asked.policy, day, elsewhere.get(one))
        if called is not None:
            found.append(_proposal(people[one], called))
    return found


def _proposal(row: Any, called: Called) -> Proposal:
    return Proposal(
        person_id=row.id,
        name=row.name,
        identity_masked=row.identity_masked,
        department_id=row.department_id,
        unit=row.unit,
        called=called,
    )


def _people(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """These people with their present unit and post, by id."""
    query = (
        select(
            Person.id,
            Person.name,
            Person.identity_masked,
            Person.department_id,
            Department.name.label("unit"),
            Appointment.duty,
            Appointment.establishment,
        )
        .join(Department, Department.id == Person.department_id)
        .join(Appointment, Appointment.person_id == Person.id)
        .where(Appointment.until_on.is_(None))
    )
    return {row.id: row for chunk in in_chunks(ids) for row in session.execute(query.where(Person.id.in_(chunk)))}


def _entered_elsewhere(session: Session, sitting: ExamSitting, ids: Sequence[int]) -> dict[int, date]:
    """By person the day of another sitting of the year in the subject that awaits its result."""
    query = (
        select(Candidate.person_id, func.min(ExamSitting.held_on).label("day"))
        .join(ExamSitting, ExamSitting.id == Candidate.sitting_id)
        .outerjoin(
            ExamResult,
            (ExamResult.sitting_id == Candidate.sitting_id) & (ExamResult.person_id == Candidate.person_id) & stands(),
        )
        .where(
            ExamSitting.subject == sitting.subject,
            ExamSitting.id != sitting.id,
            extract("year", ExamSitting.held_on) == sitting.held_on.year,
            ExamResult.id.is_(None),
        )
        .group_by(Candidate.person_id)
    )
    rows = [row for some in in_chunks(ids) for row in session.execute(query.where(Candidate.person_id.in_(some)))]
    return {row.person_id: row.day for row in rows}
