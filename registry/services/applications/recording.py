"""What was done with applications, written down: their state, the step as a row of its own, a line in the trail."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from secrets import token_hex
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from registry import audit
from registry.db import add_rows
from registry.models.applications import Application, ApplicationRecord
from registry.rules.applications import WAYS, ApplicationStatus, ApplicationStep, reached
from registry.rules.permissions import Actor

Facts = Mapping[int, Mapping[str, Any]]  # by the id of an application


def batch_of(count: int, today: date) -> str | None:
    """The name under which the trail keeps together what was done at once; one alone needs none."""
    return f"applications-{today:%Y%m%d}-{token_hex(4)}" if count > 1 else None


def add(session: Session, rows: Iterable[Mapping[str, Any]]) -> list[Application]:
    """New applications, one a person, in the order of the rows."""
    values = [dict(row) for row in rows]
    if not values:
        return []
    made = {one.person_id: one for one in session.scalars(insert(Application).returning(Application), values)}
    return [made[one["person_id"]] for one in values]


def move(
    session: Session,
    actor: Actor,
    step: ApplicationStep,
    taken: Sequence[Application],
    *,
    day: date,
    reasons: Mapping[int, str] | None = None,
    batch: str | None = None,
    facts: Facts | None = None,
    came_to: tuple[str, Mapping[int, int]] | None = None,
) -> None:
    """Bring each of these to where the step leads, and write down who did it.

    By application: `reasons` are the words of the step, `came_to` names the column of what came of it, with its value.
    """
    if not taken:
        return
    before, status = {one.id: one.status for one in taken}, reached(step, actor.role)
    column, values = came_to or ("status", {})
    rows = [{"id": one.id, "status": status, column: values.get(one.id, status)} for one in taken]
    session.flush()
    session.execute(update(Application), rows)  # at once: the units of work would send them one by one
    for one, row in zip(taken, rows, strict=True):
        for name, value in row.items():
            set_committed_value(one, name, value)
    note(session, actor, step, taken, before=before, day=day, reasons=reasons, batch=batch, facts=facts)


def note(
    session: Session,
    actor: Actor,
    step: ApplicationStep,
    taken: Sequence[Application],
    *,
    before: Mapping[int, ApplicationStatus],
    day: date,
    reasons: Mapping[int, str] | None = None,
    batch: str | None = None,
    facts: Facts | None = None,
) -> None:
    """A step that led to the present state of each of these; `before` is where it came from, nothing for a new one."""
    if not taken:
        return
    said = {"step": step, "account_id": actor.account_id, "taken_by": actor.name, "taken_on": day}
    why = {one.id: (reasons or {}).get(one.id, "") for one in taken}
    rows = [{"application_id": one.id, "status": one.status, "reason": why[one.id], **said} for one in taken]
    add_rows(session, ApplicationRecord, rows)
    acts = (
        audit.Act(
            subject_type=Application.__tablename__,
            subject_id=one.id,
            department_id=one.department_id,
            reason=why[one.id],
            facts={
                "step": step,
                "stage": [before[one.id], one.status] if one.id in before else one.status,
                "person_id": one.person_id,
                **(facts or {}).get(one.id, {}),
            },
        )
        for one in taken
    )
    audit.record_many(session, actor, WAYS[step].action, acts, batch=batch)
