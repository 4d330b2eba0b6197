"""As printed and as now: the lines of a locked roster beside what the register says of the same year today.

The register is read once more for the day of the review's facts, so that corrections of records show and what merely
came later does not; how each certificate stands today is told beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.rosters import Roster
from registry.rules.certificates import CertificateStatus, status_on
from registry.rules.errata import Difference, Fate, added_up, difference
from registry.rules.policy import Policy
from registry.rules.reviews import ReviewFacts, propose, read_facts
from registry.rules.rosters import Reviewed, summarise
from registry.services import policies
from registry.services.changes import in_chunks
from registry.services.departments import named_on
from registry.services.reviews.gathering import Gathered, Gathering, gather
from registry.services.reviews.proposing import proposal_for
from registry.services.rosters.lines import LINE_COLUMNS, Entry, entry_of

Corrected = Mapping[int, Mapping[str, Any]]  # by certificate: what the sheets printed so far say of its line
NOTHING: Corrected = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A line of the roster, of the register, or of both; `today` is how the certificate stands on the day asked.

    `counts` are what a line that differs adds to the sums as it stands on paper, `counts_now` by the register.
    """

    certificate_id: int
    unit: str
    line: Mapping[str, Any] | None
    now: Mapping[str, Any] | None
    difference: Difference
    status_then: CertificateStatus | None
    today: CertificateStatus | None
    counts: Mapping[str, int]
    counts_now: Mapping[str, int]

    @property
    def shown(self) -> Mapping[str, Any]:
        """The line on paper, or the register's where none was printed."""
        found = self.line or self.now
        return {} if found is None else found

    @property
    def differs(self) -> bool:
        return self.difference.fate is not Fate.SAME

    @property
    def moved_on(self) -> bool:
        """Whether the certificate stands otherwise today than on the day of the facts."""
        return None not in (self.today, self.status_then) and self.today is not self.status_then


@dataclass(frozen=True, slots=True)
class Comparison:
    """A whole roster compared: its lines in the order of the paper, those left out last; sums as printed and as now."""

    lines: Sequence[Compared]
    sums: Mapping[str, int]
    sums_now: Mapping[str, int]

    @property
    def differing(self) -> list[Compared]:
        return [one for one in self.lines if one.differs]

    @property
    def moved_on(self) -> list[Compared]:
        return [one for one in self.lines if one.moved_on]


def compare(
    session: Session, roster: Roster, data: Mapping[str, Any], *, today: date, corrected: Corrected = NOTHING
) -> Comparison:
    """A frozen roster with its whole data beside the register; the caller has asked whether one may see it.

    As many statements for many lines as for few: seven, and four for each day on which make-ups were looked at.
    """
    campaign, policy = roster.campaign, policies.by_id(session, roster.campaign.policy_id)
    rows, gathered = _gathered(session, campaign, policy, roster.department_id)
    zero = dict.fromkeys(roster.data["summary"], 0)
    found = [
        _compared(_Facts(campaign, policy, today, zero), line, unit, rows.get(card), gathered.get(card), corrected)
        for card, unit, line in _every(data, rows, gathered, corrected)
    ]
    sums = _sums(roster.data["summary"], corrected)
    less = [one.counts for one in found if one.differs]
    more = [one.counts_now for one in found if one.differs]
    return Comparison(found, sums, added_up(sums, less, more))


@dataclass(frozen=True, slots=True)
class _Facts:
    campaign: ReviewCampaign
    policy: Policy
    today: date
    zero: Mapping[str, int]


def _sums(printed: Mapping[str, int], corrected: Corrected) -> dict[str, int]:
    return added_up(
        printed, [one["counts_before"] for one in corrected.values()], [one["counts"] for one in corrected.values()]
    )


def _every(
    data: Mapping[str, Any], rows: Mapping[int, Any], gathered: Mapping[int, Gathered], corrected: Corrected
) -> Iterator[tuple[int, str, Mapping[str, Any] | None]]:
    """Certificate, unit and line: all that were printed, then those that a roster of today would have besides."""
    printed = set()
    for section in data["sections"]:
        for line in section["lines"]:
            printed.add(line["certificate_id"])
            yield line["certificate_id"], section["unit"], line
    for card in (set(gathered) | set(corrected)) - printed:
        if card in rows:
            yield card, rows[card].unit_name, None


def _compared(
    facts: _Facts,
    line: Mapping[str, Any] | None,
    unit: str,
    row: Any,
    found: Gathered | None,
    corrected: Corrected,
) -> Compared:
    card = row.certificate_id if row is not None else (line or {})["certificate_id"]
    entry = _now(facts, row, found) if row is not None and found is not None else None
    stands, now = corrected.get(card), None if entry is None else entry.line
    told = difference(line, now, stands and stands["stands"])
    counts, counts_now = facts.zero, facts.zero
    if told.fate is not Fate.SAME:
        counts = stands["counts"] if stands else _then(facts, row, line)
        counts_now = asdict(summarise([entry.reviewed], facts.policy)) if entry else facts.zero
    return Compared(
        certificate_id=card,
        unit=unit,
        line=line,
        now=now,
        difference=told,
        status_then=_status_then(row),
        today=None if row is None else status_on(row.status, row.valid_until, facts.today),
        counts=counts,
        counts_now=counts_now,
    )


def _status_then(row: Any) -> CertificateStatus | None:
    """How the certificate stood in the facts of the review; None where they are not whole, or there are none."""
    facts = None if row is None else read_facts(row.facts)
    return facts.status if facts else None


def _then(facts: _Facts, row: Any, line: Mapping[str, Any] | None) -> Mapping[str, int]:
    if line is None or row is None or row.item_id is None:
        return facts.zero
    reviewed = Reviewed(facts=read_facts(row.facts, row.statement), is_next_year=row.is_next_year, finding=row.finding)
    return asdict(summarise([reviewed], facts.policy))


def _now(facts: _Facts, row: Any, found: Gathered) -> Entry:
    """The line as a roster of today would have it."""
    present = _as_looked_at(replace(found.facts, statement=row.statement), row.facts)
    finding = None if found.is_next_year else propose(present, facts.policy).finding
    if row.finding is not None and finding is not None:
        then = proposal_for(read_facts(row.facts, row.statement), facts.policy).finding
        finding = row.finding if then is finding else finding
    told = {
        **row._mapping,
        "facts": {**present.as_plain(), **found.post},
        "is_next_year": found.is_next_year,
        "proposed": None,
        "finding": finding,
        "reason": row.reason or "",
    }
    return entry_of(SimpleNamespace(**told), facts.campaign, facts.policy)


def _as_looked_at(present: ReviewFacts, kept: Mapping[str, Any] | None) -> ReviewFacts:
    """The facts without what the review did not look at: one older than measures of discipline and failed make-ups."""
    then = None if kept is None or "is_disciplined" in kept else read_facts(kept)
    if then is None:
        return present
    seen = replace(present, is_disciplined=False, exam_failed=False)
    return replace(seen, exam_score=then.exam_score, exam_passed=then.exam_passed) if present.exam_failed else seen


def _gathered(
    session: Session, campaign: ReviewCampaign, policy: Policy, department_id: int | None
) -> tuple[dict[int, Any], dict[int, Gathered]]:
    """Certificates with their items, and their facts by the register of today: each as of the day the review took."""
    what = Gathering(
        kind=campaign.kind,
        year=campaign.year,
        as_of=campaign.as_of_on,
        cutoff=campaign.cutoff_on,
        policy=policy,
        department_id=department_id,
    )
    found = {one.certificate_id: one for one in gather(session, what)}
    rows = _rows(session, campaign, department_id, found)
    for day, cards in _looked_at_again(rows, found).items():
        later = {one.certificate_id: one for one in gather(session, replace(what, as_of=day))}
        found |= {card: later.get(card) or _as_kept(found[card], rows[card]) for card in cards}
    return rows, found


def _looked_at_again(rows: Mapping[int, Any], found: Mapping[int, Gathered]) -> Mapping[date, list[int]]:
    """The certificates whose facts were gathered once more while the review was open, by the day of that."""
    days: dict[date, list[int]] = defaultdict(list)
    for card, row in rows.items():
        if card in found and (day := _second_look(row)) is not None:
            days[day].append(card)
    return days


def _second_look(row: Any) -> date | None:
    """The day of it, where the facts are whole and name one."""
    try:
        return date.fromisoformat(row.facts["as_of"]) if read_facts(row.facts) else None
    except (KeyError, TypeError, ValueError):
        return None


def _as_kept(first: Gathered, row: Any) -> Gathered:
    """The facts of the review where that day's register leaves the card to its successor."""
    post = {**first.post, "section": row.facts["section"], "post": row.facts["post"]}
    return replace(first, facts=ReviewFacts.from_plain(row.facts), post=post)


def _rows(
    session: Session, campaign: ReviewCampaign, department_id: int | None, gathered: Iterable[int]
) -> dict[int, Any]:
    """Certificate, holder, unit and item, by certificate: of the review's items and of what was gathered besides."""
    items = _select(campaign).where(ReviewItem.id.is_not(None))
    if department_id is not None:
        items = items.where(ReviewItem.department_id == department_id)
    found = {row.certificate_id: row for row in session.execute(items)}
    for chunk in in_chunks([card for card in gathered if card not in found]):
        found |= {
            row.certificate_id: row for row in session.execute(_select(campaign).where(Certificate.id.in_(chunk)))
        }
    return found


def _select(campaign: ReviewCampaign) -> AnySelect:
    locked_on = (campaign.locked_at or clock.now()).astimezone(clock.OFFICE_TIME).date()
    own = (ReviewItem.certificate_id == Certificate.id) & (ReviewItem.campaign_id == campaign.id)
    return (
        select(*LINE_COLUMNS, named_on(Department.id, Department.name, locked_on).label("unit_name"))
        .select_from(Certificate)
        .outerjoin(ReviewItem, own)
        .join(Person, Person.id == Certificate.person_id)
        .join(Department, Department.id == func.coalesce(ReviewItem.department_id, Certificate.department_id))
    )
