"""Signing in and out, one's own account, and the administrator's work with everybody's."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type
from flask.testing import FlaskClient
from sqlalchemy import select, update

from registry import audit, clock
from registry.models.accounts import Account
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts
from tests.factories import make_department
from tests.web.conftest import Office

PASSWORD = "Green-tea-1985"
BETTER = "Plum-blossom-2026"


def _open_account(office: Office, username: str = "wangli", role: Role = Role.BUREAU_CLERK) -> int:
    with office.transaction() as session:
        account = accounts.add(session, SYSTEM, username=username, display_name="王丽", password=PASSWORD, role=role)
        return account.id


def _sign_in(client: FlaskClient, password: str = PASSWORD, username: str = "wangli", next_page: str | None = None):  # type: ignore[no-untyped-def]
    where = {"next": next_page} if next_page else {}
    return client.post("/sign-in", query_string=where, data={"username": username, "password": password})


def _account(office: Office, account_id: int) -> Account:
    with office.transaction() as session:
        return session.get_one(Account, account_id)


def test_who_signs_in_gets_to_the_board_and_out_again(office: Office) -> None:
    _open_account(office)
    client = office.stranger()

    assert _sign_in(client).location == "/"
    assert client.get("/account").status_code == 200
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/account").location.startswith("/sign-in?next=")


def test_who_was_sent_to_sign_in_comes_back_to_the_page_asked_for(office: Office) -> None:
    _open_account(office)
    client = office.stranger()
    sent = client.get("/people?q=王").location

    answer = client.post(sent, data={"username": "wangli", "password": PASSWORD})

    assert answer.location == "/people?q=%E7%8E%8B"


@pytest.mark.nodb
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org/",
        "\\\\example.org/",
        "/\t/example.org/",
        "\t//example.org/",
        "javascript:alert(1)",
        "example.org",
        "/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_a_forged_link_leads_nowhere_but_to_the_board(office: Office, elsewhere: str) -> None:
    _open_account(office)

    assert _sign_in(office.stranger(), next_page=elsewhere).location == "/"
    assert office.stranger().get("/language/en", query_string={"next": elsewhere}).location == "/"


def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(office: Office) -> None:
    _open_account(office)
    wrong = _sign_in(office.stranger(), "a wrong password")
    unknown = _sign_in(office.stranger(), PASSWORD, "nobody")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    said = "The user name or the password is not right."
    assert said in wrong.text
    assert said in unknown.text


def test_five_wrong_passwords_close_the_account_for_a_while(office: Office) -> None:
    account_id = _open_account(office)
    client = office.stranger()
    answers = [_sign_in(client, "a wrong password") for _ in range(accounts.LOCK_AFTER)]

    assert "The account is closed until" not in answers[-2].text
    assert "The account is closed until" in answers[-1].text
    assert _sign_in(client).status_code == 422  # the right password does not help now

    with office.transaction() as session:
        assert audit.of(session, "accounts", account_id)[0].facts["wrong_passwords"] == accounts.LOCK_AFTER
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(Account).where(Account.id == account_id).values(locked_until_at=past))
    assert _sign_in(client).status_code == 302


def test_the_language_switch_holds_and_comes_back_to_the_same_page(office: Office) -> None:
    client = office.stranger(locale="en")
    assert client.get("/check").text.count('<html lang="en">') == 1
    switch = re.search(r'href="(/language/zh_CN[^"]*)"', client.get("/check").text)
    assert switch is not None

    assert client.get(switch[1]).location == "/check"
    assert '<html lang="zh-CN">' in client.get("/check").text
    assert client.get("/language/xx").status_code == 302
    assert '<html lang="zh-CN">' in client.get("/check").text


@pytest.mark.parametrize(
    ("asked", "given"), [("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("fr", "zh-CN"), ("", "zh-CN")]
)
def test_a_new_browser_gets_its_language_and_chinese_otherwise(office: Office, asked: str, given: str) -> None:
    answer = office.app.test_client().get("/sign-in", headers={"Accept-Language": asked})

    assert f'<html lang="{given}">' in answer.text


def test_an_account_remembers_its_language_on_other_computers(office: Office) -> None:
    _open_account(office)
    client = office.app.test_client()
    _sign_in(client)
    assert client.post("/account/language", data={"locale": "en"}).location == "/account"
    assert client.post("/account/language", data={"locale": "xx"}).status_code == 422

    elsewhere = office.app.test_client()
    _sign_in(elsewhere)

    assert '<html lang="en">' in elsewhere.get("/account").text


def test_a_new_password_ends_the_other_sessions_but_not_this_one(office: Office) -> None:
    _open_account(office)
    here, there = office.stranger(), office.stranger()
    _sign_in(here)
    _sign_in(there)

    changed = here.post("/account", data={"old": PASSWORD, "new": BETTER, "again": BETTER})

    assert changed.location == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    assert _sign_in(office.stranger()).status_code == 422
    assert _sign_in(office.stranger(), BETTER).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not mine", BETTER, BETTER, "The present password is not right."),
        (PASSWORD, BETTER, PASSWORD, "The two new passwords differ."),
        (PASSWORD, "short", "short", "A password has at least 10 characters"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "more than half of them different"),
    ],
)
def test_a_password_is_changed_only_rightly(office: Office, old: str, new: str, again: str, said: str) -> None:
    _open_account(office)
    client = office.stranger()
    _sign_in(client)

    answer = client.post("/account", data={"old": old, "new": new, "again": again})

    assert answer.status_code == 422
    assert said in answer.text
    assert _sign_in(office.stranger()).status_code == 302


def _filled(**values: object) -> dict[str, object]:
    form = {"username": "lihua", "display_name": "李华", "role": "auditor", "department_id": 0, "password": PASSWORD}
    return {**form, **values}


def test_the_administrator_opens_an_account_and_its_holder_signs_in(office: Office) -> None:
    admin = office.client(Role.ADMINISTRATOR)
    with office.transaction() as session:
        unit = make_department(session, name="县水利局").id

    assert admin.post("/accounts/new", data=_filled(role="unit_head", department_id=unit)).location == "/accounts"
    assert _sign_in(office.stranger(), username="lihua").status_code == 302
    listed = admin.get("/accounts").text
    assert "李华" in listed
    assert "县水利局" in listed


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"role": "unit_head"}, "A unit head or unit clerk needs a unit", id="a unit head without a unit"),
        pytest.param({"username": "wangli"}, "The user name wangli is taken.", id="a name in use"),
        pytest.param({"password": "short"}, "A password has at least 10 characters", id="a weak password"),
        pytest.param({"display_name": ""}, "Enter a name.", id="nobody"),
        pytest.param({"role": "system"}, "Not a valid choice", id="the console"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(office: Office, values: dict[str, object], said: str) -> None:
    _open_account(office)

    answer = office.client(Role.ADMINISTRATOR).post("/accounts/new", data=_filled(**values))

    assert answer.status_code == 422
    assert said in answer.text
    with office.transaction() as session:
        assert session.scalar(select(Account).where(Account.username == "lihua")) is None


def test_an_auditor_has_no_unit(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session).id

    answer = office.client(Role.ADMINISTRATOR).post("/accounts/new", data=_filled(department_id=unit))

    assert answer.status_code == 422
    assert "everybody else has none" in answer.text


def test_a_reset_gives_a_new_password_ends_sessions_and_lifts_the_lock(office: Office) -> None:
    account_id = _open_account(office)
    client = office.stranger()
    _sign_in(client)
    for _ in range(accounts.LOCK_AFTER):
        _sign_in(office.stranger(), "a wrong password")
    admin = office.client(Role.ADMINISTRATOR)
    assert "locked until" in admin.get("/accounts").text

    assert admin.post(f"/accounts/{account_id}/password", data={"new": BETTER, "reason": ""}).status_code == 422
    answer = admin.post(f"/accounts/{account_id}/password", data={"new": BETTER, "reason": "忘记密码"})

    assert answer.location == "/accounts"
    assert client.get("/account").status_code == 302
    assert _sign_in(client, BETTER).status_code == 302


def test_a_closed_account_is_out_at_once_and_comes_back_when_opened_again(office: Office) -> None:
    account_id = _open_account(office)
    client = office.stranger()
    _sign_in(client)
    admin = office.client(Role.ADMINISTRATOR)

    assert admin.post(f"/accounts/{account_id}/closing", data={"reason": "调离"}).location == "/accounts"
    assert client.get("/account").status_code == 302
    assert _sign_in(client).status_code == 422

    assert "Open the account again" in admin.get(f"/accounts/{account_id}/closing").text
    admin.post(f"/accounts/{account_id}/closing", data={"reason": "返回岗位"})
    assert _sign_in(client).status_code == 302


def test_the_administrator_cannot_close_the_own_account(office: Office) -> None:
    account_id = _open_account(office, "admin", Role.ADMINISTRATOR)
    admin = office.stranger()
    _sign_in(admin, username="admin")

    assert f"/accounts/{account_id}/closing" not in admin.get("/accounts").text
    answer = admin.post(f"/accounts/{account_id}/closing", data={"reason": "休假"})

    assert answer.status_code == 422
    assert "Ask another administrator to close your account." in answer.text
    assert _account(office, account_id).is_active


def test_the_menu_marks_no_line_on_one_s_own_account(office: Office) -> None:
    admin = office.client(Role.ADMINISTRATOR)

    assert admin.get("/accounts").text.count('href="/accounts" aria-current="page"') == 1
    assert 'href="/accounts" aria-current="page"' not in admin.get("/account").text


def test_the_office_reads_chinese(office: Office) -> None:
    assert "暂扣" in office.client(Role.BUREAU_CLERK, locale="zh_CN").get("/certificates").text
    assert "suspended" in office.client(Role.BUREAU_CLERK, locale="en").get("/certificates").text


def test_the_language_switch_of_a_page_that_only_takes_acts_leads_to_the_board(office: Office) -> None:
    page = office.client(Role.UNIT_CLERK, _unit(office)).post("/trail/verification")

    assert page.status_code == 403
    assert 'href="/language/zh_CN?next=/"' in page.text


def _unit(office: Office) -> int:
    with office.transaction() as session:
        return make_department(session).id


def test_an_address_for_reminders_is_kept_by_its_owner_and_by_the_administrator(office: Office) -> None:
    account_id = _open_account(office)
    owner, administrator = office.stranger(), office.client(Role.ADMINISTRATOR)
    _sign_in(owner)
    assert owner.post("/account/email", data={"email": "wangli@unit.example"}).location == "/account"
    assert "wangli@unit.example" in owner.get("/account").text
    assert "wangli@unit.example" in administrator.get("/accounts").text
    assert owner.get(f"/accounts/{account_id}/email").status_code == 403
    assert administrator.post(f"/accounts/{account_id}/email", data={"email": ""}).status_code == 302
    assert _account(office, account_id).email == ""


@pytest.mark.nodb
@pytest.mark.parametrize("email", ["wangli", "a@b", "a@x.example, b@x.example", "王丽@x.example", "a b@c.example"])
def test_an_address_that_is_none_is_refused_with_a_sentence(office: Office, email: str) -> None:
    answer = office.client(Role.BUREAU_CLERK).post("/account/email", data={"email": email})

    assert (answer.status_code, "Write one address such as" in answer.text) == (422, True)


def test_what_hashes_passwords_in_an_office_is_as_costly_as_rfc_9106_asks(strong_hasher: PasswordHasher) -> None:
    assert (strong_hasher.time_cost, strong_hasher.memory_cost, strong_hasher.parallelism) >= (3, 64 * 1024, 4)
    assert strong_hasher.type is Type.ID
