"""The board: what stands, what is missing and what is due, for the bureau or for one unit.

Nothing here grows with the register: lists are cut and read in the order of an index, numbers are counted as far as
`COUNTED`, and of the units a page is added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, func, select, true, union_all
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.certificates import LIVE, CertificateKind
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import CampaignStatus
from registry.services import tasks
from registry.services.facets import ESTABLISHMENTS, facets_of
from registry.services.narrowing import FEW, Count, count, counts, in_passing, united

DAYS_IN_MONTH = 31
CARDS_SHOWN = 10
UNITS_SHOWN = 50
COUNTED = 50_000  # people and cards: more than a county has, and an index counts them in hundredths of a second
STRAY_COUNTED = 1_000  # nobody takes back more in a morning
UNCERTIFIED_SHOWN = 200
ENFORCING = [facets_of(Duty.ENFORCEMENT, *rest) for rest in product(ESTABLISHMENTS, (False, True))]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit on the board. `certified` of `officers` hold a valid enforcement certificate."""

    department_id: int
    name: str
    officers: int
    certified: int
    expiring: int
    open_items: int

    @property
    def uncertified(self) -> int:
        return self.officers - self.certified

    @property
    def percent(self) -> str:
        return percent(self.certified, self.officers)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """A certificate on the board."""

    certificate_id: int
    person_name: str
    unit: str
    number: str
    kind: CertificateKind
    valid_until: date


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A review that is not locked: how much is decided, how much waits."""

    campaign: ReviewCampaign
    decided: Count
    waiting: Count

    @property
    def campaign_id(self) -> int:
        return self.campaign.id

    @property
    def year(self) -> int:
        return self.campaign.year

    @property
    def kind(self) -> CertificateKind:
        return self.campaign.kind

    @property
    def total(self) -> Count:
        return Count(self.decided.number + self.waiting.number, self.decided.is_more or self.waiting.is_more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What stands until `until`, the last day of the renewal window.

    The lists are cut to what a page shows; the counts are of all, as far as `COUNTED` and `STRAY_COUNTED`. `units` is a
    page, `after` the code behind which the next begins. `stray` cards are of people who left the unit.
    """

    until: date
    units: list[UnitLine]
    after: str | None
    certified: Count
    uncertified: Count
    expiring: list[CardLine]
    expiring_count: Count
    stray: list[CardLine]
    stray_count: Count
    campaigns: list[CampaignLine]
    flagged: tasks.Counted

    @property
    def officers(self) -> Count:
        is_more = self.certified.is_more or self.uncertified.is_more
        return Count(self.certified.number + self.uncertified.number, is_more)

    @property
    def percent(self) -> str | None:
        """How many per cent of the officers are certified; None where the counts stopped before the end."""
        return None if self.officers.is_more else percent(self.certified.number, self.officers.number)


def percent(part: int, whole: int) -> str:
    """Rounded down to one place, so that 100.0 means everybody; an em dash of nothing."""
    return f"{part * 1000 // whole / 10:.1f}" if whole else "—"


def board(session: Session, actor: Actor, *, policy: Policy, today: date, after: str | None = None) -> Board:
    """Everything the board shows, in nine queries and one for each open review; the units behind a code."""
    actor.require(Action.BOARD_VIEW)
    until = today + timedelta(days=DAYS_IN_MONTH * policy.renewal_window_months)
    units, further = _page(session, actor, after)
    ending = [and_(one, Certificate.valid_until.between(today, until)) for one in _live_ranges(actor)]
    stray = _stray(actor, today)
    certified, uncertified, expiring, strays = counts(
        session,
        (_officers_who(actor, Person.certified_until >= today), COUNTED),
        (_officers_who(actor, Person.certified_until < today), COUNTED),
        (union_all(*(select(Certificate.id).where(one) for one in ending)), COUNTED),
        (select(Certificate.id).where(stray), STRAY_COUNTED),
    )
    return Board(
        until=until,
        units=_lines(session, units, today, until),
        after=further,
        certified=certified,
        uncertified=uncertified,
        expiring=_cards(session, ending),
        expiring_count=expiring,
        stray=_cards(session, [stray]),
        stray_count=strays,
        campaigns=_campaigns(session, actor),
        flagged=tasks.counted(session, actor, today=today),
    )


def unit_line(session: Session, actor: Actor, *, department_id: int, policy: Policy, today: date) -> UnitLine | None:
    """The line of one unit, from what is that unit's alone; None when it has ended or is not the actor's."""
    actor.require(Action.BOARD_VIEW)
    until = today + timedelta(days=DAYS_IN_MONTH * policy.renewal_window_months)
    own = _units(actor).where(Department.id == department_id)
    return next(iter(_lines(session, session.execute(own).all(), today, until)), None)


def uncertified_ids(session: Session, actor: Actor, *, today: date) -> list[int]:
    """People in an enforcement post without a valid enforcement certificate, by unit and name; at most 200.

    Where they are few among many, as in a register that is well kept, they are fetched through an index and sorted.
    """
    actor.require(Action.PERSON_VIEW)
    order = (Person.department_id, Person.name_pinyin, Person.name, Person.id)
    walk = select(Person.id).where(_enforces(Person.facets), in_passing(Person.certified_until) < today)
    if actor.is_unit_bound:
        wanted = walk.where(Person.department_id == actor.department_id).order_by(*order)
    else:
        few = select(Person.id).where(Person.facets.in_(ENFORCING), Person.certified_until < today)
        is_many = count(session, few, FEW).is_more
        wanted = walk.order_by(*order) if is_many else few.order_by(in_passing(order[0]), *order[1:])
    return list(session.scalars(wanted.limit(UNCERTIFIED_SHOWN)))


def _enforces(facets: Any) -> ColumnElement[bool]:
    """In an enforcement post; looked at in passing, for that is most people, and they are wanted unit by unit."""
    least = facets_of(Duty.ENFORCEMENT, None)
    most = facets_of(Duty.ENFORCEMENT, ESTABLISHMENTS[-1], has_law_qualification=True)
    fits: ColumnElement[bool] = in_passing(facets).between(least, most)
    return fits


def _officers_who(actor: Actor, which: ColumnElement[bool]) -> AnySelect:
    """Officers whose certificate is so, from an index alone."""
    wanted = select(Person.id).where(Person.facets.in_(ENFORCING), which)
    return wanted.where(Person.department_id == actor.department_id) if actor.is_unit_bound else wanted


def _live_ranges(actor: Actor) -> list[ColumnElement[bool]]:
    """Live cards as ranges of an index that has each of them in the order in which they end."""
    if actor.is_unit_bound:
        return [
            and_(Certificate.department_id == actor.department_id, Certificate.status == one) for one in sorted(LIVE)
        ]
    return [
        and_(Certificate.kind == kind, Certificate.status == one)
        for kind, one in product(CertificateKind, sorted(LIVE))
    ]


def _stray(actor: Actor, today: date) -> ColumnElement[bool]:
    own = Certificate.department_id == actor.department_id if actor.is_unit_bound else true()
    return and_(Certificate.is_stray, Certificate.valid_until >= today, own)


def _units(actor: Actor) -> AnySelect:
    """The units that have not ended, by code; a unit's people see their own."""
    every = select(Department.id, Department.name, Department.code).where(Department.ended_on.is_(None))
    if actor.is_unit_bound:
        every = every.where(Department.id == actor.department_id)
    return every.order_by(Department.code)


def _page(session: Session, actor: Actor, after: str | None) -> tuple[Sequence[Any], str | None]:
    wanted = _units(actor).limit(UNITS_SHOWN + 1)
    found = session.execute(wanted.where(Department.code > after) if after else wanted).all()
    shown = found[:UNITS_SHOWN]
    return shown, shown[-1].code if len(found) > UNITS_SHOWN else None


def _lines(session: Session, units: Sequence[Any], today: date, until: date) -> list[UnitLine]:
    """The lines of these units, in their order; three queries."""
    ids = [unit.id for unit in units]
    ending = and_(Certificate.status.in_(LIVE), Certificate.valid_until.between(today, until))
    opened = select(ReviewCampaign.id).where(ReviewCampaign.status != CampaignStatus.LOCKED)
    undecided = and_(ReviewItem.campaign_id.in_(opened), ReviewItem.finding.is_(None), ~ReviewItem.is_next_year)
    waiting = select(ReviewItem).where(undecided, ReviewItem.department_id.in_(ids))
    expiring = select(Certificate).where(ending, Certificate.department_id.in_(ids))
    officers = session.execute(select(_officers(today, Person.department_id.in_(ids)))).all()
    certified = {row.department_id: (row.officers, row.certified) for row in officers}
    ends = _counted(session, Certificate.department_id, expiring)
    waits = _counted(session, ReviewItem.department_id, waiting)
    return [
        UnitLine(
            department_id=unit.id,
            name=unit.name,
            officers=certified.get(unit.id, (0, 0))[0],
            certified=certified.get(unit.id, (0, 0))[1],
            expiring=ends.get(unit.id, 0),
            open_items=waits.get(unit.id, 0),
        )
        for unit in units
    ]


def _officers(today: date, chosen: ColumnElement[bool]) -> Subquery:
    """Officers and those of them certified by unit: an index is read from end to end, and what is alike added up."""
    keys = (Person.department_id, Person.facets, Person.certified_until)
    alike = select(*keys, func.count().label("count")).where(chosen).group_by(*keys).subquery()
    certified = case((alike.c.certified_until >= today, alike.c.count), else_=0)
    return (
        select(
            alike.c.department_id,
            func.sum(alike.c.count).label("officers"),
            func.sum(certified).label("certified"),
        )
        .where(_enforces(alike.c.facets))
        .group_by(alike.c.department_id)
        .subquery()
    )


def _counted(session: Session, column: Any, rows: AnySelect) -> dict[int, int]:
    counted = session.execute(rows.with_only_columns(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in counted}


def _cards(session: Session, ranges: Sequence[ColumnElement[bool]]) -> list[CardLine]:
    """The first to end of several ranges, from the first of each."""
    order = (Certificate.valid_until, Certificate.id)
    first = united([select(Certificate.id).where(one).order_by(*order).limit(CARDS_SHOWN) for one in ranges])
    rows = session.execute(
        select(Certificate, Person.name, Department.name)
        .join(Certificate.person)
        .join(Certificate.department)
        .where(Certificate.id.in_(first))
        .order_by(*order)
        .limit(CARDS_SHOWN)
    )
    return [
        CardLine(
            certificate_id=certificate.id,
            person_name=person,
            unit=unit,
            number=certificate.number,
            kind=certificate.kind,
            valid_until=certificate.valid_until,
        )
        for certificate, person, unit in rows
    ]


def _campaigns(session: Session, actor: Actor) -> list[CampaignLine]:
    """The reviews that are not locked and have something to decide, the latest first."""
    opened = select(ReviewCampaign).where(ReviewCampaign.status != CampaignStatus.LOCKED)
    order = (ReviewCampaign.year.desc(), ReviewCampaign.kind)
    lines = []
    for campaign in session.scalars(opened.order_by(*order)):
        items = select(ReviewItem.id).where(ReviewItem.campaign_id == campaign.id)
        if actor.is_unit_bound:
            items = items.where(ReviewItem.department_id == actor.department_id)
        undecided = items.where(ReviewItem.finding.is_(None), ~ReviewItem.is_next_year)
        asked = [(one, COUNTED) for one in (items.where(ReviewItem.finding.is_not(None)), undecided)]
        lines.append(CampaignLine(campaign, *counts(session, *asked)))
    return [line for line in lines if line.total.number]
