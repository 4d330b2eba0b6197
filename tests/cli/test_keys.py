"""`registry keys …`, `registry check-card`: keys change for a reason, cards are checked without the register."""

import json
from datetime import date

from flask import Flask

from registry.db import transaction
from registry.services import signing
from tests.cli.running import run
from tests.factories import make_certificate

HERE = "https://zfzj.example.cn"


def signed(app: Flask, **days: date) -> str:
    with transaction(app.extensions["sessions"]) as session:
        card = make_certificate(session, **days)
        return signing.addresses(session, [card.id], public_url=HERE)[card.id]


def test_a_genuine_card_is_told_with_its_facts(app: Flask) -> None:
    done = run(app, "check-card", signed(app), "--on", "2026-03-10", "--json")

    told = json.loads(done.stdout)
    assert (done.exit_code, told["reason"], told["day"]) == (0, "genuine_and_valid", "2026-03-10")
    assert told["card"]["kind"] == "enforcement"


def test_expired_altered_and_unreadable_cards_are_told_and_end_with_one(app: Flask) -> None:
    address = signed(app)
    altered = address[:-1] + ("1" if address[-1] != "1" else "2")

    answers = [run(app, "check-card", text, "--on", "2099-01-01") for text in (address, altered, "rubbish")]

    assert [answer.exit_code for answer in answers] == [1, 1, 1]
    assert [answer.stdout.splitlines()[0] for answer in answers] == [
        "genuine, expired [expired]",
        "altered [altered]",
        "unreadable [unreadable]",
    ]


def test_a_key_is_changed_for_a_reason_and_old_cards_still_check(app: Flask) -> None:
    address = signed(app)

    assert run(app, "keys", "rotate").exit_code == 2
    assert run(app, "keys", "rotate", "--reason", " ").exit_code == 1
    done = run(app, "keys", "rotate", "--reason", "every year")

    listed = run(app, "keys", "list").stdout.splitlines()
    assert done.exit_code == 0
    assert len(listed) == 2
    assert ["in use" in line for line in listed] == [True, False]
    assert listed[0].split()[0] in done.stdout
    assert run(app, "check-card", address, "--on", "2026-03-10").exit_code == 0
