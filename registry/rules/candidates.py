"""Who is called to an exam and why, how seats are allotted, and what is printed for the day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from typing import TypeVar

from registry.rules import Rule, Violation
from registry.rules.certificates import (
    IN_POST,
    NOT_BARRED,
    OF_AGE,
    ON_THE_ESTABLISHMENT,
    SUBJECTS,
    CertificateKind,
    Dossier,
    applies_for,
    examine,
)
from registry.rules.departments import CONFIRMED_SUBJECT
from registry.rules.exams import ExamSubject, attempts_in, passes_in
from registry.rules.people import Duty, Establishment
from registry.rules.policy import Policy
from registry.words import N_

Keyed = TypeVar("Keyed")

ATTEMPT_LEFT = Rule(
    code="CAND-1", title=N_("An attempt is left in the year"), source="本登记簿规则：每年考试次数以现行规定数值为限"
)
ANNOUNCED_ONCE = Rule(
    code="CAND-2", title=N_("A sitting is announced once"), source="本登记簿规则：同日同科同名考试只公布一次"
)
CHANGES_SAY_WHY = Rule(
    code="CAND-3", title=N_("A change to a sitting says why"), source="本登记簿规则：变更考试安排须说明理由"
)
EVERYBODY_HAS_A_SEAT = Rule(
    code="CAND-4", title=N_("Every candidate has a seat"), source="本登记簿规则：考场座位不少于考生人数"
)
SOMEBODY_TO_PRINT = Rule(
    code="CAND-5", title=N_("What is printed has a candidate"), source="本登记簿规则：不印制空白准考证"
)
SCORES_KEEP_THEIR_CANDIDATE = Rule(
    code="CAND-6",
    title=N_("Whoever has a score stays a candidate"),
    source="本登记簿规则：已录入成绩的考生不得移出名单",
)

# Slips or lines that are printed while somebody waits; a slip takes as long as three lines.
LONGEST_WAIT = 300
MOST_SLIPS_AT_ONCE = 100
# What the law asks of a candidate before the exam; passing it is the rest.
ELIGIBILITY: Mapping[str, str] = {
    IN_POST.code: N_("%(name)s holds no post on the day of the exam."),
    ON_THE_ESTABLISHMENT.code: N_("%(name)s is not on the establishment."),
    OF_AGE.code: N_("%(name)s is not of age on the day of the exam."),
    CONFIRMED_SUBJECT.code: N_("%(name)s serves in a unit that is no confirmed enforcement subject."),
    NOT_BARRED.code: N_("%(name)s is barred from applying on the day of the exam."),
}
MOST_SEATS = 2_000


class Call(StrEnum):
    """Where somebody who needs a subject stands before a sitting: the first three are proposed, the others not."""

    FIRST = "first"
    RETAKE = "retake"
    RENEWAL = "renewal"
    ELSEWHERE = "elsewhere"
    EXHAUSTED = "exhausted"
    NOT_ELIGIBLE = "not_eligible"


PROPOSED = (Call.FIRST, Call.RETAKE, Call.RENEWAL)


class SittingState(StrEnum):
    """How far a sitting has come."""

    ANNOUNCED = "announced"
    SCORING = "scoring"
    PUBLISHED = "published"


class PaperForm(StrEnum):
    """准考证, 考生签到表, 考试情况登记表."""

    SLIPS = "slips"
    SIGN_IN = "sign_in"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Why somebody is proposed or not, and how many of the year's attempts are used."""

    call: Call
    used: int
    allowed: int
    because: Sequence[Violation] = ()

    @property
    def next_attempt(self) -> int:
        return self.used + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """An exam room and how many sit in it."""

    name: str
    capacity: int


def kind_needed(duty: Duty | None, establishment: Establishment | None) -> CertificateKind | None:
    """The certificate a post needs; None for posts that neither enforce nor supervise."""
    if applies_for(CertificateKind.SUPERVISION, duty, establishment):
        return CertificateKind.SUPERVISION
    return CertificateKind.ENFORCEMENT if duty is Duty.ENFORCEMENT else None


def call(
    subject: ExamSubject,
    kind: CertificateKind,
    dossier: Dossier,
    policy: Policy,
    day: date,
    elsewhere_on: date | None = None,
) -> Called | None:
    """How somebody in a post that needs that kind stands before a sitting on that day; None needs no such exam.

    `elsewhere_on` is the day of another sitting in the subject for which the person is entered and has no result.
    """
    if subject not in SUBJECTS[kind] or not _needs(subject, dossier, policy, day):
        return None
    used = attempts_used(subject, dossier, day)
    where, because = _where(subject, kind, dossier, policy, day, used, elsewhere_on)
    return Called(call=where, used=used, allowed=policy.exam_attempts, because=because)


def _where(
    subject: ExamSubject,
    kind: CertificateKind,
    dossier: Dossier,
    policy: Policy,
    day: date,
    used: int,
    elsewhere_on: date | None,
) -> tuple[Call, list[Violation]]:
    if unmet := ineligible(kind, dossier, policy, day):
        return Call.NOT_ELIGIBLE, unmet
    if spent := no_attempt_left(used, policy):
        return Call.EXHAUSTED, spent
    if elsewhere_on is not None:
        return Call.ELSEWHERE, [ATTEMPT_LEFT.broken(N_("Is entered for the sitting on %(day)s."), day=elsewhere_on)]
    if dossier.held is not None and passes_in(dossier.results, subject, day, policy.exam_attempts):
        held = {"number": dossier.held.number, "until": dossier.held.valid_until}
        return Call.RENEWAL, [ATTEMPT_LEFT.broken(N_("Certificate %(number)s is valid until %(until)s."), **held)]
    return (Call.RETAKE if used else Call.FIRST), []


def ineligible(kind: CertificateKind, dossier: Dossier, policy: Policy, day: date) -> list[Violation]:
    """What the law has against a candidate before any exam (条例 Art. 20; domain.md 9.2)."""
    findings = examine(kind, dossier, policy, day)
    return [finding.evidence for finding in findings if finding.rule.code in ELIGIBILITY and not finding.met]


def attempts_used(subject: ExamSubject, dossier: Dossier, day: date) -> int:
    """The attempts in the year of that day; missed and annulled sittings are none."""
    return sum(fact.held_on.year == day.year for fact in attempts_in(dossier.results, subject, day))


def no_attempt_left(used: int, policy: Policy) -> list[Violation]:
    """The violation when the year's attempts are used up."""
    if used < policy.exam_attempts:
        return []
    said = N_("No attempt is left this year: %(used)s of %(allowed)s used.")
    return [ATTEMPT_LEFT.broken(said, used=used, allowed=policy.exam_attempts)]


def refusals(name: str, unmet: Sequence[Violation]) -> list[Violation]:
    """What keeps somebody from being entered, with the name, for a list of many."""
    spent = N_("%(name)s has no attempt left this year: %(used)s of %(allowed)s used.")
    return [one.rule.broken(ELIGIBILITY.get(one.code, spent), **{**one.params, "name": name}) for one in unmet]


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last day of that month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first_of_next = date(years + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(years, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def _needs(subject: ExamSubject, dossier: Dossier, policy: Policy, day: date) -> bool:
    """No pass that counts, or a certificate in its renewal window and no pass inside that window."""
    passes = passes_in(dossier.results, subject, day, policy.exam_attempts)
    if not passes:
        return True
    if dossier.held is None:
        return False
    opens = months_before(dossier.held.valid_until, policy.renewal_window_months)
    return opens <= day and all(fact.held_on < opens for fact in passes)


def parse_rooms(text: str) -> list[Room]:
    """Rooms as one types them, `101: 30, 102：40`; ValueError names the part that is no room with its seats."""
    found = []
    for part in re.split(r"[,，;；\n]+", text):
        if not part.strip():
            continue
        typed = re.fullmatch(r"\s*(?P<name>[^:：]{1,40}?)\s*[:：]\s*(?P<seats>\d{1,4})\s*", part)
        if typed is None or not 0 < int(typed["seats"]) <= MOST_SEATS:
            raise ValueError(part.strip())
        found.append(Room(name=typed["name"], capacity=int(typed["seats"])))
    names = [room.name for room in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(twice)
    return found


def mixed(units: Mapping[Keyed, int]) -> list[Keyed]:
    """An order in which neighbours come from different units, as far as their numbers allow.

    The largest units take every second place first; what is left fills the places between.
    """
    by_unit: dict[int, list[Keyed]] = defaultdict(list)
    for key, unit in units.items():
        by_unit[unit].append(key)
    by_size = sorted(by_unit.values(), key=lambda keys: len(keys), reverse=True)
    dealt = list(chain.from_iterable(by_size))
    places: list[Keyed] = dealt.copy()
    half = (len(dealt) + 1) // 2
    places[0::2], places[1::2] = dealt[:half], dealt[half:]
    return places


def seated(people: Iterable[Keyed], rooms: Sequence[Room]) -> list[tuple[Keyed, str, int | None]]:
    """Room and seat of each, in order; without rooms nobody has a seat."""
    if not rooms:
        return [(one, "", None) for one in people]
    seats = ((room.name, seat) for room in rooms for seat in range(1, room.capacity + 1))
    return [(one, *seat) for one, seat in zip(people, seats, strict=False)]


def is_long(form: PaperForm, count: int) -> bool:
    """Whether that many slips or lines take longer to print than somebody waits."""
    return count > (MOST_SLIPS_AT_ONCE if form is PaperForm.SLIPS else LONGEST_WAIT)
