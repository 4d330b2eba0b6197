"""Samples of a locked roster: the lines to draw from, and those that a seed draws."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from registry.labels import label
from registry.models.rosters import Roster
from registry.rules.permissions import Action, Actor
from registry.rules.reviews import ReviewFinding
from registry.rules.samples import RECIPE, Lot, drawn, seed_of, size_of, size_text
from registry.services.rosters import to_print

DIGITS_PROPOSED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleChoice:
    """What is drawn with which seed, and to which lines the draw is kept; without seed and size every line is meant."""

    seed: str = ""
    size: str = ""
    finding: ReviewFinding | None = None
    unit: str = ""
    field: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.seed.strip() and not self.size.strip()

    @property
    def narrowed(self) -> dict[str, str]:
        """To what the draw is kept, as tables and addresses have it; empty for every line."""
        kept = {"finding": self.finding.value if self.finding else "", "unit": self.unit, "field": self.field}
        return {name: value for name, value in kept.items() if value}

    @classmethod
    def read(cls, seed: str, size: str, narrowed: Mapping[str, str]) -> "SampleChoice":
        """The same from what a table keeps."""
        finding = narrowed.get("finding")
        return cls(
            seed=seed,
            size=size,
            finding=ReviewFinding(finding) if finding in set(ReviewFinding) else None,
            unit=narrowed.get("unit", ""),
            field=narrowed.get("field", ""),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a roster with its unit and the unit's code."""

    unit: str
    code: str
    frozen: Mapping[str, Any]

    @property
    def number(self) -> str:
        return str(self.frozen["number"])


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line and its lot."""

    lot: Lot
    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample as it comes out: of how many lines it was drawn, and the lines in the order of their lots."""

    roster: Roster
    choice: SampleChoice
    pool: int
    drawn: Sequence[DrawnLine]

    @property
    def recipe(self) -> str:
        return RECIPE


def proposed_seed() -> str:
    """A seed at random, for whoever has none to agree on."""
    return "".join(secrets.choice("0123456789") for _ in range(DIGITS_PROPOSED))


def draw(session: Session, actor: Actor, *, roster_id: int, choice: SampleChoice) -> Sample:
    """The lines of a roster that a seed draws; nothing is kept.

    RuleBroken (AUD-1) without a seed, (AUD-2) without a size; Denied for another unit's people.
    """
    roster = held(session, actor, Action.ROSTER_SAMPLE, roster_id=roster_id)
    return sample_of(roster, lines_of(session, roster), choice)


def sample_of(roster: Roster, lines: Iterable[Line], choice: SampleChoice) -> Sample:
    """The same for a roster and its lines in hand."""
    pool = {line.number: line for line in lines if _is_meant(line, choice)}
    seed, size = seed_of(choice.seed), size_of(choice.size, len(pool))
    lots = drawn(seed, roster.number, pool, size)
    plain = SampleChoice.read(seed, size_text(choice.size), choice.narrowed)
    found = [DrawnLine(lot, pool[lot.number]) for lot in lots]
    return Sample(roster=roster, choice=plain, pool=len(pool), drawn=found)


def held(session: Session, actor: Actor, action: Action, *, roster_id: int) -> Roster:
    """A roster with its data for that purpose; NoResultFound when there is none, Denied for another unit's people."""
    chosen = select(Roster).where(Roster.id == roster_id).options(undefer(Roster.data), joinedload(Roster.campaign))
    roster = session.scalars(chosen).one()
    actor.require_unit(action, roster.department_id)
    return roster


def hold(session: Session, roster: Roster) -> None:
    """Whatever is begun once for a roster is begun by one at a time; whoever comes second waits and finds it."""
    session.scalars(select(Roster.id).where(Roster.id == roster.id).with_for_update()).one()


def lines_of(session: Session, roster: Roster) -> list[Line]:
    """Every line that was printed, in the order of the paper; RuleBroken (ROST-6) when the data are others now."""
    sections = to_print(session, roster)["sections"]
    return [Line(section["unit"], section["code"], line) for section in sections for line in section["lines"]]


def units_of(roster: Roster) -> list[tuple[str, str]]:
    """Code and name of each unit on a roster, in its order."""
    return [(section["code"], section["unit"]) for section in roster.data["sections"]]


def fields_of(session: Session, roster: Roster) -> list[str]:
    """The fields that lines of a roster name."""
    return sorted({str(line.frozen["field"]) for line in lines_of(session, roster)} - {""})


def _is_meant(line: Line, choice: SampleChoice) -> bool:
    return (
        (not choice.unit or line.code == choice.unit)
        and (not choice.field or line.frozen["field"] == choice.field)
        and (choice.finding is None or line.frozen["finding"] == label(choice.finding))
    )
