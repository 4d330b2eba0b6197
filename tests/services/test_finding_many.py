"""Lists find the same people and certificates whether these count as few or as many."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.rules.certificates import CertificateStatus
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import SYSTEM
from registry.services import certificates, narrowing, people
from registry.services.certificates import CertificateFilter
from registry.services.people import PersonFilter
from registry.services.pinyin import beginnings, name_initials, name_pinyin
from tests.factories import make_certificate, make_department, make_qualified_person
from tests.queries import counted

TODAY = date(2026, 3, 15)
NAMES = ("王建国", "王伟", "汪建", "李国建", "建伟", "单建国", "李王")
BUDGET = 7
PEOPLE = [
    {},
    {"text": "王"},
    {"text": "建"},
    {"text": "建国"},
    {"text": "wang"},
    {"text": "wj"},
    {"text": "1604"},
    {"text": "大队"},
    {"text": "王", "is_certified": False},
    {"is_certified": True},
    {"is_certified": False},
    {"is_serving": True, "duty": Duty.SUPERVISION},
    {"is_serving": False},
    {"establishment": Establishment.ADMINISTRATIVE, "has_law_qualification": True},
]
CARDS = [{}, {"text": "王"}, {"text": "1604"}, {"status": CertificateStatus.EXPIRED}, {"expires_by": date(2027, 1, 1)}]


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on, two are many."""

    def begin() -> None:
        for module in ("people", "certificates"):
            monkeypatch.setattr(f"registry.services.{module}.narrowing.FEW", 1)
            monkeypatch.setattr(f"registry.services.{module}.narrowing.COUNTED", 1)

    return begin


def cast(session: Session) -> None:
    unit, other = make_department(session, name="某县第一大队"), make_department(session)
    for number, name in enumerate(NAMES):
        duty = Duty.SUPERVISION if number % 3 == 0 else Duty.ENFORCEMENT
        spoken = {"name_pinyin": name_pinyin(name), "name_initials": name_initials(name)}
        person: Person = make_qualified_person(session, other if number % 2 else unit, name=name, duty=duty, **spoken)
        person.has_law_qualification = number % 2 == 0
        if number % 3:
            ends = TODAY if number % 2 else date(2026, 1, 1)
            make_certificate(session, person, number=f"1604{number:04}", valid_until=ends)


@pytest.mark.parametrize("chosen", PEOPLE)
def test_the_many_of_a_list_of_people_are_its_few(
    session: Session, few_are_many: Callable[[], None], chosen: dict[str, Any]
) -> None:
    cast(session)

    def pages() -> list[int]:
        seen, after = [], None
        while True:
            page = people.search(session, SYSTEM, chosen=PersonFilter(**chosen), today=TODAY, after=after, size=2)
            seen += [row.id for row in page.rows]
            if (after := page.after) is None:
                return seen

    few = pages()
    few_are_many()
    assert pages() == few
    assert len(few) == len(set(few))


@pytest.mark.parametrize("chosen", CARDS)
def test_the_many_of_a_list_of_certificates_are_its_few(
    session: Session, few_are_many: Callable[[], None], chosen: dict[str, Any]
) -> None:
    cast(session)

    def listed() -> list[int]:
        page = certificates.search(session, SYSTEM, chosen=CertificateFilter(**chosen), today=TODAY)
        return [row.certificate.id for row in page.rows]

    few = listed()
    few_are_many()
    assert listed() == few != []


def test_no_list_of_people_asks_more_than_seven_times(session: Session) -> None:
    cast(session)
    for chosen in PEOPLE:
        with counted(session.connection()) as sent:
            people.search(session, SYSTEM, chosen=PersonFilter(**chosen), today=TODAY)
        assert len(sent) <= BUDGET, chosen


def test_a_count_goes_no_further_than_it_is_asked_to(session: Session) -> None:
    cast(session)
    everybody = select(Person)

    assert narrowing.count(session, everybody, 5) == narrowing.Count(5, is_more=True)
    assert narrowing.count(session, everybody, 7) == narrowing.Count(7)


def test_a_surname_begins_as_it_is_read_anywhere() -> None:
    assert {"shan", "dan"} <= set(beginnings("单建国"))
    assert {"zeng", "ceng"} <= set(beginnings("曾"))
    assert beginnings("Ab") == ["a"]
