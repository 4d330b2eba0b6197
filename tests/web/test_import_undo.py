"""The page of undoing: it says what goes back and what stands against it, and one button with a reason does it."""

from registry.db import Base
from registry.models.imports import ImportBatch
from registry.models.people import Person
from registry.rules.imports import ImportKind
from registry.rules.permissions import Role
from registry.web.import_undo import RECORDS
from tests.web.conftest import Office
from tests.web.test_imports import bring_in


def batch_id(office: Office, kind: ImportKind) -> int:
    with office.transaction() as session:
        return session.query(ImportBatch.id).filter_by(kind=kind).scalar() or 0


def test_a_file_is_undone_on_its_page_for_a_reason(office: Office) -> None:
    clerk = office.client(Role.BUREAU_CLERK)
    bring_in(clerk, ImportKind.DEPARTMENTS, ImportKind.PEOPLE)
    one = batch_id(office, ImportKind.PEOPLE)
    assert f"/imports/{one}/undo" in clerk.get(f"/imports/{one}").text

    page = clerk.get(f"/imports/{one}/undo")
    assert "Taken back: people" in page.text
    assert clerk.post(f"/imports/{one}/undo", data={"reason": " "}).status_code == 422

    undone = clerk.post(f"/imports/{one}/undo", data={"reason": "Wrong file"}, follow_redirects=True)
    assert "Wrong file" in undone.text
    assert "王小明" not in clerk.get("/people").text
    with office.transaction() as session:
        withdrawn = session.query(Person.id).filter(Person.withdrawn_on.is_not(None)).first()
    assert "withdrawn on" in clerk.get(f"/people/{withdrawn[0]}").text
    assert "nothing to undo" in clerk.get(f"/imports/{one}/undo").text


def test_what_rests_on_a_file_stands_on_the_page_with_its_records(office: Office) -> None:
    clerk = office.client(Role.BUREAU_CLERK)
    bring_in(clerk, ImportKind.DEPARTMENTS, ImportKind.PEOPLE, ImportKind.EXAM_RESULTS)
    one = batch_id(office, ImportKind.PEOPLE)

    page = clerk.get(f"/imports/{one}/undo").text

    assert "exam results: 1" in page
    assert "王小明</a>" in page
    assert "Undo the file" not in page
    assert clerk.post(f"/imports/{one}/undo", data={"reason": "Wrong"}).status_code == 422


def test_every_table_that_may_rest_on_a_file_has_its_word() -> None:
    holding = {"people", "departments", "exam_results"}
    resting = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in holding
    }

    assert resting - RECORDS.keys() == {"import_questions", "distinct_pairs"}
