"""Training: what is held, what counts as trained, and what each officer owes in a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from registry.rules import Rule, Violation
from registry.rules.people import Duty
from registry.words import N_

HELD_IN_ORDER = Rule(
    code="TRAIN-1", title=N_("A training ends when or after it begins"), source="本登记簿规则：结束日期不早于开始日期"
)
RECORDED_ONCE = Rule(
    code="TRAIN-2", title=N_("A session and a course are recorded once"), source="本登记簿规则：同一培训不重复登记"
)
ATTENDED_STAYS = Rule(
    code="TRAIN-3",
    title=N_("A session that somebody attended is not withdrawn"),
    source="本登记簿规则：已有参训记录的培训不得撤销",
)
CORRECTED_WITH_REASON = Rule(
    code="TRAIN-4", title=N_("Attendance is corrected for a reason"), source="本登记簿规则：更正参训记录须说明理由"
)
WITHIN_THE_SESSION = Rule(
    code="TRAIN-5",
    title=N_("Nobody completes a training before it begins or before the day has come"),
    source="本登记簿规则：完成日期在培训开始之后、当日之前",
)

OBLIGED = frozenset({Duty.ENFORCEMENT, Duty.SUPERVISION})  # whoever serves in such a post owes the year's training


class TrainingKind(StrEnum):
    """`ONLINE_COMMON_LAW` is the year's 网上公共法律知识培训; `LEGAL` are the 法律培训 the yearly report counts."""

    LEGAL = "legal"
    ONLINE_COMMON_LAW = "online_common_law"
    SPECIAL_LAW = "special_law"


class TrainingMode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"


class Lack(StrEnum):
    """What somebody may still lack in a year."""

    ANY = "any"
    HOURS = "hours"
    COURSES = "courses"
    ONLINE = "online"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What everybody obliged owes in a year, as it stands on `day`: the year's last day, or today while it lasts.

    The hours are those of the policy in force on that day, for the whole year: a policy that begins inside a year
    counts for all of it. `courses` are the ids of the compulsory ones; the online course is owed once it is on offer.
    """

    year: int
    day: date
    policy_version: int
    hours: int
    courses: Sequence[int]
    is_online_owed: bool

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def is_anything_owed(self) -> bool:
        return bool(self.hours or self.courses or self.is_online_owed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one person has done in a year against what is owed."""

    obligation: Obligation
    is_obliged: bool
    hours: Decimal = Decimal(0)
    courses_done: frozenset[int] = frozenset()
    is_online_done: bool = False

    @property
    def missing_hours(self) -> Decimal:
        return max(self.obligation.hours - self.hours, Decimal(0))

    @property
    def missing_courses(self) -> list[int]:
        return [course for course in self.obligation.courses if course not in self.courses_done]

    @property
    def lacks_online(self) -> bool:
        return self.obligation.is_online_owed and not self.is_online_done

    @property
    def is_met(self) -> bool:
        return not (self.missing_hours or self.missing_courses or self.lacks_online)


def day_of(year: int, today: date) -> date:
    """The day on which a year's obligation is looked at: its last, or today while it lasts or has not begun."""
    return min(date(year, 12, 31), today)


def correction_problems(
    *, held_on: date, completed_on: date | None, is_completed: bool, reason: str, today: date
) -> list[Violation]:
    """What is wrong with a correction of a line of attendance."""
    found = []
    if not reason.strip():
        found.append(CORRECTED_WITH_REASON.broken(N_("Say why the line is corrected.")))
    if is_completed and completed_on is not None and not held_on <= completed_on <= today:
        found.append(
            WITHIN_THE_SESSION.broken(
                N_("The day of completion lies between %(first)s and %(last)s."), first=held_on, last=today
            )
        )
    return found
