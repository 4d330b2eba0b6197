"""Lines of a pasted list: whom they mean, whom they may mean, and what nobody can tell."""

import pytest
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.rules.permissions import Actor, Role
from registry.services.people import Recognised, Verdict, recognise
from tests.factories import identity_number, make_certificate, make_department, make_person, make_qualified_person
from tests.queries import counted

CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)


@pytest.fixture
def water(session: Session) -> Person:
    """冯晓兰 of the water bureau."""
    unit = make_department(session, name="郏县水务测试局", code="W07")
    return make_person(session, unit, name="冯晓兰", name_pinyin="fengxiaolan", identity=identity_number(901))


def one(session: Session, line: str, actor: Actor = CLERK) -> Recognised:
    found = recognise(session, actor, [line], no_names={"未完成"})
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "line",
    [
        "冯晓兰",
        "  1. 冯晓兰",
        "12\t冯晓兰\t郏县水务测试局",
        "冯晓兰，水务测试局，股长",
        "３、冯晓兰（W07）",
        "@冯晓兰 ",
        identity_number(901),
        f"冯晓兰 {identity_number(901)[:6]} 不是号码",
        f"冯晓兰，{identity_number(901)[:4]}**********{identity_number(901)[-4:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in identity_number(901)) + " 未完成",
    ],
)
def test_a_line_names_one_person_in_many_ways(session: Session, water: Person, line: str) -> None:
    found = one(session, line)

    assert (found.verdict, found.person_id) == (Verdict.FOUND, water.id)


def test_a_name_of_two_characters_may_have_a_gap(session: Session) -> None:
    person = make_person(session, name="冯兰")

    assert one(session, "冯　兰\t3.5").person_id == person.id
    assert one(session, "冯　兰\t3.5").rest == ("3.5",)


def test_a_certificate_number_names_its_holder(session: Session) -> None:
    person = make_qualified_person(session, name="王小明")
    make_certificate(session, person, number="16042500901")

    assert one(session, f"{person.name}, 16042500901, 40").person_id == person.id
    assert one(session, "16042500901 40").rest == ("40",)


def test_namesakes_are_told_apart_by_their_unit_or_left_to_choose(session: Session, water: Person) -> None:
    other = make_person(session, name="冯晓兰")

    both = one(session, "冯晓兰 40")

    assert both.verdict is Verdict.SEVERAL
    assert {person.person_id for person in both.people} == {water.id, other.id}
    assert one(session, "冯晓兰 水务测试局").person_id == water.id


@pytest.mark.parametrize(
    "line", [f"钱多多 {identity_number(901)}", f"冯晓兰 {identity_number(902)}", "冯晓兰 U-elsewhere"]
)
def test_what_contradicts_itself_is_left_to_choose(session: Session, water: Person, line: str) -> None:
    make_department(session, code="U-elsewhere")

    found = one(session, line)

    assert (found.verdict, found.person_id) == (Verdict.DOUBTFUL, None)
    assert [person.person_id for person in found.people] == [water.id]
    assert found.doubt


def test_an_unknown_name_hints_at_those_that_sound_the_same(session: Session, water: Person) -> None:
    found = one(session, "冯小岚")

    assert found.verdict is Verdict.NOBODY
    assert [person.person_id for person in found.near] == [water.id]


def test_two_people_on_one_line_are_never_taken_for_one(session: Session, water: Person) -> None:
    make_person(session, name="王小明")

    assert one(session, "冯晓兰、王小明").verdict is Verdict.NOBODY


def test_a_units_people_recognise_their_own_alone(session: Session, water: Person) -> None:
    stranger = Actor(account_id=None, name="x", role=Role.UNIT_CLERK, department_id=make_department(session).id)

    assert one(session, identity_number(901), stranger).people == ()
    assert one(session, "冯小岚", stranger).near == []


def test_a_long_list_asks_no_more_often_than_a_short_one(session: Session, water: Person) -> None:
    with counted(session.connection()) as few:
        recognise(session, CLERK, ["冯晓兰", identity_number(901)])
    with counted(session.connection()) as many:
        recognise(session, CLERK, ["冯晓兰", "", identity_number(901)] * 90)

    assert len(few) == len(many) <= 6
