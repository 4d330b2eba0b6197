"""Nonsense in addresses and forms is refused with words on both databases, and a clash of two clerks is told."""

import pytest
from sqlalchemy import select

from registry.models.applications import Application
from registry.models.people import Person
from registry.rules.permissions import Role
from registry.services.applications import entering
from tests import factories
from tests.web.conftest import Office

TOO_LARGE = "99999999999999999999"


@pytest.mark.parametrize(
    "address",
    [
        f"/people/{TOO_LARGE}",
        f"/people?after={TOO_LARGE}",
        f"/people?department={TOO_LARGE}",
        f"/certificates?after={TOO_LARGE}",
        f"/papers?after={TOO_LARGE}",
        f"/papers/cards?certificate={TOO_LARGE}",
        f"/reviews/{TOO_LARGE}",
        f"/trail?before={TOO_LARGE}",
        f"/rosters/{TOO_LARGE}/sample",
        f"/rosters/scans/{TOO_LARGE}",
        "/rosters/1/sample?seed=%00",
        "/people?q=%00",
        "/certificates?q=%07",
        "/c/%00",
    ],
)
def test_what_no_database_could_hold_is_not_understood(office: Office, address: str) -> None:
    answer = office.client(Role.BUREAU_CHIEF).get(address)

    assert answer.status_code == 400
    assert "was not readable" in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/training?year=0", "/exams?year=99999", f"/figures?year={TOO_LARGE}"])
def test_a_year_that_no_register_has_is_not_asked_for(office: Office, address: str) -> None:
    assert office.client(Role.BUREAU_CHIEF).get(address).status_code == 200


@pytest.mark.parametrize(("address", "field"), [("/check", "number"), ("/sign-in", "username")])
def test_a_stranger_cannot_break_a_form_with_control_characters(office: Office, address: str, field: str) -> None:
    answer = office.stranger().post(address, data={field: "a\0b", "name": "x", "password": "x"})

    assert answer.status_code == 400


def test_lines_of_a_reason_are_no_control_characters(office: Office) -> None:
    with office.transaction() as session:
        person = factories.make_person(session)

    answer = office.client(Role.BUREAU_CLERK).post(f"/people/{person.id}/identity", data={"reason": "one\r\n\ttwo"})

    assert answer.status_code == 200


def test_what_the_database_refuses_at_last_is_told_as_somebody_being_faster(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.transaction() as session:
        graduate = factories.make_qualified_person(session)
    client, address = office.client(Role.BUREAU_CLERK), f"/certificates/issue/{graduate.id}/enforcement"
    client.post(address)
    monkeypatch.setattr(entering, "under_way", lambda *_asked: {})

    answer = client.post(address)

    assert (answer.status_code, "Somebody was faster" in answer.get_data(as_text=True)) == (409, True)
    with office.transaction() as session:
        assert len(session.scalars(select(Application)).all()) == 1


def test_an_error_of_the_database_names_nobody(office: Office) -> None:
    with office.transaction() as session:
        person = factories.make_person(session, name="张三丰")
        double = {c.name: getattr(person, c.name) for c in Person.__table__.columns if c.name != "id"}

    with pytest.raises(Exception, match="identity_index") as refused, office.transaction() as session:
        session.execute(Person.__table__.insert(), [double])

    assert "张三丰" not in str(refused.value)
