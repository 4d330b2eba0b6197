"""The worker: which procedure does which long work."""

import signal
from collections.abc import Mapping
from types import FrameType

from registry.config import Settings
from registry.db import Sessions
from registry.jobs import Handler, Worker
from registry.rules.jobs import JobKind

HANDLERS: Mapping[JobKind, Handler] = {}


def run_worker(settings: Settings, sessions: Sessions) -> None:
    """Work until SIGTERM or SIGINT."""
    worker = Worker(settings, sessions, HANDLERS)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    worker.run()
