"""Wrong input to a review and its rosters: each is refused with a sentence that says what is wrong."""

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import CampaignStatus
from registry.services import reviews
from tests.factories import make_certificate, make_qualified_person, make_training
from tests.services.test_rosters import text_of
from tests.web.conftest import Office
from tests.web.test_reviews import CHIEF, CLERK, HEAD, UNIT_CLERK, Review, begin, words

RARE = "李\U000323aa"
WHAT_TO_DO = "if it is, tell the administrator, who adds a font that has it (REGISTRY_FONTS)."


@pytest.fixture
def review(office: Office) -> Review:
    return begin(office)


def test_locking_with_open_items_names_the_units(review: Review) -> None:
    chief = review.client(CHIEF)
    assert "Close the review first; that deals with whoever is left." in words(chief.post(f"{review.url}/lock"))
    chief.post(f"{review.url}/close")
    chief.post(f"/reviews/items/{review.items[3]}/reopening", data={"reason": "录入有误"})

    answer = chief.post(f"{review.url}/lock")

    assert (answer.status_code, f"{review.names[1]}: 1 without a finding." in words(answer)) == (422, True)


def test_nobody_speaks_or_decides_of_another_units_people(review: Review) -> None:
    clerk, head, foreign = review.client(UNIT_CLERK, 0), review.client(HEAD, 0), review.items[3]
    said = {f"said-{foreign}": "left", f"said-{review.items[0]}": "in_post"}

    own_list = clerk.post(f"{review.url}/list/{review.units[0]}", data=said)
    refused = [
        clerk.post(f"{review.url}/list/{review.units[1]}", data=said),
        head.post(f"/reviews/items/{foreign}", data={"finding": "passed"}),
        head.post(f"{review.url}/attestation/{review.units[1]}"),
    ]

    assert own_list.status_code == 422
    assert "1 of the certificates sent are not on this list; nothing was taken." in words(own_list)
    for answer in refused:
        assert (answer.status_code, "Your role or unit does not allow this." in words(answer)) == (403, True)
    assert [review.item(place).statement for place in (0, 3)] == [None, None]


def test_a_name_that_no_font_has_is_named_with_what_to_do(office: Office) -> None:
    review = begin(office, name=RARE)
    clerk = review.client(CLERK)
    for form in ("draft.pdf", "extract.pdf"):
        page = words(clerk.post(f"{review.url}/{form}", follow_redirects=True))
        assert f"{RARE}: no font has the character" in page
        assert WHAT_TO_DO in page
        assert f'href="{review.url}' in page
    assert clerk.post(f"{review.url}/extract.csv").status_code == 200


def test_a_review_with_such_a_name_is_not_locked_and_nothing_is_frozen(office: Office) -> None:
    review = begin(office, name=RARE)
    chief, url = review.client(CHIEF), f"{review.url}/lock"
    chief.post(f"{review.url}/close")
    for answer in (chief.get(url), chief.post(url)):
        page = words(answer)
        assert f"{RARE}: no font has the character" in page
        assert WHAT_TO_DO in page
    assert answer.status_code == 422
    with office.transaction() as session:
        assert session.get_one(ReviewCampaign, review.campaign_id).status is CampaignStatus.CLOSED
        assert session.scalars(select(Roster)).all() == []


def test_a_year_is_opened_once(review: Review) -> None:
    answer = review.client(CLERK).post("/reviews/new", data={"year": "2021", "kind": "enforcement"})
    assert (answer.status_code, "The review of 2021 was opened before." in words(answer)) == (422, True)


def test_a_roster_by_unit_county_field_or_finding_is_had_in_every_form(office: Office) -> None:
    with office.transaction() as session:
        first, second = (make_qualified_person(session) for _ in range(2))
        make_training(session, first, hours=80)
        make_certificate(session, first, issued_on=date(2021, 5, 1), field="市场监管")
        make_certificate(session, second, issued_on=date(2021, 5, 1), field="农业")
        year = {"year": 2021, "kind": CertificateKind.ENFORCEMENT, "today": date(2022, 1, 10)}
        url = f"/reviews/{reviews.open_campaign(session, SYSTEM, **year).id}"  # type: ignore[arg-type]
        everyone, unit = {first.name, second.name}, first.department_id
    clerk = office.client(CLERK)
    for choice, names in (
        ("", everyone),
        (f"unit={unit}", {first.name}),
        ("field=农业", {second.name}),
        ("finding=deferred", {second.name}),
    ):
        pdf, xlsx, rows = (clerk.post(f"{url}/extract.{form}?{choice}").data for form in ("pdf", "xlsx", "csv"))
        table = {row["姓名"]: row["证件编号"] for row in csv.DictReader(io.StringIO(rows.decode("utf-8-sig")))}
        book, text = CalamineWorkbook.from_filelike(io.BytesIO(xlsx)), text_of(pdf)
        listed = {book.get_sheet_by_name(name).to_python()[1][1] for name in book.sheet_names if name != "汇总"}
        assert table.keys() == listed == names
        assert all(name in text and number in text for name, number in table.items())
        assert not any(name in text for name in everyone - names)
