"""Score sheets: drafts of scores, entered row by row and blind a second time, open until results are published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from registry import audit, clock
from registry.labels import label
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.exams import Candidate, ExamSitting, ScoreEntry
from registry.models.people import Person
from registry.rules import RuleBroken, Violation
from registry.rules.exams import ENTERED_BY_TWO, SCORED_WHEN_HELD, SEEN_BEFORE_CHANGED, ExamOutcome, Mark, mark_of
from registry.rules.permissions import ACCOUNT_ROLES, ALLOWED, Action, Actor
from registry.services.changes import in_chunks
from registry.services.exams.publishing import refuse_published
from registry.words import N_

FIRST, SECOND = 1, 2
PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody wrote into a cell, and what stood there when the page was drawn."""

    text: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A candidate on a sheet. `is_closed` when the reader made the other entry and may not make this one."""

    person_id: int
    admission_number: str
    name: str
    unit: str
    room: str
    seat: int | None
    mark: Mark | None
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """A page of a sheet, how far the whole sheet has come, and the rooms there are."""

    rows: list[ScoreRow]
    after: str | None
    rooms: list[str]
    entered: int
    candidates: int


@dataclass(slots=True)
class Saved:
    """What a save did, by person where something was refused."""

    entered: int = 0
    changed: int = 0
    cleared: int = 0
    refused: dict[int, Violation] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    by_one_alone: bool = False

    @property
    def total(self) -> int:
        return self.entered + self.changed + self.cleared


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of the sheet with both entries of its candidate, as they stand now."""

    admission_number: str
    round: int
    own: ScoreEntry | None
    other: ScoreEntry | None


def sheet(
    session: Session,
    actor: Actor,
    *,
    sitting_id: int,
    round: int,
    room: str | None = None,
    after: str | None = None,
    size: int = PAGE,
) -> ScoreSheet:
    """A page of the sheet by admission number. Of the other entry it tells nothing."""
    actor.require(Action.EXAM_MANAGE)
    own, other = aliased(ScoreEntry), aliased(ScoreEntry)
    query = (
        select(Candidate, Person.name, Department.name, own, other)
        .join(Person, Person.id == Candidate.person_id)
        .join(Department, Department.id == Candidate.department_id)
        .outerjoin(own, and_(of_candidate(own), own.round == round))
        .outerjoin(other, and_(of_candidate(other), other.round == FIRST + SECOND - round))
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.admission_number)
        .limit(size + 1)
    )
    if room is not None:
        query = query.where(Candidate.room == room)
    if after is not None:
        query = query.where(Candidate.admission_number > after)
    alone = works_alone(session)
    found = [
        ScoreRow(
            person_id=candidate.person_id,
            admission_number=candidate.admission_number,
            name=name,
            unit=unit,
            room=candidate.room,
            seat=candidate.seat,
            mark=mark_in(entry),
            is_closed=not alone and _made(actor, there),
        )
        for candidate, name, unit, entry, there in session.execute(query)
    ]
    entered, candidates = _progress(session, sitting_id, round)
    return ScoreSheet(
        rows=found[:size],
        after=found[size - 1].admission_number if len(found) > size else None,
        rooms=_rooms(session, sitting_id),
        entered=entered,
        candidates=candidates,
    )


def save_scores(
    session: Session, actor: Actor, *, sitting_id: int, round: int, cells: Mapping[int, Typed], today: date
) -> Saved:
    """Save the cells that changed and say of each other one why not: nothing that is right is lost. One entry.

    Cells are told by person; what stood in a cell when its page was drawn keeps two people from overwriting each other.
    """
    actor.require(Action.EXAM_MANAGE)
    sitting = open_sitting(session, sitting_id, today)
    saved, alone = Saved(), works_alone(session)
    for person_id, cell in _cells(session, sitting_id, round, list(cells)).items():
        typed = cells[person_id]
        try:
            wanted, before = (mark_of(text, sitting.full_marks) for text in (typed.text, typed.before))
            if wanted not in (before, mark_in(cell.own)):
                saved.by_one_alone |= _refuse(actor, cell, before, alone)
                _write(session, actor, sitting_id, person_id, cell, wanted, saved)
        except RuleBroken as broken:
            saved.refused[person_id] = broken.violations[0]
    if saved.total:
        _record(session, actor, sitting_id, round, saved)
    return saved


def open_sitting(session: Session, sitting_id: int, today: date) -> ExamSitting:
    """The sitting, held for this act alone; RuleBroken when its results are published or it has not been held yet."""
    sitting = session.get_one(ExamSitting, sitting_id, with_for_update=True)
    refuse_published(session, sitting_id)
    if sitting.held_on > today:
        message = N_("The exam is held on %(day)s; its scores can be entered from that day on.")
        raise RuleBroken([SCORED_WHEN_HELD.broken(message, day=sitting.held_on)])
    return sitting


def works_alone(session: Session) -> bool:
    """Whether a single account of the office may enter scores; nobody else is there for a second entry then."""
    roles = [role for role in ACCOUNT_ROLES if Action.EXAM_MANAGE in ALLOWED[role]]
    able = select(func.count(Account.id)).where(Account.is_active, Account.role.in_(roles))
    return session.scalars(able).one() <= 1


def mark_in(entry: ScoreEntry | None) -> Mark | None:
    """The mark that an entry holds."""
    return None if entry is None else Mark(entry.outcome, entry.score)


def in_words(mark: Mark | None) -> str:
    """A mark as the trail tells it: 85.5, 缺考, 成绩作废, or a dash."""
    if mark is None:
        return "—"
    return label(mark.outcome) if mark.outcome is not ExamOutcome.SCORED else mark.word


def _refuse(actor: Actor, cell: _Cell, before: Mark | None, alone: bool) -> bool:
    """RuleBroken when this account may not write this cell, or another has written it meanwhile.

    True when it made the other entry too and may, because nobody else is there.
    """
    there = mark_in(cell.own)
    if before != there:
        message = N_("Somebody else entered %(there)s here meanwhile; look at the paper and save again.")
        raise RuleBroken([SEEN_BEFORE_CHANGED.broken(message, there=in_words(there))])
    if _made(actor, cell.other) and not alone:
        raise RuleBroken(
            [ENTERED_BY_TWO.broken(N_("You made the other entry of this candidate; somebody else makes this one."))]
        )
    return _made(actor, cell.other)


def _write(
    session: Session,
    actor: Actor,
    sitting_id: int,
    person_id: int,
    cell: _Cell,
    wanted: Mark | None,
    saved: Saved,
) -> None:
    saved.told[cell.admission_number] = f"{in_words(mark_in(cell.own))} → {in_words(wanted)}"
    if wanted is None:
        session.delete(cell.own)
        saved.cleared += 1
    elif cell.own is None:
        entry = ScoreEntry(sitting_id=sitting_id, person_id=person_id, round=cell.round)
        put(entry, actor, wanted)
        session.add(entry)
        saved.entered += 1
    else:
        put(cell.own, actor, wanted)
        saved.changed += 1


def put(entry: ScoreEntry, actor: Actor, mark: Mark, *, is_settled: bool = False) -> None:
    """Let an entry say this from now on, on this account's word."""
    entry.outcome, entry.score, entry.is_settled = mark.outcome, mark.score, is_settled
    entry.account_id, entry.entered_at = actor.account_id, clock.now()


def _record(session: Session, actor: Actor, sitting_id: int, round: int, saved: Saved) -> None:
    counts = {"scores_entered": saved.entered, "scores_changed": saved.changed, "scores_cleared": saved.cleared}
    told = {name: count for name, count in counts.items() if count}
    if saved.by_one_alone:
        told["entered_alone"] = True
    record_sheet(session, actor, sitting_id, {"round": round, **told, "scores": saved.told})


def record_sheet(session: Session, actor: Actor, sitting_id: int, facts: Mapping[str, object]) -> None:
    """One entry about the sheets of a sitting. They have a history of their own: what is not published is for few."""
    session.flush()
    act = audit.Act(subject_type=ScoreEntry.__tablename__, subject_id=sitting_id, facts=facts)
    audit.record_many(session, actor, Action.EXAM_MANAGE, [act])


def _made(actor: Actor, entry: ScoreEntry | None) -> bool:
    """Whether this account made that entry by itself; one settled in comparing was seen by whoever settled it."""
    return (
        entry is not None
        and actor.account_id is not None
        and entry.account_id == actor.account_id
        and not entry.is_settled
    )


def _cells(session: Session, sitting_id: int, round: int, person_ids: Sequence[int]) -> dict[int, _Cell]:
    """The cells of these people, as far as they are candidates, in the order of their numbers."""
    own, other = aliased(ScoreEntry), aliased(ScoreEntry)
    query = (
        select(Candidate.person_id, Candidate.admission_number, own, other)
        .outerjoin(own, and_(of_candidate(own), own.round == round))
        .outerjoin(other, and_(of_candidate(other), other.round == FIRST + SECOND - round))
        .where(Candidate.sitting_id == sitting_id)
        .order_by(Candidate.admission_number)
    )
    return {
        person_id: _Cell(number, round, entry, there)
        for chunk in in_chunks(person_ids)
        for person_id, number, entry, there in session.execute(query.where(Candidate.person_id.in_(chunk)))
    }


def of_candidate(entry: type[ScoreEntry]) -> ColumnElement[bool]:
    """Joins entries with the candidates they are of."""
    return and_(entry.sitting_id == Candidate.sitting_id, entry.person_id == Candidate.person_id)


def _progress(session: Session, sitting_id: int, round: int) -> tuple[int, int]:
    """How many candidates have an entry in this round, of how many."""
    entry = aliased(ScoreEntry)
    counted = (
        select(func.count(entry.id), func.count(Candidate.id))
        .select_from(Candidate)
        .outerjoin(entry, and_(of_candidate(entry), entry.round == round))
        .where(Candidate.sitting_id == sitting_id)
    )
    entered, candidates = session.execute(counted).one()
    return entered, candidates


def _rooms(session: Session, sitting_id: int) -> list[str]:
    """The rooms of the sitting; none when nobody was seated."""
    query = select(Candidate.room).where(Candidate.sitting_id == sitting_id, Candidate.room != "").distinct()
    return list(session.scalars(query.order_by(Candidate.room)))
