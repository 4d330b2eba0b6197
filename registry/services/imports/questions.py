"""Rows that wait for a person to say whom they speak of, as their file keeps them from rehearsal to rehearsal."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry.db import add_rows
from registry.labels import label_of
from registry.models.imports import ImportBatch, ImportQuestion
from registry.services.imports.rows import Decisions, Question, place_of
from registry.sheets import Problem


def keep(session: Session, batch: ImportBatch, asked: Sequence[Question]) -> None:
    """Put down what a rehearsal asks. An answer stays while its row says the same; a row left out stays left out."""
    before = {(one.sheet, one.row_number): one for one in _of(session, batch)}
    fresh = []
    for question in asked:
        there = before.pop(place_of(question.row), None)
        if there is not None and there.likeness == question.likeness:
            there.doubt, there.candidates = question.doubt, list(question.candidates)
            continue
        if there is not None:
            session.delete(there)
        fresh.append(_row(batch, question))
    for there in before.values():
        if not there.is_left_out:
            session.delete(there)
    session.flush()
    if fresh:
        add_rows(session, ImportQuestion, fresh)


def forget(session: Session, batch: ImportBatch) -> None:
    """Drop every question of a file whose headings mean something else now: its rows read otherwise."""
    session.execute(delete(ImportQuestion).where(ImportQuestion.batch_id == batch.id))


def decisions_of(session: Session, batch: ImportBatch) -> Decisions:
    """What was decided about the rows of a file."""
    rows = session.execute(
        select(ImportQuestion.sheet, ImportQuestion.row_number, ImportQuestion.person_id)
        .where(ImportQuestion.batch_id == batch.id, ImportQuestion.decided_at.is_not(None))
        .order_by(ImportQuestion.sheet, ImportQuestion.row_number)
    )
    return {(sheet, row): person_id for sheet, row, person_id in rows}


def open_count(session: Session, batch: ImportBatch) -> int:
    """How many rows of a file nobody has decided about."""
    waiting = (ImportQuestion.batch_id == batch.id, ImportQuestion.decided_at.is_(None))
    return session.scalar(select(func.count()).where(*waiting)) or 0


def doubts_of(session: Session, batch: ImportBatch) -> list[Problem]:
    """The rows that wait, as problems: for the marked workbook, and for a console that cannot ask."""
    waiting = (one for one in _of(session, batch) if one.decided_at is None)
    return [
        Problem(message=label_of(one.doubt), sheet=one.sheet, row=one.row_number, column=one.heading) for one in waiting
    ]


def _of(session: Session, batch: ImportBatch) -> list[ImportQuestion]:
    own = select(ImportQuestion).where(ImportQuestion.batch_id == batch.id)
    return list(session.scalars(own.order_by(ImportQuestion.sheet, ImportQuestion.row_number)))


def _row(batch: ImportBatch, question: Question) -> dict[str, Any]:
    return {
        "batch_id": batch.id,
        "sheet": question.row.sheet,
        "row_number": question.row.number,
        "doubt": question.doubt,
        "heading": question.heading,
        "said": [list(pair) for pair in question.said],
        "likeness": question.likeness,
        "candidates": list(question.candidates),
        "is_left_out": False,
    }
