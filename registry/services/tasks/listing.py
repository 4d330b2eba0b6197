"""Tasks, read by page, counted for the board, and as the flags of certificates."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, contains_eager

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.tasks import Task
from registry.rules.permissions import Action, Actor
from registry.rules.tasks import TaskKind
from registry.services.narrowing import COUNTED, Count, counts

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks to show; settled ones only on request."""

    department_id: int | None = None
    kind: TaskKind | None = None
    is_overdue: bool = False
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A page of tasks, the oldest first (settled ones the latest first); `after` is the key of the next page."""

    rows: Sequence[Task]
    after: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tasks are open and how many of them are overdue, as far as anybody counts."""

    standing: Count
    overdue: Count


def search(
    session: Session, actor: Actor, *, chosen: TaskFilter, today: date, after: int | None = None, size: int = PAGE
) -> TaskPage:
    """A page of tasks; a unit's people see those of their unit."""
    actor.require(Action.TASK_VIEW)
    wanted = (
        select(Task)
        .join(Task.certificate)
        .join(Task.department)
        .options(contains_eager(Task.certificate), contains_eager(Task.department))
        .where(*_own(actor), *_chosen(chosen, today))
        .limit(size + 1)
    )
    if chosen.is_settled:
        wanted = wanted.order_by(Task.id.desc()).where(*([Task.id < after] if after else []))
    else:
        wanted = wanted.order_by(Task.id).where(*([Task.id > after] if after else []))
    found = session.scalars(wanted).all()
    return TaskPage(found[:size], found[size - 1].id if len(found) > size else None)


def get(session: Session, actor: Actor, task_id: int) -> Task:
    """A task with its certificate and unit; Denied for another unit's people."""
    task = session.scalars(
        select(Task)
        .join(Task.certificate)
        .join(Task.department)
        .options(contains_eager(Task.certificate), contains_eager(Task.department))
        .where(Task.id == task_id)
    ).one()
    actor.require_unit(Action.TASK_VIEW, task.department_id)
    return task


def counted(session: Session, actor: Actor, *, today: date) -> Counted:
    """The open tasks of the bureau or of one unit; one query."""
    actor.require(Action.TASK_VIEW)
    standing = select(Task.id).where(*_own(actor), is_open(today))
    return Counted(*counts(session, (standing, COUNTED), (standing.where(Task.due_on < today), COUNTED)))


def flags(session: Session, certificate_ids: Sequence[int], *, today: date) -> Mapping[int, Sequence[Task]]:
    """The open tasks of certificates that a page shows, by certificate."""
    found: dict[int, list[Task]] = defaultdict(list)
    if certificate_ids:
        own = select(Task).where(Task.certificate_id.in_(certificate_ids), is_open(today)).order_by(Task.id)
        for task in session.scalars(own):
            found[task.certificate_id].append(task)
    return found


def flagged(today: date) -> ColumnElement[bool]:
    """In SQL, of a certificate: somebody has to look into it."""
    return exists(select(Task.id).where(Task.certificate_id == Certificate.id, is_open(today)))


def is_open(today: date) -> ColumnElement[bool]:
    """In SQL: a task that waits for somebody; one of a suspension comes up only when that is over."""
    return Task.settled_on.is_(None) & (Task.opened_on <= today)


def _own(actor: Actor) -> list[ColumnElement[bool]]:
    return [Task.department_id == actor.department_id] if actor.is_unit_bound else []


def _chosen(chosen: TaskFilter, today: date) -> list[Any]:
    found: list[Any] = [Task.settled_on.is_not(None) if chosen.is_settled else is_open(today)]
    if chosen.department_id is not None:
        found.append(Department.id == chosen.department_id)
    if chosen.kind is not None:
        found.append(Task.kind == chosen.kind)
    if chosen.is_overdue:
        found.append(Task.due_on < today)
    return found
