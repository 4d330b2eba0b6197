"""Units over time: renamed, confirmed and entrusted anew, with further fields, ended and taken back."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.departments import (
    DepartmentKind,
    SubjectStanding,
    is_circle,
    scopes_in_words,
    scopes_of,
    standing_on,
)
from registry.rules.permissions import SYSTEM
from registry.services import certificates, departments, people
from registry.services.certificates import IssuedEntry
from registry.services.departments import DepartmentEntry, DepartmentFilter
from tests.factories import make_certificate, make_department, make_person, make_qualified_person

TODAY = date(2026, 6, 15)
ENTRUSTED = DepartmentKind.ENTRUSTED_ORGANISATION


def rename(session: Session, unit: Department, name: str, from_on: date) -> Department:
    return departments.rename(
        session,
        SYSTEM,
        department_id=unit.id,
        name=name,
        from_on=from_on,
        document_number="郏编〔2024〕3号",
        reason="机构改革",
        today=TODAY,
    )


def refused(code: str) -> Any:
    return pytest.raises(RuleBroken, match=code)


def test_a_renamed_unit_keeps_each_name_for_its_days(session: Session) -> None:
    unit = make_department(session, name="郏县城市管理局", confirmed_on=date(2019, 5, 20))
    rename(session, unit, "郏县城市管理和综合执法局", date(2024, 3, 1))
    rename(session, unit, "郏县综合执法局", date(2025, 1, 1))

    days = (date(2000, 1, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 12, 31), date(2025, 1, 1), TODAY)
    borne = [departments.name_on(session, unit.id, day) for day in days]

    middle = "郏县城市管理和综合执法局"
    assert borne == ["郏县城市管理局", "郏县城市管理局", middle, middle, "郏县综合执法局", "郏县综合执法局"]
    assert departments.names_on(session, date(2024, 3, 1))[unit.id] == middle
    assert (unit.name, unit.name_initials) == ("郏县综合执法局", "jxzhzfj")
    latest = departments.history(session, SYSTEM, department_id=unit.id)[0]
    assert (latest.reason, latest.facts["name"]) == ("机构改革", [middle, "郏县综合执法局"])


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        pytest.param("郏县新局", date(2026, 6, 16), "UNIT-7", id="tomorrow"),
        pytest.param("郏县新局", date(2024, 3, 1), "UNIT-7", id="not after the present name began"),
        pytest.param("郏县水务局", date(2025, 1, 1), "UNIT-7", id="its own name"),
        pytest.param("郏县林业局", date(2025, 1, 1), "UNIT-2", id="a name in use"),
    ],
)
def test_a_wrong_name_is_refused(session: Session, name: str, day: date, code: str) -> None:
    make_department(session, name="郏县林业局")
    unit = make_department(session, name="郏县水利局")
    rename(session, unit, "郏县水务局", date(2024, 3, 1))

    with refused(code):
        rename(session, unit, name, day)

    assert unit.name == "郏县水务局"


def test_a_slip_is_corrected_without_a_trace_among_the_names(session: Session) -> None:
    unit = make_department(session, name="郏县水力局")

    departments.correct_name(session, SYSTEM, department_id=unit.id, name="郏县水利局", reason="录入笔误")

    names = departments.name_history(session, SYSTEM, department_id=unit.id)
    assert [one.name for one in names] == ["郏县水利局"]
    assert departments.name_on(session, unit.id, date(2020, 1, 1)) == unit.name == "郏县水利局"
    assert departments.former_names(session) == {}


def changed(session: Session, unit: Department, since: date | None, **values: Any) -> None:
    entry = replace(departments.on_record(session)[unit.code], changed_on=since, **values)
    departments.change(session, SYSTEM, entry=entry, reason="机构改革", today=TODAY)


def fields_on(session: Session, unit: Department, *days: date) -> list[str]:
    return [departments.profiles_on(session, day)[unit.id].field for day in days]


def test_a_unit_keeps_its_main_field_of_every_day(session: Session) -> None:
    unit = make_department(session, enforcement_field="工商", confirmed_on=date(2019, 5, 20))
    changed(session, unit, date(2021, 1, 1), enforcement_field="市场监管、知识产权")
    changed(session, unit, None, enforcement_field="市场监督、知识产权")

    days = (date(2000, 1, 1), date(2020, 12, 31), date(2021, 1, 1), date(2026, 6, 14), TODAY)
    assert fields_on(session, unit, *days) == ["工商", "工商", "市场监管", "市场监管", "市场监督"]
    assert unit.enforcement_field == "市场监督"
    with refused("UNIT-11"):
        changed(session, unit, date(2021, 1, 1), enforcement_field="知识产权")
    with refused("UNIT-11"):
        changed(session, unit, date(2026, 6, 16), enforcement_field="知识产权")


def test_a_slip_in_the_main_field_is_mended_since_the_day_it_is_on_record(session: Session) -> None:
    unit = make_department(session, enforcement_field="市场监官", confirmed_on=date(2019, 5, 20))

    changed(session, unit, date(2019, 5, 20), enforcement_field="市场监管")

    [only] = departments.profile_history(session, SYSTEM, department_id=unit.id)
    assert (only.field, only.from_on, only.until_on) == ("市场监管", date(2019, 5, 20), None)


def test_a_unit_stood_on_what_it_was_that_day(session: Session) -> None:
    unit = entrusted(session, None)
    changed(
        session,
        unit,
        date(2024, 1, 1),
        kind=DepartmentKind.AUTHORISED_ORGANISATION,
        entrusting_code=None,
        entrusted_from=None,
        confirmed_on=date(2024, 1, 1),
    )

    before, after = (
        departments.as_of(session, SYSTEM, department_id=unit.id, day=day)
        for day in (date(2023, 12, 31), date(2024, 1, 1))
    )

    assert (before.profile.kind, before.standing) == (ENTRUSTED, SubjectStanding.ENTRUSTED)
    assert (after.profile.kind, after.standing) == (
        DepartmentKind.AUTHORISED_ORGANISATION,
        SubjectStanding.CONFIRMED,
    )


def test_a_certificate_of_the_province_bears_the_field_of_its_day(session: Session) -> None:
    unit = make_department(session, enforcement_field="工商")
    person = make_qualified_person(session, unit)
    changed(session, unit, date(2025, 1, 1), enforcement_field="市场监管")
    entry = IssuedEntry(
        person_id=person.id, kind=CertificateKind.ENFORCEMENT, number="16042500001", issued_on=date(2024, 12, 31)
    )

    certificates.receive(session, SYSTEM, entries=[entry], today=TODAY)

    assert session.scalars(select(Certificate.field)).one() == "工商"


def test_the_database_keeps_two_profiles_of_a_unit_apart_and_deletes_none(session: Session) -> None:
    unit = make_department(session)
    changed(session, unit, date(2024, 1, 1), enforcement_field="农业")
    for wrong, said in (
        ("UPDATE department_profiles SET from_on = '2023-06-01' WHERE until_on IS NULL", "follow one another"),
        ("DELETE FROM department_profiles", "never deleted"),
    ):
        with pytest.raises(DatabaseError, match=said), session.begin_nested():
            session.execute(text(wrong))


def test_the_database_keeps_two_names_of_a_unit_apart_and_deletes_none(session: Session) -> None:
    unit = make_department(session)
    session.execute(
        text("UPDATE department_names SET until_on = '2024-01-01' WHERE department_id = :id"), {"id": unit.id}
    )

    with pytest.raises(DatabaseError, match="follow one another"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO department_names (department_id, name, from_on, document_number, reason, created_at)"
                " VALUES (:id, 'x', '2023-12-31', '', '', '2024-01-01 00:00:00+00')"
            ),
            {"id": unit.id},
        )
    with pytest.raises(DatabaseError, match="never deleted"), session.begin_nested():
        session.execute(text("DELETE FROM department_names"))


def test_short_and_former_names_find_their_unit_and_its_people(session: Session) -> None:
    unit = make_department(session, name="郏县城市管理局", short_name="城管局")
    person = make_person(session, unit)
    rename(session, unit, "郏县综合执法局", date(2024, 3, 1))

    for word in ("城管", "城市管理", "综合执法局"):
        found = departments.search(session, SYSTEM, chosen=DepartmentFilter(text=word), today=TODAY)
        assert [row.unit.id for row in found.rows] == [unit.id]
        page = people.search(session, SYSTEM, chosen=people.PersonFilter(text=word), today=TODAY)
        assert [row.id for row in page.rows] == [person.id]


def test_a_file_with_another_name_renames_and_one_with_the_same_changes_nothing(session: Session) -> None:
    entry = DepartmentEntry(
        code="R1", name="郏县粮食局", kind=DepartmentKind.ADMINISTRATIVE_ORGAN, confirmed_on=date(2019, 1, 1)
    )
    unit = departments.establish(session, SYSTEM, entry=entry, today=TODAY)
    renamed = replace(entry, name="郏县粮食和物资储备局", renamed_on=date(2023, 1, 1))

    first = departments.bring_in(session, SYSTEM, entries=[renamed], today=TODAY)
    again = departments.bring_in(session, SYSTEM, entries=[renamed], today=TODAY)

    assert (first.updated, again.unchanged) == (1, 1)
    assert departments.name_on(session, unit.id, date(2022, 12, 31)) == "郏县粮食局"
    assert departments.former_names(session) == {"郏县粮食局": [unit]}


def test_a_withdrawn_confirmation_ends_the_standing_and_stays_when_a_new_one_comes(session: Session) -> None:
    unit, own = make_department(session, confirmed_on=date(2019, 1, 1)), {"reason": "公告", "today": TODAY}
    withdrawn = date(2024, 6, 1)
    departments.withdraw_confirmation(
        session, SYSTEM, department_id=unit.id, notice="郏政公告〔2024〕6号", withdrawn_on=withdrawn, **own
    )
    stood = departments.standings_on(session, TODAY)[unit.id]
    with refused("UNIT-9"):
        departments.confirm(session, SYSTEM, department_id=unit.id, notice="n", confirmed_on=date(2024, 5, 31), **own)
    departments.confirm(
        session, SYSTEM, department_id=unit.id, notice="郏政公告〔2025〕1号", confirmed_on=date(2025, 1, 1), **own
    )

    assert standing_on(stood, date(2024, 5, 31)) is SubjectStanding.CONFIRMED
    assert standing_on(stood, withdrawn) is SubjectStanding.WITHDRAWN
    assert standing_on(departments.standings_on(session, TODAY)[unit.id], TODAY) is SubjectStanding.CONFIRMED
    [earlier] = departments.earlier_mandates(session, SYSTEM, department_id=unit.id)
    assert (earlier.from_on, earlier.until_on) == (date(2019, 1, 1), date(2024, 5, 31))
    assert earlier.ending_document == "郏政公告〔2024〕6号"


def entrusted(session: Session, until: date | None) -> Department:
    return make_department(
        session,
        kind=ENTRUSTED,
        confirmed_on=None,
        entrusting_department_id=make_department(session).id,
        entrusted_from=date(2020, 1, 1),
        entrusted_until=until,
    )


def test_a_renewed_entrustment_keeps_the_one_before(session: Session) -> None:
    unit = entrusted(session, date(2022, 12, 31))
    sent = {"until_on": None, "document_number": "委托〔2026〕1号", "reason": "续期", "today": TODAY}
    with refused("UNIT-3"):
        departments.entrust(session, SYSTEM, department_id=unit.id, entrusting_id=unit.id, from_on=TODAY, **sent)

    entruster = unit.entrusting_department_id or 0
    departments.entrust(session, SYSTEM, department_id=unit.id, entrusting_id=entruster, from_on=TODAY, **sent)

    [earlier] = departments.earlier_mandates(session, SYSTEM, department_id=unit.id)
    assert (earlier.until_on, earlier.entrusting_department_id) == (date(2022, 12, 31), entruster)
    assert (unit.entrusted_from, unit.entrusted_until, unit.entrustment_document) == (TODAY, None, "委托〔2026〕1号")


def end(session: Session, unit: Department, into: Department | None = None) -> None:
    departments.end(
        session,
        SYSTEM,
        department_id=unit.id,
        ended_on=date(2026, 6, 1),
        merged_into_id=into.id if into else None,
        document_number="郏编〔2026〕9号",
        reason="机构改革",
        today=TODAY,
    )


def test_an_ended_unit_says_what_is_left_and_is_offered_no_more(session: Session) -> None:
    unit, heir = make_department(session), make_department(session)
    make_certificate(session, make_qualified_person(session, unit), valid_until=date(2030, 1, 1))
    child = make_department(session, parent_id=unit.id)

    end(session, unit, heir)

    left = departments.hanging_on(session, SYSTEM, department_id=unit.id, today=TODAY)
    assert (left.people, left.certificates, [one.id for one in left.children]) == (1, 1, [child.id])
    assert unit.id not in [one.id for one in departments.all_standing(session, SYSTEM)]
    assert departments.get(session, SYSTEM, unit.id).merged_into_id == heir.id
    with refused("UNIT-8"):
        end(session, unit)
    with refused("UNIT-8"):
        end(session, heir, unit)


def test_a_wrong_end_is_taken_back_while_nothing_was_done_since(session: Session) -> None:
    unit, moved = make_department(session), make_department(session)
    for one in (unit, moved):
        end(session, one)
    departments.add_scope(
        session,
        SYSTEM,
        department_id=moved.id,
        field="文旅",
        area="郏县",
        basis="",
        from_on=TODAY,
        today=TODAY,
    )

    departments.reopen(session, SYSTEM, department_id=unit.id, reason="误录", today=TODAY)
    with refused("UNIT-8"):
        departments.reopen(session, SYSTEM, department_id=moved.id, reason="误录", today=TODAY)

    assert (unit.ended_on, unit.merged_into_id) == (None, None)
    assert moved.ended_on is not None


def test_no_unit_stands_under_itself(session: Session) -> None:
    above = make_department(session, code="A1")
    make_department(session, code="A2", parent_id=above.id)
    wrong = replace(departments.on_record(session)["A1"], parent_code="A2")

    with refused("UNIT-6"):
        departments.change(session, SYSTEM, entry=wrong, reason="x", today=TODAY)

    assert above.parent_id is None
    assert is_circle({"a": "a"}, "a")
    assert not is_circle({"a": "b", "b": "c", "c": "b"}, "a")


def test_fields_written_in_one_cell_are_kept_apart_and_those_left_out_end(session: Session) -> None:
    entry = DepartmentEntry(
        code="F1",
        name="郏县文旅局",
        kind=DepartmentKind.ADMINISTRATIVE_ORGAN,
        enforcement_field="文化、旅游、文物",
        enforcement_area="郏县",
    )
    unit = departments.establish(session, SYSTEM, entry=entry, today=date(2026, 1, 1))
    fewer = DepartmentEntry(
        code="F1", name=entry.name, kind=entry.kind, enforcement_field="文化、文物", enforcement_area="郏县、城区"
    )

    departments.change(session, SYSTEM, entry=fewer, reason="三定", today=TODAY)

    kept = departments.scopes(session, SYSTEM, department_id=unit.id)
    assert (unit.enforcement_field, unit.enforcement_area) == ("文化", "郏县")
    assert [(one.field, one.area) for one in kept if one.until_on is None] == [("文物", "城区")]
    assert {(one.field, one.until_on) for one in kept if one.until_on} == {
        ("旅游", date(2026, 6, 14)),
        ("文物", date(2026, 6, 14)),
    }
    assert departments.on_record(session)["F1"] == fewer


@pytest.mark.nodb
@pytest.mark.parametrize(
    "scopes",
    [
        [("", "")],
        [("文化", "东城、西城")],
        [("文化", "郏县"), ("旅游", "郏县")],
        [("文化", "东城、西城"), ("旅游", "郏县")],
        [("文化", "东城、西城"), ("旅游", "东城、西城")],
        [("文化", ""), ("旅游", "郏县")],
    ],
)
def test_fields_and_areas_in_words_are_read_back(scopes: list[tuple[str, str]]) -> None:
    assert scopes_of(*scopes_in_words(scopes)) == scopes
