"""Status as a history: what a certificate was on any day, as its periods tell it."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from registry.rules.certificates.kinds import CertificateStatus, status_on


class Period(Protocol):
    """A time in which a certificate had one status; the last one is open."""

    @property
    def status(self) -> CertificateStatus: ...
    @property
    def from_on(self) -> date: ...
    @property
    def until_on(self) -> date | None: ...


AnyPeriod = TypeVar("AnyPeriod", bound=Period)


def period_in(periods: Iterable[AnyPeriod], day: date) -> AnyPeriod | None:
    """The period of that day; None before the first. Of two that meet on a day the one begun later counts.

    `periods` run in the order in which they were begun: an act may follow another on its very day.
    """
    found = None
    for period in periods:
        covers = period.from_on <= day and (period.until_on is None or day <= period.until_on)
        if covers and (found is None or period.from_on >= found.from_on):
            found = period
    return found


def status_in(periods: Iterable[AnyPeriod], valid_until: date, day: date) -> CertificateStatus | None:
    """The status of a certificate on that day; None when it was not valid yet. Past its last day it is expired."""
    period = period_in(periods, day)
    return None if period is None else status_on(period.status, valid_until, day)
