"""Extracts of a review's roster: the lines and columns chosen in the address, as a page and as files."""

import csv
import io

import pypdfium2
import pytest
from sqlalchemy import select

from registry.models.trail import TrailEntry
from registry.rules.permissions import Action, Role
from registry.services import rosters
from registry.services.rosters import columns_of
from tests.services.test_rosters import text_of
from tests.web.conftest import Office
from tests.web.test_people import rows_of
from tests.web.test_reviews import CLERK, HEAD, Review, begin, words


@pytest.fixture
def review(office: Office) -> Review:
    """An open review: of three certificates of the first unit one is proposed 暂缓."""
    return begin(office)


def told(review: Review) -> dict[str, object]:
    with review.office.transaction() as session:
        chosen = select(TrailEntry.facts).where(TrailEntry.action == Action.ROSTER_PRINT).order_by(TrailEntry.id.desc())
        return dict(session.scalars(chosen.limit(1)).one())


def test_the_address_says_which_lines_and_which_columns(review: Review) -> None:
    clerk = review.client(CLERK)
    page = words(clerk.get(f"{review.url}/extract?unit={review.units[0]}&finding=deferred&columns=finding,name"))
    assert ("1 line" in page, "proposed: deferred" in page or "暂缓" in page) == (True, True)
    csv_answer = clerk.post(f"{review.url}/extract.csv?unit={review.units[0]}&finding=deferred&columns=finding,name")
    rows = list(csv.reader(io.StringIO(csv_answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["单位", "证件编号", "审验意见", "姓名"]
    assert [row[0] for row in rows[1:]] == [review.names[0]]
    facts = told(review)
    assert (facts["lines"], facts["form"], "审验意见：暂缓" in str(facts["extract"])) == (1, "csv", True)


def test_the_paper_says_that_it_is_an_extract_and_of_what(office: Office) -> None:
    review = begin(office, locked=True)
    clerk = review.client(CLERK)
    answer = clerk.post(f"{review.url}/extract.pdf?finding=passed&columns=place,name,number,field,finding")
    text = text_of(answer.data)
    for said in ("摘录（审验意见：合格）", "摘录自郏司审", "欧阳持证"):
        assert said in text
    assert "身份证号" not in text
    document = pypdfium2.PdfDocument(answer.data)
    assert len(document) == 3
    document.close()
    book = rows_of(clerk.post(f"{review.url}/extract.xlsx?finding=passed&columns=name,number"))
    assert book[0][:3] == ["姓名", "证件编号", ""]


def test_places_typed_beside_the_columns_order_them(review: Review) -> None:
    page = review.client(CLERK).get(f"{review.url}/extract?place-finding=1&place-name=3&place-number=2").text
    assert "columns=finding,number,name" in page or "columns=finding%2Cnumber%2Cname" in page
    assert columns_of(["nonsense"]) == columns_of([])
    assert columns_of(["post"]) == ("name", "number", "post")


def test_a_unit_extracts_from_its_own_list_alone(review: Review) -> None:
    head = review.client(HEAD, 0)
    page = words(head.get(f"{review.url}/extract?unit={review.units[1]}"))
    assert (review.names[0] in page, review.names[1] in page) == (True, False)
    rows = head.post(f"{review.url}/extract.csv?unit={review.units[1]}").data.decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert review.client(Role.ADMINISTRATOR).post(f"{review.url}/extract.csv").status_code == 403


def test_nothing_to_take_and_too_much_to_print_are_said(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = review.client(CLERK)
    none = clerk.post(f"{review.url}/extract.csv?finding=failed", follow_redirects=True)
    assert "No line of the review is of this kind." in words(none)
    monkeypatch.setattr(rosters.extract, "__kwdefaults__", {"longest_wait": 2})
    long = clerk.post(f"{review.url}/extract.pdf", follow_redirects=True)
    assert "An extract of 4 lines is not printed" in words(long)
    assert clerk.get("/reviews/999/extract").status_code == 404
