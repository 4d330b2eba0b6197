"""The annual review: a finding for each certificate from the facts of the year, and the identity that must hold."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from registry.rules import Rule, Violation
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus
from registry.rules.people import ON_ESTABLISHMENT, Assessment, EndReason, Establishment
from registry.rules.policy import Policy
from registry.rules.training import TrainingKind
from registry.words import N_


class ReviewFinding(StrEnum):
    """审验意见: 合格, 暂缓, 不合格, 收回注销."""

    PASSED = "passed"
    DEFERRED = "deferred"
    FAILED = "failed"
    WITHDRAWN = "withdrawn_and_cancelled"


class CampaignStatus(StrEnum):
    OPEN = "open"
    LOCKED = "locked"


STILL_IN_POST = Rule(
    code="REV-1", title=N_("Is still in an enforcement post"), source="遂宁 2020 年审通知；条例第二十条"
)
CARD_IN_HAND = Rule(
    code="REV-2",
    title=N_("The certificate is valid and in the holder's hands"),
    source="遂宁 2020 年审通知；条例第二十四条",
)
TRAINED_THIS_YEAR = Rule(code="REV-3", title=N_("Completed the year's training"), source="条例第二十一条；江苏、淄博")
EXAM_OF_THE_YEAR = Rule(code="REV-4", title=N_("Passed the exam"), source="条例第二十一条；达州 2020")
ASSESSED = Rule(code="REV-5", title=N_("Annual assessment is not incompetent"), source="攀枝花；遂宁 2020")
LOCK_COMPLETE = Rule(
    code="REV-6", title=N_("A review is locked when every certificate has its finding"), source="本登记簿规则"
)
STILL_OPEN = Rule(code="REV-7", title=N_("A locked review does not change"), source="本登记簿规则")
OPENED_ONCE = Rule(code="REV-8", title=N_("A year is opened once for each kind"), source="本登记簿规则")
SAYS_WHY = Rule(
    code="REV-9", title=N_("A finding against the holder or the proposal gives its reason"), source="本登记簿规则"
)
NEXT_YEARS_CARD = Rule(
    code="REV-11",
    title=N_("A card issued after the cut-off is listed and reviewed next year"),
    source="遂宁 2020 年审通知",
)
YEAR_HAS_BEGUN = Rule(
    code="REV-12", title=N_("A year is reviewed once it has begun, by facts of that year"), source="本登记簿规则"
)
SOMETHING_TO_REVIEW = Rule(code="REV-13", title=N_("There are certificates to review"), source="本登记簿规则")
FACTS_ARE_WHOLE = Rule(code="REV-14", title=N_("A finding rests on complete facts"), source="本登记簿规则")

# Which training is the year's course (domain.md section 0): the online course for officers, any for supervisors.
COURSES: Mapping[CertificateKind, frozenset[TrainingKind]] = {
    CertificateKind.ENFORCEMENT: frozenset({TrainingKind.ONLINE_COMMON_LAW}),
    CertificateKind.SUPERVISION: frozenset(TrainingKind),
}
GONE = frozenset(set(CertificateStatus) - LIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """The facts of one certificate's year, gathered in one pass over the register."""

    status: CertificateStatus
    valid_until: date
    establishment: Establishment | None
    end_reason: EndReason | None
    is_in_post: bool
    unit_stands: bool
    training_hours: Decimal
    is_trained: bool
    exam_score: Decimal | None
    exam_passed: bool
    assessment: Assessment | None

    def as_plain(self) -> dict[str, Any]:
        """Text, numbers and booleans only, as they are stored with the review."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_plain(cls, stored: Mapping[str, Any]) -> "ReviewFacts":
        """The facts again; KeyError or ValueError when the stored ones are not whole."""
        return cls(
            status=CertificateStatus(stored["status"]),
            valid_until=date.fromisoformat(stored["valid_until"]),
            establishment=Establishment(stored["establishment"]) if stored["establishment"] else None,
            end_reason=EndReason(stored["end_reason"]) if stored["end_reason"] else None,
            is_in_post=stored["is_in_post"],
            unit_stands=stored["unit_stands"],
            training_hours=Decimal(stored["training_hours"]),
            is_trained=stored["is_trained"],
            exam_score=None if stored["exam_score"] is None else Decimal(stored["exam_score"]),
            exam_passed=stored["exam_passed"],
            assessment=Assessment(stored["assessment"]) if stored["assessment"] else None,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the facts speak for, with the reasons; nothing but 合格 has an empty list."""

    finding: ReviewFinding
    reasons: tuple[Violation, ...] = ()


def propose(facts: ReviewFacts, policy: Policy) -> Proposal:
    """The finding the facts speak for. The gravest wins and every reason is given."""
    ending = _ending_reasons(facts)
    waiting = _deferring_reasons(facts, policy)
    failing = _failing_reasons(facts)
    reasons = (*ending, *failing, *waiting)
    if ending:
        return Proposal(ReviewFinding.WITHDRAWN, reasons)
    if failing:
        return Proposal(ReviewFinding.FAILED, reasons)
    return Proposal(ReviewFinding.DEFERRED if waiting else ReviewFinding.PASSED, reasons)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of the review, with what speaks against it; nothing means: met."""

    rule: Rule
    violations: tuple[Violation, ...]

    @property
    def met(self) -> bool:
        return not self.violations


def checks(facts: ReviewFacts, policy: Policy) -> list[Check]:
    """Rule by rule: met, or why not; the same sentences as the proposal's reasons."""
    reasons = propose(facts, policy).reasons
    rules = (STILL_IN_POST, CARD_IN_HAND, TRAINED_THIS_YEAR, EXAM_OF_THE_YEAR, ASSESSED)
    return [Check(rule, tuple(violation for violation in reasons if violation.rule is rule)) for rule in rules]


def against_the_law(finding: ReviewFinding, facts: ReviewFacts, policy: Policy) -> list[Violation]:
    """What no one may overrule: 合格 for someone not trained, without a pass, gone, or without a valid card."""
    if finding is not ReviewFinding.PASSED:
        return []
    return [*_ending_reasons(facts), *_untrained_or_unexamined(facts, policy), *_card_reasons(facts)]


def _ending_reasons(facts: ReviewFacts) -> list[Violation]:
    found = []
    if not facts.is_in_post:
        found.append(STILL_IN_POST.broken(N_("Has left the post.")))
    elif facts.establishment not in ON_ESTABLISHMENT and facts.establishment is not Establishment.INVITED:
        found.append(STILL_IN_POST.broken(N_("Is no longer on the establishment.")))
    if not facts.unit_stands:
        found.append(STILL_IN_POST.broken(N_("The unit no longer stands as an enforcement subject.")))
    if facts.status in GONE:
        found.append(CARD_IN_HAND.broken(N_("The certificate was withdrawn or cancelled, or has expired.")))
    return found


def _failing_reasons(facts: ReviewFacts) -> list[Violation]:
    if facts.assessment is Assessment.INCOMPETENT:
        return [ASSESSED.broken(N_("The annual assessment is incompetent."))]
    return []


def _deferring_reasons(facts: ReviewFacts, policy: Policy) -> list[Violation]:
    return [*_card_reasons(facts), *_untrained_or_unexamined(facts, policy)]


def _card_reasons(facts: ReviewFacts) -> list[Violation]:
    found = []
    if facts.status is CertificateStatus.SUSPENDED:
        found.append(CARD_IN_HAND.broken(N_("The certificate is suspended.")))
    if facts.status is CertificateStatus.LOST:
        found.append(CARD_IN_HAND.broken(N_("The certificate is reported lost and not yet replaced.")))
    return found


def training_complete(facts: ReviewFacts, policy: Policy) -> bool:
    """Whether the year's training is done: the course, and the hours where the policy asks for some."""
    return facts.is_trained and facts.training_hours >= policy.training_hours


def _untrained_or_unexamined(facts: ReviewFacts, policy: Policy) -> list[Violation]:
    found = []
    if not training_complete(facts, policy):
        found.append(_training_missing(facts, policy))
    if not facts.exam_passed:
        found.append(EXAM_OF_THE_YEAR.broken(N_("No passed exam is on record.")))
    return found


def _training_missing(facts: ReviewFacts, policy: Policy) -> Violation:
    if not policy.training_hours:
        return TRAINED_THIS_YEAR.broken(N_("The year's online course in common legal knowledge is not completed."))
    return TRAINED_THIS_YEAR.broken(
        N_("The year's training is not complete: %(hours)s hours, %(required)s required."),
        hours=_plain(facts.training_hours),
        required=policy.training_hours,
    )


def identity(findings: Iterable[ReviewFinding]) -> Mapping[ReviewFinding, int]:
    """How many of each finding; 应审 is their sum (domain.md 9.11)."""
    counted = Counter(findings)
    return {finding: counted[finding] for finding in ReviewFinding}
