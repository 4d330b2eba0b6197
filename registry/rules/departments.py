"""Which units may have certified officers: confirmed enforcement subjects and validly entrusted bodies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Rule, Violation
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
NAME_IS_FREE = Rule(
    code="UNIT-2", title=N_("A code and a name belong to one unit"), source="本登记簿规则：一单位一代码"
)
ENTRUSTMENT_IS_WHOLE = Rule(
    code="UNIT-3",
    title=N_("An entrusted organisation names its entruster and the days of the entrustment"),
    source="《河南省行政执法条例》第十四条",
)
REVIEWS_FOR_ONE_UNIT = Rule(
    code="UNIT-5",
    title=N_("A legal reviewer is one of the unit's people and serves it alone"),
    source="本登记簿规则：一人只为一单位审核",
)

QUALIFIED_FROM = date(2021, 7, 15)  # 《行政处罚法》第五十八条第二款 came into force; who reviewed before may go on


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """What is asked of a unit before it is written down."""

    code: str
    kind: DepartmentKind
    entrusting_code: str | None
    entrusted_from: date | None
    entrusted_until: date | None


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


def problems(unit: DepartmentFacts, known_codes: Collection[str]) -> list[Violation]:
    """Everything wrong with the entrustment of a unit; an entruster must be a known unit and another one."""
    entruster = unit.entrusting_code
    if unit.kind is not DepartmentKind.ENTRUSTED_ORGANISATION:
        if entruster is None:
            return []
        return [ENTRUSTMENT_IS_WHOLE.broken(N_("Only an entrusted organisation has an entrusting unit."))]
    found = []
    if entruster is None or unit.entrusted_from is None:
        found.append(ENTRUSTMENT_IS_WHOLE.broken(N_("Name the entrusting unit and the first day of the entrustment.")))
    if entruster == unit.code or (entruster is not None and entruster not in known_codes):
        found.append(ENTRUSTMENT_IS_WHOLE.broken(N_("%(code)s is no other unit of this register."), code=entruster))
    if unit.entrusted_from and unit.entrusted_until and unit.entrusted_until < unit.entrusted_from:
        found.append(ENTRUSTMENT_IS_WHOLE.broken(N_("The entrustment ends before it begins.")))
    return found


def may_enforce(standing: Standing, day: date) -> bool:
    """Whether the unit is a subject on that day."""
    if standing.ended_on is not None and standing.ended_on <= day:
        return False
    if standing.kind is DepartmentKind.ENTRUSTED_ORGANISATION:
        return _entrusted(standing, day)
    return standing.confirmed_on is not None and standing.confirmed_on <= day


def lacks_qualification(first_reviewed_on: date, has_law_qualification: bool) -> bool:
    """Whether a legal reviewer who began on that day must hold the qualification and does not."""
    return first_reviewed_on >= QUALIFIED_FROM and not has_law_qualification


def reviewers_needed(officers: int, percent: int) -> int:
    """The fewest legal reviewers that reach so many per hundred officers."""
    return -(-officers * percent // 100)


def _entrusted(standing: Standing, day: date) -> bool:
    if standing.entrusting_name is None or standing.entrusted_from is None or standing.entrusted_from > day:
        return False
    return standing.entrusted_until is None or day <= standing.entrusted_until
