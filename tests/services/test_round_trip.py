"""What leaves as a list comes back as an import and changes nothing, whatever stands in its cells."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.imports import ImportKind
from registry.rules.people import EndReason, Establishment
from registry.rules.permissions import SYSTEM
from registry.services import departments, exams, exports, people, training
from registry.services.certificates import CertificateFilter
from registry.services.people import PersonFilter
from registry.services.training import AttendanceEntry
from tests.factories import (
    identity_number,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
    make_training,
    masked_alike,
)
from tests.services.importing import EXAM, LI, TODAY, bring_in, problems, said, send, told
from tests.spreadsheets import xlsx

DANGEROUS = st.sampled_from(["=1+1", "+86", "-5", "@SUM(A1)", "=HYPERLINK(1)", "'=x", "普通"])


def test_people_come_back_unchanged_those_who_left_included(session: Session) -> None:
    unit = make_department(session, name="郏县水利局")
    make_certificate(session, make_qualified_person(session, unit, name="王小明"))
    make_person(session, unit, establishment=Establishment.CONTRACT_WORKER, name="李红", major="=1+1")
    gone = make_person(session, unit, name="赵六")
    _leave(session, gone)

    content = exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)

    assert told(bring_in(session, ImportKind.PEOPLE, content)) == (0, 0, 3)


def test_people_of_a_unit_that_has_ended_come_back_and_nobody_begins_there(session: Session) -> None:
    unit = make_department(session, name="郏县水利局")
    person = make_person(session, unit, name="王小明")
    _leave(session, person)
    departments.end(
        session,
        SYSTEM,
        department_id=unit.id,
        ended_on=date(2021, 6, 2),
        merged_into_id=None,
        document_number="郏编〔2021〕3号",
        reason="机构改革",
        today=TODAY,
    )
    head = ("姓名", "身份证号", "单位", "编制性质", "任职日期")

    content = exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)
    anew = problems(session, ImportKind.PEOPLE, ("李红", LI, "郏县水利局", "行政编制", date(2021, 5, 1)), head=head)

    assert told(bring_in(session, ImportKind.PEOPLE, content)) == (0, 0, 1)
    assert said(anew) == [(2, "单位", "郏县水利局 ended on 2021-06-02; name the unit that took over its work.")]


def test_exam_results_and_attendance_come_back_though_the_unit_is_called_otherwise_by_now(session: Session) -> None:
    unit = make_department(session, name="郏县水利局")
    person, held = make_person(session, unit, name="王小明"), make_training(session)
    result = make_result(session, person, make_sitting(session))
    training.attend(session, SYSTEM, training=held, entries=[AttendanceEntry(person_id=person.id)])
    _rename(session, unit)

    results = exams.results_workbook(session, SYSTEM, sitting_id=result.sitting_id)
    attendance = training.attendance_book(session, SYSTEM, session_id=held.id)

    assert told(bring_in(session, ImportKind.EXAM_RESULTS, results)) == (0, 0, 1)
    assert told(bring_in(session, ImportKind.TRAINING, attendance)) == (0, 0, 1)


def test_a_former_name_that_two_units_bore_finds_neither(session: Session) -> None:
    one, other = make_department(session, name="郏县水利局"), make_department(session, name="郏县河务局")
    make_person(session, one, name="王小明")
    _rename(session, one)
    _rename(session, other, "郏县水利局", date(2021, 7, 5))
    _rename(session, other, "郏县河道局", date(2021, 7, 9))
    row = (*EXAM, "王小明", "郏县水利局", "85")
    head = ("考试名称", "考试科目", "考试日期", "姓名", "单位", "成绩")

    batch = send(session, ImportKind.EXAM_RESULTS, xlsx([head, row]))

    assert batch.undecided_count == 1


def test_certificates_come_back_though_their_holder_is_called_otherwise_by_now(session: Session) -> None:
    person = make_qualified_person(session, name="王小明")
    make_certificate(session, person)
    person.name = "王晓明"
    session.flush()

    content = exports.certificates(session, SYSTEM, chosen=CertificateFilter(), today=TODAY)

    assert told(bring_in(session, ImportKind.CERTIFICATES, content)) == (0, 0, 1)


def test_namesakes_of_one_unit_whose_masked_numbers_are_alike_come_back(session: Session) -> None:
    unit = make_department(session, name="郏县水利局")
    one, other = masked_alike()
    make_person(session, unit, name="王小明", identity=one)
    make_person(session, unit, name="王小明", identity=other, works_since_on=date(2015, 1, 1))
    make_person(session, unit, name="王小明", identity=identity_number(812))

    content = exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)

    assert told(bring_in(session, ImportKind.PEOPLE, content)) == (0, 0, 3)


def test_certificates_come_back_unchanged(session: Session) -> None:
    make_certificate(session)
    make_certificate(session, number="016042500001")

    content = exports.certificates(session, SYSTEM, chosen=CertificateFilter(), today=TODAY)

    assert told(bring_in(session, ImportKind.CERTIFICATES, content)) == (0, 0, 2)


@given(text=DANGEROUS)
@settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_cell_of_an_export_is_ever_a_formula(session: Session, text: str) -> None:
    with session.begin_nested() as savepoint:
        make_person(session, post=text, section=text)

        content = exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)

        assert b"<f>" not in _sheet(content)
        savepoint.rollback()


def _leave(session: Session, person: Person) -> None:
    people.end_appointment(
        session, SYSTEM, person_id=person.id, until_on=date(2021, 6, 1), end_reason=EndReason.RETIREMENT, today=TODAY
    )


def _rename(session: Session, unit: Department, name: str = "郏县水务局", day: date = date(2021, 7, 1)) -> None:
    departments.rename(
        session,
        SYSTEM,
        department_id=unit.id,
        name=name,
        from_on=day,
        document_number="郏编〔2021〕2号",
        reason="机构改革",
        today=TODAY,
    )


def _sheet(content: bytes) -> bytes:
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == ["人员"]
    return ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
