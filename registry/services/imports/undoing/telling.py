"""What the trail keeps of a file taken back: one entry for each record, what it said and what it says again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import Appointment, Person
from registry.models.training import Attendance, TrainingSession
from registry.services.imports.tracing import TRACED
from registry.services.imports.undoing.doing import LINES, PEOPLE, POSTS, RESULTS, Done, chunks
from registry.services.imports.undoing.obstacles import UNITS, names

SEALED = "_sealed"
UNTOLD = frozenset({"name_pinyin", "name_initials", "name_rest", "facets", "certified_until"})
EVENTS = (TrainingSession.__tablename__, ExamSitting.__tablename__)

UNIT_PARTS = ("department_names", "department_profiles", "department_scopes", "legal_reviewers")

Subject = tuple[str, int]


def acts(session: Session, done: Done, reason: str) -> list[audit.Act]:
    """Every record that goes back, as an act for the trail; to be asked before anything is taken back."""
    facts: dict[Subject, dict[str, Any]] = defaultdict(dict)
    for table in (PEOPLE, UNITS, *EVENTS):
        for row_id, name in names(session, table, done.made[table]).items():
            facts[table, row_id]["undone"] = name
    _add_parts(session, done, facts)
    _add_changes(session, done, facts)
    units = _units_of(session, [row_id for table, row_id in facts if table == PEOPLE])
    return [
        audit.Act(
            subject_type=table,
            subject_id=row_id,
            department_id=units.get(row_id) if table == PEOPLE else row_id if table == UNITS else None,
            reason=reason,
            facts=said,
        )
        for (table, row_id), said in facts.items()
    ]


def _add_parts(session: Session, done: Done, facts: dict[Subject, dict[str, Any]]) -> None:
    """Lines and results are told of their event, as when they came; posts and reviewers of their person and unit."""
    for model, table, event in (
        (Attendance, LINES, (TrainingSession.__tablename__, Attendance.session_id)),
        (ExamResult, RESULTS, (ExamSitting.__tablename__, ExamResult.sitting_id)),
    ):
        for some in chunks(done.made[table]):
            rows = session.execute(select(event[1], model.person_id).where(model.id.in_(some)))
            for event_id, person_id in rows:
                facts[event[0], event_id].setdefault("people", []).append(person_id)
    begun = done.made[POSTS] & done.written[POSTS].keys()
    for some in chunks(begun):
        for person_id, from_on in session.execute(
            select(Appointment.person_id, Appointment.from_on).where(Appointment.id.in_(some))
        ):
            facts[PEOPLE, person_id]["from_on"] = [from_on.isoformat(), None]
    for fields in done.written["legal_reviewers"].values():
        unit, person_id = fields["department_id"][1], fields["person_id"][1]
        facts[UNITS, unit].setdefault("people", []).append(person_id)


def _add_changes(session: Session, done: Done, facts: dict[Subject, dict[str, Any]]) -> None:
    for table in (PEOPLE, UNITS, *EVENTS):
        for row_id, fields in done.changed[table].items():
            if row_id not in done.made[table]:
                facts[table, row_id] |= _back(fields)
    _add_owned(session, POSTS, "person_id", PEOPLE, done.changed[POSTS], facts)
    for table in UNIT_PARTS:
        _add_owned(session, table, "department_id", UNITS, done.changed[table], facts)
    for some in chunks(done.changed[LINES].keys() - done.made[LINES]):
        for session_id, person_id in session.execute(
            select(Attendance.session_id, Attendance.person_id).where(Attendance.id.in_(some))
        ):
            facts[TrainingSession.__tablename__, session_id].setdefault("people", []).append(person_id)


def _add_owned(
    session: Session,
    table: str,
    owner: str,
    subject: str,
    rows: Mapping[int, Any],
    facts: dict[Subject, dict[str, Any]],
) -> None:
    """Parts of a record that have no history of their own."""
    model = TRACED[table]
    for some in chunks(rows):
        for row in session.execute(select(model.id, getattr(model, owner).label("owner")).where(model.id.in_(some))):
            facts[subject, row.owner] = {**_back(rows[row.id]), **facts[subject, row.owner]}


def _back(fields: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """From what it says to what it said; what is sealed is told as having changed, and no more."""
    told = {}
    for name, (before, after) in fields.items():
        if name.endswith(SEALED):
            told[name.removesuffix(SEALED)] = ["***" if after else None, "***" if before else None]
        elif name not in UNTOLD:
            told[name] = [after, before]
    return told


def _units_of(session: Session, person_ids: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in chunks(person_ids):
        rows = session.execute(select(Person.id, Person.department_id).where(Person.id.in_(some)))
        found |= {row.id: row.department_id for row in rows}
    return found
