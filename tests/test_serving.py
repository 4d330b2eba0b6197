"""`registry up`: one command brings the county to life, and one signal puts it to rest."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.nodb

ROOT = Path(__file__).resolve().parent.parent
WITHIN_SECONDS = 90


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


@contextmanager
def _up(var: Path, port: int, told: Path) -> Iterator["subprocess.Popen[bytes]"]:
    env = {**os.environ, "REGISTRY_VAR": str(var), "PORT": str(port)}
    with told.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", "up"], cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _page(port: int, path: str = "/sign-in") -> str:
    deadline = time.monotonic() + WITHIN_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_one_command_starts_it_and_one_signal_stops_it(tmp_path: Path) -> None:
    var, port, told = tmp_path / "var", _free_port(), tmp_path / "told"

    with _up(var, port, told) as first:
        assert "<h1>" in _page(port)
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
    said = told.read_text()
    assert f"http://127.0.0.1:{port}" in said
    assert all(re.search(rf"\b{name}\b", said) for name in ("admin", "clerk", "chief", "head", "unit", "auditor"))
    assert "Traceback" not in said

    with _up(var, port, told) as second:
        _page(port)
        second.send_signal(signal.SIGINT)
        assert second.wait(30) == 0
    assert "loading the demonstration county" not in told.read_text()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=2)
