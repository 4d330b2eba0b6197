"""Opening tasks: one a certificate and kind, on the record, in the transaction of the act that took the ground away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, exists, insert, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.qualifications import Disqualification
from registry.models.tasks import Task
from registry.rules.certificates import LIVE, CertificateKind
from registry.rules.permissions import Action, Actor
from registry.rules.tasks import TaskKind, due_on
from registry.services import policies
from registry.services.changes import in_chunks

ENDED = (Department.ended_on, Department.ending_document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A certificate to be looked into, and why; `facts` are plain values for the page."""

    certificate_id: int
    person_id: int
    department_id: int
    kind: TaskKind
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def on(cls, card: Any, kind: TaskKind, **facts: Any) -> Self:
        """On a certificate, or on a row with its `id`, `person_id` and `department_id`."""
        return cls(
            certificate_id=card.id,
            person_id=card.person_id,
            department_id=card.department_id,
            kind=kind,
            facts=facts,
        )


def raise_flags(
    session: Session, actor: Actor, flags: Sequence[Flag], *, opened_on: date, batch: str | None = None
) -> None:
    """Open a task for each that has none of its kind open yet."""
    if not flags:
        return
    due = due_on(opened_on, policies.in_force(session, opened_on))
    standing = _standing(session, [one.certificate_id for one in flags])
    rows = [
        {
            "kind": one.kind,
            "certificate_id": one.certificate_id,
            "person_id": one.person_id,
            "department_id": one.department_id,
            "facts": dict(one.facts),
            "opened_on": opened_on,
            "due_on": due,
        }
        for one in flags
        if (one.certificate_id, one.kind) not in standing
    ]
    if rows:
        tasks = session.scalars(insert(Task).returning(Task, sort_by_parameter_order=True), rows).all()
        audit.record_many(session, actor, Action.TASK_OPEN, [_act(task) for task in tasks], batch=batch)


def unit_ended(session: Session, actor: Actor, unit: Department, *, today: date) -> None:
    """Flag every certificate in force that names a unit which has ended."""
    _flag_units(session, actor, Certificate.department_id == unit.id, today, None)


def unit_ended_under(
    session: Session, actor: Actor, certificate_ids: Sequence[int], *, today: date, batch: str | None
) -> None:
    """Flag those of these certificates whose unit has ended."""
    _flag_units(session, actor, Certificate.id.in_(certificate_ids), today, batch)


def _flag_units(session: Session, actor: Actor, which: ColumnElement[bool], today: date, batch: str | None) -> None:
    session.flush()
    cards = session.execute(
        select(Certificate.id, Certificate.person_id, Certificate.department_id, *ENDED)
        .join(Department, Department.id == Certificate.department_id)
        .where(which, Department.ended_on <= today, in_force(today))
        .order_by(Certificate.id)
    )
    flags = [
        Flag.on(
            card,
            TaskKind.UNIT_ENDED,
            on=card.ended_on.isoformat(),
            document_number=card.ending_document or "",
        )
        for card in cards
    ]
    raise_flags(session, actor, flags, opened_on=today, batch=batch)


def units_fallen(
    session: Session,
    actor: Actor,
    department_ids: Collection[int],
    *,
    facts: Mapping[str, Any],
    today: date,
    certificate_ids: Sequence[int] | None = None,
    unless_since: date | None = None,
    batch: str | None = None,
) -> None:
    """Flag certificates in force of units that are no enforcement subjects any more; of some certificates, or all.

    With `unless_since` those stay out that were flagged with it on that day or later, whatever came of it.
    """
    if not department_ids:
        return
    which = [Certificate.department_id.in_(department_ids), in_force(today)]
    if certificate_ids is not None:
        which.append(Certificate.id.in_(certificate_ids))
    if unless_since is not None:
        flagged = (Task.kind == TaskKind.UNIT_NO_SUBJECT, Task.opened_on >= unless_since)
        which.append(~exists().where(Task.certificate_id == Certificate.id, *flagged))
    columns = (Certificate.id, Certificate.person_id, Certificate.department_id)
    flags = [
        Flag.on(card, TaskKind.UNIT_NO_SUBJECT, **facts)
        for card in session.execute(select(*columns).where(*which).order_by(Certificate.id))
    ]
    raise_flags(session, actor, flags, opened_on=today, batch=batch)


def disqualified(
    session: Session, actor: Actor, person_ids: Sequence[int], *, today: date, batch: str | None = None
) -> None:
    """Flag the supervision certificates of who lost the enforcement qualification: their issuer decides about them."""
    columns = (Certificate.id, Certificate.person_id, Certificate.department_id)
    held = (
        select(*columns, Disqualification.decided_on, Disqualification.document_number)
        .join(Disqualification, Disqualification.person_id == Certificate.person_id)
        .where(
            Certificate.person_id.in_(person_ids),
            Certificate.kind == CertificateKind.SUPERVISION,
            Disqualification.lifted_on.is_(None),
            in_force(today),
        )
    )
    session.flush()
    flags = [
        Flag.on(card, TaskKind.DISQUALIFIED, on=card.decided_on.isoformat(), document_number=card.document_number)
        for card in session.execute(held.order_by(Certificate.id))
    ]
    raise_flags(session, actor, flags, opened_on=today, batch=batch)


def suspended(session: Session, actor: Actor, card: Certificate, *, ordered_until: date) -> None:
    """A suspension that is not dealt with by its last day comes up the day after; until then nobody sees the task."""
    flag = Flag.on(card, TaskKind.SUSPENSION_OVER, on=ordered_until.isoformat())
    raise_flags(session, actor, [flag], opened_on=ordered_until + timedelta(days=1))


def loss_reported(session: Session, actor: Actor, card: Certificate, *, on: date, today: date) -> None:
    """A unit reported a card lost: the bureau sees to the notice, without which no new card follows."""
    flag = Flag.on(card, TaskKind.LOSS_REPORTED, on=on.isoformat())
    raise_flags(session, actor, [flag], opened_on=today)


def in_force(today: date) -> ColumnElement[bool]:
    """In SQL: a certificate that counts as held today, whatever its state among the live ones."""
    return and_(Certificate.status.in_(LIVE), Certificate.valid_until >= today)


def _standing(session: Session, certificate_ids: Sequence[int]) -> set[tuple[int, TaskKind]]:
    found: set[tuple[int, TaskKind]] = set()
    for chunk in in_chunks(certificate_ids):
        rows = session.execute(
            select(Task.certificate_id, Task.kind).where(Task.certificate_id.in_(chunk), Task.settled_on.is_(None))
        )
        found |= {(row.certificate_id, row.kind) for row in rows}
    return found


def _act(task: Task) -> audit.Act:
    return audit.Act(
        subject_type=Task.__tablename__,
        subject_id=task.id,
        department_id=task.department_id,
        facts={"task": task.kind, "certificate_id": task.certificate_id, "due_on": task.due_on, **task.facts},
    )
