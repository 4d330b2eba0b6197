"""Samples of a locked roster as pages: drawn in the address, printed as a sheet, by those who may."""

import re
from io import BytesIO

import pytest
from pypdfium2 import PdfDocument
from sqlalchemy import func, select

from registry.models.jobs import Job
from registry.models.papers import PaperCopy
from registry.rules.jobs import JobKind
from registry.rules.permissions import Role
from registry.services import papers
from registry.services.auditing import issuing
from tests.web.conftest import Office
from tests.web.test_reviews import CHIEF, CLERK, HEAD, UNIT_CLERK, Review, begin, words
from tests.web.test_rosters import rosters_of

TWO = "seed=双色球+20261129&size=2"


@pytest.fixture
def review(office: Office) -> Review:
    return begin(office, locked=True)


def test_a_seed_is_proposed_and_nothing_drawn_until_somebody_asks(review: Review) -> None:
    county, auditor = rosters_of(review)[0], review.client(Role.AUDITOR)

    page = auditor.get(f"/rosters/{county.id}/sample")

    assert re.search(r'name="seed" id="seed" value="[0-9]{8}"', page.text)
    assert "How it was drawn" not in page.text
    assert f'href="/rosters/{county.id}/sample"' in auditor.get(f"/rosters/{county.id}").text


def test_the_address_says_everything_and_draws_the_same_for_everybody(review: Review) -> None:
    county = rosters_of(review)[0]
    pages = [words(review.client(role).get(f"/rosters/{county.id}/sample?{TWO}")) for role in (Role.AUDITOR, CLERK)]

    lots = [re.findall(r'title="([0-9a-f]{64})"', page) for page in pages]
    assert lots[0] == lots[1] == sorted(lots[0])
    assert len(lots[0]) == 2
    assert "2 of 4 lines" in pages[0]
    assert pages[0].count('href="/certificates/') == 2
    assert pages[0].count("/evidence?review=") == 2


def test_the_sheet_is_handed_over_and_a_further_copy_says_why(review: Review) -> None:
    county, auditor = rosters_of(review)[0], review.client(Role.AUDITOR)
    url = f"/rosters/{county.id}/sample?{TWO}"

    first = auditor.post(url)
    refused = auditor.post(url)
    again = auditor.post(url, data={"reason": "留存"})

    assert (first.mimetype, refused.status_code, again.data == first.data) == ("application/pdf", 422, True)
    assert "Say what copy 2 is for." in words(refused)
    assert "双色球 20261129" in PdfDocument(BytesIO(first.data))[0].get_textpage().get_text_range()
    page = words(auditor.get(url))
    assert "郏司抽查〔" in page
    assert "Sheets of samples" in page
    assert "What the copy is for" in words(auditor.get(url.replace("size=2", "size=50%25")))  # the same two lines
    with review.office.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PaperCopy)) == 2


def test_a_long_sheet_is_printed_by_the_worker_and_taken_then(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "LONGEST_WAIT", 1)
    county, auditor = rosters_of(review)[0], review.client(Role.AUDITOR)
    url = f"/rosters/{county.id}/sample?{TWO}"

    waits = [auditor.post(url).status_code for _ in range(2)]
    with review.office.transaction() as session:
        asked = dict(session.scalars(select(Job).where(Job.kind == JobKind.PRINT_CARDS)).one().arguments)
        assert session.scalar(select(func.count()).select_from(PaperCopy)) == 0
    papers.print_apart(review.office.app.extensions["sessions"], lambda done, total, phase=None: None, **asked)

    assert waits == [303, 303]
    assert auditor.post(url).mimetype == "application/pdf"


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("size=5", id="no seed"),
        pytest.param("seed=7&size=many", id="no size"),
        pytest.param(f"seed={'x' * 100}&size=5", id="a long seed"),
        pytest.param("seed=7", id="half"),
    ],
)
def test_what_cannot_be_drawn_is_said(review: Review, asked: str) -> None:
    answer = review.client(CHIEF).get(f"/rosters/{rosters_of(review)[0].id}/sample?{asked}")

    assert (answer.status_code, "This cannot be done yet" in answer.text) == (422, True)


def test_a_draw_from_nothing_says_what_to_do(review: Review) -> None:
    county = rosters_of(review)[0]

    page = review.client(CHIEF).get(f"/rosters/{county.id}/sample?{TWO}&unit=nowhere&finding=nonsense")

    assert "Choose fewer conditions." in page.text


@pytest.mark.parametrize("role", [HEAD, UNIT_CLERK, Role.ADMINISTRATOR])
def test_others_draw_nothing(review: Review, role: Role) -> None:
    unit = rosters_of(review)[1]
    client = review.client(role, 0 if role is not Role.ADMINISTRATOR else None)

    assert client.get(f"/rosters/{unit.id}/sample?{TWO}").status_code == 403
    assert client.post(f"/rosters/{unit.id}/sample?{TWO}").status_code == 403
    assert "/sample" not in client.get(f"/rosters/{unit.id}").text
