"""`python -m bench.imports`: a large file of people rehearsed and brought in, against the bare minimum of the same.

The bare minimum reads the file with python-calamine and inserts the same columns of the same people and appointments,
identity and telephone numbers sealed; it checks nothing and keeps no trail. Every run is a process of its own, one
kind after the other, so that what else happens on the machine meets all kinds alike; of each kind the quickest counts.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.bare import bring_in_bare
from bench.crowds import people_file
from bench.measuring import Measurement, best, in_fresh_process, report
from bench.registers import copied, prepared, sessions_of
from registry import clock
from registry.db import Sessions, transaction
from registry.rules.imports import ImportKind
from registry.rules.permissions import SYSTEM
from registry.services import imports

MOST_TIMES, MOST_MEGABYTES = 4.0, 600
BARE, REHEARSED, CONFIRMED, AGAIN = "bare minimum", "rehearsed", "confirmed", "again, all known"
FIRST_FILE, SECOND_FILE = "people.xlsx", "people-again.xlsx"


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of run beside the limits."""

    what: str
    measured: Measurement
    ratio: float

    @property
    def holds(self) -> bool:
        """The bare minimum is the measure itself: no limit is set to it."""
        within = self.ratio <= MOST_TIMES and self.measured.megabytes <= MOST_MEGABYTES
        return self.what == BARE or within


def bare(sessions: Sessions, file: Path) -> str:
    with transaction(sessions) as session:
        return str(bring_in_bare(session, file))


def rehearse(sessions: Sessions, file: Path) -> str:
    """What happens from the moment a file has been sent: kept, taken up by the worker, rehearsed."""
    with transaction(sessions) as session:
        sent = {"kind": ImportKind.PEOPLE, "filename": file.name, "content": file.read_bytes()}
        batch_id = imports.send(session, SYSTEM, **sent, today=clock.today()).id
    return _worked(sessions, batch_id)


def confirm(sessions: Sessions, _file: Path) -> str:
    """What happens from the moment somebody confirms the latest file."""
    with transaction(sessions) as session:
        batch = imports.batches(session, SYSTEM)[0][0].batch
        imports.approve(session, SYSTEM, batch_id=batch.id, digest=batch.sha256, today=clock.today())
    return _worked(sessions, batch.id)


def _worked(sessions: Sessions, batch_id: int) -> str:
    told = imports.work(sessions, lambda *_told: None, batch_id=batch_id, account_id=None)
    return ", ".join(f"{name} {count}" for name, count in told.items() if count)


CHILDREN: Mapping[str, Callable[[Sessions, Path], str]] = {
    BARE: bare,
    REHEARSED: rehearse,
    CONFIRMED: confirm,
    AGAIN: rehearse,
}


def measure(rows: int, rounds: int, server: str | None) -> list[Line]:
    """Every kind of run, so many rounds."""
    found: dict[str, list[Measurement]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name:
        folder = Path(name)
        people_file(folder / FIRST_FILE, rows, "行政执法人员名册")
        people_file(folder / SECOND_FILE, rows, "行政执法人员名册（再次报送）")
        with prepared(folder, server) as empty:
            for _ in range(rounds):
                with copied(empty, "registry_bench_bare") as url:
                    found[BARE].append(_child(BARE, url, folder / FIRST_FILE))
                with copied(empty, "registry_bench_import") as url:
                    for what, file in ((REHEARSED, FIRST_FILE), (CONFIRMED, FIRST_FILE), (AGAIN, SECOND_FILE)):
                        found[what].append(_child(what, url, folder / file))
    least = best(found[BARE])
    return [Line(what, best(runs), best(runs).seconds / least.seconds) for what, runs in found.items()]


def _child(what: str, url: str, file: Path) -> Measurement:
    return in_fresh_process("bench.imports", ["--child", what, "--database-url", url, "--file", str(file)])


def table(lines: list[Line], rows: int) -> str:
    head = f"{rows} people (at most {MOST_TIMES:.0f} times the bare minimum, {MOST_MEGABYTES} MB)"
    told = [f"{'':18}{'seconds':>9}{'times':>8}{'MB':>7}"]
    for line in lines:
        one = line.measured
        mark = "" if line.holds else "  TOO MUCH"
        told.append(f"{line.what:18}{one.seconds:9.2f}{line.ratio:8.2f}{one.megabytes:7.0f}  {one.done}{mark}")
    return "\n".join([head, *told])


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.imports", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--database-url", help="a PostgreSQL server; without it SQLite in a folder of its own")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--child", choices=list(CHILDREN), help=argparse.SUPPRESS)
    arguments.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.child:
        sessions = sessions_of(asked.database_url)
        report(lambda: CHILDREN[asked.child](sessions, asked.file))
        return
    lines = measure(asked.rows, asked.rounds, asked.database_url)
    sys.stdout.write((_json(lines, asked.rows) if asked.json else table(lines, asked.rows)) + "\n")
    raise SystemExit(0 if all(line.holds for line in lines) else 1)


def _json(lines: list[Line], rows: int) -> str:
    runs = {
        line.what: {
            "seconds": round(line.measured.seconds, 3),
            "times": round(line.ratio, 3),
            "megabytes": round(line.measured.megabytes, 1),
            "holds": line.holds,
        }
        for line in lines
    }
    return json.dumps({"rows": rows, "limits": {"times": MOST_TIMES, "megabytes": MOST_MEGABYTES}, "runs": runs})


if __name__ == "__main__":
    main()
