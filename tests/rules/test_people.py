"""Identity numbers and ages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.people import (
    Sex,
    age_on,
    birth_date_of,
    check_digit,
    identity_problem,
    masked,
    normalise_identity,
    sex_of,
)

pytestmark = pytest.mark.nodb

GENUINE = "11010519491231002X"  # the specimen of GB 11643-1999 itself
DAYS = st.dates(date(1930, 1, 1), date(2012, 12, 31))


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    body = f"410425{draw(DAYS):%Y%m%d}{draw(st.integers(0, 999)):03}"
    return body + check_digit(body)


def test_the_specimen_of_the_standard_is_genuine() -> None:
    assert identity_problem(GENUINE) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        pytest.param(GENUINE[:-1], "18 characters", id="one short"),
        pytest.param(GENUINE + "1", "18 characters", id="one too many"),
        pytest.param("", "18 characters", id="empty"),
        pytest.param("110105194912310O2X", "17 digits", id="letter O for a nought"),
        pytest.param("110105194913310021", "date of birth", id="thirteenth month"),
        pytest.param("110105194902300021", "date of birth", id="30 February"),
        pytest.param("110105194912310021", "check digit", id="check digit off"),
        pytest.param("11010519491231002Y", "17 digits", id="Y for X"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(number: str, said: str) -> None:
    assert said in (identity_problem(number) or "")


@given(identity_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_no_single_slip_of_the_pen_passes(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)

    assert identity_problem(number[:place] + wrong + number[place + 1 :]) is not None


@given(identity_numbers())
def test_a_number_tells_birth_and_sex(number: str) -> None:
    assert identity_problem(number) is None
    assert f"{birth_date_of(number):%Y%m%d}" == number[6:14]
    assert sex_of(number) is (Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


@given(identity_numbers())
def test_a_masked_number_hides_the_birthday_and_keeps_its_length(number: str) -> None:
    hidden = masked(number)

    assert len(hidden) == 18
    assert hidden[4:14] == "*" * 10
    assert (hidden[:4], hidden[14:]) == (number[:4], number[14:])


def test_numbers_are_read_as_offices_type_them() -> None:
    assert normalise_identity(" １１０１０５ 19491231-002x ") == GENUINE


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        pytest.param(date(2003, 5, 17), date(2021, 5, 16), 17, id="the day before"),
        pytest.param(date(2003, 5, 17), date(2021, 5, 17), 18, id="the birthday"),
        pytest.param(date(2004, 2, 29), date(2022, 2, 28), 17, id="leap child on 28 February"),
        pytest.param(date(2004, 2, 29), date(2022, 3, 1), 18, id="leap child on 1 March"),
    ],
)
def test_full_years_count_from_the_birthday(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@given(DAYS, st.integers(0, 30_000))
def test_nobody_grows_younger(born_on: date, days: int) -> None:
    day = born_on + timedelta(days=days)

    assert 0 <= age_on(born_on, day) <= age_on(born_on, day + timedelta(days=1))
