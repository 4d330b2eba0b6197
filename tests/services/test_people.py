"""People recorded, changed and ended: one act, one entry; posts in order; identity sealed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.people import Assessment, EndReason, Establishment
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.services import people
from registry.services.people import PersonEntry
from registry.vault import vault_of
from tests.factories import identity_number, make_department, make_person

TODAY = date(2026, 6, 15)
SINCE = date(2020, 3, 1)
NUMBER = identity_number(901)


def entry(unit: Department, **values: object) -> PersonEntry:
    """A fit person to register."""
    fit = PersonEntry(
        identity_number=NUMBER,
        name="欧阳娜",
        department_id=unit.id,
        from_on=SINCE,
        establishment=Establishment.ADMINISTRATIVE,
        post="科员",
        phone="13900000001",
    )
    return replace(fit, **values)  # type: ignore[arg-type]  # the entry's own fields


def values(unit: Department, **changed: object) -> dict[str, object]:
    """What a page sends to change that person."""
    one = entry(unit)
    names = PersonEntry.__dataclass_fields__.keys() - {"identity_number"}
    return {name: getattr(one, name) for name in names} | changed


def change(session: Session, person: Person, **changed: object):
    unit = session.get_one(Department, person.department_id)
    return people.change(
        session, SYSTEM, person_id=person.id, values=values(unit, **changed), reason="调令〔2026〕1号", today=TODAY
    )


def register(session: Session, unit: Department | None = None, **changed: object) -> Person:
    return people.register(session, SYSTEM, entry=entry(unit or make_department(session), **changed), today=TODAY)


def entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def posts(session: Session, person: Person) -> list[Appointment]:
    return list(
        session.scalars(select(Appointment).where(Appointment.person_id == person.id).order_by(Appointment.from_on))
    )


def test_registering_records_person_post_and_one_entry(session: Session) -> None:
    unit, before = make_department(session), entries(session)

    person = register(session, unit)

    assert (person.name_pinyin, person.name_initials, person.born_on) == ("ouyangna", "oyn", date(1988, 5, 17))
    assert [(post.department_id, post.from_on, post.until_on) for post in posts(session, person)] == [
        (unit.id, SINCE, None)
    ]
    assert entries(session) == before + 1


def test_registering_the_same_number_again_is_refused_and_names_the_file(session: Session) -> None:
    person = register(session)
    before = entries(session)

    with pytest.raises(RuleBroken) as refused:
        register(session, name="王强")

    assert f"file no. {person.id}" in refused.value.violations[0].in_words()
    assert entries(session) == before


@pytest.mark.parametrize(
    ("wrong", "rules"),
    [
        pytest.param({"identity_number": NUMBER[:-1]}, ["PERS-1"], id="seventeen characters"),
        pytest.param({"identity_number": NUMBER[:17] + "?"}, ["PERS-1"], id="no check digit"),
        pytest.param({"from_on": date(2026, 6, 16)}, ["PERS-2"], id="begins tomorrow"),
        pytest.param({"from_on": date(1988, 5, 17)}, ["PERS-2"], id="begins on the day of birth"),
    ],
)
def test_a_wrong_entry_is_refused_and_nothing_is_written(
    session: Session, wrong: dict[str, object], rules: list[str]
) -> None:
    unit, before = make_department(session), session.scalar(select(func.count()).select_from(Person))

    with pytest.raises(RuleBroken) as refused:
        register(session, unit, **wrong)

    assert [violation.code for violation in refused.value.violations] == rules
    assert session.scalar(select(func.count()).select_from(Person)) == before


def test_the_row_of_a_person_never_contains_the_identity_number_or_the_telephone(session: Session) -> None:
    person = register(session)

    row = session.execute(text("SELECT * FROM people WHERE id = :id"), {"id": person.id}).one()
    kept = b"|".join(bytes(cell) if isinstance(cell, (bytes, memoryview)) else str(cell).encode() for cell in row)

    assert NUMBER.encode() not in kept
    assert b"13900000001" not in kept
    assert vault_of(session).open(person.identity_sealed) == NUMBER
    assert person.identity_masked == NUMBER[:4] + "*" * 10 + NUMBER[-4:]


def test_the_trail_never_contains_the_identity_number_or_the_telephone(session: Session) -> None:
    person = register(session)
    change(session, person, phone="13900000002")
    people.reveal_identity(session, SYSTEM, person_id=person.id, reason="核对编制")

    kept = str([entry.facts for entry in session.scalars(select(TrailEntry))])

    assert NUMBER not in kept
    assert "1390000000" not in kept


def test_a_change_is_one_entry_with_before_after_and_reason(session: Session) -> None:
    person = register(session)
    before = entries(session)

    done = change(session, person, post="股长")

    latest = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()
    assert latest is not None
    assert (done.updated, entries(session)) == (1, before + 1)
    assert (latest.facts, latest.reason) == ({"post": ["科员", "股长"]}, "调令〔2026〕1号")


def test_the_same_change_twice_changes_nothing_the_second_time(session: Session) -> None:
    person = register(session)
    change(session, person, post="股长")
    before = entries(session)

    done = change(session, person, post="股长")

    assert (done.updated, done.unchanged, entries(session)) == (0, 1, before)


def test_a_later_first_day_ends_the_post_the_day_before(session: Session) -> None:
    person, other = register(session), make_department(session)

    change(session, person, department_id=other.id, from_on=date(2024, 1, 1))

    assert [(post.from_on, post.until_on, post.end_reason) for post in posts(session, person)] == [
        (SINCE, date(2023, 12, 31), EndReason.TRANSFER),
        (date(2024, 1, 1), None, None),
    ]
    assert person.department_id == other.id


def test_a_post_that_would_overlap_is_refused(session: Session) -> None:
    person = register(session)

    with pytest.raises(RuleBroken) as refused:
        change(session, person, from_on=date(2019, 1, 1))

    assert [violation.code for violation in refused.value.violations] == ["PERS-2"]
    assert len(posts(session, person)) == 1


def leave(session: Session, person: Person, until_on: date = date(2025, 12, 31)) -> None:
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=until_on, end_reason=EndReason.RETIREMENT, today=TODAY
    )


def test_leaving_ends_the_post_with_one_entry_and_cannot_happen_twice(session: Session) -> None:
    person = register(session)
    before = entries(session)

    leave(session, person)
    with pytest.raises(RuleBroken):
        leave(session, person)

    assert [post.until_on for post in posts(session, person)] == [date(2025, 12, 31)]
    assert entries(session) == before + 1


@pytest.mark.parametrize(
    "day", [pytest.param(date(2020, 2, 29), id="before it began"), pytest.param(date(2026, 6, 16), id="tomorrow")]
)
def test_a_post_does_not_end_before_it_began_nor_in_the_future(session: Session, day: date) -> None:
    person = register(session)

    with pytest.raises(RuleBroken):
        leave(session, person, day)

    assert posts(session, person)[0].until_on is None


def test_who_has_left_is_corrected_without_a_new_post(session: Session) -> None:
    person = register(session)
    leave(session, person)

    done = change(session, person, name="欧阳娜娜", from_on=None)

    assert (done.updated, person.name, person.name_initials) == (1, "欧阳娜娜", "oynn")
    assert len(posts(session, person)) == 1


def test_who_has_left_begins_again_only_after_the_last_day(session: Session) -> None:
    person = register(session)
    leave(session, person)

    with pytest.raises(RuleBroken):
        change(session, person, from_on=date(2025, 12, 31))
    change(session, person, from_on=date(2026, 1, 1))

    assert [post.until_on for post in posts(session, person)] == [date(2025, 12, 31), None]


def test_revealing_needs_a_reason_and_the_right(session: Session) -> None:
    person = make_person(session)
    head = Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=person.department_id)

    with pytest.raises(RuleBroken):
        people.reveal_identity(session, SYSTEM, person_id=person.id, reason="  ")
    with pytest.raises(Denied):
        people.reveal_identity(session, head, person_id=person.id, reason="核对")

    assert not session.scalars(select(TrailEntry).where(TrailEntry.action == Action.IDENTITY_UNMASK)).all()


def test_units_people_neither_register_nor_learn_who_is_registered(session: Session) -> None:
    unit = make_department(session)
    register(session, unit)
    clerk = Actor(account_id=1, name="clerk", role=Role.UNIT_CLERK, department_id=unit.id)

    with pytest.raises(Denied):
        people.register(session, clerk, entry=entry(unit), today=TODAY)


def test_an_assessment_is_recorded_once_a_year_with_one_entry_a_unit(session: Session) -> None:
    unit = make_department(session)
    staff = [make_person(session, unit) for _ in range(2)]
    grades = {one.id: Assessment.COMPETENT for one in staff}
    units = {one.id: unit.id for one in staff}
    before = entries(session)

    for _ in range(2):
        people.assess(session, SYSTEM, year=2025, grades=grades, departments=units)

    assert [grade.grade for grade in people.file_of(session, SYSTEM, staff[0].id, TODAY).assessments] == [
        Assessment.COMPETENT
    ]
    assert entries(session) == before + 1
