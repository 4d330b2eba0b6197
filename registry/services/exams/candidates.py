"""Who is entered for a sitting: read in the order of the admission numbers."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.departments import Department
from registry.models.exams import Candidate
from registry.models.people import Person
from registry.rules.permissions import Action, Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """Somebody entered for a sitting, with the unit, number and seat of the admission slip."""

    candidate_id: int
    person_id: int
    name: str
    identity_masked: str
    unit: str
    department_id: int
    admission_number: str
    room: str
    seat: int | None


def candidates(
    session: Session,
    actor: Actor,
    *,
    sitting_id: int,
    department_id: int | None = None,
    room: str | None = None,
    after: str | None = None,
    size: int | None = None,
) -> list[CandidateRow]:
    """The candidates in the order of their admission numbers; a unit's people see their own. One query.

    Everybody, or those of a unit or room; with a `size` that many after the number `after`.
    """
    actor.require(Action.EXAM_VIEW)
    query = _own(
        actor,
        select(
            Candidate.id,
            Candidate.person_id,
            Person.name,
            Person.identity_masked,
            Department.name,
            Candidate.department_id,
            Candidate.admission_number,
            Candidate.room,
            Candidate.seat,
        ),
    )
    query = (
        query.join(Person, Person.id == Candidate.person_id)
        .join(Department, Department.id == Candidate.department_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.admission_number)
        .limit(size)
    )
    if department_id is not None:
        query = query.where(Candidate.department_id == department_id)
    if room is not None:
        query = query.where(Candidate.room == room)
    if after:
        query = query.where(Candidate.admission_number > after)
    names = CandidateRow.__slots__
    return [CandidateRow(**dict(zip(names, row, strict=True))) for row in session.execute(query)]


def candidate_count(session: Session, actor: Actor, *, sitting_id: int) -> int:
    """How many are entered for a sitting; a unit's people get the count of their unit."""
    actor.require(Action.EXAM_VIEW)
    query = _own(actor, select(func.count(Candidate.id)).where(Candidate.sitting_id == sitting_id))
    return int(session.scalars(query).one())


def unseated(session: Session, actor: Actor, *, sitting_id: int) -> int:
    """How many candidates have no seat; a unit's people get the count of their unit."""
    actor.require(Action.EXAM_VIEW)
    waiting = (Candidate.sitting_id == sitting_id, Candidate.seat.is_(None))
    return int(session.scalars(_own(actor, select(func.count(Candidate.id)).where(*waiting))).one())


def _own(actor: Actor, query: AnySelect) -> AnySelect:
    return query.where(Candidate.department_id == actor.department_id) if actor.is_unit_bound else query
