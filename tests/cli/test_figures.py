"""`registry figures --year Y`: every figure of a year, counted from the records."""

import json
from datetime import date

from flask import Flask

from registry.db import transaction
from registry.rules.certificates import CertificateKind
from registry.rules.training import TrainingKind
from tests.cli.running import run
from tests.factories import make_certificate, make_person, make_qualified_person, make_training


def figures(app: Flask, year: int) -> dict[str, int]:
    done = run(app, "figures", "--year", str(year), "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_the_figures_of_a_year_count_what_is_on_record(app: Flask) -> None:
    empty = figures(app, 2021)
    with transaction(app.extensions["sessions"]) as session:
        graduate, listener = make_qualified_person(session), make_person(session)
        make_training(session, graduate, listener)
        make_training(session, graduate, kind=TrainingKind.LEGAL, held_on=date(2021, 9, 1))
        make_certificate(session, graduate)
        make_certificate(session, kind=CertificateKind.SUPERVISION)

    counted = figures(app, 2021)

    grown = {name: value - empty[name] for name, value in counted.items() if value != empty[name]}
    assert grown == {
        "legal_trainings": 1,
        "attendances": 1,
        "trained_online": 2,
        "enforcement_certificates_issued": 1,
        "supervision_certificates_issued": 1,
    }
    assert figures(app, 2020)["legal_trainings"] == 0


def test_lines_and_json_say_the_same(app: Flask) -> None:
    lines = run(app, "figures", "--year", "2021").stdout.splitlines()

    assert dict(line.split() for line in lines) == {name: str(n) for name, n in figures(app, 2021).items()}
