"""`python -m bench.cards`: certificates as cards, imprinted on forms, against the same cards laid out one by one.

Every card has a photo of its own of about 17 kB and a QR code. The plain run is one document of WeasyPrint from the
same templates; it is slow, so by default it gets a part of the cards and what counts is its time a card. Every run is
a process of its own, warmed by a few cards before the clock starts; of each kind the quickest counts. Exit code 1
when a limit is broken.
"""

import argparse
import io
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageFilter

from bench.measuring import Measurement, best, in_fresh_process, report
from registry.printing.cards import CardFace, CardLayout, print_cards
from registry.printing.cards.plain import plain_printing

MOST_SECONDS, LEAST_TIMES, MOST_MEGABYTES = 5.0, 10.0, 300
CARDS, PLAIN_CARDS, WARMING = 1_289, 200, 10
SINGLE, SHEET, PLAIN = "imprinted, single", "imprinted, sheets", "plain, single"
PHOTOS, PHOTO_SIZE = 24, (358, 441)
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗", "建国伟芳娜敏静强磊军洋勇艳杰涛明超秀兰霞平刚桂英"
UNITS = ("市场监督管理", "农业农村", "水利", "交通运输", "自然资源", "文化广电和旅游", "应急管理", "城市管理")


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of run: how many cards, what it took, and how many times slower than the imprinted cards a card was."""

    what: str
    cards: int
    measured: Measurement
    times: float

    @property
    def milliseconds(self) -> float:
        """The time of one card."""
        return self.measured.seconds / self.cards * 1000

    @property
    def holds(self) -> bool:
        """The plain run must be slow enough, the others quick and small enough."""
        if self.what == PLAIN:
            return self.times >= LEAST_TIMES
        return self.measured.seconds <= MOST_SECONDS and self.measured.megabytes <= MOST_MEGABYTES


def faces(count: int) -> list[CardFace]:
    """So many cards, always the same."""
    dice = random.Random(1289)
    photos = [_photo(dice) for _ in range(PHOTOS)]
    return [_face(number, photos[number % PHOTOS], dice) for number in range(count)]


def _face(number: int, photo: bytes, dice: random.Random) -> CardFace:
    unit = dice.choice(UNITS)
    return CardFace(
        number=f"1604{number:07}",
        name=dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN),
        sex=dice.choice("男女"),
        unit=f"郏县{unit}局",
        field=unit,
        area="郏县",
        post="执法人员",
        valid_from="2021-01-01",
        valid_until="2025-12-31",
        qr_text=f"https://registry.example/verify/card#{dice.randbytes(160).hex()}",
        photo=_numbered(photo, number),
    )


def _photo(dice: random.Random) -> bytes:
    """A picture that is as heavy as a portrait of that size."""
    noise = Image.frombytes("RGB", (90, 111), dice.randbytes(90 * 111 * 3)).filter(ImageFilter.GaussianBlur(1.2))
    drawn = io.BytesIO()
    noise.resize(PHOTO_SIZE, Image.Resampling.BICUBIC).save(drawn, "JPEG", quality=80)
    return drawn.getvalue()


def _numbered(photo: bytes, number: int) -> bytes:
    """The same picture with a comment of its own, so that no two cards share one."""
    return photo[:-2] + b"\xff\xfe\x00\x06%04d" % number + photo[-2:]


def imprinted(layout: CardLayout, count: int) -> None:
    those = faces(count)
    print_cards(those[:WARMING], layout=layout)
    report(lambda: f"{len(print_cards(those, layout=layout)) / 1e6:.1f} MB of PDF")


def plain(count: int) -> None:
    those = faces(count)
    with plain_printing(those[:WARMING], layout=CardLayout.SINGLE) as printed:
        printed()
    with plain_printing(those, layout=CardLayout.SINGLE) as printed:
        report(lambda: f"{len(printed()) / 1e6:.1f} MB of PDF")


CHILDREN: dict[str, Callable[[int], None]] = {
    SINGLE: lambda count: imprinted(CardLayout.SINGLE, count),
    SHEET: lambda count: imprinted(CardLayout.SHEET, count),
    PLAIN: plain,
}


def measure(cards: int, plain_cards: int, rounds: int) -> list[Line]:
    """Every kind of run in turn, so many rounds."""
    counts = {SINGLE: cards, SHEET: cards, PLAIN: plain_cards}
    found: dict[str, list[Measurement]] = defaultdict(list)
    for _ in range(rounds):
        for what, count in counts.items():
            found[what].append(in_fresh_process("bench.cards", ["--child", what, "--cards", str(count)]))
    ours = best(found[SINGLE]).seconds / cards
    return [_line(what, counts[what], best(runs), ours) for what, runs in found.items()]


def _line(what: str, cards: int, measured: Measurement, ours: float) -> Line:
    return Line(what, cards, measured, measured.seconds / cards / ours)


def table(lines: Sequence[Line]) -> str:
    limits = f"at most {MOST_SECONDS:.0f} s and {MOST_MEGABYTES} MB, plain at least {LEAST_TIMES:.0f} times as long"
    told = [f"cards with photo and QR code ({limits})"]
    told.append(f"{'':18}{'cards':>7}{'seconds':>9}{'ms each':>9}{'times':>8}{'MB':>7}")
    for line in lines:
        one = line.measured
        figures = f"{line.cards:7}{one.seconds:9.2f}{line.milliseconds:9.2f}{line.times:8.2f}{one.megabytes:7.0f}"
        told.append(f"{line.what:18}{figures}  {one.done}{'' if line.holds else '  LIMIT BROKEN'}")
    return "\n".join(told)


def _json(lines: Sequence[Line]) -> str:
    runs = {
        line.what: {
            "cards": line.cards,
            "seconds": round(line.measured.seconds, 3),
            "times": round(line.times, 2),
            "megabytes": round(line.measured.megabytes, 1),
            "holds": line.holds,
        }
        for line in lines
    }
    limits = {"seconds": MOST_SECONDS, "times": LEAST_TIMES, "megabytes": MOST_MEGABYTES}
    return json.dumps({"limits": limits, "runs": runs})


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.cards", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--cards", type=int, default=CARDS)
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--whole", action="store_true", help="give all cards to the plain run too (minutes)")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--child", choices=list(CHILDREN), help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.child:
        CHILDREN[asked.child](asked.cards)
        return
    plain_cards = asked.cards if asked.whole else min(PLAIN_CARDS, asked.cards)
    lines = measure(asked.cards, plain_cards, asked.rounds)
    sys.stdout.write((_json(lines) if asked.json else table(lines)) + "\n")
    raise SystemExit(0 if all(line.holds for line in lines) else 1)


if __name__ == "__main__":
    main()
