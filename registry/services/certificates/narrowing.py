"""Which certificates a list has, found in the way that is quick for as many as they are (see services/narrowing.py)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, union_all
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus
from registry.rules.permissions import Actor
from registry.services.narrowing import (
    COUNTED,
    FEW,
    Arm,
    Count,
    Listed,
    beginning_with,
    count,
    in_passing,
    on_the_way,
    united,
)

NUMBER_BEGINNING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFilter:
    """What to list.

    `text` is the beginning of a holder's name, a number or the first four characters and more of one; `expires_by`
    keeps live ones ending by that day.
    """

    text: str = ""
    department_id: int | None = None
    kind: CertificateKind | None = None
    status: CertificateStatus | None = None
    expires_by: date | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    """Statuses within days of ending: what one range of an index holds."""

    statuses: frozenset[CertificateStatus] = frozenset(CertificateStatus)
    ends_from: date = date.min
    ends_by: date = date.max

    def within(self, other: "_Standing") -> "_Standing":
        ends = max(self.ends_from, other.ends_from), min(self.ends_by, other.ends_by)
        return _Standing(self.statuses & other.statuses, *ends)

    def where(self, form: Callable[[Any], Any]) -> ColumnElement[bool]:
        """In SQL, of columns in this form."""
        ends = form(Certificate.valid_until).between(self.ends_from, self.ends_by)
        return and_(form(Certificate.status).in_(self.statuses), ends)


def listed(session: Session, actor: Actor, chosen: CertificateFilter, today: date) -> Listed:
    """Every certificate of a list: a unit's, what a text means, what a standing leaves, or all."""
    unit, standings, text = _unit(actor, chosen), _standings(chosen, today), "".join(chosen.text.split())
    kinds = [chosen.kind] if chosen.kind else list(CertificateKind)
    is_narrow = chosen.kind is not None or standings != [_Standing()]
    passing = [on_the_way(Certificate.kind).in_(kinds), _any_of(standings)] if is_narrow else []
    if unit:
        meant = [or_(*_borne(text, in_passing))] if text else []
        return _counted(session, [Arm(select(Certificate).where(*unit, *passing, *meant), is_walk=True)])
    of_kind = select(Certificate).where(Certificate.kind.in_(kinds))
    arms = [Arm(of_kind.where(one.where(lambda column: column))) for one in standings]
    number = count(session, union_all(*_ids(arms))) if is_narrow else Count(0, is_more=True)
    if number.number <= FEW and not number.is_more:
        if not text:
            return Listed(arms, number)
        return _counted(session, [Arm(arm.rows.where(or_(*_borne(text, in_passing)))) for arm in arms])
    if text:
        number_range, holder = _borne(text)
        many = count(session, select(Certificate.id).where(number_range)).is_more
        bears = Arm(select(Certificate).where(_borne(text, in_passing)[0] if many else number_range, *passing), many)
        return _counted(session, [bears, Arm(select(Certificate).where(holder, *passing))])
    every = [Arm(select(Certificate).where(*passing), is_walk=True)]
    return Listed(every, number) if is_narrow else _counted(session, every)


def _ids(arms: Sequence[Arm]) -> list[AnySelect]:
    return [arm.rows.with_only_columns(Certificate.id) for arm in arms]


def _counted(session: Session, arms: Sequence[Arm]) -> Listed:
    most = COUNTED if len(arms) == 1 else FEW
    return Listed(arms, count(session, united([one.limit(most + 1) for one in _ids(arms)]), most))


def _unit(actor: Actor, chosen: CertificateFilter) -> list[ColumnElement[bool]]:
    wanted = [chosen.department_id] if chosen.department_id is not None else []
    if actor.is_unit_bound:
        wanted.append(actor.department_id or 0)
    return [Certificate.department_id == one for one in wanted]


def _standings(chosen: CertificateFilter, today: date) -> list[_Standing]:
    """The status on the day, as `status_on` tells it, and what ends by a day."""
    live, before = frozenset(LIVE), today - timedelta(days=1)
    status = chosen.status
    if status is None:
        found = [_Standing()]
    elif status is CertificateStatus.EXPIRED:
        found = [_Standing(frozenset({status})), _Standing(live, ends_by=before)]
    else:
        found = [_Standing(frozenset({status}), ends_from=today if status in live else date.min)]
    if chosen.expires_by is None:
        return found
    ending = _Standing(live, ends_from=today, ends_by=chosen.expires_by)
    return [one.within(ending) for one in found]


def _any_of(standings: Sequence[_Standing]) -> ColumnElement[bool]:
    return or_(*(one.where(on_the_way) for one in standings))


def _borne(text: str, form: Callable[[Any], Any] = lambda column: column) -> list[ColumnElement[bool]]:
    """The number or holder that a text means, of columns in this form."""
    is_beginning = len(text) >= NUMBER_BEGINNING
    number = form(Certificate.number)
    return [
        beginning_with(number, text) if is_beginning else number == text,
        beginning_with(form(Certificate.holder_name), text),
    ]
