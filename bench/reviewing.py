"""`python -m bench.reviewing`: opening a review over 200,000 certificates, beside the bare SQL of the same facts.

The bare minimum is one INSERT … SELECT: the set-based query of the opening itself, its columns made JSON by the
database and stored as the items of a review, without a proposal, a reason, a check or the trail. Opening a review
reads the same rows into Python, proposes a finding for each by the rules, and stores facts, proposals and reasons.
Beside them stands the SELECT alone, its rows fetched and dropped: what computing the facts costs without storing them.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import and_, case, func, insert, literal, select, text
from sqlalchemy.orm import Session

from bench.measuring import Measurement, best, in_fresh_process
from bench.million import fill
from bench.registers import copied, prepared, served
from registry import clock
from registry.db import Sessions, make_engine, transaction
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.campaigns import deadlines
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import ReviewFinding
from registry.services import policies, reviews
from registry.services.reviews.gathering import Gathering, statement

MOST_TIMES, MOST_MEGABYTES = 3.0, 600  # SQLite maps its file: the bare minimum alone holds some 430 MB
SELECTED, BARE, OPENED = "bare SELECT", "bare minimum", "opened"
YEAR, KIND = 2024, CertificateKind.ENFORCEMENT
PEOPLE_PER_CERTIFICATE = 1.27  # four in five have passed, one in a hundred supervises
FACTS = ("status", "valid_until", "establishment", "end_reason", "until_on", "hours", "is_course_done")
FACTS += ("common_law", "special_law", "grade", "section", "post")
# Units are confirmed subjects, and nineteen people in twenty have done the hours of the year.
AS_IN_AN_OFFICE = (
    "UPDATE departments SET confirmed_on = '2019-05-20', confirmation_notice = '郏政公告〔2019〕1号'",
    "UPDATE attendances SET hours = 60 WHERE person_id % 20 <> 0",
)


def selected(sessions: Sessions) -> str:
    day = date(YEAR, 12, 31)
    with sessions.reading() as session:
        policy = policies.in_force(session, day)
        what = Gathering(kind=KIND, year=YEAR, as_of=day, cutoff=policy.cutoff_in(YEAR), policy=policy)
        return str(sum(1 for _row in session.connection().execute(statement(what))))


def bare(sessions: Sessions) -> str:
    with transaction(sessions) as session:
        return str(_bare(session))


def _bare(session: Session) -> int:
    day, today = date(YEAR, 12, 31), clock.today()
    policy = policies.in_force(session, day)
    what = Gathering(kind=KIND, year=YEAR, as_of=day, cutoff=policy.cutoff_in(YEAR), policy=policy)
    terms = {f"{name}_on": value for name, value in vars_of(deadlines(today, policy)).items()}
    said = {"opened_on": today, "cutoff_on": what.cutoff, "as_of_on": day, "policy_id": policy.version}
    campaign = ReviewCampaign(year=YEAR, kind=KIND, **said, **terms)
    session.add(campaign)
    session.flush()
    found = statement(what).order_by(None).subquery("found")
    next_year = and_(found.c.issued_on > what.cutoff, found.c.predecessor_id.is_(None))
    together = func.json_object if session.get_bind().dialect.name == "sqlite" else func.jsonb_build_object
    facts = together(*(part for name in FACTS for part in (literal(name), found.c[name])))
    rows: Any = select(
        literal(campaign.id),
        found.c.id,
        found.c.person_id,
        found.c.department_id,
        next_year,
        facts,
        case((~next_year, literal(ReviewFinding.PASSED.value))),
        literal([], ReviewItem.proposal_reasons.type),
    )
    names = ["campaign_id", "certificate_id", "person_id", "department_id"]
    names += ["is_next_year", "facts", "proposed", "proposal_reasons"]
    session.execute(insert(ReviewItem.__table__).from_select(names, rows))  # type: ignore[arg-type]
    return session.scalar(select(func.count()).select_from(ReviewItem)) or 0


def vars_of(days: Any) -> dict[str, date]:
    """The days of a review by name; the class has slots and no dictionary."""
    return {name: getattr(days, name) for name in ("attest_by", "decide_by", "make_up_by")}


def opened(sessions: Sessions) -> str:
    with transaction(sessions) as session:
        campaign = reviews.open_campaign(session, SYSTEM, year=YEAR, kind=KIND, today=clock.today())
        total = reviews.progress(session, SYSTEM, campaign_id=campaign.id).total
        return f"{total.due + total.next_year}, {total.exceptions} of them exceptions"


CHILDREN: Mapping[str, Callable[[Sessions], str]] = {SELECTED: selected, BARE: bare, OPENED: opened}


def lay_down(url: str, certificates: int) -> None:
    """Fill an empty register with so many certificates, as in an office."""
    fill(url, int(certificates * PEOPLE_PER_CERTIFICATE))
    engine = make_engine(url)
    with engine.begin() as connection:
        for sentence in AS_IN_AN_OFFICE:
            connection.execute(text(sentence))
    engine.dispose()


def measure(certificates: int, rounds: int, server: str | None) -> dict[str, Measurement]:
    """Both ways on fresh copies of one register, one after the other, so many rounds."""
    found: dict[str, list[Measurement]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name, prepared(Path(name), server) as url:
        lay_down(url, certificates)
        for _ in range(rounds):
            for what in CHILDREN:
                with copied(url, "registry_bench_review") as copy:
                    arguments = ["--child", what, "--database-url", copy]
                    found[what].append(in_fresh_process("bench.reviewing", arguments))
    return {what: best(runs) for what, runs in found.items()}


def table(found: Mapping[str, Measurement], certificates: int) -> str:
    head = f"{certificates} certificates (at most {MOST_TIMES:.0f} times the bare minimum, {MOST_MEGABYTES} MB)"
    lines = [head, f"{'':14}{'seconds':>9}{'times':>8}{'MB':>7}"]
    for what, one in found.items():
        mark = "" if what != OPENED or holds(found) else "  TOO MUCH"
        times = one.seconds / found[BARE].seconds
        lines.append(f"{what:14}{one.seconds:9.2f}{times:8.2f}{one.megabytes:7.0f}  {one.done}{mark}")
    return "\n".join(lines)


def holds(found: Mapping[str, Measurement]) -> bool:
    within = found[OPENED].seconds <= MOST_TIMES * found[BARE].seconds
    return within and found[OPENED].megabytes <= MOST_MEGABYTES


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.reviewing", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--certificates", type=int, default=200_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--database-url", help="a PostgreSQL server; without it SQLite in a folder of its own")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--child", choices=list(CHILDREN), help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if served(asked, CHILDREN):
        return
    found = measure(asked.certificates, asked.rounds, asked.database_url)
    sys.stdout.write((_json(found, asked.certificates) if asked.json else table(found, asked.certificates)) + "\n")
    raise SystemExit(0 if holds(found) else 1)


def _json(found: Mapping[str, Measurement], certificates: int) -> str:
    runs = {
        what: {"seconds": round(one.seconds, 3), "megabytes": round(one.megabytes, 1)} for what, one in found.items()
    }
    limits = {"times": MOST_TIMES, "megabytes": MOST_MEGABYTES}
    return json.dumps({"certificates": certificates, "limits": limits, "runs": runs, "holds": holds(found)})


if __name__ == "__main__":
    main()
