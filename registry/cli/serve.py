"""`registry serve`, `registry worker` and `registry up`, which runs both and stops both."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

import click
from flask import current_app

from registry import clock, db, demo
from registry.cli.database import init
from registry.cli.worker import run_worker
from registry.config import Settings
from registry.services import offices

ROOT = Path(__file__).resolve().parent.parent.parent
STOP_WITHIN_SECONDS = 15
LOOK_EVERY_SECONDS = 0.2


@click.command()
def serve() -> None:
    """Serve the pages (PORT and REGISTRY_HOST change the address)."""
    settings: Settings = current_app.extensions["settings"]
    click.echo(f"http://{settings.host}:{settings.port}")
    sys.exit(run_together([server_command(settings)]))


@click.command()
def worker() -> None:
    """Do the long work: imports, batch prints, review openings."""
    run_worker(current_app.extensions["settings"], current_app.extensions["sessions"])


@click.command()
@click.pass_context
def up(ctx: click.Context) -> None:
    """Migrate, load the demonstration county into an empty registry, then serve pages and do the long work."""
    settings: Settings = current_app.extensions["settings"]
    ctx.invoke(init)
    load_demonstration_when_empty()
    words = welcome(settings)
    both = [server_command(settings), [sys.executable, "-m", "registry", "worker"]]
    sys.exit(run_together(both, is_ready=lambda: _answers(settings), when_ready=lambda: click.echo(words)))


def server_command(settings: Settings) -> list[str]:
    """gunicorn on the configured address; threads, since pages wait for the database more than they compute."""
    options = (
        f"--bind={settings.host}:{settings.port}",
        f"--workers={settings.web_processes}",
        "--threads=4",
        "--preload",
        "--timeout=120",
        "--graceful-timeout=10",
        f"--chdir={ROOT}",
        "--log-level=warning",
    )
    return [sys.executable, "-m", "gunicorn", *options, "wsgi:app"]


def load_demonstration_when_empty() -> None:
    """The demonstration county, once, in a registry that has no unit and no account yet."""
    with db.transaction(current_app.extensions["sessions"]) as session:
        if offices.is_empty(session):
            click.echo("The registry is empty: loading the demonstration county. 正在载入演示县数据……")
            demo.load(session, today=clock.today())


def welcome(settings: Settings) -> str:
    """The address, and in the demonstration county a sign-in for each role."""
    lines = ["", f"  {settings.public_url}", ""]
    with current_app.extensions["sessions"].reading() as session:
        if offices.is_demonstration(session):
            lines += [f"  {seat.title:<14}{seat.username:<12}{seat.password}" for seat in demo.SEATS]
    return "\n".join([*lines, ""])


def run_together(
    commands: Sequence[Sequence[str]],
    *,
    is_ready: Callable[[], bool] = lambda: True,
    when_ready: Callable[[], None] = lambda: None,
) -> int:
    """Run processes until one ends or we are told to stop; then stop all. The exit code: 0 when told to, else 1.

    `when_ready` is called once, as soon as `is_ready`: an address is told when somebody answers there.
    """
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    asked: list[int] = []
    waiting = True

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    while not asked and all(process.poll() is None for process in running):
        if waiting and is_ready():
            waiting = False
            when_ready()
        time.sleep(LOOK_EVERY_SECONDS)
    _stop(running)
    return 0 if asked else 1


def _answers(settings: Settings) -> bool:
    """Whether the web server takes connections yet."""
    try:
        socket.create_connection((settings.host, settings.port), timeout=1).close()
    except OSError:
        return False
    return True


def _stop(running: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
