"""Extracts: the lines of a review that answer to a choice, in columns of one's own; marked, counted, never frozen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, undefer

from registry import audit, printing
from registry.db import AnySelect
from registry.labels import label
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.rosters import Roster
from registry.printing import Marks
from registry.printing.rosters.columns import ALWAYS
from registry.rules import RuleBroken
from registry.rules.campaigns import Statement
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.rules.reviews import CampaignStatus, ReviewFinding, read_facts
from registry.rules.rosters import LONG_DRAFTS_ARE_SHEETS, LONGEST_WAIT, SOMETHING_TO_PRINT, Reviewed, summarise
from registry.services import policies
from registry.services.copies import Copy
from registry.services.rosters.contents import to_print
from registry.services.rosters.copies import DRAFT_NUMBER, Form, as_file, copy_of
from registry.services.rosters.lines import hash_of, sheet
from registry.services.rosters.printing import paper
from registry.words import N_

KEYS = tuple(key for key, *_ in printing.COLUMNS)
MARK, EVERYBODY = "摘录", "全部"
SAID = {"department": "单位", "field": "执法类别", "finding": "审验意见", "statement": "单位意见"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractFilter:
    """Which lines of a review: of a unit, a field, a finding (on a draft the proposal), a word of the unit."""

    department_id: int | None = None
    field: str = ""
    finding: ReviewFinding | None = None
    statement: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """An extract before it is taken: the data as a roster has them, what was chosen in words, and what it is from."""

    campaign: ReviewCampaign
    roster: Roster | None
    data: Mapping[str, Any]
    words: str
    line_count: int

    @property
    def lines(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(section["unit"], line) for section in self.data["sections"] for line in section["lines"]]


def columns_of(keys: Iterable[str]) -> tuple[str, ...]:
    """Columns of the roster in the order wished for; name and number are never missing. All when none is named."""
    wished = [key for key in dict.fromkeys(keys) if key in KEYS]
    return (*(key for key in ALWAYS if key not in wished), *wished) if wished else KEYS


def fields_of(session: Session, actor: Actor, *, campaign_id: int) -> list[str]:
    """The enforcement fields in a review, for the choice."""
    actor.require(Action.ROSTER_VIEW)
    chosen = select(Certificate.field).distinct().join(ReviewItem, ReviewItem.certificate_id == Certificate.id)
    chosen = chosen.where(ReviewItem.campaign_id == campaign_id, Certificate.field != "")
    return list(session.scalars(_seen_by(actor, chosen).order_by(Certificate.field)))


def extracted(session: Session, actor: Actor, *, campaign_id: int, chosen: ExtractFilter, today: date) -> Extract:
    """What an extract would have on it; of a locked review the lines as they were frozen. Changes nothing."""
    unit = actor.department_id if actor.is_unit_bound else chosen.department_id
    actor.require_unit(Action.ROSTER_VIEW, unit)
    campaign = session.get_one(ReviewCampaign, campaign_id)
    roster, base = _base(session, campaign, unit, today)
    policy = policies.by_id(session, campaign.policy_id)
    reviewed = _reviewed(session, actor, campaign, unit, chosen)
    sections = [_section(section, reviewed, policy) for section in base["sections"]]
    words = _words(session, unit, chosen)
    data = {
        **base,
        "title": f"{base['title']}{MARK}（{words}）",
        "sections": [section for section in sections if section["lines"]],
        "summary": asdict(summarise(reviewed.values(), policy)),
    }
    return Extract(campaign=campaign, roster=roster, data=data, words=words, line_count=len(reviewed))


def extract(
    session: Session,
    actor: Actor,
    *,
    campaign_id: int,
    chosen: ExtractFilter,
    columns: Sequence[str],
    form: Form,
    today: date,
    public_url: str,
    longest_wait: int | None = LONGEST_WAIT,
) -> Copy:
    """An extract as a file, said on it to be one; the trail keeps what was chosen, how many lines, and the hash.

    RuleBroken (ROST-4) when no line answers, (ROST-3) when a PDF would have more lines than `longest_wait`.
    """
    drawn = extracted(session, actor, campaign_id=campaign_id, chosen=chosen, today=today)
    actor.require_unit(Action.ROSTER_PRINT, drawn.data["department_id"])
    if not drawn.line_count:
        raise RuleBroken([SOMETHING_TO_PRINT.broken(N_("No line of the review is of this kind."))])
    if form == "pdf" and longest_wait is not None and drawn.line_count > longest_wait:
        long = N_("An extract of %(count)s lines is not printed; take it as .xlsx or .csv, or narrow it.")
        raise RuleBroken([LONG_DRAFTS_ARE_SHEETS.broken(long, count=drawn.line_count)])
    marks, keys = _marks(session, drawn), columns_of(columns)
    check_url = f"{public_url}/{_address(drawn)}"
    content = (
        paper(drawn.data, marks, check_url=check_url, columns=keys)
        if form == "pdf"
        else as_file(form, drawn.data, marks, keys)
    )
    audit.record(
        session,
        actor,
        Action.ROSTER_PRINT,
        drawn.campaign,
        department_id=drawn.data["department_id"],
        number=marks.number,
        extract=drawn.words,
        columns=len(keys),
        lines=drawn.line_count,
        form=form,
        sha256=marks.data_sha256,
    )
    return copy_of(f"{marks.number}-{drawn.words}", form, content)


def _base(
    session: Session, campaign: ReviewCampaign, unit: int | None, today: date
) -> tuple[Roster | None, Mapping[str, Any]]:
    """The frozen roster of a locked review, the unit's or the county's; else the lines as they stand."""
    if campaign.status is not CampaignStatus.LOCKED:
        return None, sheet(session, campaign, unit, today=today).data
    same = Roster.department_id.is_(None) if unit is None else Roster.department_id == unit
    chosen = select(Roster).where(Roster.campaign_id == campaign.id, same).options(undefer(Roster.data))
    roster = session.scalar(chosen)
    return (roster, to_print(session, roster)) if roster else (None, sheet(session, campaign, unit, today=today).data)


def _reviewed(
    session: Session, actor: Actor, campaign: ReviewCampaign, unit: int | None, chosen: ExtractFilter
) -> dict[int, Reviewed]:
    """What the chosen items add to the sums, by item."""
    query = (
        select(ReviewItem.id, ReviewItem.facts, ReviewItem.statement, ReviewItem.is_next_year, ReviewItem.finding)
        .join(Certificate, Certificate.id == ReviewItem.certificate_id)
        .where(ReviewItem.campaign_id == campaign.id)
    )
    if unit is not None:
        query = query.where(ReviewItem.department_id == unit)
    if chosen.field:
        query = query.where(Certificate.field == chosen.field)
    if chosen.finding is not None:
        proposed = and_(ReviewItem.finding.is_(None), ReviewItem.proposed == chosen.finding)
        query = query.where(or_(ReviewItem.finding == chosen.finding, proposed))
    if chosen.statement is not None:
        query = query.where(ReviewItem.statement == chosen.statement)
    return {
        row.id: Reviewed(facts=read_facts(row.facts, row.statement), is_next_year=row.is_next_year, finding=row.finding)
        for row in session.execute(_seen_by(actor, query))
    }


def _section(section: Mapping[str, Any], reviewed: Mapping[int, Reviewed], policy: Policy) -> dict[str, Any]:
    """The lines of a unit that were chosen, under their numbers on the roster, and their sums."""
    lines = [line for line in section["lines"] if line["item_id"] in reviewed]
    summary = summarise((reviewed[line["item_id"]] for line in lines), policy)
    return {**section, "lines": lines, "summary": asdict(summary)}


def _words(session: Session, unit: int | None, chosen: ExtractFilter) -> str:
    told = {
        "department": session.scalar(select(Department.name).where(Department.id == unit)) if unit else "",
        "field": chosen.field,
        "finding": label(chosen.finding) if chosen.finding else "",
        "statement": label(chosen.statement) if chosen.statement else "",
    }
    return "；".join(f"{SAID[name]}：{text}" for name, text in told.items() if text) or EVERYBODY


def _marks(session: Session, drawn: Extract) -> Marks:
    roster = drawn.roster
    return Marks(
        number=f"{MARK}自{roster.number}" if roster else f"{MARK}（{DRAFT_NUMBER}）",
        check_code="",
        data_sha256=hash_of(dict(drawn.data)),
        trail_head=roster.trail_head if roster else audit.head(session),
        is_draft=roster is None,
    )


def _address(drawn: Extract) -> str:
    return f"rosters/code/{drawn.roster.check_code}" if drawn.roster else f"reviews/{drawn.campaign.id}"


def _seen_by(actor: Actor, query: AnySelect) -> AnySelect:
    return query.where(ReviewItem.department_id == actor.department_id) if actor.is_unit_bound else query
