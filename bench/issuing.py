"""`python -m bench.issuing`: a chief approves as many applications as a county has officers, in one batch.

The register holds their people, passes and examined applications; what is measured is the whole transaction, from the
choice of the applications to the commit. Every run is a process of its own over a fresh copy; the quickest counts.
"""

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.crowds import UNITS
from bench.measuring import Measurement, best, in_fresh_process, report
from bench.registers import copied, prepared, sessions_of
from registry.db import Sessions, transaction
from registry.models.applications import Application
from registry.models.departments import Department
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import Appointment, Person
from registry.models.policies import PolicyVersion
from registry.rules.applications import ApplicationStatus, ApplicationStep
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, Establishment, Rank, Sex
from registry.rules.permissions import Actor, Role
from registry.services import applications

OFFICERS, MOST_SECONDS = 1_289, 3.0
SINCE, EXAM_DAY, TODAY = date(2019, 3, 1), date(2026, 4, 18), date(2026, 7, 1)
CLERK = Actor(account_id=None, name="周经办", role=Role.BUREAU_CLERK)
CHIEF = Actor(account_id=None, name="郑局长", role=Role.BUREAU_CHIEF)


def fill(sessions: Sessions, count: int) -> None:
    """So many people who passed both exams, examined by the clerk and waiting for the chief."""
    with transaction(sessions) as session:
        for unit in session.scalars(select(Department)):
            unit.confirmation_notice, unit.confirmed_on = "郏政文〔2019〕1号", SINCE
        units = list(session.scalars(select(Department.id).order_by(Department.code)))
        people = _people(session, count, units)
        for subject in ExamSubject:
            _exam(session, subject, people)
    with transaction(sessions) as session:
        kind = CertificateKind.ENFORCEMENT
        applications.put_up(session, CLERK, person_ids=list(people), kind=kind, today=TODAY)


def _people(session: Session, count: int, units: Sequence[int]) -> dict[int, int]:
    """People by id with their units, each in an enforcement post."""
    rows = [
        {
            "name": f"张{serial}",
            "sex": Sex.MALE,
            "born_on": date(1988, 5, 17),
            "identity_sealed": b"-",
            "identity_index": serial.to_bytes(32, "big"),
            "identity_masked": "4104**********0000",
            "department_id": units[serial % len(UNITS)],
        }
        for serial in range(count)
    ]
    made = session.execute(insert(Person).returning(Person.id, Person.department_id), rows)
    people = {row.id: row.department_id for row in made}
    post = {
        "from_on": SINCE,
        "establishment": Establishment.ADMINISTRATIVE,
        "duty": Duty.ENFORCEMENT,
        "rank": Rank.STAFF,
    }
    posts = [{"person_id": one, "department_id": unit, **post} for one, unit in people.items()]
    session.execute(insert(Appointment), posts)
    return people


def _exam(session: Session, subject: ExamSubject, people: dict[int, int]) -> None:
    policy_id = session.scalars(select(PolicyVersion.id)).first() or 1
    sitting = ExamSitting(
        code=subject.value,
        title="2026年度行政执法资格考试",
        subject=subject,
        held_on=EXAM_DAY,
        pass_mark=60,
        full_marks=100,
        policy_id=policy_id,
    )
    session.add(sitting)
    session.flush()
    passed = {"subject": subject, "pass_mark": 60, "outcome": ExamOutcome.SCORED, "score": 80, "passed": True}
    session.execute(
        insert(ExamResult),
        [{"sitting_id": sitting.id, "person_id": one, "department_id": unit, **passed} for one, unit in people.items()],
    )


def approve(sessions: Sessions) -> str:
    """The whole list, in one act of the chief."""
    with transaction(sessions) as session:
        waiting = applications.ApplicationFilter(status=ApplicationStatus.EXAMINED)
        ids = applications.ids_of(session, CHIEF, chosen=waiting, most=100_000)
        step = ApplicationStep.APPROVE
        done = applications.take(session, CHIEF, step=step, application_ids=ids, today=TODAY)
        return f"{sum(one.fits for one in done)} of {len(done)} approved"


def measure(count: int, rounds: int, server: str | None) -> Measurement:
    """The quickest of so many rounds."""
    found = []
    with tempfile.TemporaryDirectory(prefix="registry-bench-") as name, prepared(Path(name), server) as empty:
        for _ in range(rounds):
            with copied(empty, "registry_bench_issuing") as url:
                sessions = sessions_of(url)
                fill(sessions, count)
                with sessions.reading() as session:
                    waiting = len(session.scalars(select(Application.id)).all())
                    session.get_bind().engine.dispose()  # type: ignore[union-attr]  # the engine of this register
                if waiting != count:
                    raise SystemExit(f"only {waiting} of {count} applications wait")
                found.append(in_fresh_process("bench.issuing", ["--child", "--database-url", url]))
    return best(found)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.issuing", description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--count", type=int, default=OFFICERS)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--database-url", help="a PostgreSQL server; without it SQLite in a folder of its own")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.child:
        sessions = sessions_of(asked.database_url)
        gc.freeze()  # as wsgi.py does
        report(lambda: approve(sessions))
        return
    one = measure(asked.count, asked.rounds, asked.database_url)
    holds = one.seconds <= MOST_SECONDS and one.done == f"{asked.count} of {asked.count} approved"
    if asked.json:
        told = json.dumps({"seconds": round(one.seconds, 3), "megabytes": round(one.megabytes, 1), "holds": holds})
    else:
        mark = "" if holds else "  TOO MUCH"
        told = f"{one.done} in {one.seconds:.2f} s (at most {MOST_SECONDS:.0f} s), {one.megabytes:.0f} MB{mark}"
    sys.stdout.write(told + "\n")
    raise SystemExit(0 if holds else 1)


if __name__ == "__main__":
    main()
