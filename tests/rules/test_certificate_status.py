"""How a certificate moves, ends and is shown: tables and dates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.certificates import (
    ACTS,
    BY_HAND,
    LIVE,
    NEXT,
    SOURCES,
    Asked,
    CertificateAct,
    CertificateKind,
    CertificateStatus,
    Organ,
    PublicStatus,
    bar_until,
    last_day,
    public_status,
    status_on,
)
from registry.rules.certificates.bases import WORDS
from registry.rules.policy import Policy, starting_policies

pytestmark = pytest.mark.nodb

_FROM_ON, _NUMBERS, _SOURCES = starting_policies()[0]
POLICY = Policy(version=1, from_on=_FROM_ON, **_NUMBERS)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2200, 1, 1))
ENDED = {CertificateStatus.CANCELLED, CertificateStatus.REVOKED, CertificateStatus.REPLACED}


def test_every_status_says_what_may_follow() -> None:
    assert set(NEXT) == set(BY_HAND) == set(CertificateStatus)


def test_nothing_leads_out_of_the_end() -> None:
    assert {status for status, following in NEXT.items() if not following} == ENDED


def test_nothing_leads_back_from_withdrawn_or_expired_but_to_cancellation() -> None:
    for status in (CertificateStatus.WITHDRAWN, CertificateStatus.EXPIRED):
        assert NEXT[status] == {CertificateStatus.CANCELLED}


def test_only_a_suspension_is_lifted() -> None:
    assert [status for status in NEXT if CertificateStatus.ACTIVE in NEXT[status]] == [CertificateStatus.SUSPENDED]


def test_nobody_expires_or_replaces_a_certificate_by_hand() -> None:
    reached = {ACTS[act].reaches for acts in BY_HAND.values() for act in acts}
    assert not {CertificateStatus.EXPIRED, CertificateStatus.REPLACED} & reached


@pytest.mark.parametrize("act", list(CertificateAct))
def test_every_act_says_who_decides_for_each_kind_and_what_it_may_rest_on(act: CertificateAct) -> None:
    terms = ACTS[act]
    assert set(terms.decides) == set(CertificateKind)
    assert (Asked.BASIS in terms.asks) is bool(terms.grounds)
    assert (Asked.DECIDED_BY in terms.asks) is (terms.is_by_hand and Organ.UNIT not in terms.decides.values())
    assert bool(terms.source) is not bool(terms.grounds)  # a legal basis, chosen or given
    assert (Asked.DOCUMENT in terms.asks) is (act not in {CertificateAct.ISSUE, CertificateAct.EXPIRE})
    assert terms.does
    assert all(SOURCES[ground] and WORDS[ground] for grounds in (terms.grounds or {}).values() for ground in grounds)


def test_of_a_supervision_certificate_the_bureau_decides_nothing() -> None:
    assert Organ.BUREAU not in {terms.decides[CertificateKind.SUPERVISION] for terms in ACTS.values()}


@given(st.lists(st.sampled_from(CertificateStatus), max_size=12))
def test_no_walk_through_the_table_revives_a_certificate(wishes: list[CertificateStatus]) -> None:
    status, was_live = CertificateStatus.ACTIVE, True
    for wish in wishes:
        status = wish if wish in NEXT[status] else status
        assert was_live or status not in LIVE
        was_live = status in LIVE


@given(DAYS, st.integers(min_value=1, max_value=10))
def test_a_term_ends_the_day_before_its_anniversary(valid_from: date, years: int) -> None:
    after = last_day(valid_from, replace(POLICY, validity_years=years)) + timedelta(days=1)

    assert after.year == valid_from.year + years
    assert (after.month, after.day) in {(valid_from.month, valid_from.day), (2, 28)}
    assert (after.month, after.day) == (valid_from.month, valid_from.day) or valid_from.day == 29


@pytest.mark.parametrize(
    ("valid_from", "until"),
    [
        pytest.param(date(2021, 7, 1), date(2026, 6, 30), id="the first of a month"),
        pytest.param(date(2024, 2, 29), date(2029, 2, 27), id="29 February"),
        pytest.param(date(2021, 1, 1), date(2025, 12, 31), id="the first of a year"),
    ],
)
def test_five_years_end_on_the_last_day(valid_from: date, until: date) -> None:
    assert last_day(valid_from, POLICY) == until


@given(DAYS, DAYS, st.sampled_from(CertificateStatus))
def test_a_live_certificate_expires_after_its_last_day_and_no_other_does(
    valid_until: date, day: date, status: CertificateStatus
) -> None:
    expired = status in LIVE and day > valid_until

    assert status_on(status, valid_until, day) is (CertificateStatus.EXPIRED if expired else status)


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        pytest.param(None, PublicStatus.VALID, id="not due in a review yet"),
        pytest.param(True, PublicStatus.VALID, id="passed the latest review"),
        pytest.param(False, PublicStatus.UNCONFIRMED, id="did not pass the latest review"),
    ],
)
def test_an_active_certificate_is_told_by_its_latest_review(passed: bool | None, told: PublicStatus) -> None:
    assert public_status(CertificateStatus.ACTIVE, passed) is told


@pytest.mark.parametrize("status", sorted(set(CertificateStatus) - {CertificateStatus.ACTIVE}))
@pytest.mark.parametrize("passed", [True, False, None])
def test_nothing_but_an_active_certificate_is_valid(status: CertificateStatus, passed: bool | None) -> None:
    assert public_status(status, passed) is PublicStatus.NOT_VALID


@pytest.mark.parametrize(
    ("years", "until"),
    [
        pytest.param(2, date(2028, 3, 9), id="two years, the day before"),
        pytest.param(0, None, id="no bar by policy"),
    ],
)
def test_a_revocation_bars_for_the_years_of_the_policy(years: int, until: date | None) -> None:
    assert bar_until(date(2026, 3, 10), replace(POLICY, reapply_bar_years=years)) == until
