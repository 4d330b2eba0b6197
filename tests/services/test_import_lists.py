"""Lists from elsewhere: the province's certificates, supervisors, legal reviewers; with real workbooks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.departments import LegalReviewer
from registry.models.people import Appointment, Person
from registry.rules.careers import CareerAct
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.people import Duty, Establishment
from registry.rules.permissions import SYSTEM
from registry.services import imports, people
from tests.factories import identity_number, make_department, make_person, make_qualified_person, masked_alike
from tests.services.importing import TODAY, bring_in, said, send, told
from tests.spreadsheets import xlsx

CARDS = ("姓名", "身份证号", "单位", "证件类型", "执法证号", "发证日期", "有效期至")
SUPERVISORS = ("姓名", "身份证号码", "所属单位名称", "编制性质", "任职日期", "执法监督区域")
REVIEWERS = ("姓名", "单位", "任职日期", "是否取得法律职业资格")


@pytest.fixture
def graduate(session: Session) -> Person:
    unit = make_department(session, name="郏县市场监督管理局")
    return make_qualified_person(session, unit, name="王小明")


def card(number: Any, person: Person, **other: Any) -> Sequence[Any]:
    kind, issued = other.get("kind", "行政执法证"), other.get("issued", "2021-07-01")
    return (person.name, "", "郏县市场监督管理局", kind, number, issued, "2026年6月30日")


def wrong(session: Session, kind: ImportKind, head: Sequence[str], *rows: Sequence[Any]) -> list[tuple[str, str]]:
    return [(column, why) for _, column, why in said(imports.problems_of(send(session, kind, xlsx([head, *rows]))))]


def test_certificates_come_in_by_name_and_unit_under_their_numbers(session: Session, graduate: Person) -> None:
    content = xlsx([CARDS, card("016042500007", graduate)])

    batch = bring_in(session, ImportKind.CERTIFICATES, content)

    found = session.scalars(select(Certificate)).one()
    assert (told(batch), found.number, found.person_id) == ((1, 0, 0), "016042500007", graduate.id)
    assert told(
        bring_in(session, ImportKind.CERTIFICATES, xlsx([(*CARDS, "备注"), card("016042500007", graduate)]))
    ) == (
        0,
        0,
        1,
    )


def test_a_number_that_is_no_text_is_refused_for_the_zeros_it_may_have_lost(session: Session, graduate: Person) -> None:
    found = wrong(session, ImportKind.CERTIFICATES, CARDS, card(16042500007, graduate))

    assert [column for column, _ in found] == ["执法证号"]


def test_no_list_brings_a_certificate_to_somebody_without_a_pass(session: Session, graduate: Person) -> None:
    failed = make_person(session, graduate.department, name="李红")

    found = wrong(session, ImportKind.CERTIFICATES, CARDS, card("16042500008", failed), card("16042500009", graduate))

    assert {column for column, _ in found} == {"姓名"}
    assert len(found) == 2  # both subjects, told of the one row
    assert session.scalars(select(Certificate)).all() == []


def test_supervisors_come_in_with_their_duty_and_invited_ones_too(session: Session, graduate: Person) -> None:
    number = identity_number(811)
    rows = [("赵 监", number, "郏县市场监督管理局", "特邀", "2021年3月1日", "郏县")]

    batch = bring_in(session, ImportKind.SUPERVISORS, xlsx([SUPERVISORS, *rows]))

    post = session.scalars(select(Appointment).where(Appointment.person_id != graduate.id)).one()
    assert (told(batch), post.duty, post.establishment) == ((1, 0, 0), Duty.SUPERVISION, Establishment.INVITED)
    assert post.enforcement_area == "郏县"


def test_reviewers_come_in_with_their_qualification_and_nothing_twice(session: Session, graduate: Person) -> None:
    row = ("王小明", "郏县市场监督管理局", "2021-07-20", "是")

    batch = bring_in(session, ImportKind.LEGAL_REVIEWERS, xlsx([REVIEWERS, row]))
    again = bring_in(session, ImportKind.LEGAL_REVIEWERS, xlsx([(*REVIEWERS, "备注"), row]))

    service = session.scalars(select(LegalReviewer)).one()
    assert (service.person_id, service.from_on) == (graduate.id, date(2021, 7, 20))
    assert graduate.has_law_qualification
    assert (told(batch), told(again)) == ((1, 0, 0), (0, 0, 1))


def test_a_first_reviewer_without_the_qualification_is_refused_with_the_law(session: Session, graduate: Person) -> None:
    found = wrong(session, ImportKind.LEGAL_REVIEWERS, REVIEWERS, ("王小明", "郏县市场监督管理局", "2021-07-20", "否"))

    assert len(found) == 1
    assert "2021-07-15" in found[0][1]


def test_masked_numbers_lead_to_people_on_record_and_to_nobody_else(session: Session, graduate: Person) -> None:
    head = ("姓名", "身份证号", "单位", "编制性质", "任职日期", "职务")
    row = ("王小明", graduate.identity_masked, "郏县市场监督管理局", "行政编制", "2019-03-01", "所长")

    batch = bring_in(session, ImportKind.PEOPLE, xlsx([head, row]))
    stranger = send(session, ImportKind.PEOPLE, xlsx([head, ("李红", *row[1:])]))
    short = wrong(session, ImportKind.PEOPLE, head, ("王小明", "0013", *row[2:]))

    assert told(batch) == (0, 1, 0)
    assert session.scalars(select(Appointment.post)).one() == "所长"
    assert (stranger.status, stranger.undecided_count, stranger.problems) == (ImportStatus.UNDECIDED, 1, [])
    assert [why for _, why in short] == ["An identity number has 18 characters."]


def test_whom_a_masked_number_of_two_namesakes_means_is_decided_row_by_row(session: Session) -> None:
    unit = make_department(session, name="郏县水利局")
    numbers = masked_alike()
    both = [make_person(session, unit, name="王小明", identity=number) for number in numbers]
    head = ("姓名", "身份证号", "单位", "编制性质", "任职日期", "职务")
    rows = [("王小明", both[0].identity_masked, "郏县水利局", "行政编制", "2021-01-01", post) for post in ("甲", "乙")]

    batch = send(session, ImportKind.PEOPLE, xlsx([head, *rows]))
    asked = imports.listed(session, SYSTEM, batch_id=batch.id).rows
    for row, person in zip(asked, reversed(both), strict=True):
        imports.decide(
            session, SYSTEM, batch_id=batch.id, question_id=row.question.id, person_id=person.id, today=TODAY
        )
    digest = imports.fingerprint(session, batch)
    imports.confirm(session, SYSTEM, batch_id=batch.id, digest=digest, today=TODAY)

    assert [row.question.candidates for row in asked] == [[one.id for one in both]] * 2
    held = select(Appointment).where(Appointment.until_on.is_(None))
    posts = {one.person_id: one.post for one in session.scalars(held)}
    assert posts == {both[0].id: "乙", both[1].id: "甲"}


def test_nobody_recorded_as_dead_is_appointed_by_a_file(session: Session, graduate: Person) -> None:
    died = people.CareerEntry(day=date(2021, 6, 1))
    people.perform(session, SYSTEM, person_id=graduate.id, act=CareerAct.DIE, entry=died, today=TODAY)
    head = ("姓名", "身份证号", "单位", "编制性质", "任职日期", "职务")
    row = ("王小明", graduate.identity_masked, "郏县市场监督管理局", "行政编制", "2021-07-01", "")

    found = wrong(session, ImportKind.PEOPLE, head, row)

    assert [why for _, why in found] == ["王小明 is recorded as having died; if that was a mistake, undo it first."]
