"""A merge taken back: every row where it was, while nothing rests on it; and merges as they stand."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit, clock
from registry.models.certificates import Certificate, Refusal
from registry.models.exams import Candidate, ExamResult, Qualification, ScoreEntry
from registry.models.merges import Merge
from registry.models.people import Appointment, Person
from registry.models.reviews import ReviewItem
from registry.rules import RuleBroken, Violation
from registry.rules.merging import TAKEN_APART_UNCHANGED
from registry.rules.permissions import Action, Actor
from registry.services.people.holdings import Holding, fingerprint, holdings, rows_of
from registry.words import N_

_CHANGED: Mapping[str, str] = {
    "annual_assessments": N_("An annual assessment that moved has changed since."),
    "appointments": N_("A post that moved or ended with the merge has changed since."),
    "attendances": N_("An attendance that moved has changed since."),
    "exam_candidates": N_("An entry for an exam that moved has changed since."),
    "import_questions": N_("A decision of an import that moved has changed since."),
    "legal_reviewers": N_("A service as legal reviewer that moved or ended with the merge has changed since."),
    "score_entries": N_("A score that moved has changed since."),
    "secondments": N_("A secondment that moved or ended with the merge has changed since."),
}
_SINCE: Mapping[Any, str] = {
    Certificate: N_("A certificate was issued to the merged file since."),
    Qualification: N_("A qualification was recorded in the merged file since."),
    Refusal: N_("An application of the merged file was refused since."),
    ReviewItem: N_("An annual review took the merged file in since."),
}


def standing_merges(session: Session, actor: Actor, kept_id: int) -> Sequence[Merge]:
    """The files that were merged into this one and are part of it now, the latest first."""
    actor.require(Action.PERSON_MERGE)
    found = select(Merge).options(joinedload(Merge.account)).where(Merge.kept_id == kept_id, Merge.undone_at.is_(None))
    return session.scalars(found.order_by(Merge.id.desc())).all()


def recent_merges(session: Session, actor: Actor, limit: int = 50) -> Sequence[Merge]:
    """The latest merges, undone ones included."""
    actor.require(Action.PERSON_MERGE)
    every = select(Merge).options(joinedload(Merge.account), joinedload(Merge.kept), joinedload(Merge.merged))
    return session.scalars(every.order_by(Merge.id.desc()).limit(limit)).all()


def get_merge(session: Session, actor: Actor, merge_id: int) -> Merge:
    """One merge; NoResultFound when there is none."""
    actor.require(Action.PERSON_MERGE)
    return session.get_one(Merge, merge_id)


def left_behind(session: Session, actor: Actor, merge: Merge) -> dict[str, Holding]:
    """What the merged file still holds, beside what the other one has."""
    actor.require(Action.PERSON_MERGE)
    return holdings(session, merge.kept_id, merge.merged_id)


def undo_obstacles(session: Session, actor: Actor, merge: Merge) -> list[Violation]:
    """Everything that came to rest on a merge since; empty while it can be undone."""
    actor.require(Action.PERSON_MERGE)
    if merge.undone_at is not None:
        return [TAKEN_APART_UNCHANGED.broken(N_("This merge was undone before."))]
    kept = session.get_one(Person, merge.kept_id, populate_existing=True)
    if kept.withdrawn_on is not None:
        onward = N_("File no. %(id)s was itself merged into another one since; undo that first.")
        return [TAKEN_APART_UNCHANGED.broken(onward, id=kept.id)]
    return [
        *_moved_away(session, merge),
        *_ended_anew(session, merge),
        *_fields_changed(kept, merge),
        *_built_upon(session, merge),
        *_examined(session, merge),
    ]


def undo_merge(session: Session, actor: Actor, *, merge_id: int, reason: str) -> Merge:
    """Take two files apart again, row by row as they were; RuleBroken says what has come to rest on the merge."""
    merge = session.get_one(Merge, merge_id, with_for_update=True)
    both = select(Person).where(Person.id.in_((merge.kept_id, merge.merged_id))).order_by(Person.id)
    session.scalars(both.with_for_update()).all()
    unsaid = [] if reason.strip() else [TAKEN_APART_UNCHANGED.broken(N_("Say why the files are taken apart."))]
    if broken := [*undo_obstacles(session, actor, merge), *unsaid]:
        raise RuleBroken(broken)
    _move_back(session, merge)
    kept, merged = session.get_one(Person, merge.kept_id), session.get_one(Person, merge.merged_id)
    for name, (before, _after) in merge.changed.items():
        setattr(kept, name, _value(name, before))
    merged.withdrawn_on = None
    merge.undone_at, merge.undone_because = clock.now(), reason.strip()
    session.flush()
    for one, other in ((kept, merged), (merged, kept)):
        act: dict[str, Any] = {"department_id": one.department_id, "reason": reason.strip()}
        audit.record(session, actor, Action.PERSON_MERGE, one, **act, taken_apart_from_file=other.id)
    session.expire_all()
    return merge


def _move_back(session: Session, merge: Merge) -> None:
    for table, marks in merge.moved.items():
        for row in rows_of(session, table, [*map(int, marks)]):
            row.person_id = merge.merged_id
    session.flush()  # what comes back has ended before what stayed behind goes on
    for table, days in merge.ended.items():
        for row in rows_of(session, table, [*map(int, days)]):
            row.until_on = None
            if table == Appointment.__tablename__:
                row.end_reason = None


def _moved_away(session: Session, merge: Merge) -> Iterator[Violation]:
    for table, marks in merge.moved.items():
        there = {
            str(row.id): fingerprint(row)
            for row in rows_of(session, table, [*map(int, marks)])
            if row.person_id == merge.kept_id
        }
        if there != marks:
            yield TAKEN_APART_UNCHANGED.broken(_CHANGED[table])


def _ended_anew(session: Session, merge: Merge) -> Iterator[Violation]:
    for table, days in merge.ended.items():
        there = {str(row.id): str(row.until_on) for row in rows_of(session, table, [*map(int, days)])}
        if there != days:
            yield TAKEN_APART_UNCHANGED.broken(_CHANGED[table])


def _fields_changed(kept: Person, merge: Merge) -> Iterator[Violation]:
    if any(getattr(kept, name) != _value(name, after) for name, (_before, after) in merge.changed.items()):
        yield TAKEN_APART_UNCHANGED.broken(
            N_("What the file took over about the person has changed since; put that back first.")
        )


def _built_upon(session: Session, merge: Merge) -> Iterator[Violation]:
    """Acts for which somebody looked at the file as a whole."""
    for model, sentence in _SINCE.items():
        since = select(model.id).where(model.person_id == merge.kept_id, model.created_at > merge.merged_at)
        if session.scalar(since.limit(1)) is not None:
            yield TAKEN_APART_UNCHANGED.broken(sentence)


def _examined(session: Session, merge: Merge) -> Iterator[Violation]:
    """An exam that the moved entry was for went on since."""
    entries = [*map(int, merge.moved.get(Candidate.__tablename__, {}))]
    sittings = select(Candidate.sitting_id).where(Candidate.id.in_(entries))
    moved = [*map(int, merge.moved.get(ScoreEntry.__tablename__, {}))]
    scored = select(ScoreEntry.id).where(
        ScoreEntry.person_id == merge.kept_id, ScoreEntry.sitting_id.in_(sittings), ScoreEntry.id.not_in(moved)
    )
    published = select(ExamResult.id).where(ExamResult.person_id == merge.kept_id, ExamResult.sitting_id.in_(sittings))
    if session.scalar(scored.limit(1)) is not None:
        yield TAKEN_APART_UNCHANGED.broken(N_("A score was entered since for an exam whose entry moved."))
    if session.scalar(published.limit(1)) is not None:
        yield TAKEN_APART_UNCHANGED.broken(N_("The result of an exam whose entry moved was published since."))


def _value(name: str, stored: Any) -> Any:
    """A field as it was, from what the merge kept of it."""
    kind = Person.__table__.c[name].type.python_type
    if stored is None:
        return None
    if kind is bytes:
        return bytes.fromhex(stored)
    if kind is date:
        return date.fromisoformat(stored)
    return kind(stored) if issubclass(kind, StrEnum) else stored


def merged_into(session: Session, person_id: int) -> int | None:
    """The file that a merged file has become part of, through however many merges; None for a file of its own."""
    found = None
    while (onward := session.scalar(_next_of(found or person_id))) is not None:
        found = onward
    return found


def _next_of(person_id: int) -> Any:
    return select(Merge.kept_id).where(Merge.merged_id == person_id, Merge.undone_at.is_(None))
