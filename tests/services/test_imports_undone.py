"""Files taken back: everything seen is as before, the same file comes in again, and what rests on it is told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department
from registry.models.exams import ExamResult
from registry.models.imports import ImportBatch
from registry.models.people import Appointment, Person
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamOutcome
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import departments, exams, imports, people, training
from tests.factories import identity_number, make_certificate
from tests.services.importing import FILES, LI, PEOPLE, RESULTS, TODAY, UNITS, WANG, bring_in, bring_in_all, told
from tests.spreadsheets import xlsx

CLERK = Actor(account_id=None, name="周经办", role=Role.BUREAU_CLERK)
REASON = "发错了文件"
OTHER: dict[ImportKind, Any] = {
    ImportKind.DEPARTMENTS: (UNITS[0], ("701", "郏县市场监管综合局", "行政机关", "2019-05-20", "综合监管"), UNITS[2]),
    ImportKind.PEOPLE: (
        PEOPLE[0],
        ("王小明", WANG, "702", "行政编制", "2021-05-01", "正科级", "副局长"),
        ("李红", LI, "702", "行政编制", "2020-04-01", "", "科长"),
        ("赵六", identity_number(704), "701", "行政编制", "2021-01-04", "", "科员"),
    ),
    ImportKind.TRAINING: (
        FILES[ImportKind.TRAINING][0],
        ("2021年度网上公共法律知识培训", "网上公共法律知识培训", "2021-03-08", "40", "李红", LI, "是"),
        ("专题培训", "专题培训", "2021-04-08", "8", "王小明", WANG, "是"),
    ),
    ImportKind.EXAM_RESULTS: (
        RESULTS[0],
        ("2021年度行政执法资格考试（专业法律知识）", "专业法律知识", "2021-04-25", "王小明", WANG, "77"),
    ),
}


def undo(session: Session, batch: ImportBatch) -> ImportBatch:
    return imports.take_back(session, CLERK, batch_id=batch.id, reason=REASON, today=TODAY)


def seen(session: Session) -> dict[str, Any]:
    """What the registers show: units, people with their posts, sessions with who attended, sittings with results."""
    session.expire_all()
    units = departments.all_standing(session, CLERK)
    listed = people.search(session, CLERK, chosen=people.PersonFilter(), today=TODAY).rows
    files = [people.file_of(session, CLERK, row.id, TODAY) for row in listed]
    held = training.sessions(session, CLERK, year=2021).rows
    return {
        "units": [(unit.code, unit.name, unit.enforcement_field, unit.confirmed_on) for unit in units],
        "names": [departments.name_on(session, unit.id, day) for unit in units for day in (date(2020, 1, 1), TODAY)],
        "people": listed,
        "posts": [[(one.from_on, one.until_on, one.post, one.department_id) for one in f.appointments] for f in files],
        "attended": [[(a.hours, a.is_completed, a.completed_on) for a in f.attendances] for f in files],
        "sessions": [(row.session.title, row) for row in held],
        "sittings": [
            (row.sitting.title, row.state, row.candidates, row.passed) for row in exams.sittings(session, CLERK).rows
        ],
        "figures": exams.year_statistics(session, CLERK, year=2021),
    }


@pytest.mark.parametrize("kind", list(FILES))
def test_a_file_undone_leaves_nothing_to_be_seen(session: Session, kind: ImportKind) -> None:
    for earlier in list(FILES)[: list(FILES).index(kind)]:
        bring_in(session, earlier, xlsx(FILES[earlier]))
    before = seen(session)
    batch = bring_in(session, kind, xlsx(FILES[kind]))
    assert seen(session) != before

    undo(session, batch)

    assert seen(session) == before
    assert (batch.status, batch.undone_by, batch.undone_because) == (ImportStatus.UNDONE, "周经办", REASON)
