"""Exams: two subjects, a pass mark from policy, the best of the attempts a policy allows."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from unicodedata import normalize

from registry.rules import Rule, RuleBroken, Violation
from registry.words import N_


class ExamSubject(StrEnum):
    """考试科目 (条例 Art. 21): 公共法律知识 and 专业法律知识."""

    COMMON_LAW = "common_law"
    SPECIAL_LAW = "special_law"


class ExamOutcome(StrEnum):
    SCORED = "scored"
    ABSENT = "absent"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"  # published by mistake and taken back: as if there had never been a result


TYPED = tuple(outcome for outcome in ExamOutcome if outcome is not ExamOutcome.WITHDRAWN)


class Grade(StrEnum):
    """等次 of a sat exam, as statistics count them."""

    EXCELLENT = "excellent"
    GOOD = "good"
    PASSED = "passed"
    FAILED = "failed"


# 百分制惯例：90 分以上优秀、80 分以上良好（满分的百分比）。Only statistics count by them, no right depends on them.
GRADES_FROM: Mapping[Grade, int] = {Grade.EXCELLENT: 90, Grade.GOOD: 80}

OUTCOME_WORDS: Mapping[str, ExamOutcome] = {
    **dict.fromkeys(("a", "缺", "缺考", "未参加", "absent"), ExamOutcome.ABSENT),
    **dict.fromkeys(("z", "取消", "作废", "作弊", "违纪", "成绩取消", "成绩作废", "annulled"), ExamOutcome.ANNULLED),
}
_SCORE = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{0,9})?")
_STOPS = str.maketrans("。｡", "..")  # what a Chinese keyboard makes of the point

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
SEEN_BEFORE_CHANGED = Rule(
    code="EXAM-14",
    title=N_("Nobody overwrites a score that he has not seen"),
    source="本登记簿规则：不得覆盖他人刚录入的成绩",
)
SCORED_WHEN_HELD = Rule(
    code="EXAM-13",
    title=N_("Scores are entered when the exam has been held"),
    source="本登记簿规则：考试举行后方可录入、公布成绩",
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one candidate: a score, or none because of absence or annulment."""

    outcome: ExamOutcome
    score: Decimal | None = None

    @property
    def word(self) -> str:
        """The mark as a cell holds it, which `mark_of` reads again: `85.5`, `absent`, `annulled`."""
        return self.outcome.value if self.score is None else f"{self.score.normalize():f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFact:
    """One published result of a person, not superseded by a correction; or one that somebody only supposes."""

    result_id: int
    subject: ExamSubject
    sitting: str
    held_on: date
    outcome: ExamOutcome
    score: Decimal | None
    pass_mark: Decimal
    passed: bool
    enforcement_field: str = ""  # of a special exam; empty: of any field
    is_supposed: bool = False


def is_pass(score: Decimal | None, pass_mark: Decimal) -> bool:
    """Whether that score passes; an absent candidate has none and never passes."""
    return score is not None and score >= pass_mark


def mark_of(text: str, full_marks: Decimal) -> Mark | None:
    """What a cell says: a number, 缺考 or 取消 in one of its words; None when empty. RuleBroken says what is wrong."""
    said = "".join(normalize("NFKC", text).translate(_STOPS).split()).casefold()
    if not said:
        return None
    if (outcome := OUTCOME_WORDS.get(said)) is not None:
        return Mark(outcome)
    if not _SCORE.fullmatch(said):
        message = N_("%(value)s is no score: write a number with at most one decimal, 缺考 (A) or 取消 (Z).")
        raise RuleBroken([SCORE_IN_RANGE.broken(message, value=text.strip()[:20])])
    mark = Mark(ExamOutcome.SCORED, Decimal(said) + 0)  # no "-0"
    if (wrong := unfit(mark, full_marks)) is not None:
        raise RuleBroken([wrong])
    return mark


def unfit(mark: Mark, full_marks: Decimal) -> Violation | None:
    """What is wrong with a mark, whoever typed or sent it."""
    if mark.outcome not in TYPED:
        return SCORE_IN_RANGE.broken(N_("A result is taken back with the file that brought it, not by a mark."))
    if (mark.score is not None) != (mark.outcome is ExamOutcome.SCORED):
        return SCORE_IN_RANGE.broken(N_("A score belongs to a sat exam; an absent candidate has none."))
    if mark.score is None:
        return None
    if not mark.score.is_finite():
        return SCORE_IN_RANGE.broken(N_("A score is a number with at most one decimal place."))
    if not 0 <= mark.score <= full_marks:
        message = N_("The score %(score)s does not lie between 0 and %(full)s.")
        return SCORE_IN_RANGE.broken(message, score=mark.score, full=f"{full_marks.normalize():f}")
    if mark.score * 10 % 1:  # after the range: a number of forty digits has no remainder
        return SCORE_IN_RANGE.broken(N_("A score is a number with at most one decimal place."))
    return None


def grade_of(score: Decimal, pass_mark: Decimal, full_marks: Decimal) -> Grade:
    """The grade of a score; whoever does not pass has no better one, however low the marks lie."""
    if not is_pass(score, pass_mark):
        return Grade.FAILED
    return next((grade for grade, percent in GRADES_FROM.items() if score * 100 >= full_marks * percent), Grade.PASSED)


def best_pass(results: Iterable[ExamFact], subject: ExamSubject, day: date, attempts: int) -> ExamFact | None:
    """The best passing result in that subject up to that day; the earlier one wins a tie.

    All attempts are kept, but only the first `attempts` of a year count (domain.md 9.16; the number is policy).
    """
    passing = passes_in(results, subject, day, attempts)
    return min(passing, key=lambda fact: (-(fact.score or 0), fact.held_on, fact.result_id), default=None)


def passes_in(results: Iterable[ExamFact], subject: ExamSubject, day: date, attempts: int) -> list[ExamFact]:
    """Every pass in a subject up to that day among the attempts that count."""
    return [fact for fact in _counted(attempts_in(results, subject, day), attempts) if fact.passed]


def attempts_in(results: Iterable[ExamFact], subject: ExamSubject, day: date) -> list[ExamFact]:
    """The sittings in a subject up to that day that count as attempts, in order. Annulled and missed ones do not."""
    sat = [f for f in results if f.subject is subject and f.held_on <= day and f.outcome is ExamOutcome.SCORED]
    return sorted(sat, key=lambda fact: (fact.held_on, fact.result_id))


def _counted(in_order: list[ExamFact], attempts: int) -> list[ExamFact]:
    by_year = groupby(in_order, key=lambda fact: fact.held_on.year)
    return [fact for _, year in by_year for fact in list(year)[:attempts]]
