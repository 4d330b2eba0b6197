"""`registry evidence`: the evidence about somebody as a file, and a file looked at."""

import zipfile
from pathlib import Path

from flask import Flask

from registry.db import transaction
from tests.cli.running import run
from tests.factories import make_certificate


def test_evidence_is_written_by_the_number_of_a_certificate_and_holds(app: Flask, tmp_path: Path) -> None:
    with transaction(app.extensions["sessions"]) as session:
        number = make_certificate(session).number
    out = tmp_path / "evidence.zip"

    made = run(app, "evidence", number, "--out", str(out), "--reason", "审计")
    looked_at = run(app, "evidence", "--check", str(out))

    assert (made.exit_code, looked_at.exit_code) == (0, 0), made.output + looked_at.output
    assert "entries hold" in looked_at.output
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("more.txt", "?")
    altered = run(app, "evidence", "--check", str(out))
    assert altered.exit_code == 1
    assert "more.txt" in altered.output


def test_evidence_says_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "evidence.zip"

    nobody = run(app, "evidence", "123456", "--out", str(out), "--reason", "审计")
    nothing = run(app, "evidence")

    assert (nobody.exit_code, nothing.exit_code) == (1, 2)
    assert "no person and no certificate" in nobody.output
    assert not out.exists()
