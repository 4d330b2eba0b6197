"""`registry as-of NUMBER DATE`: how a certificate stood, and the acts behind it."""

import json
from datetime import date

from flask import Flask

from registry.db import transaction
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.services import certificates
from tests.cli.running import run
from tests.factories import make_qualified_person

ISSUED_ON = date(2021, 6, 1)


def issued(app: Flask) -> str:
    with transaction(app.extensions["sessions"]) as session:
        person = make_qualified_person(session, name="李执法")
        outcome = certificates.issue(
            session, SYSTEM, person_id=person.id, kind=CertificateKind.ENFORCEMENT, today=ISSUED_ON
        )
        assert outcome.certificate is not None
        return outcome.certificate.number


def test_a_certificate_tells_its_status_and_the_acts_behind_it(app: Flask) -> None:
    number = issued(app)

    done = run(app, "as-of", number, "2022-03-14", "--json")

    told = json.loads(done.stdout)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (told["status"], told["is_valid"], told["holder"]) == ("active", True, "李执法")
    assert told["period"] == told["periods"][0]
    assert (told["period"]["from"], told["period"]["act"], told["period"]["until"]) == ("2021-06-01", "issue", None)
    assert [(entry["action"], entry["recorded_later"]) for entry in told["trail"]] == [("certificate:issue", True)]
    assert (told["policy"]["version"], len(told["exams"]), told["reviews"]) == (1, 2, [])
    assert "**********" in told["identity_masked"]


def test_before_its_first_day_and_after_its_last_it_is_not_valid(app: Flask) -> None:
    number = issued(app)

    eve, last, after = (
        json.loads(run(app, "as-of", number, day, "--json").stdout)
        for day in ("2021-05-31", "2026-05-31", "2026-06-01")
    )

    assert [one["status"] for one in (eve, last, after)] == [None, "active", "expired"]
    assert eve["period"] is None


def test_without_json_it_is_told_in_the_language_of_the_console(app: Flask) -> None:
    number = issued(app)

    english = run(app, "as-of", number, "2022-03-14").stdout
    chinese = run(app, "as-of", number, "2022-03-14", language="zh_CN.UTF-8").stdout

    assert "2022-03-14: valid" in english
    assert "2022-03-14: 有效" in chinese
    assert "certificate:issue" in english


def test_what_cannot_be_told_is_refused(app: Flask) -> None:
    number = issued(app)

    assert run(app, "as-of", "00000000000", "2022-03-14").exit_code == 1
    assert run(app, "as-of", number, "2999-01-01").exit_code == 1
    assert run(app, "as-of", number, "soon").exit_code == 2
