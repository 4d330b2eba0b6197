"""A locked roster beside the register of today: what differs line by line, and how it is corrected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.rules import Rule
from registry.words import N_

LINES_CHOSEN = Rule(
    code="ERR-1", title=N_("A sheet of corrections corrects at least one line"), source="本登记簿规则：勘误须有内容"
)
SAYS_WHY = Rule(
    code="ERR-2", title=N_("A correction names its reason and its document"), source="本登记簿规则：勘误须有依据"
)
STILL_DIFFERS = Rule(
    code="ERR-3",
    title=N_("Only what the register says otherwise is corrected"),
    source="本登记簿规则：勘误以登记簿为准",
)
FILE_IS_READ = Rule(
    code="ERR-4", title=N_("A file to check is a CSV or a PDF of this roster"), source="本登记簿规则：核对须用原件"
)

# What of a line is compared, in the order of the paper; places and signatures are not.
COMPARED = (
    "name",
    "sex",
    "identity",
    "section",
    "post",
    "establishment",
    "field",
    "kind",
    "number",
    "issued_on",
    "valid_until",
    "training",
    "exam",
    "assessment",
    "finding",
    "remark",
)
LISTED = "listed"  # stands for the whole line where one was left out or is too much
LONGEST_SHEET = 200


class Fate(StrEnum):
    """What became of a line of a roster: the same, changed, left out of the roster, on it and no longer right."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a line: what stands on paper and what the register says."""

    key: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one line, field by field."""

    fate: Fate
    changes: tuple[Change, ...] = ()


def difference(
    before: Mapping[str, Any] | None, now: Mapping[str, Any] | None, corrected: Mapping[str, str] | None = None
) -> Difference:
    """A line as it stands on paper, after the corrections printed so far, beside the same line by the register."""
    stands = {} if corrected is None else corrected
    was_listed = stands.get(LISTED, "no" if before is None else "yes") == "yes"
    if now is None:
        return Difference(Fate.GONE if was_listed else Fate.SAME)
    if not was_listed:
        return Difference(Fate.ADDED)
    paper = {**({} if before is None else before), **stands}
    changes = tuple(
        Change(key, str(paper[key]), str(now[key]))
        for key in COMPARED
        if key in paper and str(paper[key]) != str(now[key])
    )
    return Difference(Fate.CHANGED, changes) if changes else Difference(Fate.SAME)


def added_up(
    base: Mapping[str, int], less: Iterable[Mapping[str, int]], more: Iterable[Mapping[str, int]]
) -> dict[str, int]:
    """The sums of a roster once some lines count otherwise."""
    sums = dict(base)
    for sign, counts in ((-1, less), (1, more)):
        for one in counts:
            sums = {key: value + sign * one[key] for key, value in sums.items()}
    return sums
