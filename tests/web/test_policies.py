"""Policies as pages: what holds since when and from which source; adopting the next one."""

from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from registry import clock
from registry.models.policies import PolicyVersion
from registry.rules.permissions import Role
from registry.rules.policy import NAMES, SIXTY_HOURS_FROM, SIXTY_HOURS_SOURCE, TITLES
from registry.services import policies
from tests.factories import make_department
from tests.web.conftest import Office

TOMORROW = clock.today() + timedelta(days=1)


def _form(office: Office, **values: object) -> dict[str, object]:
    """The form as the page offers it: the latest numbers and sources, and what the new document changes."""
    with office.transaction() as session:
        latest = policies.versions(session)[0]
    numbers = {name: value for name, value in latest.numbers.items() if value is not False}
    sources = {f"source_{name}": source for name, source in latest.sources.items()}
    return {"from_on": TOMORROW.isoformat(), "reason": "郏司〔2026〕3号", **numbers, **sources, **values}


def _count(office: Office) -> int:
    with office.transaction() as session:
        return session.scalar(select(func.count(PolicyVersion.id))) or 0


def test_the_page_shows_every_number_with_its_source_and_since_when_it_holds(office: Office) -> None:
    page = office.client(Role.UNIT_CLERK, _unit(office)).get("/policies").text

    assert [title for title in TITLES.values() if title not in unescape(page)] == []
    assert SIXTY_HOURS_SOURCE in page
    assert f"In force since {SIXTY_HOURS_FROM}" in page
    assert "Adopt a policy" not in page


def _unit(office: Office) -> int:
    with office.transaction() as session:
        return make_department(session).id


def test_the_chief_adopts_what_a_document_changes(office: Office) -> None:
    chief = office.client(Role.BUREAU_CHIEF)

    answer = chief.post("/policies/new", data=_form(office, pass_mark=70, source_pass_mark="豫司〔2026〕9号"))

    assert answer.location == "/policies"
    page = chief.get("/policies").text
    assert "begins later" in page
    assert "郏司〔2026〕3号" in page
    with office.transaction() as session:
        latest, before = policies.versions(session)[:2]
        assert latest.from_on == TOMORROW
        assert {name for name in NAMES if latest.numbers[name] != before.numbers[name]} == {"pass_mark"}
        assert latest.sources["pass_mark"] == "豫司〔2026〕9号"


def test_a_number_unticked_becomes_no_and_ticked_becomes_yes(office: Office) -> None:
    chief = office.client(Role.BUREAU_CHIEF)
    chief.post("/policies/new", data=_form(office, training_before_certificate="y"))

    with office.transaction() as session:
        numbers = policies.versions(session)[0].numbers
    assert numbers["training_before_certificate"] is True
    assert numbers["training_before_supervision"] is False


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"from_on": "2020-01-01"}, f"Choose a day after {SIXTY_HOURS_FROM}.", id="before the latest"),
        pytest.param({"from_on": SIXTY_HOURS_FROM.isoformat()}, "Choose a day after", id="on the latest"),
        pytest.param({"source_pass_mark": ""}, "Name the source.", id="without a source"),
        pytest.param({"source_pass_mark": "  "}, "Name the source of every number.", id="a source of spaces"),
        pytest.param({"pass_mark": 120}, "cannot be reached with 100 full marks", id="out of reach"),
        pytest.param({"validity_years": 0}, "Number must be between 1 and 1000.", id="no year"),
        pytest.param({"pass_mark": "sixty"}, "Not a valid integer value.", id="no number"),
        pytest.param({"review_cutoff": "31-10"}, "Enter month-day, such as 10-31.", id="day before month"),
        pytest.param({"review_cutoff": "02-29"}, "Enter month-day, such as 10-31.", id="not in every year"),
        pytest.param({"review_cutoff": "W44-7"}, "Enter month-day, such as 10-31.", id="a day of a week"),
        pytest.param({"enforcement_number_pattern": "1{serial:099}"}, "holds {serial:05} once.", id="99 digits"),
        pytest.param({"enforcement_number_pattern": "1" * 30 + "{serial:05}"}, "longer than 30", id="too long"),
        pytest.param({"enforcement_number_pattern": "160425"}, "The pattern holds {serial:05} once.", id="no serial"),
        pytest.param({"reason": ""}, "Say why.", id="no reason"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_in_words(office: Office, values: dict[str, object], said: str) -> None:
    adopted = _count(office)

    answer = office.client(Role.BUREAU_CHIEF).post("/policies/new", data=_form(office, **values))

    assert answer.status_code == 422
    assert said in answer.text
    assert _count(office) == adopted


def test_since_is_the_first_day_of_the_present_value_not_of_the_present_policy(office: Office) -> None:
    with office.transaction() as session:
        since = {number.name: number.since for number in policies.standing(session, date(2024, 1, 1))}

    assert since["training_hours"] == SIXTY_HOURS_FROM
    assert since["pass_mark"] < SIXTY_HOURS_FROM


def test_each_policy_says_what_it_changed(office: Office) -> None:
    with office.transaction() as session:
        latest, first = policies.adoptions(session)

    assert latest.changes == [("training_hours", 0, 60)]
    assert first.changes == []
