"""Units recorded and changed, their legal reviewers appointed and released: one act, one entry."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.departments import Department, LegalReviewer
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.departments import DepartmentKind, lacks_qualification, reviewers_needed
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import departments, people
from registry.services.departments import DepartmentEntry
from tests.factories import make_department, make_person

TODAY = date(2026, 6, 15)
ORGAN = DepartmentEntry(
    code="ORG", name="某县水利局", kind=DepartmentKind.ADMINISTRATIVE_ORGAN, confirmed_on=date(2019, 5, 20)
)


def entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def head_of(unit: Department) -> Actor:
    return Actor(account_id=1, name="head", role=Role.UNIT_HEAD, department_id=unit.id)


def test_a_unit_is_recorded_with_one_entry(session: Session) -> None:
    before = entries(session)

    unit = departments.establish(session, SYSTEM, entry=ORGAN, today=TODAY)

    assert (unit.name, unit.name_initials) == ("某县水利局", "mxslj")
    assert entries(session) == before + 1


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        pytest.param({"name": "别的局"}, "UNIT-2", id="the code is in use"),
        pytest.param({"code": "NEW"}, "UNIT-2", id="the name is in use"),
        pytest.param(
            {"code": "NEW", "name": "别的队", "kind": DepartmentKind.ENTRUSTED_ORGANISATION},
            "UNIT-3",
            id="an entrusted body without an entruster",
        ),
    ],
)
def test_a_wrong_unit_is_refused(session: Session, wrong: dict[str, object], rule: str) -> None:
    departments.establish(session, SYSTEM, entry=ORGAN, today=TODAY)
    before = entries(session)

    with pytest.raises(RuleBroken) as refused:
        departments.establish(session, SYSTEM, entry=replace(ORGAN, **wrong), today=TODAY)  # type: ignore[arg-type]

    assert rule in [violation.code for violation in refused.value.violations]
    assert entries(session) == before


def test_a_change_is_one_entry_and_the_same_again_is_none(session: Session) -> None:
    unit = departments.establish(session, SYSTEM, entry=ORGAN, today=TODAY)
    before = entries(session)

    for _ in range(2):
        departments.change(session, SYSTEM, entry=replace(ORGAN, enforcement_field="水利"), reason="补录", today=TODAY)

    latest = departments.history(session, SYSTEM, department_id=unit.id)[0]
    assert (latest.facts, latest.reason) == ({"enforcement_field": ["", "水利"]}, "补录")
    assert entries(session) == before + 1


def test_units_people_see_their_unit_alone(session: Session) -> None:
    mine, other = make_department(session), make_department(session)
    for unit in (mine, other):
        person = make_person(session, unit)
        appoint(session, unit, person.id, date(2020, 1, 1))
    head = head_of(mine)

    assert [unit.id for unit in departments.all_standing(session, head)] == [mine.id]
    assert departments.reviewer_counts(session, head, today=TODAY) == {mine.id: 1}
    for look in (departments.history, departments.staff):
        with pytest.raises(Denied):
            look(session, head, department_id=other.id)
    with pytest.raises(Denied):
        departments.get(session, head, other.id)


def appoint(session: Session, unit: Department, person_id: int, from_on: date = date(2026, 6, 1)) -> None:
    departments.appoint_reviewer(
        session, SYSTEM, department_id=unit.id, person_id=person_id, from_on=from_on, today=TODAY
    )


def test_a_reviewer_is_appointed_and_released_with_an_entry_each(session: Session) -> None:
    unit = make_department(session)
    person = make_person(session, unit, has_law_qualification=True)
    before = entries(session)

    appoint(session, unit, person.id)
    serving = departments.reviewers(session, SYSTEM, department_id=unit.id, today=TODAY)
    departments.release_reviewer(
        session, SYSTEM, department_id=unit.id, person_id=person.id, until_on=date(2026, 6, 14)
    )

    assert [row.person_id for row in serving] == [person.id]
    assert departments.reviewers(session, SYSTEM, department_id=unit.id, today=TODAY) == []
    assert entries(session) == before + 2


def test_a_reviewer_is_one_of_the_units_people_and_serves_one_unit(session: Session) -> None:
    unit, other = make_department(session), make_department(session)
    person, stranger = (make_person(session, one, has_law_qualification=True) for one in (unit, other))
    appoint(session, unit, person.id)
    before = entries(session)

    for somebody, day in ((person, TODAY), (stranger, TODAY), (make_person(session, unit), date(2026, 6, 16))):
        with pytest.raises(RuleBroken) as refused:
            appoint(session, unit, somebody.id, day)
        assert [violation.code for violation in refused.value.violations] == ["UNIT-5"]
    with pytest.raises(RuleBroken):
        departments.release_reviewer(session, SYSTEM, department_id=other.id, person_id=person.id, until_on=TODAY)

    assert entries(session) == before


def test_first_time_reviewers_are_qualified_and_who_reviewed_before_the_revision_may_go_on(session: Session) -> None:
    unit = make_department(session)
    old, new, lawyer = (
        make_person(session, unit, name=name, has_law_qualification=name == "丙") for name in ("甲", "乙", "丙")
    )
    appoint(session, unit, old.id, date(2021, 7, 14))
    departments.release_reviewer(session, SYSTEM, department_id=unit.id, person_id=old.id, until_on=date(2022, 1, 1))
    for person in (old, lawyer):
        appoint(session, unit, person.id, date(2024, 1, 1))

    with pytest.raises(RuleBroken) as refused:
        appoint(session, unit, new.id, date(2024, 1, 1))
    session.add(LegalReviewer(person_id=new.id, department_id=unit.id, from_on=date(2024, 1, 1)))  # as an old record
    rows = departments.reviewers(session, SYSTEM, department_id=unit.id, today=TODAY)

    assert [violation.code for violation in refused.value.violations] == ["UNIT-4"]
    assert {row.name: row.lacks_qualification for row in rows} == {"甲": False, "乙": True, "丙": False}


def test_a_reviewer_who_left_the_unit_is_told(session: Session) -> None:
    unit = make_department(session)
    here, gone = (make_person(session, unit, name=name, has_law_qualification=True) for name in ("甲", "乙"))
    for person in (here, gone):
        appoint(session, unit, person.id)
    people.end_appointment(
        session,
        SYSTEM,
        person_id=gone.id,
        until_on=date(2026, 6, 10),
        end_reason=EndReason.RETIREMENT,
        reason="",
        today=TODAY,
    )

    rows = departments.reviewers(session, SYSTEM, department_id=unit.id, today=TODAY)

    assert {row.name: row.serves_here for row in rows} == {"甲": True, "乙": False}


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("first_on", "qualified", "lacks"),
    [(date(2021, 7, 14), False, False), (date(2021, 7, 15), False, True), (date(2021, 7, 15), True, False)],
)
def test_first_time_reviewers_since_the_revision_need_the_qualification(
    first_on: date, qualified: bool, lacks: bool
) -> None:
    assert lacks_qualification(first_on, qualified) is lacks


@pytest.mark.nodb
@pytest.mark.parametrize(("officers", "needed"), [(0, 0), (1, 1), (20, 1), (21, 2), (1289, 65)])
def test_reviewers_needed_are_five_per_hundred_rounded_up(officers: int, needed: int) -> None:
    assert reviewers_needed(officers, 5) == needed
