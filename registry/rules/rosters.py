"""The annual review roster: its summary block, the identity that must hold, and the few words of each remark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from registry.rules import Rule
from registry.rules.campaigns import Statement
from registry.rules.certificates import LIVE, CertificateStatus
from registry.rules.people import ON_ESTABLISHMENT, Assessment, EndReason, Establishment
from registry.rules.policy import Policy
from registry.rules.reviews import ReviewFacts, ReviewFinding, training_complete
from registry.words import N_

REPRINT_SAYS_WHY = Rule(
    code="ROST-1", title=N_("A further copy of a roster says what it is for"), source="本登记簿规则"
)
EVERY_CHARACTER_PRINTS = Rule(
    code="ROST-2", title=N_("A roster prints every name as it is written"), source="本登记簿规则"
)
LONG_DRAFTS_ARE_SHEETS = Rule(code="ROST-3", title=N_("A long draft is taken as a spreadsheet"), source="本登记簿规则")
SOMETHING_TO_PRINT = Rule(code="ROST-4", title=N_("A roster has at least one line"), source="本登记簿规则")
LONG_ROSTERS_WAIT = Rule(
    code="ROST-5", title=N_("A long roster is printed by the worker, not while somebody waits"), source="本登记簿规则"
)
BYTES_STAY = Rule(
    code="ROST-6", title=N_("A copy of a roster is what was printed"), source="本登记簿规则：存档字节不得更换"
)
LONGEST_WAIT = 3_000  # lines that may be printed while somebody waits: about a second

NEXT_YEAR = N_("reviewed next year")
RENEWAL_DUE = N_("renewal due")
FACTS_MISSING = N_("facts not complete")

_STATUS_WORDS: Mapping[CertificateStatus, str] = {
    CertificateStatus.SUSPENDED: N_("card suspended"),
    CertificateStatus.LOST: N_("card lost"),
    CertificateStatus.WITHDRAWN: N_("card withdrawn"),
    CertificateStatus.EXPIRED: N_("card expired"),
    CertificateStatus.CANCELLED: N_("card cancelled"),
    CertificateStatus.REVOKED: N_("card revoked"),
    CertificateStatus.REPLACED: N_("card replaced"),
}
_END_WORDS: Mapping[EndReason | None, str] = {
    None: N_("left the post"),
    EndReason.TRANSFER: N_("transferred away"),
    EndReason.SECONDMENT: N_("seconded away"),
    EndReason.RETIREMENT: N_("has retired"),
    EndReason.RESIGNATION: N_("has resigned"),
    EndReason.DISMISSAL: N_("was dismissed"),
    EndReason.DEATH: N_("has died"),
    EndReason.REASSIGNMENT: N_("moved to another post"),
    EndReason.UNIT_ABOLISHED: N_("unit was abolished"),
    EndReason.RECORDED_IN_ERROR: N_("recorded in error"),
    EndReason.FILE_MERGED: N_("file was merged"),
}
# Discipline stays internal (政府信息公开条例第十六条): a roster goes by many hands, and says that something is open.
UNDER_VERIFICATION = N_("another matter to be verified")
_SAID_WORDS: Mapping[Statement | None, str] = {
    Statement.LEFT: N_("left, by the unit's word"),
    Statement.CHANGED: N_("changed, by the unit's word"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One certificate on a roster: its facts, whether it waits for next year, and the finding once there is one.

    Facts that are not whole are None: the line stands, says so, and counts by its finding alone.
    """

    facts: ReviewFacts | None
    is_next_year: bool
    finding: ReviewFinding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The summary block (domain.md 3.4). `held` counts valid cards alone (domain.md 9.7)."""

    held: int
    due: int
    reviewed: int
    passed: int
    deferred: int
    failed: int
    withdrawn: int
    cancelled: int
    untrained: int
    unexamined: int
    suspended: int
    lost: int
    next_year: int

    @property
    def holds(self) -> bool:
        """应审 = 合格 + 暂缓 + 不合格 + 收回注销 (domain.md 9.11); false while findings are missing."""
        return self.due == self.passed + self.deferred + self.failed + self.withdrawn + self.cancelled


def summarise(lines: Iterable[Reviewed], policy: Policy) -> Summary:
    """The counts of a unit's or the county's roster.

    收回注销 is one finding; the block counts it as 收回 when the card was still out on the day of the facts, and as
    注销 when it had already been taken back or had ended, so that only the cancellation remains. A card whose facts
    are not whole is taken to be still out, so that somebody looks for it.
    """
    every = list(lines)
    due = [line for line in every if not line.is_next_year]
    known = [line.facts for line in every if line.facts is not None]
    known_due = [line.facts for line in due if line.facts is not None]
    found = [line.finding for line in due]
    ended = [line.facts for line in due if line.finding is ReviewFinding.WITHDRAWN]
    still_out = sum(facts is None or facts.status in LIVE for facts in ended)
    return Summary(
        held=sum(facts.status is CertificateStatus.ACTIVE for facts in known),
        due=len(due),
        reviewed=sum(finding is not None for finding in found),
        passed=found.count(ReviewFinding.PASSED),
        deferred=found.count(ReviewFinding.DEFERRED),
        failed=found.count(ReviewFinding.FAILED),
        withdrawn=still_out,
        cancelled=len(ended) - still_out,
        untrained=sum(not training_complete(facts, policy) for facts in known_due),
        unexamined=sum(not facts.exam_passed for facts in known_due),
        suspended=sum(facts.status is CertificateStatus.SUSPENDED for facts in known),
        lost=sum(facts.status is CertificateStatus.LOST for facts in known),
        next_year=len(every) - len(due),
    )


def remarks(line: Reviewed, policy: Policy, year: int) -> list[str]:
    """Why, in a few words each (msgids), gravest first; 次年审 alone for a card that waits for next year."""
    if line.is_next_year:
        return [NEXT_YEAR]
    if line.facts is None:
        return [FACTS_MISSING]
    of_register = [*_post_words(line.facts), *_card_words(line.facts), *_merit_words(line.facts, policy)]
    found = [*of_register, *_said_words(line.facts)]
    if line.finding is not ReviewFinding.PASSED and _is_open(line.facts):
        found.append(UNDER_VERIFICATION)
    if line.finding is ReviewFinding.PASSED and line.facts.valid_until <= date(year + 1, 12, 31):
        found.append(RENEWAL_DUE)
    return found


def _post_words(facts: ReviewFacts) -> list[str]:
    words = []
    if not facts.is_in_post:
        words.append(_END_WORDS[facts.end_reason])
    elif facts.establishment not in ON_ESTABLISHMENT and facts.establishment is not Establishment.INVITED:
        words.append(N_("not on the establishment"))
    if not facts.unit_stands:
        words.append(N_("unit no enforcement subject"))
    return words


def _said_words(facts: ReviewFacts) -> list[str]:
    """What the unit alone knows; that somebody left is the register's own word where he has left there too."""
    if facts.statement not in _SAID_WORDS or (facts.statement is Statement.LEFT and not facts.is_in_post):
        return []
    return [_SAID_WORDS[facts.statement]]


def _is_open(facts: ReviewFacts) -> bool:
    """Whether discipline or an investigation is on record, or is the unit's word."""
    return facts.is_disciplined or facts.statement is Statement.DISCIPLINED


def _card_words(facts: ReviewFacts) -> list[str]:
    return [_STATUS_WORDS[facts.status]] if facts.status in _STATUS_WORDS else []


def _merit_words(facts: ReviewFacts, policy: Policy) -> list[str]:
    words = []
    if facts.assessment is Assessment.INCOMPETENT:
        words.append(N_("assessed incompetent"))
    if not training_complete(facts, policy):
        words.append(N_("training not complete"))
    if not facts.exam_passed:
        words.append(N_("exam not passed"))
    return words
