"""What a file does to each row is kept while it is brought in, so that it can be taken back to the letter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from registry.db import add_rows
from registry.models.departments import (
    Department,
    DepartmentMandate,
    DepartmentName,
    DepartmentProfile,
    DepartmentScope,
    LegalReviewer,
)
from registry.models.exams import ExamSitting
from registry.models.imports import ImportBatch, ImportTrace
from registry.models.people import Appointment, Person
from registry.models.training import Attendance, TrainingSession

TRACED: dict[str, type[Any]] = {
    model.__tablename__: model
    for model in (
        Person,
        Appointment,
        Department,
        DepartmentName,
        DepartmentProfile,
        DepartmentScope,
        DepartmentMandate,
        LegalReviewer,
        TrainingSession,
        Attendance,
        ExamSitting,
    )
}
UNTOLD = frozenset({"id", "created_at"})


@contextmanager
def traced(session: Session, batch: ImportBatch) -> Iterator[None]:
    """Keep every row that is made or changed within, beside the batch."""

    def keep(flushed: Session, _context: Any) -> None:
        rows = [*_made(flushed, batch.id), *_changed(flushed, batch.id)]
        if rows:
            add_rows(flushed, ImportTrace, rows)

    session.flush()
    event.listen(session, "after_flush", keep)
    try:
        yield
        session.flush()
        batch.is_traced = True
    finally:
        event.remove(session, "after_flush", keep)


def stored(value: Any) -> Any:
    """A value of a column as the trace keeps it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def restored(model: type[Any], name: str, value: Any) -> Any:
    """The value of a column, from what the trace keeps of it."""
    if value is None:
        return None
    kind = inspect(model).columns[name].type.python_type
    if kind is bytes:
        return bytes.fromhex(value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if issubclass(kind, (StrEnum, Decimal)) else value


def _made(session: Session, batch_id: int) -> Iterator[dict[str, Any]]:
    for row in session.new:
        if (table := row.__tablename__) in TRACED:
            fields = {name: [None, stored(getattr(row, name))] for name in _columns(row) if name not in UNTOLD}
            yield _trace(batch_id, table, row.id, fields, is_new=True)


def _changed(session: Session, batch_id: int) -> Iterator[dict[str, Any]]:
    for row in session.dirty:
        if (table := row.__tablename__) not in TRACED:
            continue
        found, state = {}, inspect(row)
        for name in _columns(row):
            history = state.attrs[name].history
            if history.has_changes() and history.deleted:
                found[name] = [stored(history.deleted[0]), stored(history.added[0])]
        if found:
            yield _trace(batch_id, table, row.id, found, is_new=False)


def _columns(row: Any) -> list[str]:
    return [one.key for one in inspect(type(row)).column_attrs]


def _trace(batch_id: int, table: str, row_id: int, fields: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    return {"batch_id": batch_id, "table_name": table, "row_id": row_id, "is_new": is_new, "fields": fields}
