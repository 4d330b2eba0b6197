"""`python -m bench.rosters`: long rosters on paper, against other ways of printing the same rows, columns and font.

Every run is a process of its own, one kind after the other, so that what else happens on the machine meets all kinds
alike; of each kind the quickest counts. A warm run is the second of its process, with other rows than the first.
A peer that is not installed is named; one that a limit speaks of leaves the limit unproved, and the run fails.
`--province` adds 200,000 lines, made unit by unit as a long roster is read from a database.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter

from bench.measuring import Measurement, best, in_fresh_process, report
from bench.roster_lines import MARKS, URL, county
from bench.roster_peers import installed, rows_of
from registry.printing import print_roster

OURS, PLAIN = "imprinted", "plain WeasyPrint"
COUNTY, LONG, MOST, PROVINCE = 1_289, 10_000, 20_000, 200_000
SCALE = (2_000, 10_000, 50_000)
PLAIN_BEARS = COUNTY
TIMES = {"ReportLab canvas": 6.0, "Typst": 4.0, PLAIN: 100.0}
EVENNESS = 1.5
BY_PROCESSOR = "--processor"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its limit; `None` when there is none."""

    what: str
    figure: float
    unit: str
    limit: float | None
    is_least: bool = False

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.figure >= self.limit if self.is_least else self.figure <= self.limit


def child(what: str, rows: int, *, is_warm: bool) -> None:
    """One run, its seconds without the making of the rows; unit by unit their making counts."""
    make = ours_of if what == OURS else peer_of(what)
    if is_warm:
        make(min(rows, MOST) + 1)()
    work = make(rows)
    begun, busy = perf_counter(), processor()
    content = work()
    seconds, used = perf_counter() - begun, processor() - busy
    report(lambda: f"{seconds:.4f} {used:.4f} {len(content)}")


def processor() -> float:
    """Seconds of processor that this process and those it waited for have used."""
    return sum(use.ru_utime + use.ru_stime for use in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def ours_of(rows: int):
    data = county(rows, is_whole=rows <= MOST)
    return lambda: print_roster(data, MARKS, check_url=URL)


def peer_of(what: str):
    peer = installed()[what]

    def make(rows: int):
        texts = rows_of(county(rows))
        return lambda: peer(texts)

    return make


def run(what: str, rows: int, *, is_warm: bool) -> Measurement:
    """The seconds of the work as the child measured them; of a cold run, those of its whole process."""
    begun, busy = perf_counter(), processor()
    found = in_fresh_process("bench.rosters", ["--child", what, "--rows", str(rows), *["--warm"] * is_warm])
    whole = (perf_counter() - begun, processor() - busy)
    seconds, used, _ = map(float, found.done.split())
    if not is_warm and rows <= MOST:
        seconds, used = whole
    return Measurement(used if BY_PROCESSOR in sys.argv else seconds, found.megabytes, found.done)


def measure(rounds: int, *, has_province: bool) -> Iterator[Line]:
    """Every figure, as soon as it is known."""
    cold = best([run(OURS, COUNTY, is_warm=False) for _ in range(rounds)])
    yield Line(f"{OURS}, {COUNTY} lines, cold process", cold.seconds, "s", 2.5)
    for rows in (COUNTY, LONG):
        yield from _against_peers(rows, rounds)
    yield Line(f"{OURS}, {MOST} lines", run(OURS, MOST, is_warm=False).megabytes, "MB", 200)
    runs = {rows: run(OURS, rows, is_warm=True) for rows in (*SCALE, *[PROVINCE] * has_province)}
    yield from _evenly({rows: one.seconds for rows, one in runs.items()})
    if whole := runs.get(PROVINCE):
        yield Line(f"{OURS}, {PROVINCE} lines", whole.seconds, "s", 60)
        yield Line(f"{OURS}, {PROVINCE} lines", whole.megabytes, "MB", 500)


def _against_peers(rows: int, rounds: int) -> Iterator[Line]:
    kinds = [OURS, *(name for name in installed() if name != PLAIN or rows <= PLAIN_BEARS)]
    found: dict[str, list[Measurement]] = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds:
            if kind != PLAIN or number == 0:
                found[kind].append(run(kind, rows, is_warm=kind != PLAIN))
    ours = best(found.pop(OURS))
    yield Line(f"{OURS}, {rows} lines, warm", ours.seconds, "s", 0.5 if rows == COUNTY else None)
    for kind, runs in found.items():
        limit = TIMES.get(kind) if rows == LONG else None
        yield Line(f"{kind}, {rows} lines", best(runs).seconds / ours.seconds, "times", limit, is_least=True)
        if kind == PLAIN:  # linear in its rows, and at more of them it asks for gigabytes
            long_ones = best([run(OURS, LONG, is_warm=True) for _ in range(rounds)])
            times = best(runs).seconds / rows / (long_ones.seconds / LONG)
            yield Line(f"{kind}, a line of {rows} to one of {LONG}", times, "times", TIMES[PLAIN], is_least=True)


def _evenly(seconds: Mapping[int, float]) -> Iterator[Line]:
    each = [one / rows * 1000 for rows, one in seconds.items()]
    for rows, one in zip(seconds, each, strict=True):
        yield Line(f"{OURS}, a line of {rows}", one, "ms", None)
    yield Line("the dearest line to that of the shortest roster", max(each) / each[0], "times", EVENNESS)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.rosters", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--province", action="store_true", help="200,000 lines as well")
    arguments.add_argument(BY_PROCESSOR, action="store_true", help="count seconds of processor, for a busy machine")
    arguments.add_argument("--child", help=argparse.SUPPRESS)
    arguments.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--warm", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.child:
        child(asked.child, asked.rows, is_warm=asked.warm)
        return
    missing = [
        name for name in ("ReportLab canvas", "ReportLab LongTable", "Typst", "Chromium") if name not in installed()
    ]
    for name in missing:
        unproved = f": at least {TIMES[name]:g} times is NOT PROVED" if name in TIMES else " and left out"
        sys.stdout.write(f"{name} is not installed{unproved}.\n")
    all_hold = not set(missing) & set(TIMES)
    for line in measure(asked.rounds, has_province=asked.province):
        sign = "at least" if line.is_least else "at most"
        limit = f"{sign} {line.limit:g}" if line.limit is not None else ""
        sys.stdout.write(f"{line.what:52}{line.figure:10.3f} {line.unit:6}{limit:14}{'' if line.holds else 'MISSED'}\n")
        sys.stdout.flush()
        all_hold = all_hold and line.holds
    raise SystemExit(0 if all_hold else 1)


if __name__ == "__main__":
    main()
