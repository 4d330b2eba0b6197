"""What a file leaves to a person: headings given their meaning once, rows decided side by side, then brought in."""

import re

import pytest
from sqlalchemy import select

from registry.models.exams import ExamResult
from registry.models.imports import ImportBatch
from registry.models.people import Person
from registry.models.training import Attendance
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import Role
from tests.factories import make_department, make_person
from tests.spreadsheets import xlsx
from tests.web.conftest import Office
from tests.web.test_imports import confirm, send

EXAM = ("2021年度行政执法资格考试", "公共法律知识", "2021-04-24")
HEAD = ("考试名称", "考试科目", "考试日期", "姓名", "单位", "成绩")
PLATFORM = ("活动", "考试科目", "考试日期", "姓名", "单位", "最后得分")


@pytest.fixture
def namesakes(office: Office) -> list[int]:
    """Two people of one name in one unit, and one of another name."""
    with office.transaction() as session:
        unit = make_department(session, name="郏县水利局")
        return [make_person(session, unit, name=name).id for name in ("王小明", "王小明", "李红")]


def batch_of(office: Office) -> ImportBatch:
    with office.transaction() as session:
        return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()


def mapped(office: Office, source: str) -> str:
    """Say what the platform's two own headings mean."""
    client = office.client(Role.BUREAU_CLERK)
    page = client.get(f"/imports/{batch_of(office).id}/headings").text
    headings = re.findall(r'name="heading" value="([^"]+)"', page)
    own = {"活动": "title", "最后得分": "score", "考试科目": "subject", "考试日期": "held_on"}
    own |= {"姓名": "name", "单位": "unit"}
    sent = {"heading": headings, "column": [own[one] for one in headings], "source": source}
    return client.post(f"/imports/{batch_of(office).id}/headings", data=sent, follow_redirects=True).text


def test_headings_are_given_their_meaning_and_remembered_for_the_source(office: Office, namesakes: list[int]) -> None:
    client = office.client(Role.BUREAU_CLERK)
    first = send(client, ImportKind.EXAM_RESULTS, xlsx([PLATFORM, (*EXAM, "李红", "郏县水利局", 88)]))
    assert "the registry does not know all the headings" in first.text

    told = mapped(office, "法治教育网")
    assert batch_of(office).status is ImportStatus.REHEARSED, told
    second = send(client, ImportKind.EXAM_RESULTS, xlsx([PLATFORM, (*EXAM, "李红", "郏县水利局", 89)]))

    assert "Headings read as remembered for 法治教育网." in second.text
    assert batch_of(office).status is ImportStatus.REHEARSED


def test_an_auditor_sees_the_meanings_and_changes_none(office: Office, namesakes: list[int]) -> None:
    send(office.client(Role.BUREAU_CLERK), ImportKind.EXAM_RESULTS, xlsx([PLATFORM, (*EXAM, "李红", "", 88)]))
    auditor, address = office.client(Role.AUDITOR), f"/imports/{batch_of(office).id}/headings"

    assert auditor.get(address).status_code == 200
    assert auditor.post(address, data={}).status_code == 403


def test_a_row_that_fits_several_is_decided_and_goes_where_it_was_sent(office: Office, namesakes: list[int]) -> None:
    client = office.client(Role.BUREAU_CLERK)
    rows = [(*EXAM, "王小明", "郏县水利局", 90), (*EXAM, "李红", "郏县水利局", 70), (*EXAM, "无名氏", "郏县水利局", 60)]
    sent = send(client, ImportKind.EXAM_RESULTS, xlsx([HEAD, *rows]))
    assert "confirmation" not in sent.text
    address = f"/imports/{batch_of(office).id}/questions"

    asked = client.get(address)
    assert asked.text.count("4104") >= 2  # the masked numbers of both namesakes
    chosen = re.search(r'action="([^"]+/questions/\d+)"', asked.text)
    assert chosen is not None
    client.post(chosen[1], data={"choice": str(namesakes[1])})
    done = client.post(f"{address}/rest", follow_redirects=True)
    confirm(client, done)

    with office.transaction() as session:
        found = {one.person_id: one.score for one in session.scalars(select(ExamResult))}
    assert found == {namesakes[1]: 90, namesakes[2]: 70}


def test_a_platform_export_without_numbers_finds_its_people(office: Office, namesakes: list[int]) -> None:
    client = office.client(Role.BUREAU_CLERK)
    head = ("课程名称", "培训类型", "培训日期", "学时", "学员姓名", "所属单位")
    row = ("网上公共法律知识培训", "网上培训", "2021-03-08", 40, " 李 红", "郏县水利局")

    confirm(client, send(client, ImportKind.TRAINING, xlsx([head, row])))

    with office.transaction() as session:
        line = session.scalars(select(Attendance)).one()
        assert session.get_one(Person, line.person_id).name == "李红"
