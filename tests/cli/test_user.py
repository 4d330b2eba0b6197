"""`registry user add`: an account opened from the console, or every reason why not."""

import pytest
from flask import Flask
from sqlalchemy import select

from registry.db import transaction
from registry.models.accounts import Account
from registry.rules.permissions import Role
from registry.services import accounts
from tests.cli.running import run
from tests.factories import make_department

PASSWORD = "a long enough password"


def add(app: Flask, *arguments: str, password: str = PASSWORD) -> tuple[int, str, str]:
    done = run(app, "user", "add", *arguments, "--password", password)
    return done.exit_code, done.stdout, done.stderr


def test_an_account_that_is_opened_signs_in(app: Flask) -> None:
    assert add(app, "zhou", "--role", "bureau_clerk", "--name", "周经办") == (0, "zhou: bureau_clerk\n", "")

    with transaction(app.extensions["sessions"]) as session:
        signed_in = accounts.sign_in(session, username="zhou", password=PASSWORD).account
        assert signed_in is not None
        assert (signed_in.display_name, signed_in.role) == ("周经办", Role.BUREAU_CLERK)


def test_the_password_may_be_typed(app: Flask) -> None:
    done = run(app, "user", "add", "wu", "--role", "auditor", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert done.exit_code == 0
    assert PASSWORD not in done.output


def test_a_unit_clerk_has_the_unit_of_the_code(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        unit = make_department(session, code="007").id

    assert add(app, "sun", "--role", "unit_clerk", "--department", "007")[0] == 0
    with app.extensions["sessions"].reading() as session:
        assert session.scalars(select(Account.department_id).where(Account.username == "sun")).one() == unit


def test_every_reason_against_an_account_is_told(app: Flask) -> None:
    add(app, "zhou", "--role", "auditor")

    code, said, why = add(app, "zhou", "--role", "unit_clerk", password="short")

    assert (code, said) == (1, "")
    assert [f"ACC-{number}" in why for number in (1, 2, 3)] == [True, True, True]
    with app.extensions["sessions"].reading() as session:
        assert session.scalars(select(Account.role)).all() == [Role.AUDITOR]


@pytest.mark.parametrize(
    "arguments", [("x" * 41,), ("two words",), (" ",), ("zhou", "--name", "周" * 61)], ids=lambda given: given[0][:9]
)
def test_an_account_has_a_short_name(app: Flask, arguments: tuple[str, ...]) -> None:
    code, said, why = add(app, *arguments, "--role", "auditor")

    assert (code, said, "ACC-5" in why) == (1, "", True)


def test_an_unknown_unit_is_refused(app: Flask) -> None:
    code, _, why = add(app, "sun", "--role", "unit_clerk", "--department", "999")

    assert code == 1
    assert "999" in why


@pytest.mark.parametrize("arguments", [(), ("zhou",), ("zhou", "--role", "system"), ("zhou", "--role", "king")])
def test_wrong_usage_is_two(app: Flask, arguments: tuple[str, ...]) -> None:
    assert add(app, *arguments)[0] == 2
