"""A bureau to test pages in: people of every role, clients that hold each page to the standards."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry.db import transaction
from registry.models.accounts import Account
from registry.rules.permissions import Role
from tests.web.standards import faults

_serials = count(1)
_sound: set[str] = set()  # pages that were held to the standards before, but for the address to come back to
PLAIN_NEXT = re.compile(r"\bnext=[\w/%.-]*")


class CheckedClient(FlaskClient):
    """A test client that fails on any page below the standards, whatever its status."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            html = response.get_data(as_text=True)
            known = PLAIN_NEXT.sub("next=", html)
            assert known in _sound or faults(html) == [], f"{response.request.path} ({response.status_code})"
            _sound.add(known)
        return response


@dataclass(frozen=True)
class Office:
    """The application under test: `office.transaction()` writes to its database, `office.client(role)` opens pages."""

    app: Flask

    def transaction(self) -> AbstractContextManager[Session]:
        return transaction(self.app.extensions["sessions"])

    def client(self, role: Role, department_id: int | None = None, *, locale: str = "en") -> FlaskClient:
        """Somebody in that role, signed in; a unit's people need their unit."""
        with self.transaction() as session:
            account = Account(
                username=f"{role.value}{next(_serials)}",
                display_name=role.value.replace("_", " "),
                password_hash="nobody signs in with this",
                role=role,
                department_id=department_id,
                locale=locale,
            )
            session.add(account)
            session.flush()
            cookie = f"{account.id}:{account.session_epoch}"
        client = self.app.test_client()
        with client.session_transaction() as cookies:
            cookies["_user_id"], cookies["_fresh"], cookies["locale"] = cookie, True, locale
        return client

    def stranger(self, *, locale: str = "en") -> FlaskClient:
        """Somebody who is not signed in."""
        client = self.app.test_client()
        with client.session_transaction() as cookies:
            cookies["locale"] = locale
        return client


@pytest.fixture
def office(app: Flask, request: pytest.FixtureRequest) -> Office:
    """Pages are held to the standards in the run on SQLite; on PostgreSQL they are the same pages."""
    if request.config.getoption("--database") == "sqlite":
        app.test_client_class = CheckedClient
    return Office(app)
