"""Rooms and seats of a sitting, allotted to everybody at once and again as often as needed before publication."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import audit
from registry.db import AnySelect
from registry.models.exams import Candidate, ExamSitting
from registry.models.people import Person
from registry.rules import RuleBroken, Violation
from registry.rules.candidates import EVERYBODY_HAS_A_SEAT, Room, mixed, parse_rooms, seated
from registry.rules.permissions import Action, Actor
from registry.services.exams.entering import admission_number
from registry.services.exams.papers import discard_papers
from registry.services.exams.publishing import refuse_published
from registry.words import N_


def allot_seats(session: Session, actor: Actor, *, sitting_id: int, rooms: str, is_mixed: bool) -> int:
    """Give every candidate a room, a seat and a number in that order; the number of candidates.

    `rooms` is written `101: 30, 102: 40`; without any, candidates get numbers alone. Mixed, neighbours come from
    different units where possible; else units sit together. RuleBroken when a room cannot be read or seats are short.
    """
    actor.require(Action.EXAM_MANAGE)
    sitting = session.get_one(ExamSitting, sitting_id, with_for_update=True)
    refuse_published(session, sitting_id)
    read = _read(rooms)
    units = {row.id: row.department_id for row in session.execute(_in_order(sitting_id))}
    if read and sum(room.capacity for room in read) < len(units):
        raise RuleBroken([_short(read, len(units))])
    people = mixed(units) if is_mixed else list(units)
    _write(session, sitting, people, read)
    sitting.room_plan = rooms.strip()
    discard_papers(session, sitting_id)
    plan = [f"{room.name}: {room.capacity}" for room in read]
    audit.record(session, actor, Action.EXAM_MANAGE, sitting, seated=len(units), rooms=plan, mixed_units=is_mixed)
    return len(units)


def rooms_of(session: Session, *, sitting_id: int) -> list[str]:
    """The rooms in which candidates of a sitting have seats."""
    used = select(Candidate.room).where(Candidate.sitting_id == sitting_id, Candidate.room != "")
    return list(session.scalars(used.distinct().order_by(Candidate.room)))


def _in_order(sitting_id: int) -> AnySelect:
    return (
        select(Candidate.id, Candidate.department_id)
        .join(Person, Person.id == Candidate.person_id)
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.department_id, Person.name_pinyin, Person.name, Candidate.id)
    )


def _read(rooms: str) -> list[Room]:
    try:
        return parse_rooms(rooms)
    except ValueError as error:
        said = N_("“%(part)s” is no room with its seats, or the room is named twice: write 101: 30, 102: 40.")
        raise RuleBroken([EVERYBODY_HAS_A_SEAT.broken(said, part=str(error))]) from error


def _short(rooms: Sequence[Room], wanted: int) -> Violation:
    said = N_("The rooms have %(seats)s seats for %(candidates)s candidates; add a room.")
    return EVERYBODY_HAS_A_SEAT.broken(said, seats=sum(room.capacity for room in rooms), candidates=wanted)


def _write(session: Session, sitting: ExamSitting, people: Sequence[int], rooms: Sequence[Room]) -> None:
    """First numbers that nobody has, then the new ones: no two candidates ever bear the same."""
    if not people:
        return
    session.execute(update(Candidate), [{"id": one, "admission_number": f"-{one}"} for one in people])
    session.execute(
        update(Candidate),
        [
            {"id": one, "room": room, "seat": seat, "admission_number": admission_number(sitting, place)}
            for place, (one, room, seat) in enumerate(seated(people, rooms), 1)
        ],
    )
