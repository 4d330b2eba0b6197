"""The yearly figures as a page: each with what is counted, a year to choose, a paragraph for the report."""

from datetime import date

import pytest

from registry import clock
from registry.rules.permissions import Role
from registry.rules.training import TrainingKind
from registry.web.reports import FIGURES
from tests.factories import make_department, make_person, make_training
from tests.web.conftest import Office


def a_year(office: Office) -> int:
    """Two units; a training of 2021 that people of both attended, and one of 2022. The id of the first unit."""
    with office.transaction() as session:
        unit = make_department(session)
        people = [make_person(session, unit), make_person(session, unit), make_person(session)]
        make_training(session, *people, kind=TrainingKind.LEGAL, held_on=date(2021, 5, 1))
        make_training(session, people[0], kind=TrainingKind.LEGAL, held_on=date(2022, 5, 1))
        return unit.id


def test_every_figure_says_what_exactly_is_counted(office: Office) -> None:
    a_year(office)

    page = office.client(Role.AUDITOR).get("/figures?year=2021").text

    assert "Figures of 2021" in page
    assert all(str(title) in page and str(what) in page for _name, title, what in FIGURES)
    assert "<strong>3</strong>" in page
    assert "1 legal trainings were held with 3 attendances" in page


def test_the_latest_year_with_records_is_shown_first_and_this_year_can_be_chosen(office: Office) -> None:
    a_year(office)

    page = office.client(Role.AUDITOR).get("/figures").text

    assert "Figures of 2022" in page
    assert f'<option value="{clock.today().year}"' in page


@pytest.mark.parametrize("asked", ["nonsense", "99999", "-1", ""])
def test_a_year_that_is_none_falls_back_to_the_latest(office: Office, asked: str) -> None:
    a_year(office)

    assert "Figures of 2022" in office.client(Role.AUDITOR).get(f"/figures?year={asked}").text


def test_a_unit_gets_its_share_and_no_paragraph_of_the_county(office: Office) -> None:
    unit = a_year(office)

    page = office.client(Role.UNIT_HEAD, unit).get("/figures?year=2021").text

    assert "share of the yearly report" in page
    assert ("<strong>2</strong>" in page, "<strong>3</strong>" in page) == (True, False)
    assert "The paragraph of the report" not in page


def test_an_empty_register_shows_this_year_with_zeros(office: Office) -> None:
    page = office.client(Role.AUDITOR).get("/figures").text

    assert f"Figures of {clock.today().year}" in page
    assert page.count("<strong>0</strong>") == len(FIGURES)
