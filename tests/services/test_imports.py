"""Bringing files in: rehearsed without a trace, written whole or not at all, once."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.exams import ExamResult
from registry.models.imports import ImportBatch
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.models.training import Attendance
from registry.rules import Denied, RuleBroken
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.services import imports
from tests.factories import identity_number
from tests.services.importing import FILES, PEOPLE, RESULTS, TODAY, UNITS, bring_in, bring_in_all, row_counts, send
from tests.services.importing import told as counted
from tests.spreadsheets import csv_text, xls, xlsx, xlsx_by_xlsxwriter

CLERK = Actor(account_id=None, name="经办", role=Role.BUREAU_CLERK)


def grown(before: dict[str, int]) -> dict[str, int]:
    """A file that was sent and rehearsed leaves its batch and two entries of the trail, and nothing else."""
    more = {"import_batches": before["import_batches"] + 1, "trail_entries": before["trail_entries"] + 2}
    return {**before, **more}


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


@pytest.mark.parametrize("kind", list(FILES))
def test_a_rehearsal_leaves_the_register_exactly_as_it_was(session: Session, kind: ImportKind) -> None:
    for earlier in list(FILES)[: list(FILES).index(kind)]:
        bring_in(session, earlier, xlsx(FILES[earlier]))
    before = row_counts(session)

    batch = send(session, kind, xlsx(FILES[kind]))

    assert counted(batch) == (2, 0, 0)
    assert row_counts(session) == grown(before)


@pytest.mark.parametrize("kind", list(FILES))
def test_the_same_rows_in_another_file_change_nothing(session: Session, kind: ImportKind) -> None:
    bring_in_all(session)
    before = row_counts(session)

    batch = bring_in(session, kind, csv_text(FILES[kind]).encode("gb18030"))

    assert counted(batch) == (0, 0, 2)
    after = row_counts(session)
    assert {table for table in after if after[table] != before[table]} == {"import_batches", "trail_entries"}


def test_the_same_file_sent_again_is_the_batch_that_brought_it_in(session: Session) -> None:
    content = xlsx_by_xlsxwriter(UNITS)
    first = bring_in(session, ImportKind.DEPARTMENTS, content)
    before = row_counts(session)

    again = send(session, ImportKind.DEPARTMENTS, content, "copy.xlsx")

    assert again.id == first.id
    assert row_counts(session) == before


def test_the_same_file_rehearsed_twice_is_one_batch(session: Session) -> None:
    content = xls(UNITS)

    assert send(session, ImportKind.DEPARTMENTS, content).id == send(session, ImportKind.DEPARTMENTS, content).id


def test_confirming_twice_brings_in_once(session: Session) -> None:
    batch = bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    before = row_counts(session)

    again = imports.confirm(session, SYSTEM, batch_id=batch.id, digest=batch.sha256, today=TODAY)

    assert (again.id, again.status) == (batch.id, ImportStatus.CONFIRMED)
    assert row_counts(session) == before


def test_only_the_rehearsed_bytes_are_brought_in(session: Session) -> None:
    batch = send(session, ImportKind.DEPARTMENTS, xlsx(UNITS))

    with pytest.raises(RuleBroken, match="not the file that was rehearsed"):
        imports.confirm(session, SYSTEM, batch_id=batch.id, digest="0" * 64, today=TODAY)


def test_a_file_with_one_bad_row_writes_nothing(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    before = row_counts(session)

    batch = send(session, ImportKind.PEOPLE, xlsx([*PEOPLE, ("赵六", "1", "701", "行政编制", "2020-01-01", "", "")]))

    assert (batch.status, batch.refused_count) == (ImportStatus.REFUSED, 1)
    with pytest.raises(RuleBroken, match="has problems"):
        imports.confirm(session, SYSTEM, batch_id=batch.id, digest=batch.sha256, today=TODAY)
    assert row_counts(session) == grown(before)


def test_what_the_register_no_longer_allows_is_refused_at_the_confirmation(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE))
    other = [RESULTS[0], (*RESULTS[1][:5], 60)]
    batch = send(session, ImportKind.EXAM_RESULTS, xlsx(RESULTS))
    bring_in(session, ImportKind.EXAM_RESULTS, xlsx(other))
    before = row_counts(session)

    late = imports.confirm(session, SYSTEM, batch_id=batch.id, digest=batch.sha256, today=TODAY)

    assert late.status is ImportStatus.REFUSED
    [problem] = imports.problems_of(late)
    assert "A different result is published already (60)" in problem.in_words("en")
    assert (problem.sheet, problem.row, problem.column) == ("Sheet1", 2, "成绩")
    assert row_counts(session) == before


def test_a_file_is_kept_sealed_and_shows_no_identity_number(session: Session) -> None:
    bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
    content = csv_text(PEOPLE).encode()

    batch = send(session, ImportKind.PEOPLE, content)

    kept = session.scalars(select(ImportBatch.content).where(ImportBatch.id == batch.id)).one()
    assert identity_number(701).encode() not in kept
    twice = send(session, ImportKind.PEOPLE, csv_text([*PEOPLE, PEOPLE[1]]).encode())
    assert identity_number(701) not in str(twice.problems)


def test_an_import_is_one_entry_of_the_trail_beside_those_of_its_acts(session: Session) -> None:
    batch = bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))

    entries = session.scalars(select(TrailEntry).where(TrailEntry.batch == f"import-{batch.id}")).all()
    acts = [Action(entry.action) for entry in entries]
    assert acts == [Action.DEPARTMENT_MANAGE, Action.DEPARTMENT_MANAGE, Action.IMPORT_PERFORM]
    assert entries[-1].facts["sha256"] == batch.sha256


def test_what_was_not_read_is_told(session: Session) -> None:
    rows = [(*row, "x") for row in UNITS]

    batch = send(session, ImportKind.DEPARTMENTS, xlsx([(*UNITS[0], "备注"), *rows[1:]], 说明=[("共两家",)]))

    assert batch.unread == {"headings": ["备注"], "sheets": ["说明"]}


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_bureau_brings_files_in(session: Session, role: Role) -> None:
    actor = Actor(account_id=None, name="", role=role, department_id=1)

    with pytest.raises(Denied):
        imports.send(
            session, actor, kind=ImportKind.DEPARTMENTS, filename="", content=xlsx(UNITS), today=date(2021, 8, 2)
        )


def test_the_clerk_brings_in_a_short_file_without_the_worker(session: Session) -> None:
    batch = imports.send(
        session, CLERK, kind=ImportKind.DEPARTMENTS, filename="C:\\桌面\\单位.xlsx", content=xlsx(UNITS), today=TODAY
    )
    done = imports.approve(session, CLERK, batch_id=batch.id, digest=batch.sha256, today=TODAY)

    assert (done.status, done.filename, counted(done)) == (ImportStatus.CONFIRMED, "单位.xlsx", (2, 0, 0))
    assert imports.job_of(session, CLERK, done) is None


@pytest.mark.nodb
@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_template_has_the_headings_of_its_kind_and_comes_back_clean(session: Session, kind: ImportKind) -> None:
    batch = send(session, kind, imports.empty_file(kind))

    assert [problem.in_words("en") for problem in imports.problems_of(batch)] == ["There is no row below the headings."]
