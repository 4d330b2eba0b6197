"""The parts of a file taken back: lines of attendance, posts, reviewers, events, and values as they were."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from registry.models.departments import LegalReviewer
from registry.models.exams import Candidate, ExamSitting
from registry.models.people import HELD, NEVER, Appointment
from registry.models.training import Attendance, TrainingSession
from registry.rules.people import EndReason
from registry.services import exams
from registry.services.imports.tracing import TRACED, restored
from registry.services.imports.undoing.doing import POSTS, Done, chunks

CODE = 40  # characters of a code


def withdraw_lines(session: Session, ids: Iterable[int], today: date) -> None:
    """Lines of attendance stay on record and count nowhere, as if somebody had taken each back."""
    off = {"withdrawn_on": today, "is_completed": False, "completed_on": None}
    for some in chunks(ids):
        session.execute(update(Attendance).where(Attendance.id.in_(some)).values(off))


def strike_off(session: Session, done: Done) -> None:
    """Services as legal reviewer are no act of law: those that the file began are gone."""
    for some in chunks(done.made[LegalReviewer.__tablename__]):
        session.execute(delete(LegalReviewer).where(LegalReviewer.id.in_(some)))


def never_held(session: Session, done: Done) -> None:
    """Posts that the file began are put on a day before all days, where no figure and no list of any day finds them.

    So the former post can go on as it was, and the same file can be brought in again. A person's further posts of that
    sort lie on the days after it, since no two posts of a person begin on one day.
    """
    for some in chunks(done.made[POSTS]):
        before = dict(_in_error(session, some))
        rows = session.execute(
            select(Appointment.id, Appointment.person_id).where(Appointment.id.in_(some)).order_by(Appointment.id)
        ).all()
        moved = []
        for post_id, person_id in rows:
            day = NEVER + timedelta(days=before.get(person_id, 0))
            before[person_id] = before.get(person_id, 0) + 1
            reason = EndReason.RECORDED_IN_ERROR
            moved.append({"id": post_id, "from_on": day, "until_on": day, "end_reason": reason})
        session.execute(update(Appointment), moved)


def restore(session: Session, done: Done) -> None:
    """What the file changed says again what it said before; rows that change the same columns go together."""
    for table, rows in done.changed.items():
        model, alike = TRACED[table], defaultdict(list)
        for row_id, fields in rows.items():
            if row_id not in done.made[table]:
                alike[tuple(sorted(fields))].append({"id": row_id, **_before(model, fields)})
        for some in alike.values():
            session.execute(update(model), some)


def withdraw_events(session: Session, done: Done, today: date) -> None:
    """Sessions and sittings that the file opened are withdrawn where nobody else stands in them.

    A sitting gives its code free: day and subject of a sitting never change, and those may be what was wrong.
    """
    for some in chunks(done.made[TrainingSession.__tablename__]):
        attended = exists().where(Attendance.session_id == TrainingSession.id, Attendance.withdrawn_on.is_(None))
        mine = (TrainingSession.id.in_(some), ~attended)
        session.execute(update(TrainingSession).where(*mine).values(withdrawn_on=today))
    entered = exists().where(Candidate.sitting_id == ExamSitting.id)
    for some in chunks(done.made[ExamSitting.__tablename__]):
        alone = select(ExamSitting).where(ExamSitting.id.in_(some), ~exams.has_results(), ~entered)
        for sitting in session.scalars(alone):
            sitting.withdrawn_on, sitting.code = today, freed(sitting.code, sitting.id, CODE)


def freed(code: str, row_id: int, longest: int) -> str:
    """A code that nothing else will ever bear, so that the plain one is free again."""
    mark = f"~{row_id}"
    return code[: longest - len(mark)] + mark


def _in_error(session: Session, post_ids: Iterable[int]) -> Iterable[tuple[int, int]]:
    """How many posts in error somebody has already, of those whose posts these are."""
    people = select(Appointment.person_id).where(Appointment.id.in_(list(post_ids)))
    counted = select(Appointment.person_id, func.count()).where(Appointment.person_id.in_(people), ~HELD)
    return [(row[0], row[1]) for row in session.execute(counted.group_by(Appointment.person_id))]


def _before(model: type[Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: restored(model, name, pair[0]) for name, pair in fields.items()}
