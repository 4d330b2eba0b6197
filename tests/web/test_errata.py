"""A locked roster in the browser: as printed and as now, sheets of corrections, and files held against it."""

import io

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.models.certificates import Certificate
from registry.models.papers import Paper
from registry.models.rosters import Roster, RosterCopy, RosterErratum
from registry.rules.permissions import Role
from tests.factories import make_training
from tests.web.conftest import Office
from tests.web.test_reviews import CHIEF, CLERK, HEAD, Review, begin, words
from tests.web.test_rosters import rosters_of, take


@pytest.fixture
def review(office: Office) -> Review:
    """A locked review of two units; the first line of the first was not trained, by the register of that time."""
    return begin(office, locked=True)


def train(review: Review, roster: Roster) -> tuple[int, str]:
    """The first line's holder turns out to have been trained: certificate and name."""
    with review.office.transaction() as session:
        line = session.get_one(Roster, roster.id).data["sections"][0]["lines"][0]
        make_training(session, session.get_one(Certificate, line["certificate_id"]).person, hours=80)
        return line["certificate_id"], line["name"]


def send(client: FlaskClient, roster: Roster, content: bytes, name: str = "花名册.csv") -> TestResponse:
    return client.post(f"/rosters/{roster.id}/check", data={"file": (io.BytesIO(content), name)})


def test_differences_stand_first_and_every_line_behind_a_filter(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    before = words(auditor.get(f"/rosters/{unit.id}"))
    assert ("Differences (0)" in before, "All lines as printed (3)" in before) == (True, True)
    _, name = train(review, unit)
    page = words(auditor.get(f"/rosters/code/{unit.check_code}"))
    assert "1 line differs" in page
    assert "<del>0/未完成</del> → <ins>80/完成</ins>" in page
    assert (name in page, "Make a sheet of corrections" in page) == (True, False)
    every = words(auditor.get(f"/rosters/{unit.id}?lines=all"))
    assert every.count("/reviews/items/") == 3
    assert auditor.get(f"/rosters/{unit.id}?lines=moved_on").status_code == 200


def test_the_chief_makes_a_sheet_that_says_why(review: Review) -> None:
    unit, chief = rosters_of(review)[1], review.client(CHIEF)
    card, name = train(review, unit)
    url = f"/rosters/{unit.id}/errata/new"
    assert name in words(chief.get(url))
    assert "Choose at least one line" in words(chief.post(url, data={"reason": "a", "document": "b"}))
    refused = chief.post(url, data={"line": card, "reason": "学时漏记"})
    assert (refused.status_code, "by which document" in words(refused), " checked" in words(refused)) == (
        422,
        True,
        True,
    )
    made = chief.post(url, data={"line": card, "reason": "学时漏记", f"document-{card}": "郏司〔2022〕3号"})
    assert "corrections of a roster" in words(chief.get(made.location))
    with review.office.transaction() as session:
        sheet, paper = session.scalars(select(RosterErratum)).one(), session.scalars(select(Paper.number)).one()
    assert (sheet.sequence, sheet.reason) == (1, "学时漏记")
    page = words(review.client(HEAD, 0).get(f"/rosters/{unit.id}"))
    assert ("Differences (0)" in page, paper in page) == (True, True)
    assert "Nothing to correct" in words(chief.get(url))


def test_nobody_but_the_chief_corrects(review: Review) -> None:
    unit = rosters_of(review)[1]
    assert review.client(CLERK).get(f"/rosters/{unit.id}/errata/new").status_code == 403
    assert review.client(HEAD, 0).post(f"/rosters/{unit.id}/errata/new").status_code == 403


def test_a_csv_as_it_was_taken_is_unchanged(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    csv = take(auditor, unit, "csv")
    assert (csv.mimetype, csv.data[:3]) == ("text/csv", b"\xef\xbb\xbf")
    answer = send(auditor, unit, csv.data)
    assert (answer.status_code, "is unchanged" in words(answer)) == (200, True)
    anew = send(auditor, unit, csv.data.decode("utf-8-sig").encode("gb18030"))
    assert (anew.status_code, "was saved anew" in words(anew)) == (200, True)
    with review.office.transaction() as session:
        assert [copy.form for copy in session.scalars(select(RosterCopy))] == ["csv"]


def test_an_edited_csv_is_refused_with_the_lines_that_differ(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    text = take(auditor, unit, "csv").data.decode("utf-8-sig")
    head, first, second, third = text.splitlines()
    edited = "\r\n".join([head, first.replace("未完成", "完成"), third, third.replace("16042", "99942")])
    answer = send(auditor, unit, edited.encode())
    page = words(answer)
    assert (answer.status_code, "was changed and is refused" in page) == (422, True)
    assert "<del>0/未完成</del> → <ins>0/完成</ins>" in page
    assert ("missing from the file" in page, "not on the roster" in page) == (True, True)
    assert second.split(",")[10] in page


def test_a_pdf_is_known_by_its_bytes_and_then_by_its_attachment(review: Review) -> None:
    unit, clerk = rosters_of(review)[1], review.client(CLERK)
    printed = take(clerk, unit).data
    assert "is unchanged" in words(send(clerk, unit, printed, "花名册.pdf"))
    csv, saved = take(clerk, unit, "csv", reason="核对").data, io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        [attached] = [pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments]
        pdf.save(saved)
    assert attached == csv
    answer = send(clerk, unit, saved.getvalue(), "花名册.pdf")
    assert (answer.status_code, "its pages may say anything" in words(answer)) == (422, True)
    other = send(clerk, rosters_of(review)[2], printed, "花名册.pdf")
    assert (other.status_code, "missing from the file" in words(other)) == (422, True)


def test_a_pdf_whose_attached_table_was_edited_is_refused_with_the_lines(review: Review) -> None:
    unit, clerk, edited = rosters_of(review)[1], review.client(CLERK), io.BytesIO()
    with pikepdf.open(io.BytesIO(take(clerk, unit).data)) as pdf:
        [name] = pdf.attachments
        table = pdf.attachments[name].get_file().read_bytes().replace("0/未完成".encode(), "80/完成".encode())
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, table, filename=name)
        pdf.save(edited)
    answer = send(clerk, unit, edited.getvalue(), "花名册.pdf")
    page = words(answer)
    assert (answer.status_code, "花名册.pdf was changed and is refused" in page) == (422, True)
    assert "<del>0/未完成</del> → <ins>80/完成</ins>" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"%PDF-1.7 nonsense", "no table that can be read", id="a broken PDF"),
        pytest.param(b"PK\x03\x04 nonsense", "no copy of the roster", id="a spreadsheet"),
        pytest.param("姓名,单位\r\n张三,某局\r\n".encode(), "has no column 证件编号", id="another table"),
        pytest.param(b"\xff\xfe\xff", "no text that can be read", id="no text"),
    ],
)
def test_a_file_that_cannot_be_compared_is_refused_in_words(review: Review, content: bytes, said: str) -> None:
    answer = send(review.client(Role.AUDITOR), rosters_of(review)[1], content)
    assert (answer.status_code, said in words(answer)) == (422, True)
