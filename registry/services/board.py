"""The board: what stands, what is missing and what is due, for the bureau or for one unit."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, select, true
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.certificates import LIVE, CertificateKind
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import CampaignStatus
from registry.services import tasks
from registry.services.facets import ESTABLISHMENTS, facets_of
from registry.services.narrowing import Count, count, in_passing, on_the_way

DAYS_IN_MONTH = 31
CARDS_SHOWN = 10
STRAY_COUNTED = 1_000  # nobody takes back more in a morning
UNCERTIFIED_SHOWN = 200


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """A review that is not locked: how much is decided."""

    campaign: ReviewCampaign
    decided: int
    total: int

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
    def waiting(self) -> int:
        return self.total - self.decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What stands until `until`, the last day of the renewal window.

    The lists are cut to what a page shows; the counts are whole, that of stray cards as far as `STRAY_COUNTED`.
    `stray` cards are of people who left the unit.
    """

    until: date
    units: list[UnitLine]
    expiring: list[CardLine]
    stray: list[CardLine]
    stray_count: Count
    campaigns: list[CampaignLine]
    flagged: tasks.Counted

    @property
    def officers(self) -> int:
        return sum(unit.officers for unit in self.units)

    @property
    def certified(self) -> int:
        return sum(unit.certified for unit in self.units)

    @property
    def uncertified(self) -> int:
        return self.officers - self.certified

    @property
    def percent(self) -> str:
        return percent(self.certified, self.officers)

    @property
    def expiring_count(self) -> int:
        return sum(unit.expiring for unit in self.units)


def percent(part: int, whole: int) -> str:
    """Rounded down to one place, so that 100.0 means everybody; an em dash of nothing."""
    return f"{part * 1000 // whole / 10:.1f}" if whole else "—"


def board(session: Session, actor: Actor, *, policy: Policy, today: date) -> Board:
    """Everything the board shows, in six queries whatever the size of the register."""
    actor.require(Action.BOARD_VIEW)
    until = today + timedelta(days=DAYS_IN_MONTH * policy.renewal_window_months)
    ending, stray = and_(_live(today), Certificate.valid_until <= until), and_(_live(today), _is_left())
    return Board(
        until=until,
        units=_units(session, actor, today, until),
        expiring=_cards(session, actor, ending),
        stray=_cards(session, actor, stray),
        stray_count=_stray_count(session, actor, today),
        campaigns=_campaigns(session, actor),
        flagged=tasks.counted(session, actor, today=today),
    )


def unit_line(session: Session, actor: Actor, *, department_id: int, policy: Policy, today: date) -> UnitLine | None:
    """The line of one unit, from what is that unit's alone; None when it has ended or is not the actor's."""
    actor.require(Action.BOARD_VIEW)
    until = today + timedelta(days=DAYS_IN_MONTH * policy.renewal_window_months)
    return next(iter(_units(session, actor, today, until, department_id)), None)


def uncertified_ids(session: Session, actor: Actor, *, today: date) -> list[int]:
    """People in an enforcement post without a valid enforcement certificate, by unit and name; at most 200."""
    actor.require(Action.PERSON_VIEW)
    wanted = (
        select(Person.id)
        .where(_enforces(Person.facets), in_passing(Person.certified_until) < today)
        .where(_scope(actor, Person.department_id))
        .order_by(Person.department_id, Person.name_pinyin, Person.name, Person.id)
        .limit(UNCERTIFIED_SHOWN)
    )
    return list(session.scalars(wanted))


def _enforces(facets: Any) -> ColumnElement[bool]:
    """In an enforcement post; looked at in passing, for that is most people, and they are wanted unit by unit."""
    least = facets_of(Duty.ENFORCEMENT, None)
    most = facets_of(Duty.ENFORCEMENT, ESTABLISHMENTS[-1], has_law_qualification=True)
    fits: ColumnElement[bool] = in_passing(facets).between(least, most)
    return fits


def _live(today: date) -> ColumnElement[bool]:
    return and_(Certificate.status.in_(LIVE), Certificate.valid_until >= today)


def _is_left() -> ColumnElement[bool]:
    """A certificate whose holder has no post in its unit any more: somebody must take it back."""
    serves = and_(
        Appointment.person_id == Certificate.person_id,
        Appointment.department_id == Certificate.department_id,
        Appointment.until_on.is_(None),
    )
    return ~exists(select(Appointment.id).where(serves))


def _stray_count(session: Session, actor: Actor, today: date) -> Count:
    """Walked in the order of the table, where the holders' posts lie close together."""
    which = and_(Certificate.status.in_(LIVE), on_the_way(Certificate.valid_until) >= today, _is_left())
    wanted = select(Certificate.id).where(which, _scope(actor, Certificate.department_id))
    return count(session, wanted, STRAY_COUNTED)


def _scope(actor: Actor, column: Any) -> ColumnElement[bool]:
    return column == actor.department_id if actor.is_unit_bound else true()


def _units(
    session: Session, actor: Actor, today: date, until: date, department_id: int | None = None
) -> list[UnitLine]:
    """Every unit's line, or one's; what is counted is narrowed as well, for a database does not do it by itself."""

    def chosen(column: Any) -> ColumnElement[bool]:
        one = true() if department_id is None else column == department_id
        return and_(_scope(actor, column), one)

    people = _officers(today, chosen(Person.department_id))
    ending = _counted(
        Certificate.department_id,
        select(Certificate).where(_live(today), Certificate.valid_until <= until, chosen(Certificate.department_id)),
    )
    undecided = (
        select(ReviewItem)
        .join(ReviewItem.campaign)
        .where(ReviewCampaign.status != CampaignStatus.LOCKED, ReviewItem.finding.is_(None), ~ReviewItem.is_next_year)
        .where(chosen(ReviewItem.department_id))
    )
    waiting = _counted(ReviewItem.department_id, undecided)
    rows = session.execute(
        select(Department.id, Department.name, people.c.officers, people.c.certified, ending.c.count, waiting.c.count)
        .outerjoin(people, people.c.department_id == Department.id)
        .outerjoin(ending, ending.c.department_id == Department.id)
        .outerjoin(waiting, waiting.c.department_id == Department.id)
        .where(chosen(Department.id), Department.ended_on.is_(None))
        .order_by(Department.code)
    )
    return [
        UnitLine(
            department_id=row[0],
            name=row[1],
            officers=row[2] or 0,
            certified=row[3] or 0,
            expiring=row[4] or 0,
            open_items=row[5] or 0,
        )
        for row in rows
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


def _counted(column: Any, rows: AnySelect) -> Subquery:
    return (
        rows.with_only_columns(column.label("department_id"), func.count().label("count")).group_by(column).subquery()
    )


def _cards(session: Session, actor: Actor, which: ColumnElement[bool]) -> list[CardLine]:
    rows = session.execute(
        select(Certificate, Person.name, Department.name)
        .join(Certificate.person)
        .join(Certificate.department)
        .where(which, _scope(actor, Certificate.department_id))
        .order_by(Certificate.valid_until, Certificate.id)
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
    decided = func.sum(case((ReviewItem.finding.is_not(None), 1), else_=0))
    rows = session.execute(
        select(ReviewCampaign, decided, func.count())
        .join(ReviewItem, ReviewItem.campaign_id == ReviewCampaign.id)
        .where(
            ReviewCampaign.status != CampaignStatus.LOCKED,
            ~ReviewItem.is_next_year,
            _scope(actor, ReviewItem.department_id),
        )
        .group_by(ReviewCampaign.id)
        .order_by(ReviewCampaign.year.desc(), ReviewCampaign.kind)
    )
    return [CampaignLine(campaign=row[0], decided=row[1] or 0, total=row[2]) for row in rows]
