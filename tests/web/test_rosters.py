"""Frozen rosters in the browser: what was frozen, the ledger, and copies that are the same for ever."""

from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.models.rosters import Roster, RosterCopy
from registry.rules.permissions import Role
from registry.services import rosters
from registry.web import rosters as pages
from tests.services.test_rosters import URL, every_font_at_hand
from tests.web.conftest import Office
from tests.web.test_reviews import CHIEF, CLERK, HEAD, UNIT_CLERK, Review, begin, words

PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def review(office: Office) -> Review:
    return begin(office, locked=True)


def rosters_of(review: Review) -> list[Roster]:
    """The county's roster, then the units'."""
    with review.office.transaction() as session:
        return list(session.scalars(select(Roster).order_by(Roster.id)))


def copies(review: Review) -> list[RosterCopy]:
    with review.office.transaction() as session:
        return list(session.scalars(select(RosterCopy).order_by(RosterCopy.id)))


def take(client: FlaskClient, roster: Roster, form: str = "pdf", reason: str = "") -> TestResponse:
    return client.post(f"/rosters/{roster.id}/copies/{form}", data={"reason": reason})


def test_the_page_shows_what_was_frozen(review: Review) -> None:
    county = rosters_of(review)[0]
    page = words(review.client(Role.AUDITOR).get(f"/rosters/{county.id}"))
    for text in (county.number, county.data_sha256[16:], county.trail_head[16:], "data and hash agree", "欧阳持证"):
        assert text in page
    for name in review.names:
        assert name in page
    assert "No copy has been taken yet." in page
    assert "Not printed yet" in page
    assert "/jobs/" in page


def test_the_code_on_the_paper_leads_to_the_same_page(review: Review) -> None:
    unit = rosters_of(review)[1]
    assert unit.number in words(review.client(CHIEF).get(f"/rosters/code/{unit.check_code.lower()}"))
    assert review.client(CHIEF).get("/rosters/code/NOTHING").status_code == 404


def test_copies_are_the_same_bytes_with_a_line_each(review: Review) -> None:
    unit, clerk = rosters_of(review)[1], review.client(CLERK)
    first = take(clerk, unit)
    assert (first.status_code, first.mimetype) == (200, PDF)
    second = take(clerk, unit, reason="归档")
    assert second.data == first.data
    assert [(copy.copy_number, copy.form, copy.reason) for copy in copies(review)] == [
        (1, "pdf", ""),
        (2, "pdf", "归档"),
    ]
    assert {copy.sha256 for copy in copies(review)} == {sha256(first.data).hexdigest()}
    page = words(clerk.get(f"/rosters/{unit.id}"))
    assert "归档" in page
    assert "Every copy is the same bytes" in page


def test_the_spreadsheet_is_a_copy_too(review: Review) -> None:
    unit = rosters_of(review)[1]
    assert take(review.client(HEAD, 0), unit, "xlsx").mimetype == XLSX
    assert [copy.form for copy in copies(review)] == ["xlsx"]


def test_a_second_copy_without_a_reason_is_refused_at_the_form(review: Review) -> None:
    unit, clerk = rosters_of(review)[1], review.client(CLERK)
    take(clerk, unit, "xlsx")
    refused = take(clerk, unit, "xlsx", reason=" ")
    assert (refused.status_code, "Say what copy 2 is for." in words(refused)) == (422, True)
    assert len(copies(review)) == 1


def test_units_reach_their_own_roster_alone(review: Review) -> None:
    county, own, foreign = rosters_of(review)
    for client in (review.client(HEAD, 0), review.client(UNIT_CLERK, 0)):
        page = words(client.get(f"/rosters/{own.id}"))
        assert review.names[0] in page
        assert "/jobs/" not in page
        for closed in (county, foreign):
            assert client.get(f"/rosters/{closed.id}").status_code == 403
            assert client.get(f"/rosters/code/{closed.check_code}").status_code == 403
            assert take(client, closed).status_code == take(client, closed, "xlsx").status_code == 403
    assert copies(review) == []


def test_the_administrator_looks_and_takes_nothing(review: Review) -> None:
    administrator, unit = review.client(Role.ADMINISTRATOR), rosters_of(review)[1]
    assert "Take the PDF" not in words(administrator.get(f"/rosters/{unit.id}"))
    assert take(administrator, unit).status_code == 403


def test_a_long_roster_says_that_it_is_still_being_printed(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    county, clerk = rosters_of(review)[0], review.client(CLERK)
    monkeypatch.setattr(pages, "LONGEST_WAIT", 2)
    page = words(clerk.get(f"/rosters/{county.id}"))
    assert "still being printed" in page
    assert "Take the PDF" not in page
    assert "Take the spreadsheet" in page
    refused = take(clerk, county)
    assert (refused.status_code, "still being printed; come back" in words(refused)) == (422, True)
    with review.office.transaction() as session:
        printed = rosters.print_roster(session, county.id, URL)
    assert "Take the PDF" in words(clerk.get(f"/rosters/{county.id}"))
    assert take(clerk, county).data == printed


def test_the_lines_are_paged(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    county, clerk = rosters_of(review)[0], review.client(CLERK)
    monkeypatch.setattr(pages, "LINES_SHOWN", 3)
    first, last = (words(clerk.get(f"/rosters/{county.id}?from={start}")) for start in (0, 3))
    assert [first.count("/reviews/items/"), last.count("/reviews/items/")] == [3, 1]
    assert "from=3" in first
    assert "Next page" not in last
    assert clerk.get(f"/rosters/{county.id}?from=-5").status_code == 200


def test_a_name_that_cannot_be_printed_is_named(office: Office) -> None:
    with every_font_at_hand():
        review = begin(office, locked=True, name="李\U000323aa")
    unit = rosters_of(review)[1]
    refused = take(review.client(CLERK), unit)
    assert (refused.status_code, "李\U000323aa: no font has the character" in words(refused)) == (422, True)


def test_what_is_not_there_is_not_found(review: Review) -> None:
    clerk, unit = review.client(CLERK), rosters_of(review)[1]
    assert clerk.get("/rosters/99").status_code == 404
    assert clerk.post("/rosters/99/copies/pdf").status_code == 404
    assert take(clerk, unit, "docx").status_code == 404
