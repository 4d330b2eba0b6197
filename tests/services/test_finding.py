"""Finding people: by each of their keys, in the unit alone for its people, in few queries."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.certificates import CertificateKind
from registry.rules.people import Duty, EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import people
from registry.services.narrowing import Count
from registry.services.people import PersonFilter
from registry.services.pinyin import name_initials, name_pinyin
from tests.factories import identity_number, make_certificate, make_department, make_person, make_qualified_person
from tests.queries import counted

TODAY = date(2026, 3, 15)
NUMBER = identity_number(905, date(1979, 8, 8))


def make_named(session: Session, unit: Department, name: str, **values: object) -> Person:
    return make_person(
        session,
        unit,
        name=name,
        name_pinyin=name_pinyin(name),
        name_initials=name_initials(name),
        **values,  # type: ignore[arg-type]  # the maker's own keywords
    )


def found(session: Session, actor: Actor = SYSTEM, **chosen: object) -> list[str]:
    page = people.search(session, actor, chosen=PersonFilter(**chosen), today=TODAY)  # type: ignore[arg-type]
    return [row.name for row in page.rows]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("曾伟", id="the beginning of the name"),
        pytest.param("曾 伟强", id="the name with a blank"),
        pytest.param("zengwei", id="pinyin, the surname read as a surname"),
        pytest.param("Zeng Wei", id="pinyin with blanks and capitals"),
        pytest.param("zwq", id="initials"),
        pytest.param(NUMBER, id="identity number"),
        pytest.param(f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:].lower()}", id="identity number with blanks"),
        pytest.param("水文化局", id="part of the unit's name"),
        pytest.param("W77", id="code of the unit"),
        pytest.param("qxswhj", id="initials of the unit"),
    ],
)
def test_a_person_is_found_by(session: Session, text: str) -> None:
    unit = make_department(session, name="某县水文化局", name_initials="qxswhj", code="W77")
    make_named(session, unit, "曾伟强", identity=NUMBER)
    make_named(session, make_department(session), "李敏")

    assert found(session, text=text) == ["曾伟强"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xiaoming", ["王小明"]),
        ("Xiao Ming", ["王小明"]),
        ("xiaom", ["王小明"]),
        ("angxiaoming", []),
        ("ｗｘｍ", ["王小明"]),
        ("ＷａｎｇＸｉａｏ", ["王小明"]),
        ("lü", ["吕布"]),
        ("Lü Bu", ["吕布"]),
        ("阿卜杜拉买买提", ["阿卜杜拉·买买提"]),
        ("阿卜杜拉•买买提", ["阿卜杜拉·买买提"]),
        ("阿卜杜拉・买", ["阿卜杜拉·买买提"]),
        ("阿卜杜拉·买买提", ["阿卜杜拉·买买提"]),
        ("abudula maimaiti", ["阿卜杜拉·买买提"]),
        ("abudula·maimaiti", ["阿卜杜拉·买买提"]),
        ("abdlmmt", ["阿卜杜拉·买买提"]),
    ],
)
@pytest.mark.parametrize("in_a_unit", [False, True], ids=["everywhere", "in a unit"])
def test_a_name_is_found_however_it_is_typed(session: Session, text: str, names: list[str], in_a_unit: bool) -> None:
    unit = make_department(session)
    for name in ("王小明", "吕布", "阿卜杜拉·买买提", "李敏"):
        make_named(session, unit, name)

    assert found(session, text=text, department_id=unit.id if in_a_unit else None) == names


def test_a_person_is_found_by_a_certificate_number_or_four_digits_and_more_of_it(session: Session) -> None:
    card = make_certificate(session, make_qualified_person(session, name="李敏"))

    assert found(session, text=card.number) == ["李敏"]
    assert [found(session, text=card.number[:so_many]) for so_many in (-1, 4, 3)] == [["李敏"], ["李敏"], []]


def test_part_of_an_identity_number_finds_nobody(session: Session) -> None:
    make_named(session, make_department(session), "曾伟强", identity=NUMBER)

    assert found(session, text=NUMBER[:17]) == []
    assert found(session, text=NUMBER[:14]) == []


def test_signs_of_a_pattern_are_letters_of_a_name(session: Session) -> None:
    make_named(session, make_department(session), "李敏")

    assert found(session, text="%") == []
    assert found(session, text="__") == []


def test_units_people_find_their_own_alone_by_any_key(session: Session) -> None:
    mine, other = make_department(session), make_department(session)
    make_named(session, mine, "李敏")
    make_named(session, other, "李强", identity=NUMBER)
    head = Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=mine.id)

    assert found(session, head) == ["李敏"]
    assert found(session, head, department_id=other.id) == []
    assert [found(session, head, text=text) for text in ("李", NUMBER, other.name)] == [["李敏"], [], []]
    assert people.search(session, head, chosen=PersonFilter(text="李"), today=TODAY).count == Count(1)


def test_certified_means_a_valid_certificate_of_the_kind_the_post_needs(session: Session) -> None:
    unit = make_department(session)
    make_certificate(session, make_qualified_person(session, unit, name="有证"))
    make_certificate(session, make_qualified_person(session, unit, name="过期"), valid_until=date(2026, 3, 14))
    supervision = {"kind": CertificateKind.SUPERVISION}
    make_certificate(session, make_qualified_person(session, unit, name="监督证在执法岗"), **supervision)
    make_certificate(session, make_qualified_person(session, unit, name="监督", duty=Duty.SUPERVISION), **supervision)

    assert sorted(found(session, department_id=unit.id, is_certified=True)) == ["有证", "监督"]
    assert sorted(found(session, department_id=unit.id, is_certified=False)) == ["监督证在执法岗", "过期"]


def test_who_has_left_stays_in_the_list_without_a_duty(session: Session) -> None:
    person = make_person(session, name="李敏")
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=TODAY, end_reason=EndReason.DEATH, today=TODAY
    )

    rows = people.search(session, SYSTEM, chosen=PersonFilter(text="李敏"), today=TODAY).rows

    assert [(row.duty, row.post) for row in rows] == [(None, "")]


def test_pages_follow_one_another_without_gaps_or_doubles(session: Session) -> None:
    unit = make_department(session)
    everybody = [make_person(session, unit, name=name).id for name in ("王芳", "王芳", "李敏", "张伟", "王芳")]
    chosen, seen, after = PersonFilter(department_id=unit.id), [], None

    while True:
        page = people.search(session, SYSTEM, chosen=chosen, today=TODAY, after=after, size=2)
        seen += [row.id for row in page.rows]
        if (after := page.after) is None:
            break

    assert sorted(seen) == sorted(everybody)
    assert page.count == Count(len(everybody))


def test_a_list_takes_three_queries_for_ten_rows_and_for_two_hundred(session: Session) -> None:
    unit = make_department(session)
    for _ in range(10):
        make_certificate(session, make_qualified_person(session, unit))
    chosen = PersonFilter(department_id=unit.id)
    with counted(session.connection()) as few:
        people.search(session, SYSTEM, chosen=chosen, today=TODAY, size=200)
    for _ in range(190):
        make_person(session, unit)

    with counted(session.connection()) as many:
        rows = people.search(session, SYSTEM, chosen=chosen, today=TODAY, size=200).rows

    assert (len(rows), len(few), len(many)) == (200, 3, 3)
