"""The road as pages: each desk finds its work, steps for many with a preview, and nobody sees another unit's."""

import re
from dataclasses import dataclass
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from registry import clock
from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.rules.applications import ApplicationStatus
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import Role
from registry.web.access import PUBLIC
from tests.factories import make_certificate, make_department, make_person, make_qualified_person
from tests.web.conftest import Office

FAR = date(clock.today().year + 3, 5, 31)


@dataclass
class Seats:
    """Everybody who has a part on the road, and the people of the unit."""

    unit: FlaskClient
    head: FlaskClient
    clerk: FlaskClient
    chief: FlaskClient
    people: list[int]
    unit_id: int


@pytest.fixture
def seats(office: Office) -> Seats:
    """Three graduates, and one who has not sat any exam."""
    with office.transaction() as session:
        unit = make_department(session, name="郏县水利局")
        people = [make_qualified_person(session, unit, name=name) for name in ("陈一", "林二", "赵三")]
        people.append(make_person(session, unit, name="王四"))
        ids, unit_id = [one.id for one in people], unit.id
    return Seats(
        unit=office.client(Role.UNIT_CLERK, unit_id),
        head=office.client(Role.UNIT_HEAD, unit_id),
        clerk=office.client(Role.BUREAU_CLERK),
        chief=office.client(Role.BUREAU_CHIEF),
        people=ids,
        unit_id=unit_id,
    )


def states(office: Office) -> list[ApplicationStatus]:
    with office.transaction() as session:
        return list(session.scalars(select(Application.status).order_by(Application.id)))


def applications_of(office: Office) -> list[Application]:
    with office.transaction() as session:
        return list(session.scalars(select(Application).order_by(Application.id)))


def step(client: FlaskClient, name: str, ids: list[int], **said: str) -> str:
    asked = {"step": name, "application": ids, "go": "do", "asked": "", **said}
    return client.post("/applications/selection", data=asked, follow_redirects=True).text


def test_many_go_the_whole_road_from_desk_to_desk(office: Office, seats: Seats) -> None:
    page = seats.unit.get("/applications/new").text
    assert "陈一" in page.split("May not be applied for")[0]
    assert "王四" in page.split("May not be applied for", 1)[1]
    seats.unit.post("/applications/new", data={"person": seats.people[:3]})
    assert states(office) == [ApplicationStatus.APPLIED] * 3

    for client, name in ((seats.head, "confirm"), (seats.clerk, "examine"), (seats.chief, "approve")):
        desk = client.get("/applications").text
        assert "Waits for me (3)" in desk
        asked = {"step": name, "everybody": "yes", "asked": ""}
        assert "Nothing is done yet" in client.post("/applications/selection", data=asked).text
        done = client.post("/applications/selection", data=asked | {"go": "do"}, follow_redirects=True).text
        assert "3 applications" in done
        assert "Nothing waits for you" in done

    ids = [1, 2, 3]
    assert "Waits for me (3)" in seats.clerk.get("/applications").text
    step(seats.clerk, "make", ids, making="received")
    step(seats.unit, "hand_over", ids, receiver="孙管理员")
    assert states(office) == [ApplicationStatus.HANDED_OVER] * 3
    page = seats.head.get("/applications/1").text
    for words in ("received from the province", "to 孙管理员", "16042500001", "handed over"):
        assert words in page


def test_only_the_step_that_waits_for_the_reader_stands_out(office: Office, seats: Seats) -> None:
    seats.head.post("/applications/new", data={"person": seats.people[:1]})
    [one] = [row.id for row in applications_of(office)]

    before = seats.clerk.get(f"/applications/{one}").text.count("btn btn-primary")
    step(seats.clerk, "examine", [one])
    after = seats.clerk.get(f"/applications/{one}").text.count("btn btn-primary")

    assert before - after == 1


def test_who_is_stopped_in_a_batch_is_listed_and_the_others_go_on(office: Office, seats: Seats) -> None:
    seats.head.post("/applications/new", data={"person": seats.people})
    assert states(office) == [ApplicationStatus.CONFIRMED] * 4

    page = step(seats.clerk, "examine", [1, 2, 3, 4])

    assert "Left out, and why" in page
    assert page.count("Has not sat this exam.") == 2
    assert states(office) == [ApplicationStatus.EXAMINED] * 3 + [ApplicationStatus.CONFIRMED]
    step(seats.clerk, "refuse", [4])
    assert "Notice of refusal" in seats.unit.get("/applications/4").text


def test_a_return_asks_for_its_reason_and_comes_back_to_the_unit(office: Office, seats: Seats) -> None:
    seats.head.post("/applications/new", data={"person": seats.people[:1]})

    refused = seats.clerk.post("/applications/selection", data={"step": "return", "application": 1, "go": "do"})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    step(seats.clerk, "return", [1], reason="照片不清")

    assert "照片不清" in seats.unit.get("/applications/1").text
    assert "Waits for me (1)" in seats.unit.get("/applications").text
    step(seats.unit, "apply", [1])
    step(seats.unit, "withdraw", [1], reason="已调离")
    assert states(office) == [ApplicationStatus.WITHDRAWN]


def test_nobody_approves_what_he_put_up_himself(office: Office, seats: Seats) -> None:
    seats.chief.post(f"/certificates/issue/{seats.people[0]}/enforcement")

    page = step(seats.chief, "approve", [1])

    assert "somebody else approves it" in page
    assert states(office) == [ApplicationStatus.EXAMINED]
    with office.transaction() as session:
        assert session.scalars(select(Certificate)).all() == []


def test_a_unit_s_paper_is_entered_under_its_number(office: Office, seats: Seats) -> None:
    address = f"/applications/new?department={seats.unit_id}"

    refused = seats.clerk.post(address, data={"person": seats.people[0]})
    assert (refused.status_code, "Name the number" in refused.text) == (422, True)
    seats.clerk.post(address, data={"person": seats.people[0], "document_number": "郏水函〔2026〕2号"})

    assert states(office) == [ApplicationStatus.CONFIRMED]
    assert "郏水函〔2026〕2号" in seats.head.get("/applications/1").text


def test_a_card_is_replaced_and_renewed_by_application_alone(office: Office, seats: Seats) -> None:
    with office.transaction() as session:
        card = make_certificate(session, make_qualified_person(session), valid_until=FAR).id
    address = f"/certificates/{card}/replacement"
    assert "meets every rule" in seats.clerk.get(address).text

    seats.clerk.post(address, data={"cause": "damage", "document_number": "1", "reason": "损坏"})
    assert states(office) == [ApplicationStatus.EXAMINED]
    step(seats.chief, "approve", [1])

    assert states(office) == [ApplicationStatus.APPROVED]
    with office.transaction() as session:
        follows = session.scalars(select(Certificate.id).where(Certificate.predecessor_id == card)).one()
    assert "does not meet every rule" in seats.clerk.get(f"/certificates/{follows}/renewal").text
    page = seats.clerk.get(f"/certificates/{follows}").text
    assert '/applications/1"' in page
    assert "/renewal" not in page
    assert f"from {date(FAR.year - 1, 11, 30)} on" in page


def test_an_application_whose_certificate_has_ended_says_so_and_waits_for_nobody(office: Office, seats: Seats) -> None:
    seats.head.post("/applications/new", data={"person": seats.people[:1]})
    step(seats.clerk, "examine", [1])
    step(seats.chief, "approve", [1])
    waiting = seats.clerk.get("/applications/1").text.count("btn btn-primary")
    with office.transaction() as session:
        session.scalars(select(Certificate)).one().status = CertificateStatus.CANCELLED

    for address in ("/applications?show=all", "/applications/1"):
        assert ">cancelled</span>" in seats.clerk.get(address).text
    assert "Nothing waits for you" in seats.clerk.get("/applications").text
    assert waiting - seats.clerk.get("/applications/1").text.count("btn btn-primary") == 1


def test_another_unit_finds_nothing_and_no_page_issues_directly(office: Office, seats: Seats) -> None:
    seats.unit.post("/applications/new", data={"person": seats.people[:1]})
    with office.transaction() as session:
        other = make_department(session).id
    stranger = office.client(Role.UNIT_HEAD, other)

    assert stranger.get("/applications/1").status_code == 403
    assert "陈一" not in stranger.get("/applications?show=all").text
    assert stranger.post("/applications/new", data={"person": seats.people[1]}).status_code == 403
    step(stranger, "confirm", [1])
    assert states(office) == [ApplicationStatus.APPLIED]
    asked = {getattr(view, "access", None) for view in office.app.view_functions.values()} - {PUBLIC, None}
    assert "certificate:issue" not in asked


@pytest.mark.parametrize(
    "address", ["?status=applied&kind=enforcement&nature=new&q=陈", "?show=all&department=9", "?status=x"]
)
def test_filters_of_the_address_are_read_and_nonsense_is_left_aside(seats: Seats, address: str) -> None:
    seats.unit.post("/applications/new", data={"person": seats.people[:2]})

    page = seats.clerk.get(f"/applications{address}").text

    assert bool(re.search("陈一</a>", page)) is address.startswith("?status")


def test_a_selection_of_nothing_or_of_no_step_goes_back(seats: Seats) -> None:
    for asked in ({}, {"step": "approve"}, {"application": "1", "step": "nonsense"}):
        answer = seats.chief.post("/applications/selection", data=asked)
        assert (answer.status_code, answer.location) == (303, "/applications")
