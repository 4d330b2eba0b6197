"""What a roster was frozen with. The county's names those of its units, by number and hash; their lines are its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Sessions
from registry.models.rosters import Roster
from registry.rules import RuleBroken
from registry.rules.rosters import BYTES_STAY
from registry.services.rosters.lines import hash_of
from registry.words import N_

LINES, NUMBER, HASH = "lines", "roster", "roster_sha256"
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contents:
    """A roster's data, and those of the rosters that it names, by their numbers; none where it has its lines itself."""

    roster: Roster
    units: Mapping[str, Data]

    @property
    def data(self) -> Data:
        """Head, sections with all lines, and summary."""
        if not _names_others(self.roster.data):
            return self.roster.data
        return _with_sections(self.roster.data, [self._section(one) for one in self.roster.data["sections"]])

    @property
    def holds(self) -> bool:
        """Whether all of it is what was hashed at the lock."""
        named = [one for one in self.roster.data["sections"] if LINES not in one]
        whole = all(hash_of(self.units.get(one[NUMBER])) == one[HASH] for one in named)
        return whole and hash_of(self.roster.data) == self.roster.data_sha256

    def _section(self, named: Data) -> Data:
        unit = self.units.get(named[NUMBER])
        return {**_told(named), LINES: _lines(unit) if unit else []}


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
    """What a roster was frozen with; one more query for the county's."""
    if not _names_others(roster.data):
        return Contents(roster, {})
    units = select(Roster.number, Roster.data).where(Roster.campaign_id == roster.campaign_id)
    rows = session.execute(units.where(Roster.department_id.is_not(None)))
    return Contents(roster, {row.number: row.data for row in rows})


def whole(session: Session, roster: Roster) -> Data:
    """A roster's data with all lines, for whoever looks at it."""
    return contents(session, roster).data


def to_print(session: Session, roster: Roster) -> Data:
    """The same for paper and files; RuleBroken (ROST-6) when they are not what was hashed at the lock."""
    found = contents(session, roster)
    if not found.holds:
        raise _differs(roster.number)
    return found.data


def unit_by_unit(sessions: Sessions, roster: Roster) -> Data:
    """The same for a roster that may be a whole province's: a unit's lines are read, and held against their hash, when
    they are asked for.
    """
    if hash_of(roster.data) != roster.data_sha256:
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


def _names_others(data: Data) -> bool:
    """Whether sections go without lines: not those of units, nor of a county frozen in the first layout."""
    return any(LINES not in section for section in data["sections"])


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
