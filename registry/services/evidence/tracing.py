"""The trail of one person: the entries about the file and all that hangs on it, as they were hashed.

An entry that speaks of others too (the results of a sitting published at once, a class that attended) is named by its
place and its hash; what it says stays in the register.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.applications import Application
from registry.models.certificates import Certificate, Refusal
from registry.models.exams import ExamResult, ExamSitting
from registry.models.papers import Paper
from registry.models.people import Appointment, ConductRecord, Person
from registry.models.qualifications import MinistryCertificate
from registry.models.reviews import ReviewItem
from registry.models.tasks import Task
from registry.models.trail import TrailEntry
from registry.models.training import Attendance, TrainingSession
from registry.rules.permissions import Actor
from registry.services.evidence.gathering import Dossier
from registry.services.evidence.tables import Column, Table

FILE = "trail"
PLACE, CONTENT, BEFORE, HASH = "序号", "内容", "前一条校验值", "本条校验值"
COLUMNS = (
    Column(PLACE),
    Column("时间"),
    Column("经手人"),
    Column("岗位"),
    Column("操作"),
    Column("对象"),
    Column("对象号"),
    Column("事由"),
    Column(CONTENT),
    Column(BEFORE),
    Column(HASH),
)
OF_MANY = {ExamSitting.__tablename__: ("results", "entered"), TrainingSession.__tablename__: ("attended",)}


@dataclass(frozen=True, slots=True)
class Trace:
    """An entry of the trail about somebody; `is_whole` unless it speaks of others too."""

    entry: TrailEntry
    is_whole: bool


def trace(session: Session, actor: Actor, dossier: Dossier, paper_ids: Collection[int]) -> list[Trace]:
    """The entries about somebody in the order of the chain; two queries. Copies of papers have their own ledger."""
    about = (or_(*_about(dossier, paper_ids)), TrailEntry.action.not_in(actor.is_not_told_of))
    own = select(TrailEntry).where(*about).order_by(TrailEntry.id)
    found = [Trace(entry, True) for entry in session.scalars(own) if "copy" not in entry.facts]
    return sorted([*found, *_of_many(session, dossier)], key=lambda one: one.entry.id)


def table(traces: Sequence[Trace]) -> Table:
    """The entries as a file. The hash of an entry is that of the one before followed by its content."""
    return Table(
        file=FILE,
        title="存证链条目",
        columns=COLUMNS,
        rows=[_row(one) for one in traces],
        nothing="存证链中没有有关条目。",
    )


def _row(one: Trace) -> tuple[Any, ...]:
    entry = one.entry
    return (
        entry.id,
        entry.at,
        entry.actor_name,
        entry.role,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.reason if one.is_whole else "",
        audit.spelled(entry) if one.is_whole else "",
        entry.previous_hash,
        entry.hash,
    )


def _about(dossier: Dossier, paper_ids: Collection[int]) -> list[ColumnElement[bool]]:
    ids: Mapping[str, Collection[int]] = {
        Person.__tablename__: dossier.files,
        Appointment.__tablename__: [one.id for one in dossier.posts],
        Attendance.__tablename__: [one.id for one in dossier.attendances],
        ExamResult.__tablename__: [one.id for one in dossier.results],
        Certificate.__tablename__: [one.id for one in dossier.cards],
        MinistryCertificate.__tablename__: [one.id for one in dossier.ministry],
        Application.__tablename__: [one.id for one in dossier.applications],
        Refusal.__tablename__: [one.id for one in dossier.refusals],
        ReviewItem.__tablename__: [one.id for one in dossier.items],
        Task.__tablename__: [one.id for one in dossier.tasks],
        ConductRecord.__tablename__: [one.id for one in dossier.conduct or ()],
        Paper.__tablename__: paper_ids,
    }
    return [
        and_(TrailEntry.subject_type == name, TrailEntry.subject_id.in_(sorted(these)))
        for name, these in ids.items()
        if these
    ]


def _of_many(session: Session, dossier: Dossier) -> list[Trace]:
    """Entries about sittings and trainings that speak of this person, alone or among others."""
    sittings = {one.sitting_id for one in dossier.results}
    sessions = {one.session_id for one in dossier.attendances}
    whom = TrailEntry.facts["person_id"].as_integer()
    wanted = select(TrailEntry).where(
        or_(
            and_(TrailEntry.subject_type == ExamSitting.__tablename__, TrailEntry.subject_id.in_(sorted(sittings))),
            and_(TrailEntry.subject_type == TrainingSession.__tablename__, TrailEntry.subject_id.in_(sorted(sessions))),
        ),
        or_(whom.is_(None), whom.in_(dossier.files)),
    )
    results, files = {one.id for one in dossier.results}, set(dossier.files)
    found = []
    for entry in session.scalars(wanted.order_by(TrailEntry.id)):
        if entry.facts.get("person_id") in files:
            found.append(Trace(entry, True))
        elif _names_of(entry, results, files):
            found.append(Trace(entry, False))
    return found


def _names_of(entry: TrailEntry, results: Collection[int], files: Collection[int]) -> bool:
    """Whether an entry about many has this person among them."""
    for name in OF_MANY[entry.subject_type]:
        listed = entry.facts.get(name)
        if isinstance(listed, list) and set(results if name == "results" else files) & set(listed):
            return True
    return False
