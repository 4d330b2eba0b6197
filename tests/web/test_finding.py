"""The one box: it opens the one page that is meant, shows what may be, and puts no identity number into an address."""

import pytest

from registry.rules.permissions import Role
from registry.services.pinyin import name_initials, name_pinyin
from tests.factories import (
    identity_number,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_sitting,
)
from tests.queries import counted
from tests.web.conftest import Office

NUMBER = identity_number(911)
BUDGET = 16  # of a page of results, whoever and whatever is found


def names(name: str) -> dict[str, str]:
    return {"name": name, "name_pinyin": name_pinyin(name), "name_initials": name_initials(name)}


@pytest.fixture
def ids(office: Office) -> dict[str, int]:
    """Two of a name in a unit, one elsewhere, and a certificate."""
    with office.transaction() as session:
        unit = make_department(session, name="某县水文化局", code="W77", short_name="水文局")
        first = make_person(session, unit, identity=NUMBER, **names("曾伟强"))
        make_person(session, unit, **names("曾伟"))
        holder = make_qualified_person(session, **names("李敏"))
        card = make_certificate(session, holder, number="16049911223")
        sitting = make_sitting(session, title="冬季资格考试")
        return {
            "unit": unit.id,
            "first": first.id,
            "other": holder.department_id,
            "card": card.id,
            "sitting": sitting.id,
        }


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("16049911223", "/certificates/{card}"),
        ("W77", "/departments/{unit}"),
        ("某县水文化局", "/departments/{unit}"),
        ("zwq", "/people/{first}"),
        ("冬季资格", "/exams/{sitting}"),
    ],
)
def test_what_is_meant_without_doubt_opens_at_once(office: Office, ids: dict[str, int], typed: str, page: str) -> None:
    client = office.client(Role.BUREAU_CLERK)

    sent = client.post("/find", data={"q": typed})
    answer = client.get(sent.location)

    assert (sent.status_code, answer.status_code, answer.location) == (303, 302, page.format(**ids))


def test_an_identity_number_opens_the_person_and_stands_in_no_address(office: Office, ids: dict[str, int]) -> None:
    client = office.client(Role.BUREAU_CLERK)

    found = client.post("/find", data={"q": f"{NUMBER[:6]} {NUMBER[6:]}"})
    unknown = client.post("/find", data={"q": identity_number(912)})

    assert (found.status_code, found.location) == (303, f"/people/{ids['first']}")
    assert unknown.location == "/find?unknown=identity"
    assert "Nobody is registered with this identity number" in client.get(unknown.location).text


@pytest.mark.parametrize(
    "typed", [f"曾伟强 {NUMBER}", NUMBER[:17], NUMBER[:15], f"{NUMBER}0", NUMBER.replace("0", "０")]
)
def test_nothing_as_long_as_an_identity_number_stands_in_an_address(
    office: Office, ids: dict[str, int], typed: str
) -> None:
    sent = office.client(Role.BUREAU_CLERK).post("/find", data={"q": typed})

    assert sent.location in {f"/people/{ids['first']}", "/find?unknown=identity"}


@pytest.mark.parametrize("address", ["/find", "/people"])
def test_an_identity_number_in_an_address_is_sent_away(office: Office, ids: dict[str, int], address: str) -> None:
    answer = office.client(Role.BUREAU_CLERK).get(f"{address}?q={NUMBER}", follow_redirects=True)

    assert NUMBER not in answer.request.url
    assert "stays out of the address" in answer.text


def test_several_that_may_be_meant_are_shown_by_kind(office: Office, ids: dict[str, int]) -> None:
    page = office.client(Role.BUREAU_CLERK).get("/find?q=水文").text

    assert all(what in page for what in ("曾伟强", f'href="/departments/{ids["unit"]}"'))
    assert "李敏" not in page


def test_a_units_people_find_their_own_alone(office: Office, ids: dict[str, int]) -> None:
    theirs = office.client(Role.UNIT_CLERK, ids["other"])

    assert "Nothing found" in theirs.get("/find?q=曾").text
    assert "Nothing found" in theirs.get("/find?q=冬季资格").text
    assert theirs.post("/find", data={"q": NUMBER}).location == "/find?unknown=identity"
    assert "曾伟" not in theirs.post("/find/suggestions", data={"q": "曾"}).text


def test_suggestions_name_the_first_that_may_be_meant(office: Office, ids: dict[str, int]) -> None:
    client = office.client(Role.BUREAU_CLERK)

    assert client.post("/find/suggestions", data={"q": "160499"}).text.count("16049911223") == 1
    found = client.post("/find/suggestions", data={"q": "水文"}).text
    assert all(what in found for what in ("曾伟强", "某县水文化局", f"/people/{ids['first']}"))
    assert "Enter shows" in client.post("/find/suggestions", data={"q": "查无此人"}).text


def test_nothing_found_says_what_can_be_searched_and_offers_to_register(office: Office) -> None:
    clerks, auditors = (office.client(role).get("/find?q=查无此人").text for role in (Role.BUREAU_CLERK, Role.AUDITOR))

    assert all("pinyin or initials" in page for page in (clerks, auditors))
    assert ['href="/people/new"' in page for page in (clerks, auditors)] == [True, False]


@pytest.mark.parametrize(
    "address", ["/find?q=曾", "/people?q=曾&duty=enforcement&certified=no", "/certificates?q=1604"]
)
def test_a_page_of_finding_keeps_its_budget(office: Office, ids: dict[str, int], address: str) -> None:
    client = office.client(Role.BUREAU_CLERK)
    client.get(address)

    with counted(office.app.extensions["engine"]) as sent:
        assert client.get(address).status_code == 200

    assert len(sent) <= BUDGET


def test_each_filter_that_is_on_can_be_taken_away(office: Office, ids: dict[str, int]) -> None:
    page = office.client(Role.BUREAU_CLERK).get("/people?q=曾&serving=yes&duty=nonsense").text

    for without in ("serving=yes&amp;duty=nonsense", "q=%E6%9B%BE&amp;duty=nonsense"):
        assert f'href="/people?{without}"' in page
    assert "2 people in this list" in page
