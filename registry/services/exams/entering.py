"""Candidates entered for a sitting and taken off it again, until its results are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import audit
from registry.db import add_rows
from registry.models.exams import Candidate, ExamSitting, ScoreEntry
from registry.models.people import Person
from registry.rules import RuleBroken, Violation
from registry.rules.candidates import (
    CHANGES_SAY_WHY,
    SCORES_KEEP_THEIR_CANDIDATE,
    attempts_used,
    ineligible,
    no_attempt_left,
    refusals,
)
from registry.rules.certificates import CertificateKind, applies_for
from registry.rules.exams import passes_in
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.services.certificates.dossiers import Applicant, applicants
from registry.services.changes import Tally, in_chunks
from registry.services.exams.papers import discard_papers
from registry.services.exams.publishing import refuse_published
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """What stands in the way of entering somebody, and whether a pass that counts is there already."""

    barred: Sequence[Violation]
    has_pass: bool


def enter(session: Session, actor: Actor, *, sitting_id: int, person_ids: Sequence[int]) -> Tally:
    """Enter people for a sitting, each with a number and without a seat yet; who is entered already is left alone.

    RuleBroken lists everybody who may not sit the exam, and why; then nobody is entered.
    """
    actor.require(Action.EXAM_MANAGE)
    sitting = _open(session, sitting_id)
    wanted = list(dict.fromkeys(person_ids))
    known = _entered(session, sitting_id, wanted)
    fresh = _applicants(session, [one for one in wanted if one not in known], sitting)
    barred = obstacles(session, sitting, fresh)
    if barred:
        raise RuleBroken([said for one in fresh if one.person_id in barred for said in barred[one.person_id]])
    rows = _rows(session, sitting, sorted(fresh, key=lambda one: (one.department_id, one.name, one.person_id)))
    if rows:
        add_rows(session, Candidate, rows)
        discard_papers(session, sitting_id)
        entered = [row["person_id"] for row in rows]
        audit.record(session, actor, Action.EXAM_MANAGE, sitting, entered=entered)
    return Tally(created=len(rows), unchanged=len(wanted) - len(rows))


def entrants(session: Session, actor: Actor, *, sitting_id: int, person_ids: Sequence[int]) -> dict[int, Entrant]:
    """Who of these people may be entered, by person; for a page that asks before it enters anybody."""
    actor.require(Action.EXAM_MANAGE)
    sitting = session.get_one(ExamSitting, sitting_id)
    policy, day = policies.by_id(session, sitting.policy_id), sitting.held_on
    people = _applicants(session, person_ids, sitting)
    barred = obstacles(session, sitting, people)
    return {
        one.person_id: Entrant(
            barred=barred.get(one.person_id, []),
            has_pass=bool(passes_in(one.dossier.results, sitting.subject, day, policy.exam_attempts)),
        )
        for one in people
    }


def obstacles(session: Session, sitting: ExamSitting, people: Sequence[Applicant]) -> dict[int, list[Violation]]:
    """By person what the law or the year's attempts have against entering him or her; who may sit is left out."""
    policy = policies.by_id(session, sitting.policy_id)
    found = {}
    for one in people:
        dossier = one.dossier
        supervises = applies_for(CertificateKind.SUPERVISION, dossier.duty, dossier.establishment)
        kind = CertificateKind.SUPERVISION if supervises else CertificateKind.ENFORCEMENT
        unmet = ineligible(kind, dossier, policy, sitting.held_on)
        unmet += no_attempt_left(attempts_used(sitting.subject, dossier, sitting.held_on), policy)
        if unmet:
            found[one.person_id] = refusals(one.name, unmet)
    return found


def take_off(session: Session, actor: Actor, *, candidate_id: int, reason: str) -> Candidate:
    """Take a candidate off the list before publication; the trail keeps who it was, the number and why.

    RuleBroken without a reason, or when a score is entered for the candidate.
    """
    actor.require(Action.EXAM_MANAGE)
    candidate = session.get_one(Candidate, candidate_id)
    sitting = _open(session, candidate.sitting_id)
    broken = []
    if not reason.strip():
        broken.append(CHANGES_SAY_WHY.broken(N_("Say why the candidate is taken off.")))
    scored = (ScoreEntry.sitting_id == sitting.id, ScoreEntry.person_id == candidate.person_id)
    if session.scalar(select(ScoreEntry.id).where(*scored).limit(1)) is not None:
        said = N_("A score is entered for this candidate; clear it on the score sheet first.")
        broken.append(SCORES_KEEP_THEIR_CANDIDATE.broken(said))
    if broken:
        raise RuleBroken(broken)
    session.delete(candidate)
    discard_papers(session, sitting.id)
    audit.record(
        session,
        actor,
        Action.EXAM_MANAGE,
        sitting,
        department_id=candidate.department_id,
        reason=reason.strip(),
        taken_off=candidate.person_id,
        number=candidate.admission_number,
    )
    return candidate


def candidate(session: Session, actor: Actor, candidate_id: int) -> tuple[Candidate, Person, ExamSitting]:
    """One candidate with person and sitting; Denied for another unit's people."""
    found = session.get_one(Candidate, candidate_id)
    actor.require_unit(Action.EXAM_VIEW, found.department_id)
    return found, session.get_one(Person, found.person_id), session.get_one(ExamSitting, found.sitting_id)


def admission_number(sitting: ExamSitting, serial: int) -> str:
    """Year and sitting, then the place in the list: 2026012-0001."""
    return f"{sitting.held_on:%Y}{sitting.id:03}-{serial:04}"


def _open(session: Session, sitting_id: int) -> ExamSitting:
    sitting = session.get_one(ExamSitting, sitting_id, with_for_update=True)
    refuse_published(session, sitting_id)
    return sitting


def _entered(session: Session, sitting_id: int, person_ids: Sequence[int]) -> set[int]:
    own = select(Candidate.person_id).where(Candidate.sitting_id == sitting_id)
    return {one for some in in_chunks(person_ids) for one in session.scalars(own.where(Candidate.person_id.in_(some)))}


def _applicants(session: Session, person_ids: Sequence[int], sitting: ExamSitting) -> list[Applicant]:
    known = applicants(session, person_ids, kind=CertificateKind.ENFORCEMENT, day=sitting.held_on)
    return [known[one] for one in person_ids if one in known]


def _rows(session: Session, sitting: ExamSitting, people: Sequence[Applicant]) -> list[dict[str, Any]]:
    number = Candidate.admission_number
    highest = select(number).where(Candidate.sitting_id == sitting.id)
    last = session.scalar(highest.order_by(func.length(number).desc(), number.desc()).limit(1))  # 10000 follows 9999
    serial = int(last.rpartition("-")[2]) if last else 0
    return [
        {
            "sitting_id": sitting.id,
            "person_id": one.person_id,
            "department_id": one.department_id,
            "admission_number": admission_number(sitting, place),
            "room": "",
        }
        for place, one in enumerate(people, serial + 1)
    ]
