"""Frozen rosters as they are kept: finding them, their copies, and whether their data is still what was hashed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from registry import clock
from registry.db import AnySelect
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.jobs import Job
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster, RosterCopy
from registry.rules.jobs import JobKind
from registry.rules.permissions import Action, Actor
from registry.rules.rosters import LONGEST_WAIT
from registry.services.departments import named_on
from registry.services.rosters.contents import contents
from registry.services.rosters.printing import bytes_hold


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A line of the copy ledger."""

    number: int
    form: str
    taken_by: str
    taken_at: datetime
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A frozen roster in a list, with the number of copies taken."""

    roster: Roster
    unit: str | None
    copies: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A frozen roster in full: head, sections and summary as printed; the ledger; whether data and bytes hold.

    `bytes_hold` is None as long as it is not printed, and of a long roster, whose bytes are read for a copy alone.
    """

    roster: Roster
    data: Mapping[str, Any]
    copies: Sequence[CopyRow]
    data_hold: bool
    bytes_hold: bool | None

    @property
    def is_intact(self) -> bool:
        return self.data_hold and self.bytes_hold is not False


def of_campaign(session: Session, actor: Actor, *, campaign_id: int) -> list[RosterRow]:
    """The county's roster first, then the units'; a unit's people get their unit's alone."""
    actor.require(Action.ROSTER_VIEW)
    taken = select(func.count()).where(RosterCopy.roster_id == Roster.id).scalar_subquery()
    locked_at = session.get_one(ReviewCampaign, campaign_id).locked_at or clock.now()
    frozen_as = named_on(Roster.department_id, Department.name, locked_at.astimezone(clock.OFFICE_TIME).date())
    rows = session.execute(
        _seen_by(actor, select(Roster, frozen_as, taken))
        .outerjoin(Department, Department.id == Roster.department_id)
        .where(Roster.campaign_id == campaign_id)
        .order_by(Roster.department_id.is_not(None), Department.code)
    )
    return [RosterRow(*row) for row in rows]


def get(session: Session, actor: Actor, *, roster_id: int) -> Kept:
    """A frozen roster; NoResultFound when there is none, Denied for another unit's people."""
    return _kept(session, actor, Roster.id == roster_id)


def by_check_code(session: Session, actor: Actor, *, check_code: str) -> Kept:
    """The roster whose code stands on the paper; typed in any case, with or without spaces and dashes."""
    plain = "".join(character for character in check_code.upper() if character.isalnum())
    return _kept(session, actor, Roster.check_code == plain)


def find(session: Session, actor: Actor, *, campaign: ReviewCampaign, department_id: int | None) -> Roster | None:
    """The frozen roster of a unit, or the county's; None when the unit had no certificate in the review."""
    actor.require_unit(Action.ROSTER_VIEW, department_id)
    same = Roster.department_id.is_(None) if department_id is None else Roster.department_id == department_id
    return session.scalar(select(Roster).where(Roster.campaign_id == campaign.id, same))


def printing_job(session: Session, actor: Actor, *, campaign_id: int) -> Job | None:
    """The long work that prints a review's rosters, for whoever may look at it; None for a unit's people."""
    actor.require(Action.ROSTER_VIEW)
    if actor.is_unit_bound:
        return None
    printing = session.scalars(select(Job).where(Job.kind == JobKind.PRINT_ROSTERS).order_by(Job.id.desc()))
    return next((job for job in printing if job.arguments.get("campaign_id") == campaign_id), None)


def _kept(session: Session, actor: Actor, which: Any) -> Kept:
    chosen = select(Roster).where(which).options(undefer(Roster.data))
    roster = session.scalars(chosen.options(joinedload(Roster.department), joinedload(Roster.campaign))).one()
    actor.require_unit(Action.ROSTER_VIEW, roster.department_id)
    found, copies = contents(session, roster), _copies(session, roster.id)
    short = roster.line_count <= LONGEST_WAIT
    return Kept(roster, found.data, copies, found.holds, bytes_hold(roster) if short else None)


def _copies(session: Session, roster_id: int) -> list[CopyRow]:
    rows = session.execute(
        select(RosterCopy, Account.display_name)
        .outerjoin(Account, Account.id == RosterCopy.account_id)
        .where(RosterCopy.roster_id == roster_id)
        .order_by(RosterCopy.copy_number.desc())
    )
    return [
        CopyRow(copy.copy_number, copy.form, name or "—", copy.taken_at, copy.reason, copy.sha256)
        for copy, name in rows
    ]


def _seen_by(actor: Actor, query: AnySelect) -> AnySelect:
    return query.where(Roster.department_id == actor.department_id) if actor.is_unit_bound else query
