"""What a roster was frozen with. The county's names those of its units, by number and hash; their lines are its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Sessions
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.rosters import BYTES_STAY
from registry.services.rosters.lines import hash_of
from registry.words import N_

LINES, NUMBER, HASH = "lines", "roster", "roster_sha256"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contents:
    """A roster's data, and those of the rosters that it names, by their numbers; none where it has its lines itself.

    `locked_as` is its hash as the trail has it since the lock.
    """

    roster: Roster
    units: Mapping[str, Data]
    locked_as: str | None

    @property
    def data(self) -> Data:
        """Head, sections with all lines, and summary."""
        return _joined(self.roster.data, self.units)

    @property
    def holds(self) -> bool:
        """Whether all of it is what was hashed at the lock."""
        named = [one for one in self.roster.data["sections"] if LINES not in one]
        are_theirs = all(hash_of(self.units.get(one[NUMBER])) == one[HASH] for one in named)
        return are_theirs and _is_as_locked(self.roster, self.locked_as)


class Section(dict[str, Any]):
    """A section whose lines are read each time they are asked for, so that one unit's at a time are in memory."""

    def __init__(self, told: Data, read: Callable[[], Sequence[Data]]) -> None:
        super().__init__(told)
        self._read = read

    def __missing__(self, key: str) -> Any:
        if key != LINES:
            raise KeyError(key)
        return self._read()


def without_lines(section: Data) -> dict[str, Any]:
    """What is told of a unit above and below its lines."""
    return {key: value for key, value in section.items() if key != LINES}


def naming(section: Data, number: str, sha256: str) -> dict[str, Any]:
    """A section of the county's that names the roster of the unit for its lines."""
    return {**section, NUMBER: number, HASH: sha256}


def contents(session: Session, roster: Roster) -> Contents:
    """What a roster was frozen with, and its hash in the trail: a query, and another for the county's."""
    return Contents(roster, _units(session, roster), _locked_as(session, roster))


def whole(session: Session, roster: Roster) -> Data:
    """A roster's data with all lines, for whoever looks at it; whether they are those of the lock, nobody asks."""
    return _joined(roster.data, _units(session, roster))


def to_print(session: Session, roster: Roster) -> Data:
    """The same for paper, files and samples; RuleBroken (ROST-6) when they are not what was hashed at the lock."""
    found = contents(session, roster)
    if not found.holds:
        raise _differs(roster.number)
    return found.data


def unit_by_unit(sessions: Sessions, roster: Roster) -> Data:
    """The same for a roster that may be a whole province's: a unit's lines are read, and held against their hash, when
    they are asked for.
    """
    with sessions.reading() as session:
        locked_as = _locked_as(session, roster)
    if not _is_as_locked(roster, locked_as):
        raise _differs(roster.number)
    if not _names_others(roster.data):
        return roster.data
    sections = [Section(_told(one), partial(_read, sessions, one)) for one in roster.data["sections"]]
    return _with_sections(roster.data, sections)


def _read(sessions: Sessions, named: Data) -> Sequence[Data]:
    with sessions.reading() as session:
        data = session.scalar(select(Roster.data).where(Roster.number == named[NUMBER]))
    if data is None or hash_of(data) != named[HASH]:
        raise _differs(named[NUMBER])
    return _lines(data)


def _units(session: Session, roster: Roster) -> Mapping[str, Data]:
    if not _names_others(roster.data):
        return {}
    units = select(Roster.number, Roster.data).where(Roster.campaign_id == roster.campaign_id)
    rows = session.execute(units.where(Roster.department_id.is_not(None)))
    return {row.number: row.data for row in rows}


def _locked_as(session: Session, roster: Roster) -> str | None:
    """The hash of a roster in the entry of the lock."""
    entry = select(TrailEntry.facts).where(
        TrailEntry.subject_type == ReviewCampaign.__tablename__,
        TrailEntry.subject_id == roster.campaign_id,
        TrailEntry.action == Action.REVIEW_LOCK,
    )
    hashes: Mapping[str, str] = (session.scalar(entry.limit(1)) or {}).get("rosters") or {}
    return hashes.get(roster.number)


def _is_as_locked(roster: Roster, locked_as: str | None) -> bool:
    return hash_of(roster.data) == roster.data_sha256 == locked_as


def _names_others(data: Data) -> bool:
    """Whether sections go without lines: not those of units, nor of a county frozen in the first layout."""
    return any(LINES not in section for section in data["sections"])


def _joined(data: Data, units: Mapping[str, Data]) -> Data:
    """The data with the lines of the rosters that they name; without any where one is gone."""
    if not _names_others(data):
        return data
    found = ((one, units.get(one[NUMBER])) for one in data["sections"])
    return _with_sections(data, [{**_told(one), LINES: _lines(unit) if unit else []} for one, unit in found])


def _with_sections(data: Data, sections: Sequence[Data]) -> Data:
    return {**data, "sections": sections}


def _told(named: Data) -> dict[str, Any]:
    return {key: value for key, value in named.items() if key not in (NUMBER, HASH)}


def _lines(data: Data) -> Sequence[Data]:
    lines: Sequence[Data] = data["sections"][0][LINES]
    return lines


def _differs(number: str) -> RuleBroken:
    said = N_("The data that are kept of %(number)s no longer agree with their hash; nothing is printed of them.")
    return RuleBroken([BYTES_STAY.broken(said, number=number)])
