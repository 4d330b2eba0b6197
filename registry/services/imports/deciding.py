"""Deciding whom a row speaks of: one row after another, side by side with the people who come into question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from registry import audit, clock
from registry.models.departments import Department
from registry.models.imports import ImportBatch, ImportQuestion
from registry.models.people import Appointment, Person
from registry.rules.permissions import Action, Actor
from registry.services import people
from registry.services.imports import questions
from registry.services.imports.long import rehearse_again
from registry.services.imports.mapping import to_change
from registry.services.people import PersonFilter

PAGE = 50
FOUND = 10  # people shown for a search
ROWS_NAMED = 20  # in an entry of the trail; further ones are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be meant; section and post are of the present post, empty when there is none."""

    id: int
    name: str
    identity_masked: str
    born_in: int
    unit: str
    section: str
    post: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A row to decide about, in the list: with the name of the person chosen, None when there is none."""

    question: ImportQuestion
    chosen: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFile:
    """One row beside its candidates, those found by a search last; `alike`: how many open rows take its answer too."""

    question: ImportQuestion
    candidates: Sequence[Candidate]
    alike: int


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A page of the rows of a file; `after` is the key of the next page, None on the last."""

    rows: Sequence[QuestionRow]
    after: int | None
    count: int
    decided: int


def question_count(session: Session, actor: Actor, *, batch_id: int) -> int:
    """How many rows of a file were asked about, decided or not."""
    actor.require(Action.IMPORT_VIEW)
    return session.scalar(select(func.count()).where(ImportQuestion.batch_id == batch_id)) or 0


def listed(
    session: Session, actor: Actor, *, batch_id: int, after: int | None = None, size: int = PAGE
) -> QuestionPage:
    """The rows of a file that were asked about, decided or not, in the order of the file."""
    actor.require(Action.IMPORT_VIEW)
    session.get_one(ImportBatch, batch_id)
    query = (
        select(ImportQuestion, Person.name)
        .outerjoin(Person, Person.id == ImportQuestion.person_id)
        .where(ImportQuestion.batch_id == batch_id)
        .order_by(ImportQuestion.id)
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(ImportQuestion.id > after)
    rows = [QuestionRow(question, name) for question, name in session.execute(query)]
    counts = select(func.count(), func.count(ImportQuestion.decided_at)).where(ImportQuestion.batch_id == batch_id)
    count, decided = session.execute(counts).one()
    return QuestionPage(rows[:size], rows[size - 1].question.id if len(rows) > size else None, count, decided)


def asked(
    session: Session, actor: Actor, *, batch_id: int, question_id: int | None, text: str, today: date
) -> QuestionFile | None:
    """One row with its candidates and the people that a search finds; without an id the first that is open.

    None when the file has no such row, or none is open.
    """
    actor.require(Action.IMPORT_VIEW)
    own = select(ImportQuestion).where(ImportQuestion.batch_id == batch_id)
    chosen = _is_open() if question_id is None else ImportQuestion.id == question_id
    question = session.scalars(own.where(chosen).order_by(ImportQuestion.id).limit(1)).first()
    if question is None:
        return None
    wanted = [*question.candidates, *([question.person_id] if question.person_id else [])]
    if text:
        found = people.search(session, actor, chosen=PersonFilter(text=text), today=today, size=FOUND)
        wanted += [row.id for row in found.rows]
    return QuestionFile(
        question=question,
        candidates=_candidates(session, list(dict.fromkeys(wanted))),
        alike=len(_alike(session, question)),
    )


def decide(
    session: Session, actor: Actor, *, batch_id: int, question_id: int, person_id: int | None, today: date
) -> ImportBatch:
    """Say whom a row speaks of, or None: leave it out. Rows that say the same and are open take the same answer.

    Once every row is decided about, the file is rehearsed again.
    """
    actor.require(Action.IMPORT_DECIDE)
    batch = to_change(session, batch_id)
    this = (ImportQuestion.id == question_id, ImportQuestion.batch_id == batch_id)
    question = session.scalars(select(ImportQuestion).where(*this)).one()
    if person_id is not None:
        session.scalars(select(Person.id).where(Person.id == person_id, Person.withdrawn_on.is_(None))).one()
    answered = [question, *_alike(session, question)]
    for one in answered:
        _answer(one, actor, person_id)
    rows = _named(answered)
    facts: dict[str, Any] = {"left_out": rows} if person_id is None else {"rows": rows, "person_id": person_id}
    audit.record(session, actor, Action.IMPORT_DECIDE, batch, sheet=question.sheet, **facts)
    return _go_on(session, actor, batch, today)


def leave_out_rest(session: Session, actor: Actor, *, batch_id: int, today: date) -> ImportBatch:
    """Leave out every row that nobody has decided about."""
    actor.require(Action.IMPORT_DECIDE)
    batch = to_change(session, batch_id)
    own = select(ImportQuestion).where(ImportQuestion.batch_id == batch_id, _is_open())
    rest = session.scalars(own.order_by(ImportQuestion.id)).all()
    if not rest:
        return batch
    for one in rest:
        _answer(one, actor, None)
    audit.record(session, actor, Action.IMPORT_DECIDE, batch, left_out=_named(rest))
    return _go_on(session, actor, batch, today)


def _answer(question: ImportQuestion, actor: Actor, person_id: int | None) -> None:
    question.person_id, question.is_left_out = person_id, person_id is None
    question.decided_by_id, question.decided_at = actor.account_id, clock.now()


def _go_on(session: Session, actor: Actor, batch: ImportBatch, today: date) -> ImportBatch:
    session.flush()
    batch.undecided_count = questions.open_count(session, batch)
    return batch if batch.undecided_count else rehearse_again(session, actor, batch=batch, today=today)


def _is_open() -> Any:
    return ImportQuestion.decided_at.is_(None)


def _alike(session: Session, question: ImportQuestion) -> Sequence[ImportQuestion]:
    """Other open rows that say the same of their person."""
    same = and_(ImportQuestion.batch_id == question.batch_id, ImportQuestion.likeness == question.likeness)
    others = select(ImportQuestion).where(same, _is_open(), ImportQuestion.id != question.id)
    return session.scalars(others.order_by(ImportQuestion.id)).all()


def _named(answered: Sequence[ImportQuestion]) -> str:
    numbers = "、".join(str(one.row_number) for one in answered[:ROWS_NAMED])
    return numbers if len(answered) <= ROWS_NAMED else f"{numbers}…（{len(answered)}）"


def _candidates(session: Session, person_ids: Sequence[int]) -> list[Candidate]:
    rows = session.execute(
        select(Person, Department.name, Appointment.section, Appointment.post)
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Appointment, and_(Appointment.person_id == Person.id, Appointment.until_on.is_(None)))
        .where(Person.id.in_(person_ids), Person.withdrawn_on.is_(None))
    )
    found = {
        person.id: Candidate(
            id=person.id,
            name=person.name,
            identity_masked=person.identity_masked,
            born_in=person.born_on.year,
            unit=unit,
            section=section or "",
            post=post or "",
        )
        for person, unit, section, post in rows
    }
    return [found[person_id] for person_id in person_ids if person_id in found]
