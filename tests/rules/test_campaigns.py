"""The days of a review: in order, near or past, and when a unit is reminded of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.rules.campaigns import (
    Statement,
    Urgency,
    days_in_disorder,
    deadlines,
    reminder_due,
    said_badly,
    urgency,
)
from registry.rules.policy import Policy, starting_policies

pytestmark = pytest.mark.nodb

FROM_ON, NUMBERS, _SOURCES = starting_policies()[0]
POLICY = Policy(version=1, from_on=FROM_ON, **NUMBERS)
OPENED, DUE = date(2026, 11, 2), date(2026, 11, 26)


def test_the_days_follow_from_the_policy_and_come_in_order() -> None:
    days = deadlines(OPENED, POLICY)
    assert (days.attest_by, days.decide_by, days.make_up_by) == (DUE, date(2026, 12, 2), date(2027, 3, 2))
    assert days_in_disorder(days, OPENED) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"attest_by": OPENED - timedelta(days=1)}, id="attested before the opening"),
        pytest.param({"decide_by": DUE - timedelta(days=1)}, id="decided before it is attested"),
        pytest.param({"make_up_by": DUE}, id="made up before it is decided"),
    ],
)
def test_days_out_of_order_are_told(change: dict[str, date]) -> None:
    assert [v.code for v in days_in_disorder(replace(deadlines(OPENED, POLICY), **change), OPENED)] == ["REV-22"]


@pytest.mark.parametrize(
    ("days_before", "how_near"),
    [(8, Urgency.IN_TIME), (7, Urgency.SOON), (0, Urgency.SOON), (-1, Urgency.OVERDUE)],
)
def test_how_near_a_day_is(days_before: int, how_near: Urgency) -> None:
    assert urgency(DUE, POLICY, DUE - timedelta(days=days_before)) is how_near


@pytest.mark.parametrize(
    ("last", "days_after", "due"),
    [
        pytest.param(None, -8, False, id="in time"),
        pytest.param(None, -7, True, id="soon, never reminded"),
        pytest.param(-7, -3, False, id="soon, reminded lately"),
        pytest.param(-1, 1, True, id="it has passed since"),
        pytest.param(1, 5, False, id="overdue, reminded lately"),
        pytest.param(1, 8, True, id="overdue for another week"),
    ],
)
def test_a_unit_is_reminded_at_steps_and_not_every_day(last: int | None, days_after: int, due: bool) -> None:
    last_on = None if last is None else DUE + timedelta(days=last)
    assert reminder_due(last_on, DUE, POLICY, DUE + timedelta(days=days_after)) is due


@pytest.mark.parametrize("statement", Statement)
def test_a_change_and_a_discipline_are_said_in_words(statement: Statement) -> None:
    needs = statement in {Statement.CHANGED, Statement.DISCIPLINED}
    assert [v.code for v in said_badly(statement, " ")] == (["REV-20"] if needs else [])
    assert said_badly(statement, "调任科长") == []
