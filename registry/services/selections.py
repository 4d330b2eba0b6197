"""One act for many people of a list: what it would do to each, shown before it is done, and done to those it fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import AnnualAssessment
from registry.models.training import TrainingSession
from registry.rules import RuleBroken, Violation
from registry.rules.lists import MOST_SELECTED, SELECTION_IS_CLEAR, BulkAct
from registry.rules.people import Assessment
from registry.rules.permissions import Action, Actor
from registry.services import exams, people, training
from registry.services.changes import in_chunks
from registry.services.people import PersonFilter, PersonRow
from registry.words import N_

NEEDED: Mapping[BulkAct, Action] = {
    BulkAct.ASSESS: Action.PERSON_MANAGE,
    BulkAct.ENTER: Action.EXAM_MANAGE,
    BulkAct.ATTEND: Action.TRAINING_MANAGE,
}


class Fate(StrEnum):
    """What an act does to one of the people it was asked for."""

    CHANGES = "changes"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """An act with what it needs: a year and a grade, a sitting, or a session."""

    act: BulkAct
    year: int = 0
    grade: Assessment = Assessment.COMPETENT
    sitting_id: int = 0
    session_id: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act does to one person, and why not."""

    person: PersonRow
    fate: Fate
    reasons: Sequence[Violation] = ()


def everybody(session: Session, actor: Actor, *, chosen: PersonFilter, today: date) -> list[int]:
    """The people of a whole list; RuleBroken when they are more than can be looked at before an act."""
    ids = people.ids_of(session, actor, chosen=chosen, today=today, most=MOST_SELECTED + 1)
    if len(ids) > MOST_SELECTED:
        many = N_("The list has more than %(most)s people; narrow it first.")
        raise RuleBroken([SELECTION_IS_CLEAR.broken(many, most=MOST_SELECTED)])
    return ids


def preview(session: Session, actor: Actor, *, person_ids: Sequence[int], bulk: Bulk, today: date) -> list[Effect]:
    """What the act would do to each of these people, in their order. Changes nothing."""
    actor.require(NEEDED[bulk.act])
    ids = list(dict.fromkeys(person_ids))[:MOST_SELECTED]
    rows = [row for chunk in in_chunks(ids) for row in people.some(session, actor, person_ids=chunk, today=today)]
    against = _AGAINST[bulk.act](session, actor, [row.id for row in rows], bulk)
    return [Effect(row, *against.get(row.id, (Fate.CHANGES, ()))) for row in rows]


def perform(session: Session, actor: Actor, *, person_ids: Sequence[int], bulk: Bulk, today: date) -> list[Effect]:
    """Do it to those it fits and leave the others alone; what was done to each."""
    effects = preview(session, actor, person_ids=person_ids, bulk=bulk, today=today)
    units = {one.person.id: one.person.department_id for one in effects if one.fate is Fate.CHANGES}
    if not units:
        return effects
    if bulk.act is BulkAct.ASSESS:
        people.assess(session, actor, year=bulk.year, grades=dict.fromkeys(units, bulk.grade), departments=units)
    elif bulk.act is BulkAct.ENTER:
        exams.enter(session, actor, sitting_id=bulk.sitting_id, person_ids=list(units))
    else:
        held = session.get_one(TrainingSession, bulk.session_id)
        entries = [training.AttendanceEntry(person_id=person_id) for person_id in units]
        training.attend(session, actor, training=held, entries=entries)
    return effects


Against = dict[int, tuple[Fate, Sequence[Violation]]]


def _against_assessing(session: Session, _actor: Actor, ids: Sequence[int], bulk: Bulk) -> Against:
    found: Against = {}
    for chunk in in_chunks(ids):
        of_the_year = (AnnualAssessment.year == bulk.year, AnnualAssessment.person_id.in_(chunk))
        for one in session.scalars(select(AnnualAssessment).where(*of_the_year)):
            found[one.person_id] = _graded(one, bulk)
    return found


def _graded(there: AnnualAssessment, bulk: Bulk) -> tuple[Fate, Sequence[Violation]]:
    if there.grade is bulk.grade:
        return _unchanged(N_("The same grade is on record for %(year)s."), year=bulk.year)
    other = N_("Another grade is on record for %(year)s, and is not written over.")
    return Fate.REFUSED, [SELECTION_IS_CLEAR.broken(other, year=bulk.year)]


def _against_entering(session: Session, actor: Actor, ids: Sequence[int], bulk: Bulk) -> Against:
    entered = {one.person_id for one in exams.candidates(session, actor, sitting_id=bulk.sitting_id)}
    asked = exams.entrants(session, actor, sitting_id=bulk.sitting_id, person_ids=ids)
    found: Against = {one: (Fate.REFUSED, entrant.barred) for one, entrant in asked.items() if entrant.barred}
    return found | dict.fromkeys(entered & set(ids), _unchanged(N_("Is entered already.")))


def _against_attending(session: Session, actor: Actor, ids: Sequence[int], bulk: Bulk) -> Against:
    there = training.present(session, actor, session_id=bulk.session_id, person_ids=ids)
    listed = [person_id for person_id, line in there.items() if line.withdrawn_on is None]
    return dict.fromkeys(listed, _unchanged(N_("Is on the list already.")))


def _unchanged(message: str, **params: int) -> tuple[Fate, Sequence[Violation]]:
    return Fate.UNCHANGED, [SELECTION_IS_CLEAR.broken(message, **params)]


_AGAINST = {
    BulkAct.ASSESS: _against_assessing,
    BulkAct.ENTER: _against_entering,
    BulkAct.ATTEND: _against_attending,
}
