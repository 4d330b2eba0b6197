"""Admission slips, sign-in sheets and record forms of a sitting: at once when they are few, else by the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from registry import audit, jobs, printing
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.labels import label
from registry.models.departments import Department
from registry.models.exams import Candidate, ExamPaper, ExamSitting
from registry.models.jobs import Job
from registry.models.people import Person
from registry.models.policies import Office
from registry.rules import RuleBroken
from registry.rules.candidates import SOMEBODY_TO_PRINT, PaperForm, is_long
from registry.rules.jobs import JobKind
from registry.rules.permissions import SYSTEM, Action, Actor
from registry.services.departments import named_on
from registry.services.people import photos_of
from registry.services.rosters.printing import refusal_of
from registry.words import N_

ROOM, UNIT, NO_ROOM = "考场", "单位", "未编考场"
NAMES: Mapping[PaperForm, str] = {
    PaperForm.SLIPS: "准考证",
    PaperForm.SIGN_IN: "考生签到表",
    PaperForm.RECORD: "考试情况登记表",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperChoice:
    """Whose papers: a form, for all candidates of a sitting or those of one unit or room."""

    sitting_id: int
    form: PaperForm
    department_id: int | None = None
    room: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper to hand over."""

    filename: str
    content: bytes


def print_or_ask(session: Session, actor: Actor, *, choice: PaperChoice) -> Printed | Job:
    """The paper itself, or the worker's job when it is too long to wait for; either way with an entry in the trail.

    A unit's people print for their own unit. RuleBroken when nobody is chosen, or for a name no font can print.
    """
    actor.require_unit(Action.EXAM_PRINT, choice.department_id)
    sitting = session.get_one(ExamSitting, choice.sitting_id)
    lines = _lines(session, choice)
    if not lines:
        raise RuleBroken([SOMEBODY_TO_PRINT.broken(N_("Nobody is entered here yet; enter candidates first."))])
    audit.record(
        session,
        actor,
        Action.EXAM_PRINT,
        sitting,
        department_id=choice.department_id,
        form=choice.form,
        room=choice.room,
        printed=len(lines),
    )
    if is_long(choice.form, len(lines)):
        return jobs.enqueue(
            session,
            actor,
            JobKind.PRINT_EXAM_PAPERS,
            department_id=actor.department_id,
            sitting_id=choice.sitting_id,
            form=choice.form.value,
            unit_id=choice.department_id,
            room=choice.room,
        )
    head = _head(session, sitting)
    photos = _photos(session, actor, lines, choice.form)
    return Printed(_name(session, choice, sitting), _printed(choice.form, head, lines, photos))


def print_apart(
    sessions: Sessions, progress: Progress, *, sitting_id: int, form: str, unit_id: int | None, room: str
) -> dict[str, Any]:
    """Print on the worker and keep the paper; RuleBroken when the candidates changed meanwhile."""
    choice = PaperChoice(sitting_id=sitting_id, form=PaperForm(form), department_id=unit_id, room=room)
    with sessions.reading() as session:
        before = _all(session, choice)
        photos = _photos(session, SYSTEM, before[1], choice.form)
    count = len(before[1])
    content = _printed(choice.form, *before, photos, lambda done: progress(done, count))
    with transaction(sessions) as session:
        session.get_one(ExamSitting, sitting_id, with_for_update=True)
        if _all(session, choice) != before:
            said = N_("The candidates or the sitting changed while this was printed; print it again.")
            raise RuleBroken([SOMEBODY_TO_PRINT.broken(said)])
        _keep(session, choice, content, count)
    return {"candidates": count}


def kept_paper(session: Session, actor: Actor, *, paper_id: int) -> Printed:
    """A paper that the worker printed; Denied for another unit's people."""
    kept = session.scalars(select(ExamPaper).where(ExamPaper.id == paper_id).options(undefer(ExamPaper.pdf))).one()
    actor.require_unit(Action.EXAM_PRINT, kept.department_id)
    choice = PaperChoice(sitting_id=kept.sitting_id, form=kept.form, department_id=kept.department_id, room=kept.room)
    return Printed(_name(session, choice, session.get_one(ExamSitting, kept.sitting_id)), kept.pdf)


def _name(session: Session, choice: PaperChoice, sitting: ExamSitting) -> str:
    unit = session.get_one(Department, choice.department_id).name if choice.department_id is not None else ""
    parts = [NAMES[choice.form], sitting.title, label(sitting.subject), unit, choice.room]
    return "-".join(part for part in parts if part) + ".pdf"


def _keep(session: Session, choice: PaperChoice, content: bytes, count: int) -> None:
    """The newest paper of a kind alone is kept."""
    older = delete(ExamPaper).where(
        ExamPaper.sitting_id == choice.sitting_id,
        ExamPaper.form == choice.form,
        ExamPaper.room == choice.room,
        ExamPaper.department_id.is_not_distinct_from(choice.department_id),
    )
    session.execute(older)
    session.add(
        ExamPaper(
            sitting_id=choice.sitting_id,
            form=choice.form,
            department_id=choice.department_id,
            room=choice.room,
            candidate_count=count,
            pdf=content,
        )
    )


def _all(session: Session, choice: PaperChoice) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return _head(session, session.get_one(ExamSitting, choice.sitting_id)), _lines(session, choice)


def _head(session: Session, sitting: ExamSitting) -> dict[str, Any]:
    office = session.get_one(Office, 1)
    return {
        "title": sitting.title,
        "subject": label(sitting.subject),
        "day": printing.chinese_day(sitting.held_on.isoformat()),
        "starts": sitting.starts,
        "place": sitting.place,
        "note": sitting.note,
        "office": office.name,
        "is_demonstration": office.is_demonstration,
    }


def _lines(session: Session, choice: PaperChoice) -> list[dict[str, Any]]:
    unit_then = named_on(Candidate.department_id, Department.name, ExamSitting.held_on)
    query = (
        select(Candidate, Person.name, Person.sex, Person.identity_masked, unit_then)
        .join(Person, Person.id == Candidate.person_id)
        .join(Department, Department.id == Candidate.department_id)
        .join(ExamSitting, ExamSitting.id == Candidate.sitting_id)
        .where(Candidate.sitting_id == choice.sitting_id)
        .order_by(Candidate.admission_number)
    )
    if choice.department_id is not None:
        query = query.where(Candidate.department_id == choice.department_id)
    if choice.room:
        query = query.where(Candidate.room == choice.room)
    return [
        {
            "person_id": one.person_id,
            "admission_number": one.admission_number,
            "name": name,
            "sex": label(sex),
            "identity": masked,
            "unit": unit,
            "room": one.room,
            "seat": one.seat,
        }
        for one, name, sex, masked, unit in session.execute(query)
    ]


def _photos(session: Session, actor: Actor, lines: Sequence[Mapping[str, Any]], form: PaperForm) -> dict[str, bytes]:
    """The photos for slips, under the names by which the slips call them."""
    if form is not PaperForm.SLIPS:
        return {}
    found = photos_of(session, actor, [line["person_id"] for line in lines])
    return {str(person_id): picture for person_id, picture in found.items()}


def _printed(
    form: PaperForm,
    head: Mapping[str, Any],
    lines: Sequence[dict[str, Any]],
    photos: Mapping[str, bytes],
    told: Any = lambda done: None,
) -> bytes:
    try:
        if form is PaperForm.SLIPS:
            called = [{**one, "photo": key if (key := str(one["person_id"])) in photos else ""} for one in lines]
            return printing.print_slips(head, called, photos=photos, told=told)
        sheets = printing.print_sign_in if form is PaperForm.SIGN_IN else printing.print_record
        return sheets(head, _rooms(lines), told=told)
    except printing.Unprintable as unprintable:
        raise refusal_of(unprintable) from unprintable


def _rooms(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines by room; where no rooms were allotted, by unit."""
    by_room = any(line["room"] for line in lines)
    key = "room" if by_room else "unit"
    return [
        {"heading": ROOM if by_room else UNIT, "name": name or NO_ROOM, "lines": list(together)}
        for name, together in groupby(sorted(lines, key=lambda line: line[key]), key=lambda line: line[key])
    ]
