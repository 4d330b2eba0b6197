"""Files taken back: everything seen is as before, the same file comes in again, and what rests on it is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.db import transaction
from registry.models.departments import Department, LegalReviewer
from registry.models.exams import ExamResult
from registry.models.imports import ImportBatch
from registry.models.people import Appointment, Person
from registry.models.tasks import Task
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.people import EndReason
from registry.rules.permissions import Actor, Role
from registry.rules.tasks import TaskKind, TaskOutcome
from registry.services import departments, exams, imports, people, training
from registry.services.imports.long import LONG_ROWS
from tests.factories import (
    identity_number,
    make_certificate,
    make_department,
    make_qualified_person,
    make_result,
    make_sitting,
)
from tests.services.importing import FILES, LI, PEOPLE, RESULTS, TODAY, UNITS, WANG, bring_in, bring_in_all, told
from tests.spreadsheets import xlsx

CLERK = Actor(account_id=None, name="周经办", role=Role.BUREAU_CLERK)
DAYS = (date(2019, 1, 1), date(2021, 6, 1), TODAY)
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
        ("岗位练兵", "网上公共法律知识培训", "2021-04-08", "8", "王小明", WANG, "是"),
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
        "profiles": [departments.profiles_on(session, day)[unit.id] for unit in units for day in DAYS],
        "people": listed,
        "posts": [[(one.from_on, one.until_on, one.post, one.department_id) for one in f.appointments] for f in files],
        "attended": [[(a.hours, a.is_completed, a.completed_on) for a in f.attendances] for f in files],
        "sessions": [(row.session.title, row) for row in held],
        "sittings": [
            (row.sitting.title, row.state, row.candidates, row.passed) for row in exams.sittings(session, CLERK).rows
        ],
        "figures": exams.year_statistics(session, CLERK, year=2021),
    }


def shape(found: dict[str, Any]) -> dict[str, Any]:
    """The same without what is told by id: a unit, session or sitting that is brought in again is a new one."""
    return {name: found[name] for name in ("units", "names", "profiles", "posts", "attended", "sittings", "figures")}


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


@pytest.mark.parametrize("kind", list(FILES))
def test_changes_of_a_file_go_back_to_what_was_there(session: Session, kind: ImportKind) -> None:
    bring_in_all(session)
    before = seen(session)
    batch = bring_in(session, kind, xlsx(OTHER[kind]))
    after = seen(session)
    assert after != before

    undo(session, batch)
    assert seen(session) == before

    again = bring_in(session, kind, xlsx(OTHER[kind]))
    assert (told(again), again.id == batch.id) == (told(batch), False)
    assert shape(seen(session)) == shape(after)


def test_the_whole_register_goes_back_file_by_file(session: Session) -> None:
    before = seen(session)
    batches = [bring_in(session, kind, xlsx(rows)) for kind, rows in FILES.items()]

    for batch in reversed(batches):
        undo(session, batch)

    assert seen(session) == before
    bring_in_all(session)
    assert [row.name for row in people.search(session, CLERK, chosen=people.PersonFilter(), today=TODAY).rows] == [
        "李红",
        "王小明",
    ]


def test_a_file_undone_twice_and_brought_in_between_leaves_nothing(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    before = seen(session)

    for _ in range(2):
        undo(session, bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE)))

    assert seen(session) == before
    reasons = session.scalars(select(Appointment.end_reason)).all()
    assert reasons == [EndReason.RECORDED_IN_ERROR] * 4


def test_whoever_is_registered_under_a_number_recorded_in_error_is_somebody_new(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    head = (*PEOPLE[0], "联系电话")
    wrong = ("王大明", WANG, "701", "行政编制", "2019-03-01", "正科级", "队长", "13900000000")
    undo(session, bring_in(session, ImportKind.PEOPLE, xlsx([head, wrong])))

    batch = bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE))

    assert told(batch) == (2, 0, 0)
    person = session.scalars(select(Person).where(Person.name == "王小明")).one()
    assert (person.withdrawn_on, person.phone_sealed, person.department.code) == (None, None, "701")


def test_sealed_numbers_go_back_without_a_word_of_them_in_the_trail(session: Session) -> None:
    head = (*PEOPLE[0], "联系电话")
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    bring_in(session, ImportKind.PEOPLE, xlsx([head, (*PEOPLE[1], "13911112222")]))
    sealed = session.scalars(select(Person.phone_sealed)).one()
    batch = bring_in(session, ImportKind.PEOPLE, xlsx([head, (*PEOPLE[1], "13933334444")]))

    undo(session, batch)

    assert session.scalars(select(Person.phone_sealed)).one() == sealed
    entry = session.scalars(select(TrailEntry).where(TrailEntry.batch == f"undo-import-{batch.id}").limit(1)).one()
    assert (entry.facts, entry.reason, entry.actor_name) == ({"phone": ["***", "***"]}, REASON, "周经办")


def test_a_published_result_is_withdrawn_by_a_successor_and_the_trail_holds(session: Session) -> None:
    bring_in_all(session)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.kind == ImportKind.EXAM_RESULTS)).one()

    undo(session, batch)

    rows = session.execute(select(ExamResult.outcome, ExamResult.supersedes_id).order_by(ExamResult.id)).all()
    assert [row.outcome for row in rows] == [ExamOutcome.SCORED, ExamOutcome.ABSENT, *[ExamOutcome.WITHDRAWN] * 2]
    assert None not in {row.supersedes_id for row in rows[2:]}
    assert audit.verify(session) > 0


def test_what_rests_on_a_file_is_told_and_nothing_goes_back(session: Session) -> None:
    bring_in_all(session)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.kind == ImportKind.PEOPLE)).one()
    before = seen(session)

    outlook = imports.look_at(session, CLERK, batch_id=batch.id)

    resting = {(one.name, one.table, one.count) for one in outlook.obstacles}
    assert resting == {(name, table, 1) for name in ("王小明", "李红") for table in ("attendances", "exam_results")}
    with pytest.raises(RuleBroken) as refused:
        undo(session, batch)
    assert refused.value.violations[0].params == {"count": 4}
    assert seen(session) == before


def test_a_certificate_issued_since_keeps_a_file_of_results(session: Session) -> None:
    bring_in_all(session)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.kind == ImportKind.EXAM_RESULTS)).one()
    person = session.scalars(select(Person).where(Person.name == "王小明")).one()
    make_certificate(session, person, kind=CertificateKind.SUPERVISION, number="16042500001")

    [obstacle] = imports.look_at(session, CLERK, batch_id=batch.id).obstacles

    assert (obstacle.subject_type, obstacle.subject_id, obstacle.table) == ("people", person.id, "qualifications")


def test_a_record_changed_since_is_told_with_who_changed_it(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    batch = bring_in(session, ImportKind.DEPARTMENTS, xlsx(OTHER[ImportKind.DEPARTMENTS]))
    unit = session.scalars(select(Department).where(Department.code == "701")).one()
    departments.correct_name(session, CLERK, department_id=unit.id, name="郏县市场监管局", reason="错字")

    outlook = imports.look_at(session, CLERK, batch_id=batch.id)

    assert {(one.name, one.who) for one in outlook.obstacles} == {("郏县市场监管局", "周经办")}


def test_the_same_bytes_come_in_again_once_their_file_was_undone(session: Session) -> None:
    content = xlsx(UNITS)
    first = undo(session, bring_in(session, ImportKind.DEPARTMENTS, content))

    second = bring_in(session, ImportKind.DEPARTMENTS, content)

    assert (second.id != first.id, second.status, told(second)) == (True, ImportStatus.CONFIRMED, (2, 0, 0))
    codes = session.scalars(select(Department.code).where(Department.ended_on.is_(None))).all()
    assert sorted(codes) == ["701", "702"]


def test_a_file_is_undone_for_a_reason_by_those_who_bring_files_in(session: Session) -> None:
    batch = bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    auditor = Actor(account_id=None, name="审计", role=Role.AUDITOR)

    with pytest.raises(RuleBroken):
        imports.take_back(session, CLERK, batch_id=batch.id, reason=" ", today=TODAY)
    with pytest.raises(Denied):
        imports.take_back(session, auditor, batch_id=batch.id, reason=REASON, today=TODAY)
    assert batch.status is ImportStatus.CONFIRMED


def test_reviewers_that_a_list_appointed_are_struck_off(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE))
    head = ("姓名", "单位", "任职日期", "是否取得法律职业资格")
    rows = xlsx([head, ("王小明", "701", "2021-03-01", "是")])
    batch = bring_in(session, ImportKind.LEGAL_REVIEWERS, rows)

    undo(session, batch)

    assert session.scalars(select(LegalReviewer)).all() == []
    assert session.scalars(select(Person.has_law_qualification).where(Person.name == "王小明")).one() is False
    assert told(bring_in(session, ImportKind.LEGAL_REVIEWERS, rows)) == (1, 0, 0)


def test_certificates_are_named_since_they_end_by_acts_of_their_own(session: Session) -> None:
    person = make_qualified_person(session, make_department(session, name="郏县市场监督管理局"), name="王小明")
    head = ("姓名", "单位", "证件类型", "执法证号", "发证日期")
    rows = xlsx([head, (person.name, "郏县市场监督管理局", "行政执法证", "016042500007", "2021-07-01")])
    batch = bring_in(session, ImportKind.CERTIFICATES, rows)

    [obstacle] = imports.look_at(session, CLERK, batch_id=batch.id).obstacles

    assert (obstacle.name, obstacle.told) == ("王小明", ("016042500007",))
    with pytest.raises(RuleBroken):
        undo(session, batch)


def test_a_long_file_is_undone_by_the_worker(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
        batch = bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE))
        batch.created_count = LONG_ROWS + 1
        assert undo(session, batch).status is ImportStatus.UNDOING
        batch_id = batch.id

    imports.work(sessions, lambda *_told: None, batch_id=batch_id, account_id=None)

    with transaction(sessions) as session:
        undone = session.get_one(ImportBatch, batch_id)
        assert (undone.status, undone.undone_because) == (ImportStatus.UNDONE, REASON)
        assert session.scalars(select(Person.id).where(Person.withdrawn_on.is_(None))).all() == []


def test_a_certificate_that_a_file_flagged_is_flagged_no_more_once_it_is_undone(session: Session) -> None:
    for kind in (ImportKind.DEPARTMENTS, ImportKind.PEOPLE):
        bring_in(session, kind, xlsx(FILES[kind]))
    holder = session.scalars(select(Person).where(Person.name == "王小明")).one()
    for subject in ExamSubject:
        make_result(session, holder, make_sitting(session, subject))
    make_certificate(session, holder, valid_until=TODAY + timedelta(days=400))
    moved = bring_in(session, ImportKind.PEOPLE, xlsx(OTHER[ImportKind.PEOPLE]))
    task = session.scalars(select(Task)).one()
    assert (task.kind, task.outcome) == (TaskKind.TRANSFERRED, None)

    undo(session, moved)

    assert session.scalars(select(Task.outcome)).all() == [TaskOutcome.GROUND_RESTORED]
