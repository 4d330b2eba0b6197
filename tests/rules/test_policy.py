"""Policies: dated numbers of the law, each with its source."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.policy import NAMES, TITLES, Policy, policy_on, starting_policies, years_later

pytestmark = pytest.mark.nodb

POLICIES = [
    Policy(version=version, from_on=from_on, **numbers)
    for version, (from_on, numbers, _) in enumerate(starting_policies(), 1)
]


def test_every_number_has_a_title_and_a_source() -> None:
    assert set(TITLES) == set(NAMES)
    for _, numbers, sources in starting_policies():
        assert set(numbers) == set(NAMES)
        assert all(sources[name].strip() for name in NAMES)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2021, 12, 31), 0, id="2021 knows no hours"),
        pytest.param(date(2023, 8, 31), 0, id="the last day before"),
        pytest.param(date(2023, 9, 1), 60, id="the first day of the sixty hours"),
        pytest.param(date(2010, 1, 1), 0, id="before every policy the first one holds"),
    ],
)
def test_a_policy_holds_from_its_day(day: date, hours: int) -> None:
    assert policy_on(POLICIES, day).training_hours == hours


def test_without_any_policy_nothing_is_guessed() -> None:
    with pytest.raises(LookupError):
        policy_on([], date(2021, 1, 1))


@given(st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), min_size=1, unique=True), st.dates(date(2000, 1, 1)))
def test_the_policy_in_force_is_the_latest_begun(days: list[date], day: date) -> None:
    held = policy_on([replace(POLICIES[0], from_on=each) for each in days], day)

    begun = [each for each in days if each <= day]
    assert held.from_on == (max(begun) if begun else min(days))


@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(1, 50))
def test_years_later_is_the_same_day_but_for_leap_days(day: date, years: int) -> None:
    later = years_later(day, years)

    assert later.year == day.year + years
    assert later.month == day.month
    assert later.day == day.day or ((day.month, day.day) == (2, 29) and later.day == 28)


@given(st.integers(2000, 2100))
def test_the_cut_off_lies_in_its_year(year: int) -> None:
    assert date(year, 1, 1) <= POLICIES[0].cutoff_in(year) < date(year, 1, 1) + timedelta(days=366)
