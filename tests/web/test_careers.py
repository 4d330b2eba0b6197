"""What happens to somebody's post, as pages: transferred, seconded, left, back again, put right."""

from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.models.people import Appointment
from registry.rules.permissions import Role
from tests.web.conftest import Office
from tests.web.test_people import a_person, a_unit, acts, entry


def act_on(office: Office, person: int, act: str, **sent: object) -> TestResponse:
    """One act of a career, through its own form."""
    posted = {"day": "2025-12-31", "reason": "", "document_number": "", **sent}
    return office.client(Role.BUREAU_CLERK).post(f"/people/{person}/acts/{act}", data=posted, follow_redirects=True)


def post(unit: int, **changed: object) -> dict[str, object]:
    fit = {"department_id": unit, "rank": "staff", "establishment": "administrative", "duty": "enforcement"}
    return fit | {"section": "", "post": "股长", "enforcement_field": "", "enforcement_area": ""} | changed


def test_a_transfer_moves_the_person_to_the_other_unit(office: Office) -> None:
    unit, other = a_unit(office), a_unit(office, name="别的局")
    person = a_person(office, unit)

    page = act_on(office, person, "transfer", day="2024-01-01", reason="调动", **post(other)).text

    assert "2023-12-31, transferred" in page
    assert office.client(Role.UNIT_HEAD, other).get(f"/people/{person}").status_code == 200
    assert office.client(Role.UNIT_HEAD, unit).get(f"/people/{person}").status_code == 403


@pytest.mark.parametrize("act", ["retire", "die"])
def test_whoever_leaves_holds_no_post_and_the_certificate_is_not_forgotten(office: Office, act: str) -> None:
    person = a_person(office)

    page = act_on(office, person, act).text

    assert "take it back" in page
    assert "Holds no post" in page
    with office.transaction() as session:
        ended = session.scalars(select(Appointment).where(Appointment.person_id == person)).one()
        assert ended.until_on == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("", "Enter the day."), ("2019-01-01", "cannot end before"), ("2099-01-01", "has not come yet")],
)
def test_a_wrong_last_day_comes_back_on_the_form_with_the_reason(office: Office, day: str, sentence: str) -> None:
    answer = act_on(office, a_person(office), "retire", day=day)

    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_leaving_twice_is_refused_and_changes_nothing(office: Office) -> None:
    person = a_person(office)
    act_on(office, person, "retire")
    before = len(acts(office))

    again = act_on(office, person, "retire")

    assert again.status_code == 422
    assert len(acts(office)) == before


def test_who_has_left_may_be_corrected_or_appointed_again(office: Office) -> None:
    unit = a_unit(office)
    person, client = a_person(office, unit), office.client(Role.BUREAU_CLERK)
    act_on(office, person, "retire")

    corrected = client.post(
        f"/people/{person}/edit", data=entry(unit, name="欧阳娜娜", reason="更名"), follow_redirects=True
    ).text
    again = act_on(office, person, "join", day="2026-01-01", reason="返聘", **post(unit)).text

    assert ("欧阳娜娜" in corrected, "Holds no post" in corrected) == (True, True)
    assert "Holds no post" not in again


def test_a_secondment_leaves_the_post_at_home_and_ends(office: Office) -> None:
    unit, host = a_unit(office), a_unit(office, name="借入局")
    person = a_person(office, unit)

    there = act_on(office, person, "second", day="2026-01-05", department_id=host, document_number="借〔2026〕1号").text
    back = act_on(office, person, "return", day="2026-03-01").text

    assert "借入局" in there
    assert "seconded to" in there.lower()
    assert "The secondment" not in back
    with office.transaction() as session:
        assert session.scalars(select(Appointment.until_on).where(Appointment.person_id == person)).one() is None


def test_a_post_recorded_wrongly_is_put_right_for_a_reason(office: Office) -> None:
    unit = a_unit(office)
    person, client = a_person(office, unit), office.client(Role.BUREAU_CLERK)
    with office.transaction() as session:
        wrong = session.scalars(select(Appointment.id).where(Appointment.person_id == person)).one()
    sent = {"day": "2020-03-01", "document_number": "", **post(unit, post="队长")}

    silent = client.post(f"/people/{person}/posts/{wrong}", data=sent | {"reason": " "})
    told = client.post(f"/people/{person}/posts/{wrong}", data=sent | {"reason": "笔误"}, follow_redirects=True)

    assert silent.status_code == 422
    assert "The post is put right." in told.text
    assert acts(office)[-1].facts["post"] == ["科员", "队长"]
