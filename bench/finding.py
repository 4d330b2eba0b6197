"""`python -m bench.finding`: every list, search and person page with a million people against the same with a thousand.

The application answers through its test client; the two registers take turns, so that what else happens on the machine
meets both alike, and of each page the middle time counts. A page that a thousand people do not fill is held against the
full first page of the same kind: both then have as many rows to show. Where it breaks the limit, the exit code is 1.
"""

import argparse
import base64
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench.million import ANNOUNCED, IDENTITY, fill
from bench.registers import copied, prepared
from registry import clock
from registry.app import create_app
from registry.config import Settings
from registry.db import transaction
from registry.models.accounts import Account
from registry.models.certificates import Certificate
from registry.rules.permissions import Role
from registry.vault import KEY_BYTES

FEW, MANY, MOST_TIMES = 1_000, 1_000_000, 2.0
WARM = 2  # rounds that are not counted
SHORTEST = 0.002  # seconds; of less the clock tells more than the page
LISTS = {
    "board": "/",
    "people": "/people",
    "people, far on": "/people?after=500",
    "people of a unit": "/people?department=3",
    "people by surname": "/people?q=王",
    "people by name": "/people?q=王伟",
    "people by given name": "/people?q=建国",
    "people by pinyin": "/people?q=li",
    "people by initials": "/people?q=wjg",
    "people by number's beginning": "/people?q=1604",
    "people by unit's name": "/people?q=第3镇",
    "people supervising": "/people?duty=supervision",
    "people with another duty": "/people?duty=other",
    "people certified": "/people?certified=yes",
    "people not certified": "/people?certified=no",
    "people in office": "/people?serving=yes",
    "people who left": "/people?serving=no",
    "people with law qualification": "/people?law=yes",
    "people of an establishment": "/people?establishment=administrative",
    "people of a rare kind": "/people?duty=supervision&certified=no&law=yes&serving=yes",
    "people of a rare kind, of a unit": "/people?department=3&duty=supervision&certified=no&law=yes",
    "people by surname, of a rare kind": "/people?q=王&duty=supervision&certified=no",
    "people by surname, uncertified": "/people?q=王&certified=no",
    "people by pinyin, of a unit": "/people?q=li&department=3",
    "certificates": "/certificates",
    "certificates, far on": "/certificates?after=500",
    "certificates of a unit": "/certificates?department=3",
    "certificates for supervision": "/certificates?kind=supervision",
    "certificates suspended": "/certificates?status=suspended",
    "certificates revoked": "/certificates?status=revoked",
    "certificates expired": "/certificates?status=expired",
    "certificates in force": "/certificates?status=active",
    "certificates ending soon": "/certificates?expires_by=" + (clock.today() + timedelta(days=90)).isoformat(),
    "certificates by holder": "/certificates?q=王伟",
    "certificates by number": "/certificates?q=1604250000",
    "certificates, rare": "/certificates?q=王&kind=supervision&status=suspended&department=3",
    "refusals": "/certificates/refusals",
    "sittings": "/exams",
    "results of a sitting": "/exams/4",
    "trainings": "/training",
    "attendance of a training": "/training/3",
    "units": "/departments",
    "trail": "/trail",
    "trail of one act": "/trail?action=person:manage",
    "trail of a rare act": "/trail?action=policy:adopt",
    "search by number's beginning": "/find?q=160425",
    "search by name": "/find?q=王伟",
    "search by surname": "/find?q=王",
    "search by initials": "/find?q=wjg",
    "search by a unit": "/find?q=第3镇",
    "search for nothing": "/find?q=查无此人",
    "duplicates": "/people/duplicates",
    "obligations": f"/training/obligations?year={clock.today().year}",
    "obligations by unit": f"/training/obligations/units?year={clock.today().year}",
    "candidates of a sitting": f"/exams/{ANNOUNCED}/candidates",
    "proposed for a sitting": f"/exams/{ANNOUNCED}/candidates/proposed",
    "proposed for a sitting, of a unit": f"/exams/{ANNOUNCED}/candidates/proposed?unit=3",
    "proposed for a sitting, retakes": f"/exams/{ANNOUNCED}/candidates/proposed?show=retake",
    "proposed for a sitting, left out": f"/exams/{ANNOUNCED}/candidates/proposed?show=rest",
    "applications": "/applications",
    "tasks": "/tasks",
    "imports": "/imports",
    "papers": "/papers",
    "ministry certificates": "/ministry-certificates",
    "people by given name's pinyin": "/people?q=jianguo",
    "a person": "/people/7",
    "a person as of a day": "/people/7?as_of=2023-06-01",
    "a certificate": "/certificates/{certificate}",
    "a unit": "/departments/3",
}
FULL = {"people": "people", "certificates": "certificates", "search": "search by number's beginning"}
ASKED = {"search by identity number": ("/find", IDENTITY), "suggestions": ("/find/suggestions", "王")}


@dataclass(frozen=True, slots=True)
class Line:
    """One page in both registers, in seconds."""

    what: str
    small: float
    large: float
    against: float

    @property
    def ratio(self) -> float:
        return self.large / max(self.against, SHORTEST)

    @property
    def holds(self) -> bool:
        return self.ratio <= MOST_TIMES


class Desk:
    """Somebody of the bureau who sits before one register."""

    def __init__(self, app: Flask) -> None:
        with transaction(app.extensions["sessions"]) as session:
            name = f"bench-{uuid4().hex[:8]}"
            chief = Account(username=name, display_name=name, password_hash=name, role=Role.BUREAU_CHIEF)
            session.add(chief)
            session.flush()
            cookie = f"{chief.id}:{chief.session_epoch}"
            self.certificate = session.scalar(select(func.min(Certificate.id)))
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as cookies:
            cookies["_user_id"], cookies["_fresh"], cookies["locale"] = cookie, True, "zh_CN"

    def open(self, what: str) -> tuple[float, int]:
        """How many seconds a page takes, its queries and its words, and how many rows it has."""
        begun = time.perf_counter()
        if what in ASKED:
            address, text = ASKED[what]
            answer = self.client.post(address, data={"q": text})
        else:
            answer = self.client.get(LISTS[what].format(certificate=self.certificate))
        taken = time.perf_counter() - begun
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise SystemExit(f"{what}: {answer.status}")
        return taken, answer.text.count("<tr>")


def measure(small: Desk, large: Desk, rounds: int, only: str) -> Iterator[Line]:
    full: dict[str, float] = {}
    for what in [*LISTS, *ASKED]:
        kind = what.partition(" ")[0].rstrip(",")
        if only not in what and what not in FULL.values():
            continue
        taken = [(small.open(what), large.open(what)) for _ in range(rounds + WARM)][WARM:]
        few, many = (statistics.median(one[side][0] for one in taken) for side in (0, 1))
        if FULL.get(kind) == what:
            full[kind] = few
        is_fuller = taken[0][1][1] > taken[0][0][1]
        yield Line(what, few, many, max(few, full.get(kind, few)) if is_fuller else few)


@contextmanager
def registers(server: str | None, large: int) -> Iterator[list[str]]:
    """Two registers for the time of the measurement: a thousand people, and so many."""
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name, ExitStack() as opened:
        empty = opened.enter_context(prepared(Path(name), server))
        urls = [opened.enter_context(copied(empty, f"registry_bench_of_{people}")) for people in (FEW, large)]
        for url, people in zip(urls, (FEW, large), strict=True):
            fill(url, people)
        yield urls


def desks(urls: list[str], folder: Path) -> list[Desk]:
    key = base64.urlsafe_b64encode(bytes(KEY_BYTES)).decode()
    settings = [Settings(var=folder / str(number), database_url=url, data_key=key) for number, url in enumerate(urls)]
    return [Desk(create_app(one, testing=True)) for one in settings]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.finding", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--people", type=int, default=MANY)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--only", default="", help="pages whose name has this in it")
    arguments.add_argument("--database-url", help="a PostgreSQL server; without it SQLite in a folder of its own")
    arguments.add_argument("--registers", nargs=2, metavar=("SMALL", "LARGE"), help="addresses of filled registers")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    with ExitStack() as opened:
        urls = asked.registers or opened.enter_context(registers(asked.database_url, asked.people))
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="registry-bench-")))
        small, large = desks(urls, folder)
        lines = []
        for line in measure(small, large, asked.rounds, asked.only):
            lines.append(line)
            if not asked.json:
                sys.stdout.write(_told(line) + "\n")
                sys.stdout.flush()
    if asked.json:
        sys.stdout.write(_json(lines, asked.people) + "\n")
    raise SystemExit(0 if all(line.holds for line in lines) else 1)


def _told(line: Line) -> str:
    mark = "" if line.holds else "  TOO SLOW"
    return f"{line.what:36}{line.small * 1000:8.1f} ms{line.large * 1000:8.1f} ms{line.ratio:7.2f} times{mark}"


def _json(lines: list[Line], people: int) -> str:
    pages = {
        line.what: {
            "small_ms": round(line.small * 1000, 2),
            "large_ms": round(line.large * 1000, 2),
            "times": round(line.ratio, 3),
            "holds": line.holds,
        }
        for line in lines
    }
    return json.dumps({"people": [FEW, people], "limits": {"times": MOST_TIMES}, "pages": pages}, ensure_ascii=False)


if __name__ == "__main__":
    main()
