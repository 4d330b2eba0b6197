"""Everything on record under a file, table by table: what may change hands, and what never leaves its file."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from registry.models.applications import Application
from registry.models.certificates import Certificate, Refusal
from registry.models.departments import LegalReviewer
from registry.models.exams import Candidate, ExamResult, Qualification, ScoreEntry
from registry.models.imports import ImportQuestion
from registry.models.people import AnnualAssessment, ApplicationBar, Appointment, ConductRecord, Photo, Secondment
from registry.models.qualifications import Disqualification, MinistryCertificate
from registry.models.reviews import ReviewItem
from registry.models.training import Attendance

Rows = Sequence[Any]
PERIODS = (Appointment, Secondment, LegalReviewer)
# never without the file they were made for
ANCHORS = (Certificate, Qualification, ReviewItem, ApplicationBar, Disqualification)
KEPT_THERE = (ExamResult, Refusal)  # never move either, but may stay behind in a merged file
ENDED_THERE = (Application,)  # stay with the file they were made for, and none of them may be under way
READ_FROM_BOTH = (ConductRecord, Photo)  # stay as recorded; the file that stays reads them through the merge


@dataclass(frozen=True, slots=True)
class Holding:
    """The records of one kind: of the file that stays, and of the other one, those that move and those that do not."""

    table: str
    kept: Rows
    moving: Rows
    staying: Rows

    @property
    def merged(self) -> Rows:
        return [*self.moving, *self.staying]


def holdings(session: Session, kept_id: int, merged_id: int) -> dict[str, Holding]:
    """What each of two files holds and what a merge would do with it; one query a table."""
    session.flush()
    every = (*_MOVES, *ANCHORS, *KEPT_THERE, *ENDED_THERE, *READ_FROM_BOTH)
    held = {model: _held(session, model, (kept_id, merged_id)) for model in every}
    published = {row.sitting_id for rows in held[ExamResult].values() for row in rows}
    found = {}
    for model, rows in held.items():
        kept, merged, moves = rows[kept_id], rows[merged_id], _MOVES.get(model)
        moving = [row for row in merged if moves is not None and moves(kept, row)]
        if model in (Candidate, ScoreEntry):  # a published exam is over, and keeps who sat it
            moving = [row for row in moving if row.sitting_id not in published]
        table = model.__tablename__
        found[table] = Holding(table, kept, moving, [row for row in merged if row not in moving])
    return found


def rows_of(session: Session, table: str, ids: Collection[int]) -> Rows:
    """These rows of a table as they are on record, locked."""
    model = _MODELS[table]
    found = select(model).where(model.id.in_(ids)).order_by(model.id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).all()


def fingerprint(row: Any) -> str:
    """What a row says, whoever it belongs to: two that are equal have not changed."""
    said = {
        one.key: str(getattr(row, one.key))
        for one in inspect(type(row)).column_attrs
        if one.key != "person_id" and not one.deferred
    }
    return sha256("\n".join(f"{name}={value}" for name, value in sorted(said.items())).encode()).hexdigest()


def _held(session: Session, model: Any, people: Collection[int]) -> dict[int, list[Any]]:
    rows = select(model).where(model.person_id.in_(people)).order_by(model.id)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(rows.execution_options(populate_existing=True)):
        found[row.person_id].append(row)
    return found


def _apart(kept: Rows, row: Any) -> bool:
    """A time that none of the others touches."""
    last = row.until_on or date.max
    return all(row.from_on > (other.until_on or date.max) or last < other.from_on for other in kept)


def _unlike(name: str) -> Callable[[Rows, Any], bool]:
    """Something that the file which stays does not have yet."""
    return lambda kept, row: all(getattr(row, name) != getattr(other, name) for other in kept)


def _always(_kept: Rows, _row: Any) -> bool:
    return True


# which rows of a merged file move, looked at beside those of the file that stays
_MOVES: Mapping[Any, Callable[[Rows, Any], bool]] = {
    Appointment: _apart,
    Secondment: _apart,
    LegalReviewer: _apart,
    Attendance: _unlike("session_id"),
    AnnualAssessment: _unlike("year"),
    Candidate: _unlike("sitting_id"),
    ScoreEntry: _unlike("sitting_id"),
    ImportQuestion: _always,
    MinistryCertificate: _always,
}
_MODELS: Mapping[str, Any] = {model.__tablename__: model for model in _MOVES}
