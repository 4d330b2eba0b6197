"""What a file did: the rows that it made and those that it changed, from its traces and from the trail."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.exams import ExamResult, ExamSitting
from registry.models.imports import ImportBatch, ImportTrace
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingSession

AT_ONCE = 5_000
PEOPLE, POSTS = Person.__tablename__, Appointment.__tablename__
LINES, RESULTS = Attendance.__tablename__, ExamResult.__tablename__

Fields = Mapping[str, Sequence[Any]]  # column: [before, after], as the trace keeps them


@dataclass(slots=True)
class Done:
    """`made`: ids by table; `changed` and `written`: by table and id what changed, and what rows that are new say."""

    batch: ImportBatch
    made: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    written: dict[str, dict[int, Fields]] = field(default_factory=lambda: defaultdict(dict))
    changed: dict[str, dict[int, Fields]] = field(default_factory=lambda: defaultdict(dict))
    last_entry: int = 0

    @property
    def mark(self) -> str:
        """What the trail's entries of this file bear."""
        return f"import-{self.batch.id}"

    @property
    def taken_up(self) -> set[int]:
        """Files of people that had been withdrawn before and were taken up again."""
        return {one for one, fields in self.changed[PEOPLE].items() if "withdrawn_on" in fields}

    @property
    def size(self) -> int:
        """How many records go back, the smaller parts of a record not counted."""
        made = sum(len(ids) for table, ids in self.made.items() if table != POSTS)
        return made + sum(map(len, self.changed.values()))


def done_by(session: Session, batch: ImportBatch) -> Done:
    """Everything that a file brought about."""
    done = Done(batch)
    _read_traces(session, done)
    _read_trail(session, done)
    return done


def chunks(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """Ids in order, some thousand at a time."""
    in_order = sorted(ids)
    for begin in range(0, len(in_order), AT_ONCE):
        yield in_order[begin : begin + AT_ONCE]


def _read_traces(session: Session, done: Done) -> None:
    """A row that was written more than once is told as a whole: the first before, the last after."""
    traces = select(ImportTrace.table_name, ImportTrace.row_id, ImportTrace.is_new, ImportTrace.fields)
    of_this = traces.where(ImportTrace.batch_id == done.batch.id).order_by(ImportTrace.id)
    for table, row_id, is_new, fields in session.execute(of_this):
        if is_new:
            done.made[table].add(row_id)
        known = done.written if row_id in done.made[table] else done.changed
        before = known[table].get(row_id, {})
        merged = {name: [before.get(name, pair)[0], pair[1]] for name, pair in fields.items()}
        known[table][row_id] = {**before, **merged}


def _read_trail(session: Session, done: Done) -> None:
    entries = select(TrailEntry.id, TrailEntry.subject_type, TrailEntry.subject_id, TrailEntry.facts)
    known_before = {*done.changed[PEOPLE]}
    for entry_id, subject, subject_id, facts in session.execute(entries.where(TrailEntry.batch == done.mark)):
        done.last_entry = max(done.last_entry, entry_id)
        if subject == PEOPLE and "registered" in facts and subject_id not in known_before:
            done.made[PEOPLE].add(subject_id)
        elif subject == TrainingSession.__tablename__ and "attended" in facts:
            done.made[LINES] |= _lines(session, subject_id, facts["attended"])
        elif subject == ExamSitting.__tablename__ and "results" in facts:
            done.made[RESULTS] |= set(facts["results"])
    done.last_entry = done.last_entry or session.scalar(select(func.max(TrailEntry.id))) or 0
    for some in chunks(done.made[PEOPLE]):
        done.made[POSTS] |= set(session.scalars(select(Appointment.id).where(Appointment.person_id.in_(some))))


def _lines(session: Session, session_id: int, people: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks(people):
        pairs = select(Attendance.id).where(Attendance.session_id == session_id, Attendance.person_id.in_(some))
        found |= set(session.scalars(pairs))
    return found
