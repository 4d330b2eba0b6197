"""Bringing files in: rehearsed without a trace, written whole or not at all, once."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.models.certificates import Certificate
from registry.models.exams import ExamResult
from registry.models.imports import ImportBatch
from registry.models.people import Person
from registry.models.training import Attendance
from registry.rules.imports import ImportKind
from registry.rules.permissions import SYSTEM
from registry.services import imports
from tests.factories import identity_number
from tests.spreadsheets import xlsx

TODAY = date(2021, 8, 2)

UNITS = (
    ("单位编码", "单位名称", "执法主体性质", "主体确认日期", "执法领域"),
    ("701", "郏县市场监督管理局", "行政机关", "2019-05-20", "市场监管"),
    ("702", "郏县交通运输局", "行政机关", "2019年5月20日", "交通运输"),
)
PEOPLE = (
    ("姓名", "身份证号", "单位", "编制性质", "任职日期", "职级", "职务"),
    ("王小明", identity_number(701), "郏县市场监督管理局", "行政编制", "2019-03-01", "正科级", "队长"),
    ("李 红", identity_number(702), "702", "事业编制", "2020/4/1", "", "科员"),
)
TRAINING = (
    ("培训名称", "培训类型", "培训日期", "学时", "姓名", "身份证号", "是否完成"),
    ("2021年度网上公共法律知识培训", "网上公共法律知识培训", "2021-03-08", 40, "王小明", identity_number(701), "是"),
    ("2021年度网上公共法律知识培训", "网上公共法律知识培训", "2021-03-08", 12.5, "李红", identity_number(702), "否"),
)
RESULTS = (
    ("考试名称", "考试科目", "考试日期", "姓名", "身份证号", "成绩"),
    ("2021年度行政执法资格考试（公共法律知识）", "公共法律知识", "2021-04-24", "王小明", identity_number(701), 85.5),
    ("2021年度行政执法资格考试（公共法律知识）", "公共法律知识", "2021-04-24", "李红", identity_number(702), "缺考"),
)
FILES = {
    ImportKind.DEPARTMENTS: UNITS,
    ImportKind.PEOPLE: PEOPLE,
    ImportKind.TRAINING: TRAINING,
    ImportKind.EXAM_RESULTS: RESULTS,
}


def send(session: Session, kind: ImportKind, content: bytes, filename: str = "file.xlsx") -> ImportBatch:
    return imports.rehearse(session, SYSTEM, kind=kind, filename=filename, content=content, today=TODAY)


def bring_in(session: Session, kind: ImportKind, content: bytes) -> ImportBatch:
    batch = send(session, kind, content)
    assert [problem.in_words("en") for problem in imports.problems_of(batch)] == []
    return imports.confirm(session, SYSTEM, batch_id=batch.id, digest=batch.sha256, today=TODAY)


def bring_in_all(session: Session) -> None:
    for kind, rows in FILES.items():
        bring_in(session, kind, xlsx(rows))


def row_counts(session: Session) -> dict[str, int]:
    session.flush()
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def told(batch: ImportBatch) -> tuple[int, int, int]:
    return batch.created_count, batch.updated_count, batch.unchanged_count


def test_the_four_files_build_the_register(session: Session) -> None:
    bring_in_all(session)

    people = session.scalars(select(Person).order_by(Person.id)).all()
    assert [(person.name, person.department.code) for person in people] == [("王小明", "701"), ("李红", "702")]
    marks = session.execute(select(ExamResult.score, ExamResult.passed).order_by(ExamResult.id)).all()
    assert [(str(score), passed) for score, passed in marks] == [("85.5", True), ("None", False)]
    lines = session.execute(select(Attendance.hours, Attendance.is_completed).order_by(Attendance.id)).all()
    assert [(float(hours), done) for hours, done in lines] == [(40.0, True), (12.5, False)]


def test_no_file_brings_a_certificate_with_it(session: Session) -> None:
    bring_in_all(session)

    assert session.scalar(select(func.count()).select_from(Certificate)) == 0
