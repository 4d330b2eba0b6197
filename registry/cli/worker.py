"""The worker: which procedure does which long work."""

import os
import signal
from collections.abc import Mapping
from functools import partial
from types import FrameType
from typing import NoReturn

from registry.config import Settings
from registry.db import Sessions
from registry.jobs import Chore, Handler, Worker
from registry.rules.jobs import JobKind
from registry.services import departments, evidence, exams, imports, papers, photos, reviews, rosters
from registry.services.mail import PostOffice


def handlers(settings: Settings) -> Mapping[JobKind, Handler]:
    """The procedure for each kind of job, with what it needs to know of the installation."""
    return {
        JobKind.BUNDLE_EVIDENCE: evidence.work,
        JobKind.ENTER_PROPOSED: exams.enter_apart,
        JobKind.IMPORT: imports.work,
        JobKind.MAIL_REMINDERS: partial(reviews.mail_apart, post=post_office(settings), public_url=settings.public_url),
        JobKind.PHOTOS: photos.work,
        JobKind.PRINT_CARDS: papers.print_apart,
        JobKind.PRINT_EXAM_PAPERS: exams.print_apart,
        JobKind.PRINT_ROSTERS: partial(rosters.print_all, public_url=settings.public_url),
    }


def chores(settings: Settings) -> list[Chore]:
    """What is done now and then though nobody asks for it."""
    reminders = partial(reviews.remind_daily, by_mail=settings.smtp_url is not None)
    return [evidence.let_go, departments.flag_fallen, reminders]


def post_office(settings: Settings) -> PostOffice | None:
    """The configured mail server, if any."""
    return PostOffice(settings.smtp_url, settings.mail_from) if settings.smtp_url else None


def run_worker(settings: Settings, sessions: Sessions) -> NoReturn:
    """Work until SIGTERM or SIGINT, then end the process.

    A job that is still at work is left as a crash would leave it: nothing half done, taken up at the next start.
    """
    worker = Worker(settings, sessions, handlers(settings), chores(settings))

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    worker.run()
    os._exit(0)  # a plain exit would wait for the job's thread
