"""What stands against taking a file back: what came to rest on its records, and what changed them since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.db import Base
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.exams import ExamResult, ExamSitting
from registry.models.imports import ImportBatch, ImportQuestion, ImportSource, ImportTrace
from registry.models.merges import DistinctPair, Merge
from registry.models.people import HELD, Appointment, Person
from registry.models.tasks import Task
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingSession
from registry.rules.exams import ExamOutcome
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import Action
from registry.services.imports.tracing import TRACED, restored
from registry.services.imports.undoing.doing import LINES, PEOPLE, POSTS, RESULTS, Done, chunks

UNITS = Department.__tablename__
SHOWN = 3  # numbers of certificates told with a record
READ = frozenset({Action.IDENTITY_UNMASK, Action.PERSON_EXPORT, Action.ROSTER_PRINT, Action.EXAM_PRINT})
CONTACT = frozenset({"phone_sealed", "email_sealed", "office_phone"})  # nothing rests on how somebody is reached
OWN = (ImportBatch, ImportQuestion, ImportSource, ImportTrace, DistinctPair)
NO_MATTER = {
    table.__tablename__ for table in (*OWN, Task)
}  # a task follows from what is undone, and is settled with it
SINCE = ("created_at", "entered_at", "merged_at", "taken_at")
LEGAL = {"certificates", "refusals", "review_items", "rosters"}  # what is decided on where a unit stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One record that cannot go back: `count` rows of a `table` rest on it, or `who` changed it, `at` that time."""

    subject_type: str
    subject_id: int
    name: str
    table: str = ""
    count: int = 0
    told: tuple[str, ...] = ()
    who: str = ""
    at: datetime | None = None


def obstacles(session: Session, done: Done) -> list[Obstacle]:
    """Everything that stands against it, record by record; empty while the file can be taken back."""
    found = [*_issued(session, done)]
    found += _overwritten(session, done)
    found += _acted_upon(session, done)
    for table, ids in ((PEOPLE, done.made[PEOPLE] | done.taken_up), (UNITS, done.made[UNITS])):
        found += _resting(session, done, table, ids, since=None)
    found += _resting(session, done, RESULTS, done.made[RESULTS], since=None)
    found += _resting(session, done, PEOPLE, changed_people(session, done), since=done.batch.confirmed_at)
    moved = done.changed[UNITS].keys() - done.made[UNITS]
    found += _resting(session, done, UNITS, moved, since=done.batch.confirmed_at, within=LEGAL)
    return [*dict.fromkeys(found)]


def _issued(session: Session, done: Done) -> Iterator[Obstacle]:
    """Certificates end by acts of their own, whatever file they came from."""
    if done.batch.kind is not ImportKind.CERTIFICATES:
        return
    own = select(TrailEntry.subject_id).where(
        TrailEntry.batch == done.mark, TrailEntry.subject_type == Certificate.__tablename__
    )
    cards = select(Certificate.id, Certificate.number, Certificate.holder_name).where(Certificate.id.in_(own))
    for card in session.execute(cards.order_by(Certificate.number)):
        yield Obstacle(
            subject_type=Certificate.__tablename__,
            subject_id=card.id,
            name=card.holder_name,
            table=Certificate.__tablename__,
            count=1,
            told=(card.number,),
        )


def _overwritten(session: Session, done: Done) -> Iterator[Obstacle]:
    """Rows that no longer say what the file made them say."""
    for known in (done.written, done.changed):
        for table, rows in known.items():
            for subject in _moved_on(session, table, rows):
                yield _by_whom(session, done, *subject)


def _moved_on(session: Session, table: str, rows: Mapping[int, Any]) -> Iterator[tuple[str, int]]:
    model = TRACED[table]
    for some in chunks(rows):
        there = {row.id: row for row in session.execute(select(model.__table__).where(model.id.in_(some)))}
        for row_id in some:
            row = there.get(row_id)
            if row is None:
                continue  # a reviewer who was struck off since: nothing of it is left to take back
            expected = {name: restored(model, name, pair[1]) for name, pair in rows[row_id].items()}
            if any(getattr(row, name) != value for name, value in expected.items()):
                yield _subject(table, row)


def _subject(table: str, row: Any) -> tuple[str, int]:
    """The record with a page and a history that a row belongs to."""
    if table == POSTS:
        return PEOPLE, row.person_id
    if table == LINES:
        return TrainingSession.__tablename__, row.session_id
    return (UNITS, row.department_id) if hasattr(row, "department_id") and table != PEOPLE else (table, row.id)


def _by_whom(session: Session, done: Done, subject_type: str, subject_id: int) -> Obstacle:
    entry = session.scalars(
        select(TrailEntry)
        .where(
            TrailEntry.subject_type == subject_type,
            TrailEntry.subject_id == subject_id,
            TrailEntry.id > done.last_entry,
            TrailEntry.action.not_in(READ),
        )
        .order_by(TrailEntry.id.desc())
        .limit(1)
    ).first()
    return Obstacle(
        subject_type=subject_type,
        subject_id=subject_id,
        name=names(session, subject_type, [subject_id]).get(subject_id, ""),
        who=entry.actor_name if entry else "",
        at=entry.at if entry else None,
    )


def _acted_upon(session: Session, done: Done) -> Iterator[Obstacle]:
    """People that the file made, and lines of attendance that it wrote, changed by anybody since."""
    undone = select(ImportBatch.id).where(ImportBatch.status == ImportStatus.UNDONE)
    silent = [mark for one in session.scalars(undone) for mark in (f"import-{one}", f"undo-import-{one}")]
    since = (
        TrailEntry.id > done.last_entry,
        TrailEntry.action.not_in(READ),
        or_(TrailEntry.batch.is_(None), TrailEntry.batch.not_in(silent)),
    )
    for some in chunks(done.made[PEOPLE] | done.taken_up):
        later = select(TrailEntry).where(TrailEntry.subject_type == PEOPLE, TrailEntry.subject_id.in_(some), *since)
        yield from _told(session, PEOPLE, {entry.subject_id or 0: entry for entry in session.scalars(later)})
    attended = dict(_attended(session, done.made[LINES]))
    lines = select(TrailEntry).where(
        TrailEntry.subject_type == TrainingSession.__tablename__, TrailEntry.subject_id.in_({*attended}), *since
    )
    found = {
        entry.subject_id: entry
        for entry in session.scalars(lines.order_by(TrailEntry.id))
        if entry.subject_id is not None and entry.facts.get("person_id") in attended[entry.subject_id]
    }
    yield from _told(session, TrainingSession.__tablename__, found)


def _attended(session: Session, lines: Iterable[int]) -> Iterator[tuple[int, set[int]]]:
    found: dict[int, set[int]] = defaultdict(set)
    for some in chunks(lines):
        for line in session.execute(select(Attendance.session_id, Attendance.person_id).where(Attendance.id.in_(some))):
            found[line.session_id].add(line.person_id)
    yield from found.items()


def _told(session: Session, subject_type: str, entries: Mapping[int, TrailEntry]) -> Iterator[Obstacle]:
    called = names(session, subject_type, entries)
    for subject_id, entry in entries.items():
        yield Obstacle(
            subject_type=subject_type,
            subject_id=subject_id,
            name=called.get(subject_id, ""),
            who=entry.actor_name,
            at=entry.at,
        )


def _resting(
    session: Session,
    done: Done,
    table: str,
    ids: Iterable[int],
    *,
    since: datetime | None,
    within: Iterable[str] | None = None,
) -> Iterator[Obstacle]:
    """Rows of any table that refer to these records, but those of the file itself; `since`: only later ones."""
    for other, column in _references(table, within):
        counted: dict[int, int] = {}
        for some in chunks(ids):
            refers = [column.in_(some), *_alive(other), *_later(other, since)]
            if own := [*done.made.get(other.name, ())]:
                refers.append(other.c.id.not_in(own) if len(own) <= 800 else _not_own(other, done))
            rows = session.execute(select(column, func.count()).where(*refers).group_by(column))
            counted |= {row[0]: row[1] for row in rows}
        yield from _counted(session, table, other, column, counted)


def _not_own(other: Table, done: Done) -> ColumnElement[bool]:
    """A file writes its rows before it is confirmed."""
    return next(other.c[name] for name in SINCE if name in other.c) > done.batch.confirmed_at


def _references(table: str, within: Iterable[str] | None) -> Iterator[tuple[Table, Any]]:
    for other in Base.metadata.sorted_tables:
        if other.name in NO_MATTER or (within is not None and other.name not in within):
            continue
        for key in sorted(other.foreign_keys, key=lambda key: key.parent.name):
            if key.column.table.name == table and key.column.name == "id":
                yield other, key.parent


def _alive(other: Table) -> list[ColumnElement[bool]]:
    """Rows that were taken back themselves rest on nothing."""
    if other.name == POSTS:
        return [HELD]
    if other.name == Merge.__tablename__:
        return [other.c.undone_at.is_(None)]
    if other.name == RESULTS:
        later = aliased(ExamResult)
        withdrawn = select(later.supersedes_id).where(
            later.supersedes_id == other.c.id, later.outcome == ExamOutcome.WITHDRAWN
        )
        return [other.c.outcome != ExamOutcome.WITHDRAWN, ~withdrawn.exists()]
    gone = ("withdrawn_on" if other.name != UNITS else "ended_on",)
    return [other.c[name].is_(None) for name in gone if name in other.c]


def _later(other: Table, since: datetime | None) -> list[ColumnElement[bool]]:
    if since is None:
        return []
    return [other.c[name] > since for name in SINCE if name in other.c][:1] or [other.c.id.is_(None)]


def _counted(session: Session, table: str, other: Table, column: Any, counted: Mapping[int, int]) -> Iterator[Obstacle]:
    called, holders = names(session, table, counted), _holders(session, counted) if table == RESULTS else {}
    numbers = _numbers(session, other, column, counted)
    for subject_id, count in counted.items():
        yield Obstacle(
            subject_type=PEOPLE if holders else table,
            subject_id=holders.get(subject_id, subject_id),
            name=called.get(subject_id, ""),
            table=other.name,
            count=count,
            told=tuple(numbers.get(subject_id, ())),
        )


def _holders(session: Session, result_ids: Iterable[int]) -> dict[int, int]:
    """Whose results these are."""
    found: dict[int, int] = {}
    for some in chunks(result_ids):
        rows = session.execute(select(ExamResult.id, ExamResult.person_id).where(ExamResult.id.in_(some)))
        found |= {row.id: row.person_id for row in rows}
    return found


def _numbers(session: Session, other: Table, column: Any, ids: Iterable[int]) -> dict[int, list[str]]:
    """The numbers of certificates, by which an office speaks of them."""
    found: dict[int, list[str]] = defaultdict(list)
    if other.name == Certificate.__tablename__:
        for some in chunks(ids):
            for row in session.execute(select(column, other.c.number).where(column.in_(some)).order_by(other.c.id)):
                found[row[0]] = [*found[row[0]], row.number][:SHOWN]
    return found


def changed_people(session: Session, done: Done) -> set[int]:
    """People of whom more changed than how they are reached."""
    found = {one for one, fields in done.changed[PEOPLE].items() if fields.keys() - CONTACT}
    for some in chunks({*done.changed[POSTS], *done.written[POSTS]}):
        found |= set(session.scalars(select(Appointment.person_id).where(Appointment.id.in_(some))))
    return found - done.made[PEOPLE] - done.taken_up


def names(session: Session, table: str, ids: Iterable[int]) -> dict[int, str]:
    """What records are called, by id."""
    if table == RESULTS:
        asked = select(ExamResult.id, Person.name).join(Person, Person.id == ExamResult.person_id)
    else:
        asked = {
            PEOPLE: select(Person.id, Person.name),
            UNITS: select(Department.id, Department.name),
            TrainingSession.__tablename__: select(TrainingSession.id, TrainingSession.title),
            ExamSitting.__tablename__: select(ExamSitting.id, ExamSitting.title),
        }[table]
    found: dict[int, str] = {}
    for some in chunks(ids):
        found |= {row[0]: row[1] for row in session.execute(asked.where(asked.selected_columns[0].in_(some)))}
    return found
