"""The annual review: a finding for each certificate from the facts of the year, and the identity that must hold."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from registry.rules import Rule, Violation
from registry.rules.campaigns import MADE_UP_IN_TIME, Statement
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
    """A review is open, then closed (whoever was left is dealt with), then locked for good."""

    OPEN = "open"
    CLOSED = "closed"
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

WORDS_AGREE = Rule(
    code="REV-18", title=N_("The unit's word and the register agree"), source="遂宁 2020 年审通知：单位初审"
)
NOT_DISCIPLINED = Rule(
    code="REV-19",
    title=N_("Is neither disciplined nor under investigation"),
    source="遂宁 2020、攀枝花；受处分、被调查暂缓，待司法局确认",
)
DEFERRED_IN_TERM = Rule(code="REV-23", title=N_("A deferral ends within the term of the review"), source="本登记簿规则")
ENDED_BY_A_PERSON = Rule(
    code="REV-28",
    title=N_("A deferral that nothing made up can end is ended by a person"),
    source="本登记簿规则：补训补考不能解决的暂缓，由经办人决定",
)
CLOSED_FIRST = Rule(code="REV-24", title=N_("A review is closed, then locked"), source="本登记簿规则")

CLOSING_RULES = (MADE_UP_IN_TIME,)  # by which a close goes beyond what the facts speak for

# Which training is the year's course (domain.md section 0): the online course for officers, any for supervisors.
COURSES: Mapping[CertificateKind, frozenset[TrainingKind]] = {
    CertificateKind.ENFORCEMENT: frozenset({TrainingKind.ONLINE_COMMON_LAW}),
    CertificateKind.SUPERVISION: frozenset(TrainingKind),
}
_WORDS: Mapping[Statement, Violation] = {
    Statement.LEFT: STILL_IN_POST.broken(N_("The unit says that the holder has left the post.")),
    Statement.DISCIPLINED: NOT_DISCIPLINED.broken(
        N_("The unit says that the holder was disciplined or is under investigation.")
    ),
    Statement.CHANGED: WORDS_AGREE.broken(
        N_("The unit says that something changed; the card may have to be replaced.")
    ),
}
_DISAGREE: Mapping[tuple[Statement, bool], Violation] = {  # by the unit's word and whether the register has a post
    (Statement.LEFT, True): WORDS_AGREE.broken(
        N_("The unit says: left. The register still has the holder in the post.")
    ),
    (Statement.IN_POST, False): WORDS_AGREE.broken(
        N_("The unit says: in the post. In the register the holder has left it.")
    ),
}
GONE = frozenset(set(CertificateStatus) - LIVE)
AGAINST = frozenset({ReviewFinding.FAILED, ReviewFinding.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """The facts of one certificate's year, gathered in one pass over the register.

    `exam_failed`: the latest attempt of the year was failed. `is_disciplined`: a 处分 was decided or in force in the
    year, until the day of the facts. Facts that were stored before these were looked at say no.
    """

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
    exam_failed: bool = False
    is_disciplined: bool = False
    statement: Statement | None = None

    def as_plain(self) -> dict[str, Any]:
        """Text, numbers and booleans only, as they are stored with the review; the unit's word stands beside them."""
        return {
            "status": self.status.value,
            "valid_until": self.valid_until.isoformat(),
            "establishment": self.establishment and self.establishment.value,
            "end_reason": self.end_reason and self.end_reason.value,
            "is_in_post": self.is_in_post,
            "unit_stands": self.unit_stands,
            "training_hours": _plain(self.training_hours),
            "is_trained": self.is_trained,
            "exam_score": None if self.exam_score is None else _plain(self.exam_score),
            "exam_passed": self.exam_passed,
            "assessment": self.assessment and self.assessment.value,
            "exam_failed": self.exam_failed,
            "is_disciplined": self.is_disciplined,
        }

    @classmethod
    def from_plain(cls, stored: Mapping[str, Any], statement: Statement | None = None) -> "ReviewFacts":
        """The facts again, with the unit's word; an error when the stored ones are not whole (see `read_facts`)."""
        return cls(
            status=CertificateStatus(stored["status"]),
            valid_until=date.fromisoformat(stored["valid_until"]),
            establishment=Establishment(stored["establishment"]) if stored["establishment"] else None,
            end_reason=EndReason(stored["end_reason"]) if stored["end_reason"] else None,
            is_in_post=_whether(stored["is_in_post"]),
            unit_stands=_whether(stored["unit_stands"]),
            training_hours=Decimal(stored["training_hours"]),
            is_trained=_whether(stored["is_trained"]),
            exam_score=None if stored["exam_score"] is None else Decimal(stored["exam_score"]),
            exam_passed=_whether(stored["exam_passed"]),
            assessment=Assessment(stored["assessment"]) if stored["assessment"] else None,
            exam_failed=_whether(stored.get("exam_failed", False)),
            is_disciplined=_whether(stored.get("is_disciplined", False)),
            statement=statement,
        )


def read_facts(stored: Mapping[str, Any], statement: Statement | None = None) -> ReviewFacts | None:
    """The facts as they were stored, with the unit's word; None when they are not whole."""
    try:
        return ReviewFacts.from_plain(stored, statement)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        return None


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _whether(stored: Any) -> bool:
    """Yes or no; nothing else is taken for a no."""
    if not isinstance(stored, bool):
        raise TypeError(stored)
    return stored


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the facts speak for, with the reasons; a 合格 has at most that the unit's word and the register differ."""

    finding: ReviewFinding
    reasons: tuple[Violation, ...] = ()


def propose(facts: ReviewFacts, policy: Policy) -> Proposal:
    """The finding the facts speak for. The gravest wins and every reason is given."""
    ending = [*_ending_reasons(facts), *_said(facts, STILL_IN_POST)]
    waiting = [*_deferring_reasons(facts, policy), *_discipline(facts), *_said(facts, NOT_DISCIPLINED)]
    failing = _failing_reasons(facts)
    reasons = (*ending, *failing, *waiting, *_said(facts, WORDS_AGREE))
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
    rules = (STILL_IN_POST, CARD_IN_HAND, TRAINED_THIS_YEAR, EXAM_OF_THE_YEAR, ASSESSED, NOT_DISCIPLINED, WORDS_AGREE)
    return [Check(rule, tuple(violation for violation in reasons if violation.rule is rule)) for rule in rules]


def against_the_law(finding: ReviewFinding, facts: ReviewFacts, policy: Policy) -> list[Violation]:
    """What no one may overrule: 合格 for someone not trained, without a pass, gone, or without a valid card.

    By the register's own facts: a unit's mistaken word can be overruled, with a reason.
    """
    if finding is not ReviewFinding.PASSED:
        return []
    return [*_ending_reasons(facts), *_untrained_or_unexamined(facts, policy), *_card_reasons(facts)]


def _said(facts: ReviewFacts, rule: Rule) -> list[Violation]:
    """What the unit's word says under a rule: somebody left, is disciplined, or the register knows otherwise."""
    if facts.statement is None:
        return []
    found = [_WORDS[facts.statement]] if facts.statement in _WORDS else []
    if (facts.statement, facts.is_in_post) in _DISAGREE:
        found.append(_DISAGREE[facts.statement, facts.is_in_post])
    return [violation for violation in found if violation.rule is rule]


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


def _discipline(facts: ReviewFacts) -> list[Violation]:
    if facts.is_disciplined:
        return [NOT_DISCIPLINED.broken(N_("A disciplinary measure of the year is on record."))]
    return []


def training_complete(facts: ReviewFacts, policy: Policy) -> bool:
    """Whether the year's training is done: the course, and the hours where the policy asks for some."""
    return facts.is_trained and facts.training_hours >= policy.training_hours


def _untrained_or_unexamined(facts: ReviewFacts, policy: Policy) -> list[Violation]:
    found = []
    if not training_complete(facts, policy):
        found.append(_training_missing(facts, policy))
    if not facts.exam_passed:
        found.append(_exam_missing(facts, policy))
    return found


def _exam_missing(facts: ReviewFacts, policy: Policy) -> Violation:
    if facts.exam_failed:
        return EXAM_OF_THE_YEAR.broken(N_("The latest exam of the year was not passed; a make-up is open."))
    if policy.review_exam_years:
        old = N_("No exam passed within the last %(years)s years is on record.")
        return EXAM_OF_THE_YEAR.broken(old, years=policy.review_exam_years)
    return EXAM_OF_THE_YEAR.broken(N_("No passed exam is on record."))


def _training_missing(facts: ReviewFacts, policy: Policy) -> Violation:
    if not policy.training_hours:
        return TRAINED_THIS_YEAR.broken(N_("The year's online course in common legal knowledge is not completed."))
    return TRAINED_THIS_YEAR.broken(
        N_("The year's training is not complete: %(hours)s hours, %(required)s required."),
        hours=_plain(facts.training_hours),
        required=policy.training_hours,
    )


def deferral_end(decided_on: date, make_up_by: date | None, policy: Policy) -> date:
    """Until when a finding that is deferred on a day stays open: by policy, within the term of the review."""
    by_policy = decided_on + timedelta(days=policy.review_deferral_days)
    return by_policy if make_up_by is None else max(decided_on, min(by_policy, make_up_by))


def deferral_obstacles(until: date, decided_on: date, make_up_by: date | None) -> list[Violation]:
    """What speaks against a day of one's own for a deferral."""
    last = None if make_up_by is None else max(decided_on, make_up_by)
    if until < decided_on or (last is not None and until > last):
        message = N_("A deferral ends between %(first)s and %(last)s.")
        return [DEFERRED_IN_TERM.broken(message, first=decided_on, last=last or "…")]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an item stands when its review is closed; `against` are the codes of the rules that its facts break."""

    finding: ReviewFinding | None
    proposed: ReviewFinding
    deferred_until: date | None
    made_up_on: date | None
    against: frozenset[str] = frozenset()

    @property
    def rests_on_discipline(self) -> bool:
        """Whether the facts speak for 暂缓 by discipline alone; where word and register differ, that defers nobody."""
        deferring = self.against - {WORDS_AGREE.code}
        return self.proposed is ReviewFinding.DEFERRED and deferring == {NOT_DISCIPLINED.code}

    def is_over(self, today: date) -> bool:
        """Whether the last day of the deferral has passed."""
        return self.deferred_until is not None and self.deferred_until < today


def left_to_a_person(item: Standing, today: date) -> Violation | None:
    """Why the close leaves a deferred item to a person; None when it deals with it, or merely waits for its day."""
    if item.finding is not ReviewFinding.DEFERRED:
        return None
    if item.proposed is ReviewFinding.PASSED and item.made_up_on is None:
        met = N_("Deferred by the bureau though every rule is met; it stays deferred until somebody decides it.")
        return ENDED_BY_A_PERSON.broken(met)
    if item.rests_on_discipline:
        disciplined = N_("Deferred for discipline alone, which nothing makes up; somebody decides it.")
        return ENDED_BY_A_PERSON.broken(disciplined)
    if item.proposed in AGAINST and not item.is_over(today):
        otherwise = N_("Deferred by the bureau until %(day)s though the facts speak for another finding.")
        return ENDED_BY_A_PERSON.broken(otherwise, day=item.deferred_until or "…")
    return None


def at_close(item: Standing, today: date) -> Proposal | None:
    """What closing a review makes of an item (domain.md 5); None when its finding stands.

    Whoever was not decided gets what the facts speak for; of the deferred, who has made up passes at once. Until its
    last day a deferral stands whatever else the facts speak for; after that day they are followed, and whoever did not
    make up has not passed. What nothing made up can end is left to a person.
    """
    if item.finding is None:
        return Proposal(item.proposed)
    if item.finding is not ReviewFinding.DEFERRED or left_to_a_person(item, today) is not None:
        return None
    if item.proposed is not ReviewFinding.DEFERRED:
        return Proposal(item.proposed)
    if not item.is_over(today):
        return None
    late = MADE_UP_IN_TIME.broken(N_("Had not made up by %(day)s."), day=item.deferred_until)
    return Proposal(ReviewFinding.FAILED, (late,))


def identity(findings: Iterable[ReviewFinding]) -> Mapping[ReviewFinding, int]:
    """How many of each finding; 应审 is their sum (domain.md 9.11)."""
    counted = Counter(findings)
    return {finding: counted[finding] for finding in ReviewFinding}
