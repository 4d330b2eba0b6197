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
from registry.services.narrowing import FEW, Count, beginning_with, count, few_of, in_passing

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
class Listed:
    """Every certificate of a list, without order or page, and how many they are."""

    certificates: AnySelect
    count: Count


@dataclass(frozen=True, slots=True)
class _Standing:
    """Statuses within days of ending: what one range of an index holds."""

    statuses: frozenset[CertificateStatus] = frozenset(CertificateStatus)
    ends_from: date = date.min
    ends_by: date = date.max

    def within(self, other: "_Standing") -> "_Standing":
        ends = max(self.ends_from, other.ends_from), min(self.ends_by, other.ends_by)
        return _Standing(self.statuses & other.statuses, *ends)

    def where(self, status: Any) -> ColumnElement[bool]:
        return and_(status.in_(self.statuses), Certificate.valid_until.between(self.ends_from, self.ends_by))


def listed(session: Session, actor: Actor, chosen: CertificateFilter, today: date) -> Listed:
    """Every certificate of a list: the few whom a text or a standing leaves, or the many of a unit or of all."""
    unit, standings, text = _unit(actor, chosen), _standings(chosen, today), "".join(chosen.text.split())
    kinds = [chosen.kind] if chosen.kind else list(CertificateKind)
    is_any = chosen.kind is None and standings == [_Standing()]
    here = [] if is_any else [in_passing(Certificate.kind).in_(kinds), _any_of(standings)]
    passing = and_(True, *unit, *here)
    known: Count | None = None
    if text:
        few = few_of([select(Certificate.id).where(one) for one in _borne(text)])
        if not count(session, few, FEW).is_more:
            return _counted(session, select(Certificate).where(Certificate.id.in_(few), passing))
        known = Count(FEW, is_more=True) if is_any and not unit else None
        passing = and_(passing, or_(*_borne(text, in_passing)))
    every = select(Certificate).where(passing)
    if unit or is_any:
        return Listed(every, known) if known else _counted(session, every)
    arms = [
        select(Certificate.id).where(Certificate.kind.in_(kinds), one.where(Certificate.status)) for one in standings
    ]
    number = count(session, union_all(*arms))
    if number.number <= FEW:
        return _counted(session, select(Certificate).where(Certificate.id.in_(union_all(*arms)), passing))
    return Listed(every, Count(0, is_more=True) if text else number)


def _counted(session: Session, certificates: AnySelect) -> Listed:
    return Listed(certificates, count(session, certificates.with_only_columns(Certificate.id)))


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
    return or_(*(one.where(in_passing(Certificate.status)) for one in standings))


def _borne(text: str, form: Callable[[Any], Any] = lambda column: column) -> list[ColumnElement[bool]]:
    """The number or holder that a text means, of columns in this form."""
    is_beginning = len(text) >= NUMBER_BEGINNING
    number = form(Certificate.number)
    return [
        beginning_with(number, text) if is_beginning else number == text,
        beginning_with(form(Certificate.holder_name), text),
    ]
