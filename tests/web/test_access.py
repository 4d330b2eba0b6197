"""The door of the whole application: every view declares who enters, and lets in exactly those."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from registry.app import SECURITY_HEADERS
from registry.rules.permissions import ACCOUNT_ROLES, ALLOWED, UNIT_ROLES, Action, Role
from registry.web.access import PUBLIC
from tests.factories import make_department
from tests.web.conftest import Office

NOWHERE = 999_999
FOUND = {200, 302, 404}
WHO_OPENS_ALL = {Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.ADMINISTRATOR}  # who enters hangs on no database
BY_TURNS = [pytest.param(one, marks=[] if one in WHO_OPENS_ALL else pytest.mark.nodb) for one in ACCOUNT_ROLES]
PARTS = {"kind": "enforcement", "nature": "renewal", "form": "pdf", "code": "NOSUCHCODE"} | {
    "locale": "en",
    "what": "card",
}


def _access(app: Flask, rule: Rule) -> object:
    return getattr(app.view_functions[rule.endpoint], "access", None)


def _rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static" and method in (rule.methods or ())]


def _path(app: Flask, rule: Rule, **known: object) -> str:
    """The rule's address with records that do not exist, but for those that are `known`."""
    values = {name: known.get(name, PARTS.get(name, NOWHERE)) for name in rule.arguments}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


@pytest.mark.nodb
def test_every_view_says_who_may_enter(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and _access(app, rule) not in {PUBLIC, *Action}
    ]

    assert silent == []


def test_a_view_that_says_nothing_lets_nobody_in(own_app: Flask) -> None:
    own_app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")
    office = Office(own_app)

    assert office.client(Role.ADMINISTRATOR).get("/forgotten").status_code == 403
    assert office.stranger().get("/forgotten").status_code == 302


@pytest.mark.parametrize("role", BY_TURNS)
def test_each_role_enters_exactly_the_pages_it_is_allowed(office: Office, role: Role) -> None:
    with office.transaction() as session:
        unit = make_department(session).id if role in UNIT_ROLES else None
    client = office.client(role, unit)
    wrong = {}
    for rule in _rules(office.app, "GET"):
        access = _access(office.app, rule)
        if access == PUBLIC:
            continue
        answer = client.get(_path(office.app, rule, department_id=unit or NOWHERE)).status_code
        if answer not in (FOUND if access in ALLOWED[role] else {403}):
            wrong[rule.endpoint] = answer

    assert wrong == {}


@pytest.mark.nodb
@pytest.mark.parametrize("role", ACCOUNT_ROLES)
def test_each_role_is_refused_every_act_it_is_not_allowed(office: Office, role: Role) -> None:
    with office.transaction() as session:
        unit = make_department(session).id if role in UNIT_ROLES else None
    client = office.client(role, unit)
    refused = {
        rule.endpoint: client.post(_path(office.app, rule)).status_code
        for rule in _rules(office.app, "POST")
        if _access(office.app, rule) != PUBLIC and _access(office.app, rule) not in ALLOWED[role]
    }

    assert set(refused.values()) == {403}


@pytest.mark.nodb
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_sent_to_sign_in_from_everything_that_is_not_public(office: Office, method: str) -> None:
    stranger = office.stranger()
    astray = []
    for rule in _rules(office.app, method):
        if _access(office.app, rule) == PUBLIC:
            continue
        answer = stranger.open(_path(office.app, rule), method=method)
        if answer.status_code != 302 or not (answer.location or "").startswith("/sign-in"):
            astray.append(rule.endpoint)

    assert astray == []


def test_a_unit_sees_its_own_pages_and_no_other_unit_s(office: Office) -> None:
    with office.transaction() as session:
        own, other = make_department(session).id, make_department(session).id
    head = office.client(Role.UNIT_HEAD, own)

    assert head.get(f"/departments/{own}").status_code == 200
    assert head.get(f"/departments/{other}").status_code == 403


@pytest.mark.nodb
def test_no_post_is_taken_without_the_token_of_its_page(guarded_app: Flask) -> None:
    stranger = guarded_app.test_client()
    answers = {
        rule.endpoint: stranger.post(_path(guarded_app, rule)).status_code for rule in _rules(guarded_app, "POST")
    }

    assert set(answers.values()) == {400}


@pytest.mark.nodb
def test_a_post_with_the_token_of_its_page_is_taken(guarded_app: Flask) -> None:
    stranger = guarded_app.test_client()
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', stranger.get("/sign-in").text)
    assert token is not None

    answer = stranger.post("/sign-in", data={"csrf_token": token[1], "username": "nobody", "password": "nothing"})

    assert answer.status_code == 422


@pytest.mark.nodb
@pytest.mark.parametrize("path", ["/sign-in", "/check", "/nowhere", "/static/app.css"])
def test_every_answer_bears_the_security_headers(office: Office, path: str) -> None:
    answer = office.stranger().get(path, buffered=True)

    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.nodb
def test_pages_are_never_kept_by_caches_while_files_are(office: Office) -> None:
    stranger = office.stranger()

    assert stranger.get("/check").headers["Cache-Control"] == "no-store"
    assert "max-age=3600" in stranger.get("/static/app.css", buffered=True).headers["Cache-Control"]
