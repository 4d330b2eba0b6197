"""What the bureau and a unit see first: what waits, who is certified, who is not and why."""

from datetime import timedelta

import pytest

from registry import clock
from registry.models.departments import Department
from registry.models.reviews import ReviewCampaign
from registry.rules.certificates import CertificateKind
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Role
from registry.services import board, people, reviews
from registry.services.applications import listing
from registry.services.narrowing import Count
from tests.factories import make_certificate, make_department, make_person, make_qualified_person
from tests.queries import counted
from tests.web.conftest import Office

TODAY = clock.today()
FAR = TODAY + timedelta(days=1500)
SOON = TODAY + timedelta(days=30)
BEFORE = TODAY - timedelta(days=400)


def a_county(office: Office) -> tuple[Department, ReviewCampaign]:
    """A unit with everything that can wait, and last year's review open."""
    with office.transaction() as session:
        unit = make_department(session, name="某县水利局")
        for name, until in (("有证", FAR), ("将到期", SOON), ("已离岗", FAR)):
            person = make_qualified_person(session, unit, name=name)
            make_certificate(session, person, issued_on=BEFORE, valid_until=until)
        make_qualified_person(session, unit, name="可发证")
        make_person(session, unit, name="未考试")
        campaign = reviews.open_campaign(
            session, SYSTEM, year=TODAY.year - 1, kind=CertificateKind.ENFORCEMENT, today=TODAY
        )
        people.end_appointment(
            session, SYSTEM, person_id=person.id, until_on=TODAY, end_reason=EndReason.RETIREMENT, today=TODAY
        )
    return unit, campaign


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.BUREAU_CLERK, "Continue the review"),
        (Role.AUDITOR, "See the review"),
        (Role.ADMINISTRATOR, "See the review"),
    ],
)
def test_only_whoever_decides_is_asked_to_continue_the_review(office: Office, role: Role, words: str) -> None:
    a_county(office)

    assert words in office.client(role).get("/").text


def test_an_empty_register_begins_with_its_units(office: Office) -> None:
    assert "The register is empty" in office.client(Role.BUREAU_CLERK).get("/").text


def test_a_quiet_morning_is_said(office: Office) -> None:
    with office.transaction() as session:
        make_certificate(session, make_qualified_person(session), issued_on=TODAY, valid_until=FAR)

    assert "Nothing waits" in office.client(Role.BUREAU_CLERK).get("/").text


def test_the_bureau_reads_first_what_waits(office: Office) -> None:
    unit, campaign = a_county(office)

    page = office.client(Role.BUREAU_CLERK).get("/").text
    waits, stands = page.split("Officers in enforcement posts", 1)

    assert "findings to decide" in waits
    assert f"/reviews/{campaign.id}" in waits
    assert "Officers who meet every rule and hold no certificate" in waits
    assert "可发证" in waits
    assert "Certificates of people who have left the unit" in waits
    assert "Certificates that end within 6 months" in waits
    assert all(name in stands for name in ("已离岗", "将到期", "某县水利局"))
    assert f"department={unit.id}&amp;duty=enforcement&amp;certified=no" in stands


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.BUREAU_CLERK, (True, True)),
        (Role.BUREAU_CHIEF, (True, True)),
        (Role.ADMINISTRATOR, (False, False)),
        (Role.AUDITOR, (False, False)),
    ],
)
def test_quick_actions_are_drawn_for_those_who_may_act(office: Office, role: Role, seen: tuple[bool, bool]) -> None:
    page = office.client(role).get("/").text

    assert ("Import exam results" in page, "Open a review" in page) == seen


def test_the_links_behind_the_numbers_lead_to_as_many(office: Office) -> None:
    a_county(office)
    client = office.client(Role.BUREAU_CLERK)

    certified = client.get("/people?duty=enforcement&certified=yes").text
    missing = client.get("/people?duty=enforcement&certified=no").text

    assert "2 people in this list" in certified
    assert "2 people in this list" in missing
    assert "<strong>2</strong>" not in missing


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK])
def test_a_unit_reads_who_is_not_certified_and_why(office: Office, role: Role) -> None:
    unit, _campaign = a_county(office)

    page = office.client(role, unit.id).get("/").text

    assert "My people" in page
    assert all(name in page for name in ("可发证", "未考试", "有证", "将到期", "已离岗"))
    assert "The bureau can issue the certificate." in page
    assert page.count("Has not sat this exam.") == 2
    assert "Enter for the next sitting and pass it." in page
    assert "Passed the exam in special legal knowledge" in page


def test_a_head_attests_and_takes_the_draft_a_clerk_takes_the_draft(office: Office) -> None:
    unit, campaign = a_county(office)
    attesting = f"/reviews/{campaign.id}/attestation/{unit.id}"

    head = office.client(Role.UNIT_HEAD, unit.id).get("/").text
    clerk = office.client(Role.UNIT_CLERK, unit.id).get("/").text

    assert (attesting in head, attesting in clerk) == (True, False)
    for page in (head, clerk):
        assert f"/reviews/{campaign.id}/draft.pdf" in page
        assert f"/reviews/{campaign.id}/items?show=exceptions" in page


def test_an_attested_list_is_said_to_be_attested(office: Office) -> None:
    unit, campaign = a_county(office)
    with office.transaction() as session:
        reviews.state_rest(session, SYSTEM, campaign_id=campaign.id, department_id=unit.id)
        reviews.attest(session, SYSTEM, campaign_id=campaign.id, department_id=unit.id)

    page = office.client(Role.UNIT_HEAD, unit.id).get("/").text

    assert "The list was attested on" in page
    assert "Attest the list" not in page


def test_a_unit_meets_nobody_of_another_unit_on_its_board(office: Office) -> None:
    a_county(office)
    with office.transaction() as session:
        mine = make_department(session, name="我的局")

    page = office.client(Role.UNIT_HEAD, mine.id).get("/").text

    assert not any(name in page for name in ("可发证", "未考试", "有证", "将到期", "已离岗", "某县水利局"))
    assert "Every officer is certified" in page


def test_somebody_with_a_supervision_certificate_alone_is_not_among_the_certified(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        person = make_qualified_person(session, unit, name="只有监督证")
        make_certificate(session, person, kind=CertificateKind.SUPERVISION, issued_on=TODAY, valid_until=FAR)

    page = office.client(Role.UNIT_HEAD, unit.id).get("/").text

    assert "Certified officers" not in page
    assert "The bureau can issue the certificate." in page


def test_the_board_takes_as_many_queries_for_ten_people_as_for_two_hundred(office: Office) -> None:
    client, engine = office.client(Role.BUREAU_CLERK), office.app.extensions["engine"]
    with office.transaction() as session:
        for _ in range(10):
            make_person(session, make_department(session))
    with counted(engine) as few:
        client.get("/")
    with office.transaction() as session:
        unit = make_department(session)
        for _ in range(190):
            make_person(session, unit)

    with counted(engine) as many:
        client.get("/")

    assert len(few) == len(many) <= 26


def test_a_count_that_stopped_says_more_than(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "STRAY_COUNTED", 0)
    monkeypatch.setattr(listing, "_count", lambda *_asked: Count(7, is_more=True))
    a_county(office)

    page = office.client(Role.BUREAU_CHIEF).get("/").text

    assert ("more than 7" in page, "more than 0" in page) == (True, True)
