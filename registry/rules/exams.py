"""Exams: two subjects, a pass mark from policy, the best of the attempts a policy allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from registry.rules import Rule
from registry.words import N_


class ExamSubject(StrEnum):
    """考试科目 (条例 Art. 21): 公共法律知识 and 专业法律知识."""

    COMMON_LAW = "common_law"
    SPECIAL_LAW = "special_law"


class ExamOutcome(StrEnum):
    SCORED = "scored"
    ABSENT = "absent"
    ANNULLED = "annulled"


SCORE_IN_RANGE = Rule(
    code="EXAM-1", title=N_("A score lies between 0 and full marks"), source="本登记簿规则：成绩不低于零分、不高于满分"
)
PUBLISHED_ONCE = Rule(
    code="EXAM-2", title=N_("A published result does not change"), source="本登记簿规则：公布的成绩不得改动"
)
CORRECTED_WITH_REASON = Rule(
    code="EXAM-3",
    title=N_("A correction is a new result with its reason"),
    source="本登记簿规则：更正须另行公布并说明理由",
)
ENTERED_BY_TWO = Rule(
    code="EXAM-11",
    title=N_("The second entry is made by somebody else"),
    source="本登记簿规则：复录由另一人完成；仅有一名经办人时除外，并记入日志",
)
SCORES_COMPLETE = Rule(
    code="EXAM-12",
    title=N_("Results are published when every candidate has one and both entries agree"),
    source="本登记簿规则：成绩齐全、两次录入一致方可公布",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFact:
    """One published result of a person, not superseded by a correction."""

    result_id: int
    subject: ExamSubject
    sitting: str
    held_on: date
    outcome: ExamOutcome
    score: Decimal | None
    pass_mark: Decimal
    passed: bool


def is_pass(score: Decimal | None, pass_mark: Decimal) -> bool:
    """Whether that score passes; an absent candidate has none and never passes."""
    return score is not None and score >= pass_mark


def best_pass(results: Iterable[ExamFact], subject: ExamSubject, day: date, attempts: int) -> ExamFact | None:
    """The best passing result in that subject up to that day; the earlier one wins a tie.

    All attempts are kept, but only the first `attempts` of a year count (domain.md 9.16; the number is policy).
    """
    passing = passes_in(results, subject, day, attempts)
    return min(passing, key=lambda fact: (-(fact.score or 0), fact.held_on, fact.result_id), default=None)


def attempts_in(results: Iterable[ExamFact], subject: ExamSubject, day: date) -> list[ExamFact]:
    """The sittings in a subject up to that day that count as attempts, in order. Annulled and missed ones do not."""
    sat = [f for f in results if f.subject is subject and f.held_on <= day and f.outcome is ExamOutcome.SCORED]
    return sorted(sat, key=lambda fact: (fact.held_on, fact.result_id))


def _counted(in_order: list[ExamFact], attempts: int) -> list[ExamFact]:
    by_year = groupby(in_order, key=lambda fact: fact.held_on.year)
    return [fact for _, year in by_year for fact in list(year)[:attempts]]
def passes_in(results: Iterable[ExamFact], subject: ExamSubject, day: date, attempts: int) -> list[ExamFact]:
    """Every pass in a subject up to that day among the attempts that count."""
    return [fact for fact in _counted(attempts_in(results, subject, day), attempts) if fact.passed]


