"""Who is called to an exam, how units are mixed over seats, how rooms are read."""

from datetime import date
from decimal import Decimal

import pytest

from registry.rules.candidates import Call, Room, call, mixed, months_before, parse_rooms, seated
from registry.rules.certificates import CertificateKind, Dossier, Held
from registry.rules.departments import DepartmentKind, Standing
from registry.rules.exams import ExamFact, ExamOutcome, ExamSubject
from registry.rules.people import Duty, Establishment
from registry.rules.policy import Policy, starting_policies

pytestmark = pytest.mark.nodb

DAY = date(2026, 4, 18)
POLICY = Policy(version=1, from_on=date(2023, 9, 1), **starting_policies()[1][1])
UNIT = Standing(
    name="郏县水利局",
    kind=DepartmentKind.ADMINISTRATIVE_ORGAN,
    confirmed_on=date(2017, 1, 1),
    confirmation_notice="郏政公告〔2017〕1号",
)


def sat(held_on: date, score: int | None, serial: int = 1) -> ExamFact:
    return ExamFact(
        result_id=serial,
        subject=ExamSubject.COMMON_LAW,
        sitting="考试",
        held_on=held_on,
        outcome=ExamOutcome.ABSENT if score is None else ExamOutcome.SCORED,
        score=None if score is None else Decimal(score),
        pass_mark=Decimal(60),
        passed=score is not None and score >= 60,
    )


def dossier(
    *results: ExamFact, establishment: Establishment = Establishment.ADMINISTRATIVE, until: date | None = None
) -> Dossier:
    return Dossier(
        born_on=date(1990, 1, 1),
        establishment=establishment,
        duty=Duty.ENFORCEMENT,
        in_post_since=date(2020, 1, 1),
        standing=UNIT,
        results=results,
        held=None if until is None else Held(number="16042500001", valid_until=until),
    )


def called(known: Dossier, elsewhere: date | None = None) -> tuple[Call, int] | None:
    found = call(ExamSubject.COMMON_LAW, CertificateKind.ENFORCEMENT, known, POLICY, DAY, elsewhere)
    return None if found is None else (found.call, found.used)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param(dossier(), (Call.FIRST, 0), id="never sat"),
        pytest.param(dossier(sat(date(2025, 4, 1), 80)), None, id="passed"),
        pytest.param(dossier(sat(date(2026, 1, 5), 59)), (Call.RETAKE, 1), id="failed this year"),
        pytest.param(dossier(sat(date(2025, 1, 5), 59)), (Call.FIRST, 0), id="failed last year"),
        pytest.param(dossier(sat(date(2026, 1, 5), None)), (Call.FIRST, 0), id="absent is no attempt"),
        pytest.param(
            dossier(sat(date(2026, 1, 5), 50), sat(date(2026, 2, 5), 59, 2)), (Call.EXHAUSTED, 2), id="both used"
        ),
        pytest.param(
            dossier(*(sat(date(2025, month, 5), 55 + month, month) for month in (1, 2, 6))),
            (Call.FIRST, 0),
            id="a third attempt of a year passed and counts for nothing",
        ),
        pytest.param(dossier(establishment=Establishment.CONTRACT_WORKER), (Call.NOT_ELIGIBLE, 0), id="contract"),
        pytest.param(dossier(sat(date(2021, 4, 1), 80), until=date(2026, 10, 18)), (Call.RENEWAL, 0), id="expires"),
        pytest.param(dossier(sat(date(2021, 4, 1), 80), until=date(2026, 10, 19)), None, id="a day too early"),
        pytest.param(dossier(sat(date(2026, 4, 17), 80), until=date(2026, 10, 1)), None, id="renewed by a pass"),
    ],
)
def test_a_post_is_called_to_what_it_lacks(known: Dossier, expected: tuple[Call, int] | None) -> None:
    assert called(known) == expected


def test_months_are_counted_back_to_a_day_that_exists() -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_before(date(2026, 12, 31), 12) == date(2025, 12, 31)


def test_neighbours_come_from_different_units_where_their_numbers_allow() -> None:
    units = {person: person % 3 for person in range(20)} | dict.fromkeys(range(20, 30), 7)

    order = mixed(units)

    assert sorted(order) == sorted(units)
    assert all(units[left] != units[right] for left, right in zip(order, order[1:], strict=False))
    assert mixed({1: 5, 2: 5}) == [1, 2]
    assert mixed({}) == []


def test_rooms_are_read_as_people_type_them_and_fill_up_in_order() -> None:
    rooms = parse_rooms("101: 2，二楼 会议室：1\n; 103:40,")

    assert rooms == [Room(name="101", capacity=2), Room(name="二楼 会议室", capacity=1), Room(name="103", capacity=40)]
    assert seated("abcd", rooms) == [("a", "101", 1), ("b", "101", 2), ("c", "二楼 会议室", 1), ("d", "103", 1)]
    assert seated("ab", []) == [("a", "", None), ("b", "", None)]


@pytest.mark.parametrize("typed", ["101", "101: many", ": 30", "101: 0", "101: 99999", "101: 3, 101: 4"])
def test_what_is_no_room_is_named(typed: str) -> None:
    with pytest.raises(ValueError, match="101|30"):
        parse_rooms(typed)
