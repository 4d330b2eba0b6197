"""`registry remind`: says whom it reminds, changes nothing on a dry run, and tells who was not reached by mail."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select

from registry.db import transaction
from registry.models.reviews import ReviewReminder
from tests.cli.running import run
from tests.services.test_reminding import LATE, late_review, mailed_to
from tests.services.test_rosters import open_review
from tests.smtp import mail_server

AS_OF = ("remind", "--as-of", LATE.isoformat())


def given(app: Flask) -> int:
    with app.extensions["sessions"].reading() as session:
        return session.scalar(select(func.count()).select_from(ReviewReminder)) or 0


def test_it_says_whom_it_reminds_and_is_safe_to_run_again(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        _campaign, units = open_review(session)
    dry = run(app, *AS_OF, "--dry-run")
    assert "2 reminder(s) would be given." in dry.stdout
    assert all(unit.name in dry.stdout for unit in units)
    assert given(app) == 0
    assert "overdue" in run(app, *AS_OF).stdout
    assert "0 reminder(s) given." in run(app, *AS_OF).stdout
    assert given(app) == 2


def test_it_mails_what_is_left_and_fails_when_somebody_was_not_reached(app: Flask) -> None:
    late_review(app)
    with mail_server() as server:
        server.refused.add("b@unit.example")
        mail = {"smtp_url": server.url, "mail_from": "registry@bureau.example"}
        app.extensions["settings"] = replace(app.extensions["settings"], **mail)
        first, _ = run(app, *AS_OF), server.refused.clear()
        assert (first.exit_code, "1 letter(s) sent" in first.stdout, "not sent" in first.stderr) == (1, True, True)
        again = run(app, *AS_OF)
    assert (again.exit_code, "1 letter(s) sent" in again.stdout) == (0, True)
    assert mailed_to(app) == ["a@unit.example", "b@unit.example"]
