"""One piece of work in a fresh process: how long it took there, and the most memory the process ever held."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

KILOBYTES_PER_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run took, and what it says it has done."""

    seconds: float
    megabytes: float
    done: str


def in_fresh_process(module: str, arguments: Sequence[str]) -> Measurement:
    """Run `python -m module arguments…`, which ends with `report`, and read what it measured of itself."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own interpreter)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))


def report(work: Callable[[], str]) -> None:
    """Do the work, then print its seconds and the most megabytes of this process, for `in_fresh_process`."""
    begun = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_PER_MEGABYTE
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": most, "done": done}) + "\n")


def best(measurements: Sequence[Measurement]) -> Measurement:
    """The quickest run, with the most memory that any run held: other work on the machine only ever adds time."""
    quickest = min(measurements, key=lambda one: one.seconds)
    return Measurement(quickest.seconds, max(one.megabytes for one in measurements), quickest.done)
