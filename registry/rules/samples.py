"""A random sample of a locked roster, drawn with SHA-256 alone, so that anybody can draw it again.

Each line of the roster gets a lot: SHA-256 over the seed, the number of the roster and the number of the certificate,
joined by `|` and written in UTF-8. The lines are put in the order of their lots, written in hexadecimal, and the first
n are the sample. Nobody who does not choose the seed can choose the lines; whoever knows the seed gets the same lines
on any machine: `printf '%s' '双色球 2026-11-29|郏司审〔2026〕第001号|16042500001' | sha256sum`. A larger sample of the
same seed begins with the smaller one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from registry.rules import Rule, RuleBroken
from registry.rules.typed import plain
from registry.words import N_

SEED_IS_NAMED = Rule(
    code="AUD-1", title=N_("A draw names the seed it is drawn with"), source="本登记簿规则：抽样须公开种子"
)
SIZE_IS_CLEAR = Rule(
    code="AUD-2", title=N_("A draw says how many lines, or how many in a hundred"), source="本登记簿规则：抽样须定数量"
)
FITS_THE_HAND = Rule(
    code="AUD-3",
    title=N_("A sheet that is ticked by hand has a bounded number of lines"),
    source="本登记簿规则：抽查表限长",
)

LONGEST_SEED = 60
LONGEST_SIZE = 10
LONGEST_SHEET = 500
LOT_SHOWN = 8  # characters of a lot on the sheet: enough to see the order
_COUNT = re.compile(r"[0-9]{1,6}")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]))?%")

RECIPE = (
    "对抽样范围内的每一行，将“种子|花名册编号|证件编号”（半角竖线相连，UTF-8 编码）计算 SHA-256，"
    "按十六进制结果由小到大排列，取前若干行。任何人用同一种子都得到同样的结果。"
)


@dataclass(frozen=True, slots=True)
class Lot:
    """A certificate's number and where it came in the draw: the first place is 1."""

    place: int
    number: str
    lot: str


def seed_of(text: str) -> str:
    """The seed as it is hashed and printed; RuleBroken (AUD-1) when there is none or it is too long for the sheet."""
    seed = plain(text)
    if not seed:
        raise RuleBroken([SEED_IS_NAMED.broken(N_("Enter a seed: any text that both sides agree on."))])
    if len(seed) > LONGEST_SEED:
        raise RuleBroken([SEED_IS_NAMED.broken(N_("A seed has at most %(most)s characters."), most=LONGEST_SEED)])
    return seed


def size_text(text: str) -> str:
    """How many were asked for, as it is kept and printed."""
    return plain(text).replace(" ", "")


def size_of(text: str, pool: int) -> int:
    """How many of so many lines `20` or `10%` are, parts of a line counted as a whole one; never more than there are.

    RuleBroken (AUD-2) when it is neither or nothing would be drawn.
    """
    asked = size_text(text)
    percent = _PERCENT.fullmatch(asked)
    if percent:
        tenths = int(percent[1]) * 10 + int(percent[2] or 0)
        wanted = -(-pool * tenths // 1000)
    elif _COUNT.fullmatch(asked):
        wanted = int(asked)
    else:
        unclear = N_("Enter how many lines to draw: a number, or a number with a per cent sign.")
        raise RuleBroken([SIZE_IS_CLEAR.broken(unclear)])
    if wanted < 1 and pool:
        raise RuleBroken([SIZE_IS_CLEAR.broken(N_("Draw at least one line."))])
    return min(wanted, pool)


def lot_of(seed: str, roster_number: str, certificate_number: str) -> str:
    """The lot of one line: 64 hexadecimal characters."""
    return sha256(f"{seed}|{roster_number}|{certificate_number}".encode()).hexdigest()


def drawn(seed: str, roster_number: str, numbers: Iterable[str], size: int) -> list[Lot]:
    """The first `size` of these certificates in the order of their lots, whatever order they came in."""
    lots = sorted((lot_of(seed, roster_number, number), number) for number in set(numbers))
    return [Lot(place, number, lot) for place, (lot, number) in enumerate(lots[:size], 1)]
