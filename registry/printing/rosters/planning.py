"""Which rows stand on which page, and what each page counts: before anything is drawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add
from typing import TypeAlias

FINDINGS = ("合格", "暂缓", "不合格", "收回注销")
TALLIED = (*FINDINGS, "未审验")
KEPT_TOGETHER = 3  # rows that stay with the summary, so that it never stands alone
SLACK = 1e-6

Tally: TypeAlias = tuple[int, ...]
NOTHING: Tally = (0,) * len(TALLIED)
ONE_OF: dict[str, int] = {finding: place for place, finding in enumerate(FINDINGS)}


@dataclass(frozen=True, slots=True)
class Room:
    """How high the rows of a first and of a following page may be, and how much of it the summary takes."""

    first: float
    following: float
    closing: float


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of one page, from `first` up to but not `end`; and what was counted before it and on it."""

    first: int
    end: int
    carried: Tally
    own: Tally

    @property
    def total(self) -> Tally:
        return tuple(map(add, self.carried, self.own))


def spans(heights: Sequence[float], tallies: Sequence[Tally], room: Room) -> list[Span]:
    """The pages of one section: its rows in their order, none lost and none twice, the summary under the last ones."""
    starts = _starts(heights, room)
    ends = [*starts[1:], len(heights)]
    own = [sum_of(tallies[first:end]) for first, end in zip(starts, ends, strict=True)]
    carried = accumulate(own, _plus, initial=NOTHING)
    return [Span(*one) for one in zip(starts, ends, carried, own, strict=False)]


def tally_of(finding: str) -> Tally:
    """One row counted under its finding; a row without one is not reviewed."""
    return _SINGLES[ONE_OF.get(finding, len(FINDINGS))]


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """All of these together."""
    return tuple(map(sum, zip(*tallies, strict=True))) or NOTHING


def _plus(left: Tally, right: Tally) -> Tally:
    return tuple(map(add, left, right))


def _starts(heights: Sequence[float], room: Room) -> list[int]:
    """The first row of each page: as many rows as fit, then room made for the summary."""
    starts, used, space = [0], 0.0, room.first + SLACK
    for place, height in enumerate(heights):
        if used + height > space and place > starts[-1]:
            starts.append(place)
            used, space = 0.0, room.following + SLACK
        used += height
    return _with_closing(starts, heights, room)


def _with_closing(starts: list[int], heights: Sequence[float], room: Room) -> list[int]:
    """The same pages, the last of which has room for the summary and a few rows above it."""
    count, last = len(heights), starts[-1]
    space = room.first if len(starts) == 1 else room.following
    has_room = sum(heights[last:]) + room.closing <= space + SLACK
    if has_room and (len(starts) == 1 or count - last >= KEPT_TOGETHER):
        return starts
    before = starts[:-1] if has_room else starts
    start = max(count - KEPT_TOGETHER, before[-1] + 1)
    while start < count and sum(heights[start:]) + room.closing > room.following + SLACK:
        start += 1
    return [*before, start]


_SINGLES = tuple(tuple(int(place == one) for place in range(len(TALLIED))) for one in range(len(TALLIED)))
