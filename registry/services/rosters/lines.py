"""What stands on a roster: head, lines and summary as plain values, for one unit or the whole county."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, printing
from registry.db import canonical_json
from registry.labels import label
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.certificates import CertificateKind
from registry.rules.departments import Profile
from registry.rules.policy import Policy
from registry.rules.reviews import ReviewFacts, read_facts, training_complete
from registry.rules.rosters import Reviewed, Summary, remarks, summarise
from registry.services import policies
from registry.services.departments import profiles_on
from registry.words import CHINESE, N_, translate

LAYOUT = 2  # the shape of the frozen data; since 2 the county's, once frozen, names those of its units
READ_AT_ONCE = 5_000
UNKNOWN = "—"
COUNTED = [one.name for one in fields(Summary)]
# What `entry_of` makes a line of, beside `unit_name`: the unit's name as the roster has it.
LINE_COLUMNS: tuple[Any, ...] = (
    ReviewItem.id.label("item_id"),
    ReviewItem.is_next_year,
    ReviewItem.facts,
    ReviewItem.statement,
    ReviewItem.proposed,
    ReviewItem.finding,
    ReviewItem.reason,
    Certificate.id.label("certificate_id"),
    Certificate.person_id,
    Certificate.status,
    Certificate.number,
    Certificate.kind,
    Certificate.holder_name,
    Certificate.field,
    Certificate.issued_on,
    Certificate.valid_until,
    Person.sex,
    Person.identity_masked,
    Department.id.label("unit_id"),
    Department.code.label("unit_code"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item on its way to paper."""

    line: dict[str, Any]
    reviewed: Reviewed
    unit: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """A roster's data with its hash and the number of its lines; `department_id` is None for the county's."""

    department_id: int | None
    data: dict[str, Any]

    @property
    def sha256(self) -> str:
        return hash_of(self.data)

    @property
    def line_count(self) -> int:
        return sum(len(section["lines"]) for section in self.data["sections"])


def hash_of(data: Any) -> str:
    """SHA-256 over the canonical JSON: the same on every database."""
    return sha256(canonical_json(data).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Book:
    """What every sheet of a review shares; units are told by what they were on the day the roster speaks of."""

    head: Mapping[str, Any]
    policy: Policy
    profiles: Mapping[int, Profile]


def book_of(session: Session, campaign: ReviewCampaign, *, today: date, locked_at: datetime | None) -> Book:
    """The book of a review, filled today; without a moment of its lock, that of a draft."""
    policy = policies.by_id(session, campaign.policy_id)
    head = {**_head(session, campaign, today), "is_draft": locked_at is None, **(_seal(locked_at) if locked_at else {})}
    return Book(head, policy, profiles_on(session, campaign.as_of_on))


def _seal(locked_at: datetime) -> dict[str, str]:
    """What a lock adds: its moment by the clock of the office, and the version of the paper's form."""
    moment = locked_at.astimezone(clock.OFFICE_TIME)
    return {"locked_at": f"{moment:%Y-%m-%d %H:%M}", "template": printing.TEMPLATE_VERSION}


def sheet(session: Session, campaign: ReviewCampaign, department_id: int | None, *, today: date) -> Sheet:
    """One unit's sheet or the county's, as things stand now."""
    book = book_of(session, campaign, today=today, locked_at=campaign.locked_at)
    found = sections(session, campaign, book, department_id)
    return Sheet(department_id, data_of(book, department_id, [section for _, section in found]))


def sections(
    session: Session, campaign: ReviewCampaign, book: Book, department_id: int | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each unit, or the one, and its section, in the order of the units' codes: one query, one unit at a time."""
    for unit_id, run in groupby(entries(session, campaign, book.policy, department_id), lambda entry: entry.unit.id):
        yield unit_id, _section(book, list(run))


def data_of(book: Book, department_id: int | None, sections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A roster of these sections; the sums are theirs together."""
    return {
        **book.head,
        "department_id": department_id,
        "sections": sections,
        "summary": {key: sum(section["summary"][key] for section in sections) for key in COUNTED},
    }


def _head(session: Session, campaign: ReviewCampaign, today: date) -> dict[str, Any]:
    office = policies.office(session)
    return {
        "layout": LAYOUT,
        "year": campaign.year,
        "kind": campaign.kind.value,
        "title": _title(campaign.year, campaign.kind),
        "office": office.name,
        "county": office.county,
        "is_demonstration": office.is_demonstration,
        "as_of": campaign.as_of_on.isoformat(),
        "cutoff": campaign.cutoff_on.isoformat(),
        "policy": campaign.policy_id,
        "filled_on": today.isoformat(),
    }


def _title(year: int, kind: CertificateKind) -> str:
    titles = {
        CertificateKind.ENFORCEMENT: N_("%(year)s annual review roster of administrative enforcement certificates"),
        CertificateKind.SUPERVISION: N_("%(year)s annual review roster of enforcement supervision certificates"),
    }
    return translate(titles[kind], CHINESE, {"year": year})


def _section(book: Book, run: Sequence[Entry]) -> dict[str, Any]:
    unit = run[0].unit
    return {
        "unit": unit.name,
        "code": unit.code,
        "unit_kind": label(book.profiles[unit.id].kind),
        "lines": [{"place": place, **entry.line} for place, entry in enumerate(run, 1)],
        "summary": asdict(summarise((entry.reviewed for entry in run), book.policy)),
    }


@dataclass(frozen=True, slots=True)
class _Unit:
    id: int
    code: str
    name: str


def entries(session: Session, campaign: ReviewCampaign, policy: Policy, department_id: int | None) -> Iterator[Entry]:
    """The lines of a unit, or of the county, in the order of the paper."""
    chosen = (
        select(*LINE_COLUMNS, Department.name.label("unit_name"))
        .join(Certificate, Certificate.id == ReviewItem.certificate_id)
        .join(Person, Person.id == ReviewItem.person_id)
        .join(Department, Department.id == ReviewItem.department_id)
        .where(ReviewItem.campaign_id == campaign.id)
        .order_by(Department.code, Certificate.number)
    )
    if department_id is not None:
        chosen = chosen.where(ReviewItem.department_id == department_id)
    for row in session.execute(chosen.execution_options(yield_per=READ_AT_ONCE)):
        yield entry_of(row, campaign, policy)


def entry_of(row: Any, campaign: ReviewCampaign, policy: Policy) -> Entry:
    """One item with its certificate, holder and unit on its way to paper; where the facts are not whole, it says so."""
    facts = read_facts(row.facts, row.statement)
    reviewed = Reviewed(facts=facts, is_next_year=row.is_next_year, finding=row.finding)
    line = {
        "item_id": row.item_id,
        "certificate_id": row.certificate_id,
        "person_id": row.person_id,
        "name": row.holder_name,
        "sex": label(row.sex),
        "identity": row.identity_masked,
        "section": _told(row, "section") or row.unit_name,
        "post": _told(row, "post"),
        "establishment": label(facts.establishment if facts else None),
        "field": row.field,
        "kind": label(row.kind),
        "number": row.number,
        "issued_on": row.issued_on.isoformat(),
        "valid_until": row.valid_until.isoformat(),
        "training": _training(facts, policy) if facts else UNKNOWN,
        "exam": _exam(facts) if facts else UNKNOWN,
        "assessment": label(facts.assessment if facts else None),
        "finding": _finding(row),
        "signature": "",
        "remark": _remark(row, reviewed, policy, campaign.year),
    }
    return Entry(line, reviewed, _Unit(row.unit_id, row.unit_code, row.unit_name))


def _told(row: Any, key: str) -> str:
    """What was kept beside the facts; nothing where it is missing."""
    kept = (row.facts or {}).get(key)
    return kept if isinstance(kept, str) else ""


def _training(facts: ReviewFacts, policy: Policy) -> str:
    done = N_("training done") if training_complete(facts, policy) else N_("training not done")
    return f"{facts.training_hours.normalize():f}/{translate(done, CHINESE)}"


def _exam(facts: ReviewFacts) -> str:
    score = "—" if facts.exam_score is None else f"{facts.exam_score.normalize():f}"
    outcome = N_("exam passed") if facts.exam_passed else N_("exam failed")
    return f"{score}/{translate(outcome, CHINESE)}"


def _finding(row: Any) -> str:
    """The finding; on a draft the proposal, marked as one; nothing for a card that waits for next year."""
    if row.finding is not None:
        return label(row.finding)
    if row.proposed is None:
        return ""
    return translate(N_("proposed: %(finding)s"), CHINESE, {"finding": label(row.proposed)})


def _remark(row: Any, reviewed: Reviewed, policy: Policy, year: int) -> str:
    """Why, in Chinese, and the bureau's reason. The unit's own note stays on the internal pages (domain.md 7)."""
    words = [translate(word, CHINESE) for word in remarks(reviewed, policy, year)]
    return "；".join([*words, row.reason] if row.reason else words)
