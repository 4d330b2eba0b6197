"""Settling tasks: the certificate moved, the ground came back, or somebody decided that it stays."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate
from registry.models.tasks import Task
from registry.rules import RuleBroken
from registry.rules.certificates import LIVE
from registry.rules.permissions import Action, Actor
from registry.rules.tasks import DECISION_SAYS_WHY, SETTLED_ONCE, TaskKind, TaskOutcome, settled_by_move
from registry.words import N_


def keep(session: Session, actor: Actor, *, task_id: int, reason: str, today: date) -> Task:
    """Decide that a flagged certificate stays as it is; RuleBroken without a reason, or when it is settled already."""
    actor.require(Action.TASK_SETTLE)
    task = session.get_one(Task, task_id, with_for_update=True)
    broken = []
    if not reason.strip():
        broken.append(DECISION_SAYS_WHY.broken(N_("Say why the certificate stays.")))
    if task.settled_on is not None:
        broken.append(SETTLED_ONCE.broken(N_("This task was settled on %(day)s already."), day=task.settled_on))
    if task.opened_on > today:
        broken.append(SETTLED_ONCE.broken(N_("There is nothing to decide before %(day)s."), day=task.opened_on))
    if broken:
        raise RuleBroken(broken)
    settle(session, actor, [task], TaskOutcome.KEPT, today=today, reason=reason.strip())
    return task


def moved(session: Session, actor: Actor, cards: Sequence[Certificate], *, today: date) -> None:
    """Settle what the new status of certificates settles."""
    status = {card.id: card.status for card in cards}
    done = [
        task
        for task in open_tasks(session, list(status))
        if settled_by_move(task.kind, status[task.certificate_id], status[task.certificate_id] in LIVE)
    ]
    settle(session, actor, done, TaskOutcome.MOVED, today=today)


def loss_published(session: Session, actor: Actor, card: Certificate, *, today: date) -> None:
    """The notice of a loss is on record."""
    heard = [task for task in open_tasks(session, [card.id]) if task.kind is TaskKind.LOSS_REPORTED]
    settle(session, actor, heard, TaskOutcome.MOVED, today=today)


def unit_reopened(session: Session, actor: Actor, department_id: int, *, today: date) -> None:
    """The end of a unit was taken back: its certificates stand again."""
    _units_restored(session, actor, [department_id], TaskKind.UNIT_ENDED, today)


def units_stand_again(session: Session, actor: Actor, department_ids: Collection[int], *, today: date) -> None:
    """These units are enforcement subjects: their certificates stand on that ground."""
    _units_restored(session, actor, department_ids, TaskKind.UNIT_NO_SUBJECT, today)


def qualified_again(session: Session, actor: Actor, person_id: int, *, today: date) -> None:
    """The decision that took the qualification away was lifted."""
    own = (Task.person_id == person_id, Task.kind == TaskKind.DISQUALIFIED, Task.settled_on.is_(None))
    standing = session.scalars(select(Task).where(*own).order_by(Task.id).with_for_update()).all()
    settle(session, actor, standing, TaskOutcome.GROUND_RESTORED, today=today)


def _units_restored(
    session: Session, actor: Actor, department_ids: Collection[int], kind: TaskKind, today: date
) -> None:
    own = (Task.department_id.in_(department_ids), Task.kind == kind, Task.settled_on.is_(None))
    standing = session.scalars(select(Task).where(*own).order_by(Task.id).with_for_update()).all()
    settle(session, actor, standing, TaskOutcome.GROUND_RESTORED, today=today)


def open_tasks(session: Session, certificate_ids: Sequence[int]) -> Sequence[Task]:
    """The open tasks of these certificates, locked."""
    if not certificate_ids:
        return []
    own = (Task.certificate_id.in_(certificate_ids), Task.settled_on.is_(None))
    return session.scalars(select(Task).where(*own).order_by(Task.id).with_for_update()).all()


def settle(
    session: Session, actor: Actor, tasks: Sequence[Task], outcome: TaskOutcome, *, today: date, reason: str = ""
) -> None:
    """Close tasks, each with its line in the trail."""
    if not tasks:
        return
    for task in tasks:
        task.settled_on, task.outcome, task.settled_by, task.reason = today, outcome, actor.name[:60], reason
    session.flush()
    acts = [
        audit.Act(
            subject_type=Task.__tablename__,
            subject_id=task.id,
            department_id=task.department_id,
            reason=reason,
            facts={"task": task.kind, "outcome": outcome, "certificate_id": task.certificate_id},
        )
        for task in tasks
    ]
    audit.record_many(session, actor, Action.TASK_SETTLE, acts)
