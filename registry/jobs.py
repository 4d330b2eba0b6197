"""Durable background work: asked for in a transaction, done by a worker, taken up again after a crash.

The `jobs` table is the office's record; DBOS keeps the queue and the recovery. Only the worker talks to DBOS: it hands
over every queued job under the job's own id, so that one job runs once however often it is handed over.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID, StepOptions
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.orm import Session

from registry import clock
from registry.config import Settings
from registry.db import Sessions, transaction
from registry.models.jobs import Job
from registry.rules import RuleBroken
from registry.rules.jobs import JobKind, JobPhase, JobStatus
from registry.rules.permissions import Action, Actor

Handler = Callable[..., Mapping[str, Any]]
Chore = Callable[[Session], Any]

LOOK_EVERY_SECONDS = 0.5
FINISH_WITHIN_SECONDS = 3  # when told to stop; what takes longer goes on after the next start
CHORES_EVERY_SECONDS = 3_600
AT_ONCE = 2
QUEUES = {kind: f"registry-{kind.value}" for kind in JobKind}  # one a kind: a file does not wait behind a print run
APPLICATION = "registry"
ERROR_LENGTH = 500
# A handler's own failure ends its job; tried again is only what the database would not let us write down.
STEP: StepOptions = {"name": "work", "retries_allowed": True, "max_attempts": 6, "interval_seconds": 2}

TELL_EVERY_SECONDS = 0.5
PHASE = "phase"  # of a job's result, as long as there is no result

_log = structlog.get_logger()


class Progress(Protocol):
    """Takes word of how much is done, and of which part of the work."""

    def __call__(self, done: int, total: int, phase: JobPhase | None = None) -> None: ...


@dataclass(frozen=True, slots=True)
class HowFar:
    """How far a job is: at which part (None when it has but one), and how much of that is done."""

    phase: JobPhase | None
    done: int
    total: int

    @property
    def number(self) -> int:
        """Which of the parts, from 1; 0 for work of one part."""
        return list(JobPhase).index(self.phase) + 1 if self.phase else 0

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(JobPhase)


def enqueue(
    session: Session, actor: Actor, kind: JobKind, *, department_id: int | None = None, **arguments: Any
) -> Job:
    """Ask for long work. It begins when this transaction has committed and a worker is there."""
    job = Job(kind=kind, arguments=arguments, result={}, account_id=actor.account_id, department_id=department_id)
    session.add(job)
    session.flush()
    return job


def get(session: Session, actor: Actor, job_id: int) -> Job:
    """A job, for whoever may see it: the bureau every one, a unit's people those of their unit."""
    job = session.get_one(Job, job_id)
    actor.require_unit(Action.JOB_VIEW, job.department_id)
    return job


def how_far(session: Session, job: Job) -> HowFar:
    """What the job has told last."""
    note = _note_of(session.get_bind(), job.id)
    if job.status is JobStatus.RUNNING and note is not None and (told := note.read()) is not None:
        return told
    phase = job.result.get(PHASE)
    return HowFar(JobPhase(phase) if phase else None, job.done_count, job.total_count)


def report_to(session: Session, progress: Progress) -> None:
    """Let what is done in this session be told to the job that it is done for."""
    session.info["progress"] = progress


def tell(session: Session, phase: JobPhase, done: int, total: int) -> None:
    """Tell the job that this session works for, if it works for one, how far it is."""
    if (progress := session.info.get("progress")) is not None:
        progress(done, total, phase)


class _Note:
    """Progress in a file beside an SQLite database, which lets nobody else write while a long work writes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, told: HowFar) -> None:
        self._path.parent.mkdir(exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(told)))
        draft.replace(self._path)

    def read(self) -> HowFar | None:
        try:
            plain = json.loads(self._path.read_text())
        except FileNotFoundError:
            return None
        return HowFar(JobPhase(plain["phase"]) if plain["phase"] else None, plain["done"], plain["total"])

    def discard(self) -> None:
        self._path.unlink(missing_ok=True)


def _note_of(bind: Engine | Connection, job_id: int) -> _Note | None:
    """Where a job's progress is told on SQLite; None on PostgreSQL, where its own row will do."""
    database = bind.engine.url.database
    on_sqlite = bind.dialect.name == "sqlite" and database
    return _Note(Path(f"{database}-progress") / f"{job_id}.json") if on_sqlite else None


class _Reporter:
    """The progress of one job, told twice a second and whenever a part begins or ends."""

    def __init__(self, write: Callable[[HowFar], None]) -> None:
        self._write, self._told_at = write, 0.0
        self.last: HowFar | None = None

    def __call__(self, done: int, total: int, phase: JobPhase | None = None) -> None:
        before, self.last = self.last, HowFar(phase, done, total)
        turns = before is None or before.phase is not phase or done >= total
        if turns or time.monotonic() >= self._told_at + TELL_EVERY_SECONDS:
            self._told_at = time.monotonic()
            self._write(self.last)


class Worker:
    """Runs the queued jobs of one registry until told to stop, and the chores once an hour."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        handlers: Mapping[JobKind, Handler],
        chores: Sequence[Chore] = (),
    ) -> None:
        self._sessions = sessions
        self._handlers = handlers
        self._chores, self._chores_due = chores, 0.0
        self._stop = threading.Event()
        DBOS(config=_dbos_config(settings))
        self._workflow = self._declared()

    def run(self) -> None:
        """Recover what a crash left, then take up what is queued, until `stop` is called."""
        DBOS.launch()
        for queue in QUEUES.values():
            DBOS.register_queue(queue, worker_concurrency=AT_ONCE, polling_interval_sec=LOOK_EVERY_SECONDS)
        try:
            while not self._stop.is_set():
                self._hand_over()
                self._do_chores()
                self._stop.wait(LOOK_EVERY_SECONDS)
        finally:
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=FINISH_WITHIN_SECONDS)

    def stop(self) -> None:
        self._stop.set()

    def _hand_over(self) -> None:
        with self._sessions.reading() as session:
            queued = session.execute(
                select(Job.id, Job.kind).where(Job.status == JobStatus.QUEUED).order_by(Job.id)
            ).all()
        for job_id, kind in queued:
            with SetWorkflowID(f"job-{job_id}"):
                DBOS.enqueue_workflow(QUEUES[kind], self._workflow, job_id)

    def _do_chores(self) -> None:
        """What has to be done now and then though nobody asks for it, each in a transaction of its own."""
        if time.monotonic() < self._chores_due:
            return
        self._chores_due = time.monotonic() + CHORES_EVERY_SECONDS
        for chore in self._chores:
            try:
                with transaction(self._sessions) as session:
                    chore(session)
            except Exception:  # done again in an hour; the worker lives on
                _log.exception("chore failed")

    def _declared(self) -> Callable[[int], None]:
        """The workflow DBOS knows by name; it wants a function, not a method."""

        @DBOS.workflow(name="run_job")
        def run_job(job_id: int) -> None:
            DBOS.run_step(STEP, self._work, job_id)

        return run_job

    def _work(self, job_id: int) -> None:
        with transaction(self._sessions) as session:
            job = session.get_one(Job, job_id)
            if job.status in {JobStatus.DONE, JobStatus.FAILED}:
                return
            job.status, job.started_at = JobStatus.RUNNING, job.started_at or clock.now()
            kind, arguments = job.kind, dict(job.arguments)
        reporter = _Reporter(partial(self._note, job_id))
        try:
            result = dict(self._handlers[kind](self._sessions, reporter, **arguments))
        except RuleBroken as broken:
            _log.warning("job refused", job=job_id, kind=kind, rules=[v.code for v in broken.violations])
            told = {"error": _shortened(broken), "result": _refusals(broken)}
            self._finish(job_id, reporter, status=JobStatus.FAILED, **told)
        except Exception as error:  # the job's own record says what went wrong; the worker lives on
            _log.exception("job failed", job=job_id, kind=kind)
            self._finish(job_id, reporter, status=JobStatus.FAILED, error=_shortened(error), result={})
        else:
            self._finish(job_id, reporter, status=JobStatus.DONE, result=result)

    def _note(self, job_id: int, told: HowFar) -> None:
        with self._sessions.reading() as session:
            note = _note_of(session.get_bind(), job_id)
        if note is not None:
            note.write(told)
        else:
            result = {PHASE: told.phase} if told.phase else {}
            self._write(job_id, done_count=told.done, total_count=told.total, result=result)

    def _finish(self, job_id: int, reporter: _Reporter, **values: Any) -> None:
        if (last := reporter.last) is not None:
            values |= {"done_count": last.done, "total_count": last.total}
        self._write(job_id, finished_at=clock.now(), **values)
        with self._sessions.reading() as session:
            note = _note_of(session.get_bind(), job_id)
        if note is not None:
            note.discard()

    def _write(self, job_id: int, **values: Any) -> None:
        with transaction(self._sessions) as session:
            session.execute(update(Job).where(Job.id == job_id).values(**values))


def _shortened(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH]


def _refusals(broken: RuleBroken) -> dict[str, Any]:
    """The rules that stood in the way, as their page will say them in the reader's language."""
    said = [{"message": v.message, "params": dict(v.params), "source": v.rule.source} for v in broken.violations]
    return {"refusals": said}


def _dbos_config(settings: Settings) -> DBOSConfig:
    on_sqlite = settings.database_url.startswith("sqlite")
    return {
        "name": APPLICATION,
        "system_database_url": f"sqlite:///{settings.var / 'jobs.sqlite3'}" if on_sqlite else settings.database_url,
        "application_version": "1",
        "executor_id": "worker",
        "log_level": "WARNING",
        "console_log_level": "WARNING",
    }
