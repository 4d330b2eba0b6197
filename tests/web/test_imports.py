"""Imports as pages: a bad file tells all, comes back marked, is mended, brought in; the next act is one click away."""

import io
import re
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from registry.models.exams import ExamResult, ExamSitting
from registry.models.imports import ImportBatch
from registry.models.people import Person
from registry.models.trail import TrailEntry
from registry.rules.imports import ImportKind, ImportStatus
from registry.rules.permissions import Action, Role
from registry.services.imports import LAYOUTS
from registry.services.imports.long import LONG_ROWS
from tests.factories import identity_number, make_department
from tests.services.importing import FILES, PEOPLE, RESULTS, UNITS, WANG
from tests.spreadsheets import cells, csv_text, xlsx
from tests.web.conftest import Office

NEW = identity_number(703)
BAD = [*PEOPLE, ("赵六", "123", "交通运输局", "行政编制", "昨天", "", "")]


def send(client: FlaskClient, kind: ImportKind, content: bytes, filename: str = "人员.xlsx") -> TestResponse:
    data = {"kind": kind.value, "file": (io.BytesIO(content), filename)}
    return client.post("/imports", data=data, follow_redirects=True)


def confirm(client: FlaskClient, page: TestResponse) -> TestResponse:
    """Press the button on the page of a rehearsed file."""
    form = re.search(r'action="([^"]+/confirmation)".*?name="sha256" value="(\w+)"', page.text, re.S)
    assert form is not None
    return client.post(form[1], data={"sha256": form[2]}, follow_redirects=True)


def bring_in(client: FlaskClient, *kinds: ImportKind) -> TestResponse:
    pages = [confirm(client, send(client, kind, xlsx(FILES[kind]))) for kind in kinds]
    return pages[-1]


def count(office: Office, table: Any) -> int:
    with office.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def mended(marked: bytes, changes: Mapping[str, str]) -> bytes:
    """The marked workbook with these cells written over, saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(marked))
    for place, value in changes.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_bad_file_tells_all_comes_back_marked_and_is_brought_in_when_mended(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    bring_in(client, ImportKind.DEPARTMENTS)

    page = send(client, ImportKind.PEOPLE, xlsx(BAD))
    for sentence in (
        "Problems (3)",
        "An identity number has 18 characters.",
        "is it 郏县交通运输局?",
        "昨天 is no date",
    ):
        assert sentence in page.text
    marked = client.post(f"{page.request.path}/problems.xlsx").data
    assert [row[-1].count("\n") for row in cells(marked)] == [0, 0, 0, 2]
    with office.transaction() as session:  # it holds whole identity numbers
        assert session.scalar(select(TrailEntry.action).order_by(TrailEntry.id.desc())) == Action.IDENTITY_UNMASK

    half = mended(marked, {"B4": NEW, "C4": "702"})
    assert "Problems (1)" in send(client, ImportKind.PEOPLE, half).text
    done = confirm(client, send(client, ImportKind.PEOPLE, mended(half, {"E4": "2020-01-01"})))
    assert "The file is in." in done.text
    assert count(office, Person) == 3


def test_a_mended_file_is_confirmed_once(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    bring_in(client, ImportKind.DEPARTMENTS)
    page = send(client, ImportKind.PEOPLE, xlsx([PEOPLE[0], (*PEOPLE[1][:4], "昨天", "", "")]))
    marked = client.post(f"{page.request.path}/problems.xlsx")

    rehearsed = send(client, ImportKind.PEOPLE, mended(marked.data, {"E2": "2019-03-01"}))
    assert "The rehearsal found no problem. Nothing is written yet." in rehearsed.text
    assert count(office, Person) == 0
    done = [confirm(client, rehearsed) for _ in range(2)]

    assert all("The file is in. Sending it again changes nothing." in one.text for one in done)
    assert count(office, Person) == 1


def test_sending_the_same_file_twice_changes_nothing(office: Office) -> None:
    client, content = office.client(Role.BUREAU_CLERK), xlsx(UNITS)
    confirm(client, send(client, ImportKind.DEPARTMENTS, content))
    before = count(office, ImportBatch), count(office, TrailEntry)

    again = send(client, ImportKind.DEPARTMENTS, content)

    assert "This very file was brought in before; nothing was changed." in again.text
    assert (count(office, ImportBatch), count(office, TrailEntry)) == before


def test_after_exam_results_the_issue_of_certificates_is_one_click_away(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    done = bring_in(client, *FILES)

    with office.transaction() as session:
        sitting_id = session.scalars(select(ExamSitting.id)).one()
    for kind in ("enforcement", "supervision"):
        assert f'href="/certificates/issue/sitting/{sitting_id}/{kind}"' in done.text
    assert f"{RESULTS[1][0]}, common legal knowledge: 1 of 2 passed" in done.text
    assert client.get(f"/certificates/issue/sitting/{sitting_id}/enforcement").status_code == 200


@pytest.mark.parametrize("kind", list(FILES))
def test_what_follows_a_file_can_be_reached_from_it(office: Office, kind: ImportKind) -> None:
    client = office.client(Role.BUREAU_CLERK)
    done = bring_in(client, *list(FILES)[: list(FILES).index(kind) + 1])

    links = re.findall(r'<a class="btn[^"]*" href="([^"]+)"', done.text.split("What to do next")[1])
    assert links
    assert {client.get(link).status_code for link in links} == {200}


def test_the_list_names_each_file_its_sender_and_its_counts(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    assert "No file has been sent yet" in client.get("/imports").text

    bring_in(client, ImportKind.DEPARTMENTS)
    page = client.get("/imports").text

    for words in ("人员.xlsx", "bureau clerk", "brought in"):
        assert words in page


@pytest.mark.nodb
@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_template_is_taken_from_the_list(office: Office, kind: ImportKind) -> None:
    client = office.client(Role.BUREAU_CLERK, locale="zh_CN")
    assert f'href="/imports/templates/{kind.value}.xlsx"' in client.get("/imports").text

    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/imports/templates/{kind.value}.xlsx").data))

    assert [cell.value for cell in book.worksheets[0][1]] == [column.title for column in LAYOUTS[kind]]
    assert client.get("/imports/templates/cats.xlsx").status_code == 404


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", xlsx([]), xlsx(UNITS)[:300], b"<html>", "姓名".encode()])
@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_no_file_ends_in_an_error_page(office: Office, content: bytes, locale: str) -> None:
    client = office.client(Role.BUREAU_CLERK, locale=locale)

    page = send(client, ImportKind.PEOPLE, content, "x.xlsx")
    marked = client.post(f"{page.request.path}/problems.xlsx")

    assert (page.status_code, marked.status_code) == (200, 200)
    assert page.request.path.startswith("/imports/")


def test_a_form_without_a_file_says_so(office: Office) -> None:
    answer = office.client(Role.BUREAU_CLERK).post("/imports", data={"kind": "people"})

    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_long_list_of_problems_has_pages(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    rows = [(f"人{chr(0x4E00 + n)}", "1", "701", "行政编制", "2020-01-01", "", "") for n in range(60)]
    page = send(client, ImportKind.PEOPLE, xlsx([PEOPLE[0], *rows]))

    following = client.get(f"{page.request.path}?from=100")

    assert page.text.count("An identity number has 18 characters.") == 50
    assert following.text.count("An identity number has 18 characters.") == 10
    assert "First page" in following.text


def test_a_long_file_is_left_to_the_worker_and_its_page_follows_it(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    content = csv_text([PEOPLE[0], *[PEOPLE[1]] * (LONG_ROWS + 1)]).encode()

    page = send(client, ImportKind.PEOPLE, content, "platform.csv")

    assert "This file is long" in page.text
    assert 'hx-trigger="every 2s"' in page.text
    with office.transaction() as session:
        assert session.scalars(select(ImportBatch.status)).one() is ImportStatus.WAITING


def test_changes_are_shown_before_and_after(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    bring_in(client, ImportKind.DEPARTMENTS, ImportKind.PEOPLE)

    page = send(client, ImportKind.PEOPLE, xlsx([PEOPLE[0], (*PEOPLE[1][:6], "副局长")]))

    row = re.search(r"<td[^>]*>王小明</td>.*?</tr>", page.text, re.S)
    assert row is not None
    assert re.findall(r">([^<>\s]+)</td>", row[0]) == ["王小明", "职务", "队长", "副局长"]


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK, Role.ADMINISTRATOR])
def test_unit_people_and_the_administrator_do_not_come_in(office: Office, role: Role) -> None:
    with office.transaction() as session:
        unit = make_department(session).id
    client = office.client(role, unit if role is not Role.ADMINISTRATOR else None)

    assert client.get("/imports").status_code == 403
    assert send(client, ImportKind.DEPARTMENTS, xlsx(UNITS)).status_code == 403
    assert count(office, ImportBatch) == 0


def test_the_auditor_looks_but_neither_sends_nor_takes_identity_numbers(office: Office) -> None:
    clerk, auditor = office.client(Role.BUREAU_CLERK), office.client(Role.AUDITOR)
    path = send(clerk, ImportKind.PEOPLE, xlsx(BAD)).request.path

    page = auditor.get(path)

    assert page.status_code == 200
    assert "Take the file" not in page.text
    assert WANG not in page.text
    assert auditor.post(f"{path}/problems.xlsx").status_code == 403
    assert "Rehearse the file" not in auditor.get("/imports").text
    assert send(auditor, ImportKind.DEPARTMENTS, xlsx(UNITS)).status_code == 403


def test_what_was_not_rehearsed_is_not_brought_in(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    path = send(client, ImportKind.DEPARTMENTS, xlsx(UNITS)).request.path

    answer = client.post(f"{path}/confirmation", data={"sha256": "0" * 64}, follow_redirects=True)

    assert "This is not the file that was rehearsed." in answer.text
    assert count(office, ExamResult) == 0
    assert "Bring it in" in answer.text


def test_the_history_of_a_person_leads_to_the_file_that_brought_it(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    bring_in(client, ImportKind.DEPARTMENTS, ImportKind.PEOPLE)
    with office.transaction() as session:
        person = session.scalar(select(func.min(Person.id)))
        batch = session.scalar(select(func.max(ImportBatch.id)))

    assert f'<a href="/imports/{batch}">import {batch}</a>' in client.get(f"/people/{person}").text
