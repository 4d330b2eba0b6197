"""A sample as a numbered sheet to tick by hand: frozen, printed once, copied ever after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import jobs
from registry.labels import label
from registry.models.auditing import RosterSample
from registry.models.rosters import Roster
from registry.rules import RuleBroken
from registry.rules.jobs import JobKind
from registry.rules.papers import LONGEST_WAIT, PaperKind
from registry.rules.permissions import Action, Actor
from registry.rules.samples import FITS_THE_HAND, LONGEST_SHEET, LOT_SHOWN
from registry.services import papers
from registry.services.auditing.drawing import DrawnLine, Sample, SampleChoice, draw, hold, units_of
from registry.words import N_

TOLD = ("place", "name", "identity", "number", "field", "valid_until", "finding")


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sheet of a roster in a list."""

    paper_id: int
    number: str
    choice: SampleChoice
    lines: int
    created_at: datetime

    def is_of(self, sample: Sample) -> bool:
        """Whether the same lines were drawn with the same seed, however their number was asked for."""
        mine, theirs = self.choice, sample.choice
        return (mine.seed, mine.narrowed, self.lines) == (theirs.seed, theirs.narrowed, len(sample.drawn))


def issue(
    session: Session, actor: Actor, *, roster_id: int, choice: SampleChoice, public_url: str, today: date
) -> RosterSample:
    """Freeze a sample as a sheet with a number; the one there is when the same was drawn before.

    One with more lines than anybody waits for is printed by the worker; see `is_being_printed`.
    The sheet is the bureau's: a unit learns of its sample from the auditor and not from the list of its papers.
    RuleBroken (AUD-1, AUD-2) as for the draw, (AUD-3) when it has no line or too many.
    """
    sample = draw(session, actor, roster_id=roster_id, choice=choice)
    _refuse_unfit(sample)
    hold(session, sample.roster)
    if (before := _before(session, sample)) is not None:
        return before
    roster = sample.roster
    paper = papers.issue(
        session,
        actor,
        kind=PaperKind.SAMPLE,
        title=f"{roster.data['title']}抽查表",
        data=_frozen(sample, public_url),
        certificate_ids=[one.line.frozen["certificate_id"] for one in sample.drawn],
        action=Action.ROSTER_SAMPLE,
        today=today,
    )
    if len(sample.drawn) > LONGEST_WAIT:
        asked = {"paper_id": paper.id, "account_id": actor.account_id}
        paper.job_id = jobs.enqueue(session, actor, JobKind.PRINT_CARDS, **asked).id
    kept = RosterSample(
        roster_id=roster.id,
        paper_id=paper.id,
        seed=sample.choice.seed,
        size=sample.choice.size,
        narrowed=sample.choice.narrowed,
        line_count=len(sample.drawn),
    )
    session.add(kept)
    session.flush()
    return kept


def is_being_printed(sample: RosterSample) -> bool:
    """Whether the worker has not come to the end of the sheet; there is no copy before."""
    return sample.paper.job_id is not None and sample.paper.pdf_sha256 is None


def take_copy(session: Session, actor: Actor, *, sample: RosterSample, reason: str) -> papers.Copy:
    """The sheet as PDF, for those who may draw; RuleBroken (PAP-1) when a further copy does not say what it is for."""
    return papers.take_copy(
        session, actor, paper_id=sample.paper_id, reason=reason, longest_wait=None, action=Action.ROSTER_SAMPLE
    )


def issued(session: Session, actor: Actor, *, roster_id: int) -> list[SampleRow]:
    """The sheets of a roster, the latest first; none for those who may not draw."""
    if not actor.may(Action.ROSTER_SAMPLE):
        return []
    chosen = select(RosterSample).where(RosterSample.roster_id == roster_id).options(joinedload(RosterSample.paper))
    return [
        SampleRow(
            one.paper_id,
            one.paper.number,
            SampleChoice.read(one.seed, one.size, one.narrowed),
            one.line_count,
            one.created_at,
        )
        for one in session.scalars(chosen.order_by(RosterSample.id.desc()))
    ]


def _refuse_unfit(sample: Sample) -> None:
    count = len(sample.drawn)
    if not count:
        none = N_("No line of the roster is of this kind; there is nothing to draw.")
        raise RuleBroken([FITS_THE_HAND.broken(none)])
    if count > LONGEST_SHEET:
        many = N_("%(count)s lines are too many for a sheet; draw at most %(most)s.")
        raise RuleBroken([FITS_THE_HAND.broken(many, count=count, most=LONGEST_SHEET)])


def _before(session: Session, sample: Sample) -> RosterSample | None:
    choice = sample.choice
    same = select(RosterSample).where(
        RosterSample.roster_id == sample.roster.id,
        RosterSample.seed == choice.seed,
        RosterSample.line_count == len(sample.drawn),
    )
    found = session.scalars(same.order_by(RosterSample.id))
    return next((one for one in found if one.narrowed == choice.narrowed), None)


def _frozen(sample: Sample, public_url: str) -> dict[str, Any]:
    roster = sample.roster
    return {
        "roster": {
            "id": roster.id,
            "number": roster.number,
            "title": roster.data["title"],
            "unit": roster.data["sections"][0]["unit"] if roster.department_id else roster.data["county"],
            "filled_on": roster.data["filled_on"],
            "data_sha256": roster.data_sha256,
            "lines": roster.line_count,
        },
        "seed": sample.choice.seed,
        "size": sample.choice.size,
        "scope": _scope(roster, sample.choice),
        "pool": sample.pool,
        "recipe": sample.recipe,
        "lines": [_line(one) for one in sample.drawn],
        "first": {"text": _hashed(roster, sample.drawn, sample.choice.seed), "lot": sample.drawn[0].lot.lot},
        "qr_text": f"{public_url}/rosters/code/{roster.check_code}",
    }


def _hashed(roster: Roster, drawn: Sequence[DrawnLine], seed: str) -> str:
    """What was hashed for the first line, as an example that anybody can try."""
    return f"{seed}|{roster.number}|{drawn[0].lot.number}"


def _scope(roster: Roster, choice: SampleChoice) -> str:
    """To what the draw was kept, in the words of the paper."""
    told = [
        ("单位：", dict(units_of(roster)).get(choice.unit, choice.unit)),
        ("审验意见：", label(choice.finding) if choice.finding else ""),
        ("执法领域：", choice.field),
    ]
    return "；".join(f"{heading}{value}" for heading, value in told if value) or "全册"


def _line(one: DrawnLine) -> dict[str, Any]:
    told = {key: one.line.frozen[key] for key in TOLD}
    return {"drawn": one.lot.place, "lot": one.lot.lot[:LOT_SHOWN], "unit": one.line.unit, **told}
