"""Sheets of corrections as they are kept: the list of a roster, and what all of them together made of its lines."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from registry.models.papers import Paper, PaperCopy
from registry.models.rosters import Roster, RosterErratum
from registry.rules.permissions import Action, Actor
from registry.services.errata.comparing import Comparison, Corrected, compare
from registry.services.rosters import whole


@dataclass(frozen=True, slots=True)
class ErratumRow:
    """A numbered sheet of a roster, with how many lines it corrects and how many copies were taken."""

    sequence: int
    paper_id: int
    number: str
    reason: str
    created_at: datetime
    lines: int
    copies: int


def of_roster(session: Session, actor: Actor, *, roster_id: int) -> list[ErratumRow]:
    """The sheets of a roster, the latest first; Denied for another unit's people."""
    actor.require_unit(Action.ROSTER_VIEW, session.get_one(Roster, roster_id).department_id)
    taken = select(func.count()).where(PaperCopy.paper_id == Paper.id).scalar_subquery()
    rows = session.execute(
        select(RosterErratum, Paper, taken)
        .join(Paper, Paper.id == RosterErratum.paper_id)
        .where(RosterErratum.roster_id == roster_id)
        .options(undefer(Paper.data))
        .order_by(RosterErratum.sequence.desc())
    )
    return [
        ErratumRow(
            sheet.sequence,
            paper.id,
            paper.number,
            sheet.reason,
            sheet.created_at,
            len(paper.data["corrections"]),
            copies,
        )
        for sheet, paper, copies in rows
    ]


def compared(session: Session, actor: Actor, *, roster_id: int, today: date) -> Comparison:
    """A roster, after the corrections printed so far, beside the register; Denied for another unit's people."""
    chosen = select(Roster).where(Roster.id == roster_id).options(undefer(Roster.data), joinedload(Roster.campaign))
    roster = session.scalars(chosen).one()
    actor.require_unit(Action.ROSTER_VIEW, roster.department_id)
    so_far = corrected_so_far(session, roster_id)
    return compare(session, roster, whole(session, roster), today=today, corrected=so_far)


def corrected_so_far(session: Session, roster_id: int) -> Corrected:
    """What the sheets of a roster say of its lines, by certificate; the later word stands."""
    papers = session.scalars(
        select(Paper.data)
        .join(RosterErratum, RosterErratum.paper_id == Paper.id)
        .where(RosterErratum.roster_id == roster_id)
        .order_by(RosterErratum.sequence)
    )
    found: dict[int, dict[str, Any]] = {}
    for data in papers:
        for one in data["corrections"]:
            before = found.get(one["certificate_id"], {"stands": {}, "counts_before": one["counts_before"]})
            stands = {**before["stands"], **one["stands"]}
            found[one["certificate_id"]] = {**before, "stands": stands, "counts": one["counts"]}
    return found
