"""`python -m bench.freezing`: the rosters of a review over 200,000 certificates, frozen by the lock and printed.

All of it goes the way of an office: from a register of 400 units, unit by unit into the rosters, and from them the
county's roster onto paper. Only the findings and the close are given by hand, for deciding is no part of this.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import func, select, update

from bench.measuring import Measurement, in_fresh_process
from bench.registers import prepared, served
from bench.reviewing import KIND, YEAR, lay_down
from registry import clock
from registry.db import Sessions, transaction
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.rosters import Roster
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import CampaignStatus
from registry.services import reviews
from registry.services.rosters.printing import print_apart

MOST_SECONDS, MOST_MEGABYTES = 60, 500
OPENED, FROZEN, PRINTED = "opened and decided", "frozen", "the county's printed"
URL = "https://registry.example"


def decided(sessions: Sessions) -> str:
    """A review of everybody, closed: each finding as it was proposed."""
    with transaction(sessions) as session:
        campaign = reviews.open_campaign(session, SYSTEM, year=YEAR, kind=KIND, today=clock.today())
        due = (ReviewItem.campaign_id == campaign.id, ~ReviewItem.is_next_year)
        session.execute(update(ReviewItem).where(*due).values(finding=ReviewItem.proposed, decided_at=clock.now()))
        campaign.status, campaign.closed_on = CampaignStatus.CLOSED, clock.today()
        return "all as proposed"


def frozen(sessions: Sessions) -> str:
    with transaction(sessions) as session:
        campaign = session.scalars(select(ReviewCampaign)).one()
        reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=clock.today())
        return f"{session.scalar(select(func.count()).select_from(Roster))} rosters"


def printed(sessions: Sessions) -> str:
    with sessions.reading() as session:
        county = session.scalars(select(Roster).where(Roster.department_id.is_(None))).one()
    print_apart(sessions, county.id, URL)
    return f"{county.line_count} lines"


CHILDREN: Mapping[str, Callable[[Sessions], str]] = {OPENED: decided, FROZEN: frozen, PRINTED: printed}


def measure(certificates: int, server: str | None) -> Iterator[tuple[str, Measurement]]:
    """One after the other on one register, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name, prepared(Path(name), server) as url:
        lay_down(url, certificates)
        for what in CHILDREN:
            yield what, in_fresh_process("bench.freezing", ["--child", what, "--database-url", url])


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.freezing", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--certificates", type=int, default=200_000)
    arguments.add_argument("--database-url", help="a PostgreSQL server; without it SQLite, whose file is mapped")
    arguments.add_argument("--child", choices=list(CHILDREN), help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if served(asked, CHILDREN):
        return
    limits = f"frozen and printed in at most {MOST_MEGABYTES} MB, printed in at most {MOST_SECONDS} s"
    sys.stdout.write(f"{asked.certificates} certificates ({limits}; what SQLite maps of its file counts too)\n")
    all_hold = True
    for what, one in measure(asked.certificates, asked.database_url):
        holds = what == OPENED or one.megabytes <= MOST_MEGABYTES
        holds = holds and (what != PRINTED or one.seconds <= MOST_SECONDS)
        all_hold = all_hold and holds
        mark = "" if holds else "  TOO MUCH"
        sys.stdout.write(f"{what:22}{one.seconds:9.2f} s{one.megabytes:7.0f} MB  {one.done}{mark}\n")
        sys.stdout.flush()
    raise SystemExit(0 if all_hold else 1)


if __name__ == "__main__":
    main()
