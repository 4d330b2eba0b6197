"""Which units may have certified officers: confirmed enforcement subjects and validly entrusted bodies."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Rule
from registry.words import N_


class DepartmentKind(StrEnum):
    """执法主体性质 (条例 Art. 3)."""

    ADMINISTRATIVE_ORGAN = "administrative_organ"
    AUTHORISED_ORGANISATION = "authorised_organisation"
    ENTRUSTED_ORGANISATION = "entrusted_organisation"


CONFIRMED_SUBJECT = Rule(
    code="UNIT-1",
    title=N_("The unit is a confirmed enforcement subject or validly entrusted"),
    source="《河南省行政执法条例》第十三条、第十四条",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a unit's standing as an enforcement subject rests on."""

    name: str
    kind: DepartmentKind
    confirmed_on: date | None
    confirmation_notice: str | None
    entrusting_name: str | None = None
    entrusted_from: date | None = None
    entrusted_until: date | None = None
    ended_on: date | None = None


def may_enforce(standing: Standing, day: date) -> bool:
    """Whether the unit is a subject on that day."""
    if standing.ended_on is not None and standing.ended_on <= day:
        return False
    if standing.kind is DepartmentKind.ENTRUSTED_ORGANISATION:
        return _entrusted(standing, day)
    return standing.confirmed_on is not None and standing.confirmed_on <= day


def _entrusted(standing: Standing, day: date) -> bool:
    if standing.entrusting_name is None or standing.entrusted_from is None or standing.entrusted_from > day:
        return False
    return standing.entrusted_until is None or day <= standing.entrusted_until
