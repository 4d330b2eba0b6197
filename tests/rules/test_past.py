"""What was on a day: the status of a certificate by its periods, the standing of a unit by its mandates."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.certificates import NEXT, CertificateStatus, period_in, status_in, status_on
from registry.rules.departments import DepartmentKind, Standing, SubjectStanding, ground_on, standing_then

pytestmark = pytest.mark.nodb

ACTIVE, SUSPENDED, EXPIRED = CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED, CertificateStatus.EXPIRED
ISSUED, LAST = date(2021, 6, 1), date(2026, 5, 31)


@dataclass(frozen=True)
class Spell:
    status: CertificateStatus
    from_on: date
    until_on: date | None


SUSPENDED_IN_MARCH = [
    Spell(ACTIVE, ISSUED, date(2022, 2, 28)),
    Spell(SUSPENDED, date(2022, 3, 1), date(2022, 3, 31)),
    Spell(ACTIVE, date(2022, 4, 1), None),
]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        pytest.param(date(2021, 5, 31), None, id="the day before the issue"),
        pytest.param(ISSUED, ACTIVE, id="the day of issue"),
        pytest.param(date(2022, 2, 28), ACTIVE, id="the eve of the suspension"),
        pytest.param(date(2022, 3, 1), SUSPENDED, id="the day the suspension begins"),
        pytest.param(date(2022, 3, 31), SUSPENDED, id="the last day of the suspension"),
        pytest.param(date(2022, 4, 1), ACTIVE, id="the day of reinstatement"),
        pytest.param(LAST, ACTIVE, id="the last day of validity"),
        pytest.param(date(2026, 6, 1), EXPIRED, id="the day after it"),
    ],
)
def test_the_status_of_a_day_is_that_of_its_period(day: date, status: CertificateStatus | None) -> None:
    assert status_in(SUSPENDED_IN_MARCH, LAST, day) is status


def test_of_two_acts_on_one_day_the_later_counts() -> None:
    day = date(2022, 3, 1)
    both = [Spell(ACTIVE, ISSUED, date(2022, 2, 28)), Spell(SUSPENDED, day, day), Spell(ACTIVE, day, None)]

    assert status_in(both, LAST, day) is ACTIVE


def test_a_revoked_certificate_stays_revoked_past_its_last_day() -> None:
    revoked = [Spell(ACTIVE, ISSUED, date(2022, 2, 28)), Spell(CertificateStatus.REVOKED, date(2022, 3, 1), None)]

    assert status_in(revoked, LAST, date(2030, 1, 1)) is CertificateStatus.REVOKED


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[date, CertificateStatus]]:
    """Lawful acts in the order in which they were done, some of them on one day."""
    acts = [(ISSUED, ACTIVE)]
    for gap in draw(st.lists(st.integers(0, 500), max_size=8)):
        day, status = acts[-1]
        following = sorted(NEXT[status] - {EXPIRED})
        if not following:
            break
        acts.append((day + timedelta(days=gap), draw(st.sampled_from(following))))
    return acts


def recorded(acts: list[tuple[date, CertificateStatus]]) -> list[Spell]:
    """The periods as the procedures write them: one ends on the eve of the next, never before it began."""
    spells: list[Spell] = []
    for day, status in acts:
        if spells:
            present = spells.pop()
            spells.append(replace(present, until_on=max(day - timedelta(days=1), present.from_on)))
        spells.append(Spell(status, day, None))
    return spells


@given(histories(), st.integers(-10, 4000))
def test_the_periods_tell_what_a_replay_of_the_acts_tells(
    acts: list[tuple[date, CertificateStatus]], offset: int
) -> None:
    day, replayed = ISSUED + timedelta(days=offset), None
    for begun, status in acts:
        replayed = status if begun <= day else replayed

    told = status_in(recorded(acts), LAST, day)

    assert told is (None if replayed is None else status_on(replayed, LAST, day))
    assert (period_in(recorded(acts), day) is None) is (day < ISSUED)


UNIT = Standing(
    name="郏县渔政局",
    kind=DepartmentKind.ADMINISTRATIVE_ORGAN,
    confirmed_on=date(2022, 1, 1),
    confirmation_notice="郏政公告〔2022〕1号",
)
FIRST = replace(UNIT, confirmed_on=date(2019, 1, 1), withdrawn_on=date(2021, 7, 1))


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        pytest.param(date(2018, 12, 31), SubjectStanding.UNCONFIRMED, id="before any"),
        pytest.param(date(2019, 1, 1), SubjectStanding.CONFIRMED, id="first day of the first"),
        pytest.param(date(2021, 6, 30), SubjectStanding.CONFIRMED, id="last day of the first"),
        pytest.param(date(2021, 7, 1), SubjectStanding.WITHDRAWN, id="between both"),
        pytest.param(date(2022, 1, 1), SubjectStanding.CONFIRMED, id="first day of the second"),
    ],
)
def test_the_standing_of_a_day_is_that_of_the_mandate_that_had_begun(day: date, standing: SubjectStanding) -> None:
    assert standing_then([UNIT, FIRST], day) is standing


@pytest.mark.parametrize(
    ("day", "ground"),
    [
        pytest.param(date(2018, 12, 31), FIRST, id="before any the first"),
        pytest.param(date(2021, 6, 30), FIRST, id="last day of the first"),
        pytest.param(date(2021, 7, 1), UNIT, id="between both the next"),
        pytest.param(date(2022, 1, 1), UNIT, id="first day of the second"),
    ],
)
def test_an_act_rests_on_what_held_that_day_or_waits_for_the_next(day: date, ground: Standing) -> None:
    assert ground_on([UNIT, FIRST], day) == ground
    assert ground_on([FIRST], date(2023, 1, 1)) == FIRST
