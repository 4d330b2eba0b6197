"""Four files of an office that build a small register, and short ways to send them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.models.imports import ImportBatch
from registry.rules.imports import ImportKind
from registry.rules.permissions import SYSTEM
from registry.services import imports
from registry.sheets import Problem
from tests.factories import identity_number
from tests.spreadsheets import xlsx

TODAY = date(2021, 8, 2)
WANG, LI = identity_number(701), identity_number(702)
EXAM = ("2021年度行政执法资格考试（公共法律知识）", "公共法律知识", "2021-04-24")
COURSE = ("2021年度网上公共法律知识培训", "网上公共法律知识培训", "2021-03-08")

UNITS: tuple[Sequence[Any], ...] = (
    ("单位编码", "单位名称", "执法主体性质", "主体确认日期", "执法领域"),
    ("701", "郏县市场监督管理局", "行政机关", "2019-05-20", "市场监管"),
    ("702", "郏县交通运输局", "行政机关", "2019年5月20日", "交通运输"),
)
PEOPLE: tuple[Sequence[Any], ...] = (
    ("姓名", "身份证号", "单位", "编制性质", "任职日期", "职级", "职务"),
    ("王小明", WANG, "郏县市场监督管理局", "行政编制", "2019-03-01", "正科级", "队长"),
    ("李 红", LI, "702", "事业编制", "2020/4/1", "", "科员"),
)
TRAINING: tuple[Sequence[Any], ...] = (
    ("培训名称", "培训类型", "培训日期", "学时", "姓名", "身份证号", "是否完成"),
    (*COURSE, "40学时", "王小明", WANG, "是"),
    (*COURSE, "12.5", "李红", LI, "否"),
)
RESULTS: tuple[Sequence[Any], ...] = (
    ("考试名称", "考试科目", "考试日期", "姓名", "身份证号", "成绩"),
    (*EXAM, "王小明", WANG, "85.5分"),
    (*EXAM, "李红", LI, "缺考"),
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


def problems(session: Session, kind: ImportKind, *rows: Sequence[Any], head: Sequence[str] = ()) -> list[Problem]:
    """What is wrong with these rows below the usual headings of their kind."""
    return imports.problems_of(send(session, kind, xlsx([head or FILES[kind][0], *rows])))


def said(found: list[Problem]) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.in_words("en")) for problem in found]


def row_counts(session: Session) -> dict[str, int]:
    session.flush()
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def told(batch: ImportBatch) -> tuple[int, int, int]:
    return batch.created_count, batch.updated_count, batch.unchanged_count
