"""What a roster was frozen with. The county's names the rosters of its units, whose lines are its own."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry.db import Sessions
from registry.models.rosters import Roster
from registry.services.rosters.lines import hash_of

LINES, NUMBER, HASH = "lines", "roster", "lines_sha256"
Line = Mapping[str, Any]


class Section(dict[str, Any]):
    """A section of the county's roster whose lines are read when they are asked for, and kept nowhere."""

    def __init__(self, told: Mapping[str, Any], read: Callable[[str], Sequence[Line]]) -> None:
        super().__init__(told)
        self._read = read

    def __missing__(self, key: str) -> Any:
        if key != LINES:
            raise KeyError(key)
        return self._read(self[NUMBER])


def without_lines(section: Mapping[str, Any]) -> dict[str, Any]:
    """A section as the county's roster has it: a hash in the place of its lines; the number of the unit's follows."""
    told = {key: value for key, value in section.items() if key != LINES}
    return {**told, HASH: hash_of(section[LINES])}


def whole(session: Session, roster: Roster) -> Mapping[str, Any]:
    """The roster's data with all lines; one more query for the county's."""
    if not _names_others(roster.data):
        return roster.data
    units = select(Roster).where(Roster.campaign_id == roster.campaign_id, Roster.department_id.is_not(None))
    found = {unit.number: unit.data for unit in session.scalars(units.options(undefer(Roster.data)))}
    return _with_lines(roster.data, lambda number: _lines(found[number]))


def unit_by_unit(sessions: Sessions, roster: Roster) -> Mapping[str, Any]:
    """The same for a roster that may be a whole province's: a unit's lines are read when they are asked for."""
    return _with_lines(roster.data, partial(_read, sessions)) if _names_others(roster.data) else roster.data


def holds(roster: Roster, data: Mapping[str, Any]) -> bool:
    """Whether the data are those that were hashed at the lock; `data` are its own with all lines."""
    named_others = _names_others(roster.data)
    return hash_of(roster.data) == roster.data_sha256 and (
        not named_others or all(hash_of(section[LINES]) == section[HASH] for section in data["sections"])
    )


def _names_others(data: Mapping[str, Any]) -> bool:
    """Whether sections go without lines; rosters of the first layout, and those of units, have theirs."""
    return any(LINES not in section for section in data["sections"])


def _with_lines(data: Mapping[str, Any], read: Callable[[str], Sequence[Line]]) -> dict[str, Any]:
    return {**data, "sections": [Section(section, read) for section in data["sections"]]}


def _read(sessions: Sessions, number: str) -> Sequence[Line]:
    with sessions.reading() as session:
        return _lines(session.scalars(select(Roster.data).where(Roster.number == number)).one())


def _lines(data: Mapping[str, Any]) -> Sequence[Line]:
    lines: Sequence[Line] = data["sections"][0][LINES]
    return lines
