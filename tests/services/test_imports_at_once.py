"""Two clerks confirm at the same moment: nothing is brought in twice."""

from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import func, select

from registry.db import transaction
from registry.models.exams import ExamResult, ExamSitting
from registry.models.imports import ImportBatch
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import SYSTEM
from registry.services import imports
from tests.services.importing import FILES, PEOPLE, RESULTS, TODAY, UNITS, bring_in, send
from tests.spreadsheets import csv_text, xlsx


def confirm_together(app: Flask, batch_ids: list[int]) -> None:
    """Each in a thread and a transaction of its own, all beginning at once."""
    together = Barrier(len(batch_ids))

    def confirm(batch_id: int) -> None:
        together.wait()
        with transaction(app.extensions["sessions"]) as session:
            digest = session.scalars(select(ImportBatch.sha256).where(ImportBatch.id == batch_id)).one()
            imports.confirm(session, SYSTEM, batch_id=batch_id, digest=digest, today=TODAY)

    threads = [Thread(target=confirm, args=(batch_id,)) for batch_id in batch_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepared(app: Flask, *contents: bytes) -> list[int]:
    """Units and people on record, and these files of exam results rehearsed."""
    with transaction(app.extensions["sessions"]) as session:
        bring_in(session, ImportKind.DEPARTMENTS, xlsx(UNITS))
        bring_in(session, ImportKind.PEOPLE, xlsx(PEOPLE))
        return [send(session, ImportKind.EXAM_RESULTS, content).id for content in contents]


def counted(app: Flask, batch_ids: list[int]) -> tuple[int, int, list[ImportStatus]]:
    with app.extensions["sessions"].reading() as session:
        sittings, results = (
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (ExamSitting, ExamResult)
        )
        statuses = session.scalars(select(ImportBatch.status).where(ImportBatch.id.in_(batch_ids))).all()
        return sittings, results, sorted(statuses)


def test_one_file_confirmed_by_two_is_brought_in_once(app: Flask) -> None:
    [batch_id] = prepared(app, xlsx(FILES[ImportKind.EXAM_RESULTS]))

    confirm_together(app, [batch_id, batch_id])

    assert counted(app, [batch_id]) == (1, 2, [ImportStatus.CONFIRMED])


def test_two_files_with_the_same_results_publish_them_once(app: Flask) -> None:
    batch_ids = prepared(app, xlsx(RESULTS), csv_text(RESULTS).encode(), csv_text(RESULTS[:2]).encode())

    confirm_together(app, batch_ids)

    assert counted(app, batch_ids) == (1, 2, [ImportStatus.CONFIRMED] * 3)


def test_of_two_files_that_disagree_one_is_refused(app: Flask) -> None:
    other = [RESULTS[0], (*RESULTS[1][:5], "59")]
    batch_ids = prepared(app, csv_text(RESULTS[:2]).encode(), csv_text(other).encode())

    confirm_together(app, batch_ids)

    assert counted(app, batch_ids) == (1, 1, [ImportStatus.CONFIRMED, ImportStatus.REFUSED])
