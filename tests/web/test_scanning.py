"""Cards scanned one after another, as pages: without scripts, by role, and whatever is typed."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry import clock
from registry.models.rosters import Roster
from registry.rules.permissions import Role
from registry.services import signing
from tests.web.conftest import Office
from tests.web.test_reviews import CLERK, HEAD, UNIT_CLERK, Review, begin, words
from tests.web.test_rosters import XLSX, rosters_of

HERE = "https://zfzj.example.cn"


@pytest.fixture
def review(office: Office, monkeypatch: pytest.MonkeyPatch) -> Review:
    """A locked review, on a day on which its cards have not run out."""
    monkeypatch.setattr(clock, "today", lambda: date(2022, 3, 1))
    return begin(office, locked=True)


def start(client: FlaskClient, roster: Roster, asked: str = "") -> str:
    """The address of a scanning that was begun."""
    answer = client.post(f"/rosters/{roster.id}/scans{asked}")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def scan(client: FlaskClient, url: str, code: str) -> TestResponse:
    return client.post(url, data={"code": code}, follow_redirects=True)


def codes_of(review: Review, roster: Roster) -> list[str]:
    with review.office.transaction() as session:
        held = session.get_one(Roster, roster.id).data["sections"][0]["lines"]
        texts = signing.addresses(session, [line["certificate_id"] for line in held], public_url=HERE)
        return [texts[line["certificate_id"]] for line in held]


def test_scans_are_answered_counted_and_taken_back(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    url = start(auditor, unit)
    assert "Nothing was scanned yet" in auditor.get(url).text

    page = words(scan(auditor, url, codes_of(review, unit)[0]))
    assert "2 cards still to come" in page
    page = words(scan(auditor, url, "16042599999"))
    assert "unknown to the register" in page
    assert "1 mismatch" in page
    assert page.index("Mismatches, the newest first") < page.index("Lines whose cards did not come")
    [last] = re.findall(r'name="scan" value="([0-9]+)"', page)
    taken = words(auditor.post(f"{url}/undo", data={"scan": last}, follow_redirects=True))
    assert "The scan of 16042599999 is taken back." in taken
    assert "1 mismatch" not in taken
    assert "is taken back." not in words(auditor.post(f"{url}/undo", data={"scan": last}, follow_redirects=True))


def test_a_lost_browser_finds_its_scanning_again(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    url = start(auditor, unit)
    scan(auditor, url, codes_of(review, unit)[0])

    assert start(auditor, unit) == url
    listed = auditor.get(f"/rosters/{unit.id}/scans")
    assert f'href="{url}"' in listed.text
    assert "Go on" in listed.text


def test_the_end_leaves_a_report_and_takes_no_scan(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    url = start(auditor, unit)
    scan(auditor, url, codes_of(review, unit)[1])

    assert "The scanning is ended." in words(auditor.post(f"{url}/end", follow_redirects=True))
    assert "data-scan " not in auditor.get(url).text
    refused = auditor.post(url, data={"code": "1"})
    assert (refused.status_code, "This scanning is ended" in refused.text) == (422, True)
    assert auditor.post(f"{url}/report.xlsx").mimetype == XLSX
    assert "This scanning is ended" in words(auditor.post(f"{url}/undo", follow_redirects=True))


def test_a_script_gets_the_page_at_once(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    url = start(auditor, unit)

    answer = auditor.post(url, data={"code": "扫一扫"}, headers={"HX-Request": "true"})

    assert (answer.status_code, 'id="scanned"' in answer.text, "unreadable" in answer.text) == (200, True, True)


def test_a_script_may_send_a_scan_again(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    url, code = start(auditor, unit), codes_of(review, unit)[0]

    for key in ("0" * 32, "0" * 32):
        page = words(auditor.post(url, data={"code": code, "key": key}, headers={"HX-Request": "true"}))

    assert "1 card as on the roster" in page
    assert "scanned twice" not in page
    assert auditor.post(url, data={"code": code, "key": "none"}, headers={"HX-Request": "true"}).status_code == 422


def test_a_sample_is_scanned_by_the_same_address(review: Review) -> None:
    county, auditor = rosters_of(review)[0], review.client(Role.AUDITOR)

    page = auditor.get(start(auditor, county, "?seed=7&size=50%25"))

    assert "Sample with the seed 7" in page.text
    assert "2 cards still to come" in page.text
    refused = auditor.post(f"/rosters/{county.id}/scans?seed=7", follow_redirects=True)
    assert "Enter how many lines to draw" in refused.text


def test_units_heads_scan_their_own_roster_alone_and_see_no_auditors(review: Review) -> None:
    county, own, foreign = rosters_of(review)
    head, theirs = review.client(HEAD, 0), start(review.client(Role.AUDITOR), own)

    assert "/scans" in head.get(f"/rosters/{own.id}").text
    assert head.get(start(head, own)).status_code == 200
    for roster in (county, foreign):
        assert head.get(f"/rosters/{roster.id}/scans").status_code == 403
        assert head.post(f"/rosters/{roster.id}/scans").status_code == 403
    assert head.get(theirs).status_code == 403
    assert theirs not in head.get(f"/rosters/{own.id}/scans").text
    for role, unit in ((UNIT_CLERK, 0), (Role.ADMINISTRATOR, None)):
        assert review.client(role, unit).get(f"/rosters/{own.id}/scans").status_code == 403


def test_nobody_scans_into_anothers_list(review: Review) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)
    url, clerk = start(auditor, unit), review.client(CLERK)

    assert "is scanning." in clerk.get(url).text
    refused = scan(clerk, url, codes_of(review, unit)[0])
    assert (refused.status_code, "Somebody else began this scanning" in refused.text) == (422, True)


def test_another_units_card_tells_a_unit_head_nothing(review: Review) -> None:
    _, own, foreign = rosters_of(review)
    head = review.client(HEAD, 0)
    with review.office.transaction() as session:
        [line] = session.get_one(Roster, foreign.id).data["sections"][0]["lines"]

    page = scan(head, start(head, own), line["number"]).text

    assert "not on this roster" in page
    assert line["name"] not in page


@pytest.mark.parametrize("code", ["", "   ", "x" * 2_900, "<script>alert(1)</script>", "9" * 2_000, "☃"])
def test_nonsense_is_answered_with_words(review: Review, code: str) -> None:
    unit, auditor = rosters_of(review)[1], review.client(Role.AUDITOR)

    answer = scan(auditor, start(auditor, unit), code)

    assert answer.status_code == 200
    assert ("Nothing was scanned yet" in answer.text) == (not code.strip())
