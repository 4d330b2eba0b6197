"""What a file does not say stays as it was; what it says twice is said once."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.exams import ExamResult, ExamSitting
from registry.models.people import Appointment, Person
from registry.models.training import Attendance, TrainingSession
from registry.rules.departments import DepartmentKind
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.people import Education, EndReason, Rank
from registry.rules.permissions import SYSTEM
from registry.services import imports, people
from registry.services.imports import telling
from tests.factories import identity_number, make_person
from tests.services.importing import (
    COURSE,
    EXAM,
    FILES,
    LI,
    PEOPLE,
    RESULTS,
    TODAY,
    TRAINING,
    UNITS,
    WANG,
    bring_in,
    bring_in_all,
    row_counts,
    send,
    told,
)
from tests.spreadsheets import cells, csv_text, xlsx

SHORT = ("姓名", "身份证号", "单位", "编制性质", "任职日期")


def person(session: Session, number: str = WANG) -> Person:
    return people.known_people(session, [number])[number].person


def post(session: Session, number: str = WANG) -> Appointment:
    held = people.known_people(session, [number])[number].post
    assert held is not None
    return held


def test_a_file_without_a_column_leaves_it_as_it_is(session: Session) -> None:
    bring_in_all(session)
    person(session).education = Education.MASTER
    session.flush()

    batch = bring_in(session, ImportKind.PEOPLE, xlsx([SHORT, ("王小明", WANG, "701", "参公编制", "2019-03-01")]))

    assert told(batch) == (0, 1, 0)
    assert batch.changes == [
        {"subject": "王小明", "fields": {"编制性质": ["行政编制", "参公编制"]}, "sheet": "Sheet1", "row": 2}
    ]
    assert (post(session).rank, post(session).post) == (Rank.SECTION_CHIEF, "队长")
    assert person(session).education is Education.MASTER


def test_an_empty_cell_leaves_it_as_it_is(session: Session) -> None:
    bring_in_all(session)

    batch = bring_in(session, ImportKind.PEOPLE, xlsx([PEOPLE[0], (*PEOPLE[1][:5], "", "")]))

    assert told(batch) == (0, 0, 1)


def test_a_move_to_another_unit_begins_a_new_post_without_the_old_ones_words(session: Session) -> None:
    bring_in_all(session)
    row = ("王小明", WANG, "郏县交通运输局", "行政编制", "2021-07-01")

    batch = bring_in(session, ImportKind.PEOPLE, xlsx([SHORT, row]))

    assert batch.changes[0]["fields"]["单位"] == ["郏县市场监督管理局", "郏县交通运输局"]
    held = post(session)
    assert (held.from_on, held.post, held.rank) == (date(2021, 7, 1), "", Rank.SECTION_CHIEF)
    before = session.scalars(select(Appointment).where(Appointment.until_on == date(2021, 6, 30))).one()
    assert (before.person_id, before.end_reason) == (held.person_id, EndReason.TRANSFER)


def test_a_file_of_units_leaves_alone_what_it_does_not_say(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    rows = [UNITS[0][:3], ("701", "郏县市场监管局", "行政机关")]

    batch = bring_in(session, ImportKind.DEPARTMENTS, xlsx(rows))

    assert batch.changes == [
        {
            "subject": "郏县市场监管局",
            "fields": {"单位名称": ["郏县市场监督管理局", "郏县市场监管局"]},
            "sheet": "Sheet1",
            "row": 2,
        }
    ]
    unit = session.scalars(select(Department).where(Department.code == "701")).one()
    assert (unit.confirmed_on, unit.enforcement_field) == (date(2019, 5, 20), "市场监管")


def test_an_entrusted_body_and_its_entruster_come_in_one_file_by_name(session: Session) -> None:
    head = [*UNITS[0][:3], "委托机关", "委托起始日期"]
    rows = [head, ("751", "交通运输执法大队", "受委托组织", "郏县交通运输局", "2020-01-01"), (*UNITS[2][:3], "", "")]

    bring_in(session, ImportKind.DEPARTMENTS, xlsx(rows))

    body = session.scalars(select(Department).where(Department.code == "751")).one()
    assert body.kind is DepartmentKind.ENTRUSTED_ORGANISATION
    assert body.entrusting_department is not None
    assert body.entrusting_department.code == "702"


def test_a_unit_is_found_by_its_name_however_it_is_spaced_and_by_its_code_without_zeros(session: Session) -> None:
    head, *_ = UNITS
    bring_in(session, ImportKind.DEPARTMENTS, xlsx([head, ("007", "郏县卫健委（疾控局）", "行政机关", "", "")]))
    rows = [
        ("甲", identity_number(711), "郏县卫健委(疾控局)", "行政编制", "2020-01-01"),
        ("乙", identity_number(712), 7, "行政编制", "2020-01-01"),
    ]

    batch = bring_in(session, ImportKind.PEOPLE, xlsx([SHORT, *rows]))

    assert told(batch) == (2, 0, 0)
    assert {person(session, identity_number(serial)).department.code for serial in (711, 712)} == {"007"}


def test_a_second_file_adds_to_the_exam_on_record(session: Session) -> None:
    bring_in_all(session)
    newcomer = make_person(session, identity=identity_number(721), name="周平")
    wide = (EXAM[0].replace("（", "(").replace("）", " )"), *EXAM[1:])

    batch = bring_in(session, ImportKind.EXAM_RESULTS, xlsx([RESULTS[0], (*wide, "周平", identity_number(721), 60)]))

    assert told(batch) == (1, 0, 0)
    assert session.scalar(select(func.count()).select_from(ExamSitting)) == 1
    result = session.scalars(select(ExamResult).where(ExamResult.person_id == newcomer.id)).one()
    assert result.passed
    assert imports.touched(session, SYSTEM, batch_id=batch.id, subject_type="exam_sittings") == [result.sitting_id]


def test_a_code_given_in_some_rows_is_the_code_of_their_exam(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE))
    rows = [["考试编号", *RESULTS[0]], ("0042", *RESULTS[1]), ("", *RESULTS[2])]

    bring_in(session, ImportKind.EXAM_RESULTS, xlsx(rows))

    assert session.scalars(select(ExamSitting.code)).all() == ["0042"]


def test_a_second_file_does_not_change_a_training_on_record(session: Session) -> None:
    bring_in_all(session)
    course = session.scalars(select(TrainingSession)).one()
    course.place = "县委党校"
    session.flush()

    batch = bring_in(session, ImportKind.TRAINING, xlsx([TRAINING[0][:6], (*COURSE, "20", "李红", LI)]))

    assert batch.changes == [{"subject": "李红", "fields": {"学时": ["12.5", "20"]}, "sheet": "Sheet1", "row": 2}]
    line = session.scalars(select(Attendance).where(Attendance.person_id == person(session, LI).id)).one()
    assert not line.is_completed
    assert (course.place, float(course.hours)) == ("县委党校", 40.0)


PERSON_ROWS = st.lists(
    st.tuples(
        st.integers(800, 830),
        st.sampled_from(["701", "郏县交通运输局"]),
        st.sampled_from(["行政编制", "事业", "参公"]),
        st.dates(date(2015, 1, 1), TODAY).map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
        st.sampled_from(["", "正科级", "科员"]),
        st.text("甲乙丙丁 ", max_size=3),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row[0],
)
SCORES = st.lists(
    st.integers(0, 1000).map(lambda tenths: f"{tenths / 10:.15g}") | st.sampled_from(["缺考", "取消"]),
    min_size=4,
    max_size=4,
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(PERSON_ROWS, SCORES, st.randoms(use_true_random=False))
def test_importing_twice_is_importing_once(
    session: Session, people_rows: list[tuple[Any, ...]], scores: list[str], dice: Random
) -> None:
    """Any people and marks, brought in as a workbook and again as a .csv with its rows in another order."""
    known = [("人" + chr(0x4E00 + row[0]), identity_number(row[0])) for row in people_rows]
    files = {
        ImportKind.DEPARTMENTS: UNITS[1:],
        ImportKind.PEOPLE: [(*who, *row[1:]) for who, row in zip(known, people_rows, strict=True)],
        ImportKind.TRAINING: [(*COURSE, "40", *who, "") for who in known],
        ImportKind.EXAM_RESULTS: [(*EXAM, *who, score) for who, score in zip(known, scores, strict=False)],
    }
    with session.begin_nested() as outer:
        for kind, rows in files.items():
            bring_in(session, kind, xlsx([FILES[kind][0], *rows]))
            once = row_counts(session)
            again = bring_in(session, kind, csv_text([FILES[kind][0], *dice.sample(rows, len(rows))]).encode())

            assert told(again) == (0, 0, len(rows))
            grown = {table for table, count in row_counts(session).items() if count != once[table]}
            assert grown == {"import_batches", "trail_entries"}
        outer.rollback()


def test_all_changes_and_all_problems_can_be_had_though_the_first_alone_are_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in_all(session)
    for name in ("CHANGES_KEPT", "PROBLEMS_KEPT"):
        monkeypatch.setattr(telling, name, 1)
    rows = [(name, number, "701", "参公编制", "2020-04-01") for name, number in (("王小明", WANG), ("李红", LI))]

    changing = send(session, ImportKind.PEOPLE, xlsx([SHORT, *rows]))
    wrong = send(session, ImportKind.PEOPLE, xlsx([SHORT, *[(*row[:3], "无", row[4]) for row in rows]]))
    changes = cells(imports.every_change(session, SYSTEM, changing.id))
    marked = cells(imports.marked_file(session, SYSTEM, wrong.id))

    assert (len(changing.changes), changing.updated_count) == (1, 2)
    assert {(row[0], int(row[1]), row[2]) for row in changes[1:]} == {("Sheet1", 2, "王小明"), ("Sheet1", 3, "李红")}
    assert all("无" in row[-1] for row in marked[1:])
    done = imports.confirm(session, SYSTEM, batch_id=changing.id, digest=changing.sha256, today=TODAY)
    assert (done.status, done.whole) == (ImportStatus.CONFIRMED, None)
