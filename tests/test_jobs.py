"""Long work by a real worker: taken up, followed, told when it fails, taken up again after a crash."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry import jobs
from registry.cli.worker import handlers
from registry.db import Sessions, transaction
from registry.jobs import Chore, Handler, HowFar, Progress, Worker
from registry.models.imports import ImportBatch
from registry.models.jobs import Job
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.imports import BROUGHT_IN_ONCE, ImportKind, ImportStatus
from registry.rules.jobs import UNDER_WAY, JobKind, JobPhase, JobStatus
from registry.rules.permissions import SYSTEM
from registry.services import imports
from registry.services.imports.long import LONG_ROWS
from tests.factories import identity_number, make_department
from tests.services.importing import TODAY
from tests.spreadsheets import csv_text

PATIENCE = 60
LOOK = 0.05
LONG = LONG_ROWS + 100
HEAD = ("姓名", "身份证号", "单位", "编制性质", "任职日期")


@contextmanager
def working(app: Flask, doing: Mapping[JobKind, Handler] | None = None, chores: Sequence[Chore] = ()) -> Iterator[None]:
    """A worker on a thread of its own, for as long as the block lasts."""
    settings, sessions = app.extensions["settings"], app.extensions["sessions"]
    worker = Worker(settings, sessions, doing or handlers(settings), chores)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


@contextmanager
def worker_process(app: Flask) -> Iterator["subprocess.Popen[bytes]"]:
    """`registry worker` as the operator runs it; killed at the end if it still runs."""
    settings = app.extensions["settings"]
    env = {
        **os.environ,
        "REGISTRY_VAR": str(settings.var),
        "REGISTRY_DATABASE_URL": settings.database_url.replace("postgresql+psycopg://", "postgresql://"),
        "REGISTRY_DATA_KEY": settings.data_key,
        "REGISTRY_SECRET_KEY": settings.secret_key,
    }
    process = subprocess.Popen([sys.executable, "-m", "registry", "worker"], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(app: Flask, job_id: int, *statuses: JobStatus) -> Job:
    """The job once it has come to one of these."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with app.extensions["sessions"].reading() as session:
            job = jobs.get(session, SYSTEM, job_id)
        if job.status in statuses:
            return job
        time.sleep(LOOK)
    raise AssertionError(f"job {job_id} is still {job.status}")


def finished(app: Flask, job_id: int) -> Job:
    return until(app, job_id, *(set(JobStatus) - UNDER_WAY))


def enqueue(app: Flask, **arguments: Any) -> int:
    with transaction(app.extensions["sessions"]) as session:
        return jobs.enqueue(session, SYSTEM, JobKind.IMPORT, **arguments).id


def send_long_file(app: Flask, year: int = 1980) -> int:
    """A file too long for a request, with people of these years; the id of its job."""
    rows = [
        (
            "人" + chr(0x4E00 + serial),
            identity_number(serial, date(year + serial // 1000, 5, 17)),
            "701",
            "行政编制",
            "2019-03-01",
        )
        for serial in range(LONG)
    ]
    content = csv_text([HEAD, *rows]).encode()
    with transaction(app.extensions["sessions"]) as session:
        make_department(session, code="701")
        batch = imports.send(
            session, SYSTEM, kind=ImportKind.PEOPLE, filename="people.csv", content=content, today=TODAY
        )
        job = imports.job_of(session, SYSTEM, batch)
        assert job is not None
        return job.id


def approve(app: Flask, batch_id: int) -> int:
    with transaction(app.extensions["sessions"]) as session:
        digest = session.get_one(ImportBatch, batch_id).sha256
        batch = imports.approve(session, SYSTEM, batch_id=batch_id, digest=digest, today=TODAY)
        job = imports.job_of(session, SYSTEM, batch)
        assert job is not None
        return job.id


def rehearse_and_approve(app: Flask) -> int:
    """The long file rehearsed here and now, and its rehearsal taken from the queue; the id of the job that confirms."""
    batch_id = the_batch(app).id
    with transaction(app.extensions["sessions"]) as session:
        session.execute(update(Job).values(status=JobStatus.DONE))
    imports.work(app.extensions["sessions"], lambda *_told: None, batch_id=batch_id, account_id=None)
    return approve(app, batch_id)


def counts(app: Flask) -> dict[str, int]:
    with app.extensions["sessions"].reading() as session:
        tables = {"people": Person, "trail": TrailEntry}
        return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}


def the_batch(app: Flask) -> ImportBatch:
    with app.extensions["sessions"].reading() as session:
        return session.scalars(select(ImportBatch)).one()


def test_a_worker_does_what_was_asked_and_says_how_far_it_came(app: Flask) -> None:
    def count(_sessions: Sessions, progress: Progress, *, upto: int) -> dict[str, int]:
        for number in range(1, upto + 1):
            progress(number, upto)
        return {"rows": upto}

    first, second = enqueue(app, upto=3), enqueue(app, upto=5)
    with working(app, {JobKind.IMPORT: count}):
        done = [finished(app, job_id) for job_id in (first, second)]

    assert [(job.status, job.done_count, job.total_count) for job in done] == [(JobStatus.DONE, n, n) for n in (3, 5)]
    assert done[0].result == {"rows": 3}
    assert done[0].started_at is not None
    assert done[0].finished_at is not None


def test_a_failure_is_told_and_the_worker_goes_on(app: Flask) -> None:
    def fail(_sessions: Sessions, _progress: Progress, *, how: str) -> dict[str, int]:
        if how == "rule":
            raise RuleBroken([BROUGHT_IN_ONCE.broken("The same file was brought in before.")])
        if how == "error":
            raise ValueError("no such thing")
        return {}

    asked = [enqueue(app, how=how) for how in ("error", "rule", "well")]
    with working(app, {JobKind.IMPORT: fail}):
        error, rule, well = (finished(app, job_id) for job_id in asked)

    assert (error.status, error.error) == (JobStatus.FAILED, "ValueError: no such thing")
    assert (rule.status, well.status) == (JobStatus.FAILED, JobStatus.DONE)
    assert rule.result["refusals"][0]["message"] == "The same file was brought in before."


def test_a_long_file_is_rehearsed_and_brought_in_by_the_worker(app: Flask) -> None:
    asked = send_long_file(app)
    before = counts(app)
    assert the_batch(app).status is ImportStatus.WAITING

    with working(app):
        rehearsed = finished(app, asked)
        assert counts(app) == {**before, "trail": before["trail"] + 1}
        done = finished(app, approve(app, the_batch(app).id))

    assert (rehearsed.done_count, rehearsed.total_count) == (LONG, LONG)
    assert done.result == {"created": LONG, "updated": 0, "unchanged": 0, "problems": 0}
    assert the_batch(app).status is ImportStatus.CONFIRMED
    assert counts(app)["people"] == LONG


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_is_taken_up_again(app: Flask) -> None:
    send_long_file(app)
    confirmed = rehearse_and_approve(app)
    before = counts(app)

    with worker_process(app) as process:
        until(app, confirmed, JobStatus.RUNNING)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert counts(app) == before
    assert the_batch(app).status is ImportStatus.CONFIRMING

    with worker_process(app) as process:
        assert finished(app, confirmed).status is JobStatus.DONE
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert counts(app) == {"people": LONG, "trail": before["trail"] + LONG + 1}


def test_sending_a_long_file_twice_asks_the_worker_once(app: Flask) -> None:
    first = send_long_file(app)

    with transaction(app.extensions["sessions"]) as session:
        batch = session.scalars(select(ImportBatch)).one()
        content = imports.content_of(session, batch)
        imports.send(session, SYSTEM, kind=ImportKind.PEOPLE, filename="again.csv", content=content, today=TODAY)

        assert session.scalars(select(Job.id)).all() == [first]


def test_what_the_worker_cannot_do_is_told_on_the_file(app: Flask) -> None:
    asked = send_long_file(app)
    with transaction(app.extensions["sessions"]) as session:
        job = session.get_one(Job, asked)
        job.arguments = {**job.arguments, "account_id": 4711}
        session.scalars(select(ImportBatch)).one().whole = b"told by an earlier rehearsal"

    with working(app):
        job = finished(app, asked)

    batch = the_batch(app)
    with app.extensions["sessions"].reading() as session:
        assert session.scalars(select(ImportBatch.whole)).one() is None
    assert (job.status, batch.status) == (JobStatus.FAILED, ImportStatus.REFUSED)
    assert [problem.in_words("en") for problem in imports.problems_of(batch)] == [
        "The registry could not finish; nothing was written. Send the file again."
    ]


def test_a_file_being_brought_in_is_seen_to_advance_part_by_part(app: Flask) -> None:
    """While the work holds the write lock of SQLite, a page reads how far it is."""
    asked, sessions = send_long_file(app), app.extensions["sessions"]
    seen: list[HowFar] = []

    def watched(sessions: Sessions, progress: Progress, **arguments: Any) -> Mapping[str, Any]:
        def told(done: int, total: int, phase: JobPhase | None = None) -> None:
            progress(done, total, phase)
            with sessions.reading() as session:
                seen.append(jobs.how_far(session, jobs.get(session, SYSTEM, asked)))

        return imports.work(sessions, told, **arguments)

    with working(app, {JobKind.IMPORT: watched}):
        done = finished(app, asked)

    assert list(dict.fromkeys(one.phase for one in seen)) == [*JobPhase, None]
    assert HowFar(JobPhase.WRITING, LONG, LONG) in seen
    with sessions.reading() as session:
        assert jobs.how_far(session, done) == HowFar(None, LONG, LONG)


def test_chores_are_done_though_nothing_is_queued_and_one_that_fails_hinders_no_other(app: Flask) -> None:
    done = threading.Event()

    def fails(_session: Session) -> None:
        raise ValueError("of this hour")

    with working(app, chores=[fails, lambda _session: done.set()]):
        assert done.wait(PATIENCE)
