"""The annual review in the browser: from opening to the lock, by the people whose work each step is."""

import io
from dataclasses import dataclass
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from registry.models.reviews import ReviewAttestation, ReviewCampaign, ReviewItem
from registry.models.rosters import Roster
from registry.rules.permissions import Role
from registry.rules.reviews import CampaignStatus, ReviewFinding
from tests.services.test_rosters import lock, open_review
from tests.web.conftest import Office

CHIEF, CLERK, HEAD, UNIT_CLERK = Role.BUREAU_CHIEF, Role.BUREAU_CLERK, Role.UNIT_HEAD, Role.UNIT_CLERK


@dataclass(frozen=True)
class Review:
    """A review of two units: the first has three certificates, the second one."""

    office: Office
    campaign_id: int
    units: tuple[int, int]
    names: tuple[str, str]
    items: tuple[int, ...]

    @property
    def url(self) -> str:
        return f"/reviews/{self.campaign_id}"

    def client(self, role: Role, unit: int | None = None) -> FlaskClient:
        return self.office.client(role, None if unit is None else self.units[unit])

    def item(self, place: int) -> ReviewItem:
        with self.office.transaction() as session:
            return session.get_one(ReviewItem, self.items[place])


def begin(office: Office, *, locked: bool = False, name: str = "欧阳持证") -> Review:
    with office.transaction() as session:
        campaign, units = open_review(session, name)
        if locked:
            lock(session, campaign)
        ids = session.scalars(select(ReviewItem.id).order_by(ReviewItem.id)).all()
        return Review(office, campaign.id, (units[0].id, units[1].id), (units[0].name, units[1].name), tuple(ids))


@pytest.fixture
def review(office: Office) -> Review:
    return begin(office)


@pytest.fixture
def locked(office: Office) -> Review:
    return begin(office, locked=True)


def words(response: TestResponse) -> str:
    """The page without the white space between its words."""
    return " ".join(response.get_data(as_text=True).split())


def test_without_a_review_the_list_says_what_to_do(office: Office) -> None:
    assert 'href="/reviews/new"' in words(office.client(CLERK).get("/reviews"))
    assert "The bureau opens the review of a year" in words(office.client(Role.AUDITOR).get("/reviews"))


def test_the_list_shows_each_review_with_its_progress(review: Review) -> None:
    page = words(review.client(CLERK).get("/reviews"))
    assert "Review of 2021: enforcement certificate" in page
    assert "0% decided" in page
    assert "0 / 4" in page


def test_a_review_of_very_many_is_counted_no_further_than_anybody_counts(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("registry.services.reviews.progress"), "COUNTED", 2)

    assert "more than 2" in words(review.client(CHIEF).get("/reviews"))
    assert "more than 2" in words(review.client(HEAD, 0).get("/reviews"))
    assert "more than 2" not in words(review.client(HEAD, 1).get("/reviews"))


def test_the_clerk_opens_a_year_once(review: Review) -> None:
    clerk = review.client(CLERK)
    assert clerk.get("/reviews/new").status_code == 200
    again = clerk.post("/reviews/new", data={"year": "2021", "kind": "enforcement"})
    assert (again.status_code, "was opened before" in words(again)) == (422, True)
    opened = clerk.post("/reviews/new", data={"year": "2022", "kind": "enforcement"})
    assert opened.status_code == 302
    assert "Review of 2022: enforcement certificate" in words(clerk.get(opened.location))


def test_a_year_that_is_no_year_is_told_at_the_field(office: Office) -> None:
    answer = office.client(CLERK).post("/reviews/new", data={"year": "abc", "kind": "enforcement"})
    assert (answer.status_code, 'href="#year"' in words(answer)) == (422, True)


@pytest.mark.parametrize("role", [HEAD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_others_open_no_year(review: Review, role: Role) -> None:
    client = review.client(role, 0 if role is HEAD else None)
    assert client.get("/reviews/new").status_code == 403
    assert client.post("/reviews/new", data={"year": "2022", "kind": "enforcement"}).status_code == 403


def test_the_review_shows_steps_identity_and_units(review: Review) -> None:
    page = words(review.client(CHIEF).get(review.url))
    assert "Due <strong>4</strong> = passed <strong>0</strong>" in page
    assert "undecided <strong>4</strong>" in page
    for name in review.names:
        assert name in page
    for act in ("items?show=open", "acceptance", "close", f"attestation/{review.units[0]}"):
        assert f'href="{review.url}/{act}' in page
    assert f'action="{review.url}/draft.xlsx' in page


def test_a_units_page_shows_that_unit_alone(review: Review) -> None:
    page = words(review.client(HEAD, 0).get(review.url))
    assert review.names[0] in page
    assert review.names[1] not in page
    assert "Due <strong>3</strong>" in page
    assert "Lock the review" not in page


def test_the_work_list_is_narrowed(review: Review) -> None:
    clerk = review.client(CLERK)
    assert all(f"/reviews/items/{item}" in words(clerk.get(f"{review.url}/items")) for item in review.items)
    named = words(clerk.get(f"{review.url}/items?q=欧阳"))
    assert [f"/reviews/items/{item}" in named for item in review.items] == [
        review.item(place).person_id == max(review.item(one).person_id for one in range(4)) for place in range(4)
    ]
    assert "No certificate found" in words(clerk.get(f"{review.url}/items?q=nobody&after=x&campaign_id=9"))
    assert "Nothing is waiting here" in words(clerk.get(f"{review.url}/items?show=open&finding=failed"))


def test_units_see_no_foreign_item(review: Review) -> None:
    head = review.client(HEAD, 0)
    foreign = review.items[3]
    assert review.item(3).department_id == review.units[1]
    listed = words(head.get(f"{review.url}/items?department={review.units[1]}"))
    assert f"/reviews/items/{foreign}" not in listed
    assert review.names[1] not in listed
    assert head.get(f"/reviews/items/{foreign}").status_code == 403
    own = words(head.get(f"/reviews/items/{review.items[0]}"))
    assert "Decide and go on" not in own


def test_deciding_goes_on_to_the_next_and_asks_for_reasons(review: Review) -> None:
    clerk, place = review.client(CLERK), next(n for n in range(4) if review.item(n).proposed is ReviewFinding.PASSED)
    url = f"/reviews/items/{review.items[place]}"
    page = words(clerk.get(url))
    assert all(title in page for title in ("Passed the exam", "Completed the year", "条例第二十一条"))
    refused = clerk.post(url, data={"finding": "deferred", "reason": ""})
    assert (refused.status_code, "give the reason" in words(refused)) == (422, True)
    decided = clerk.post(url, data={"finding": "passed", "reason": ""})
    assert decided.status_code == 302
    assert decided.location.startswith("/reviews/items/")
    assert decided.location != url
    assert review.item(place).finding is ReviewFinding.PASSED


def test_nobody_passes_against_the_law(review: Review) -> None:
    place = next(n for n in range(4) if review.item(n).proposed is ReviewFinding.DEFERRED)
    url = f"/reviews/items/{review.items[place]}"
    answer = review.client(CHIEF).post(url, data={"finding": "passed", "reason": "领导同意"})
    assert (answer.status_code, "is not completed" in words(answer)) == (422, True)
    assert review.item(place).finding is None


def test_units_and_auditors_decide_nothing(review: Review) -> None:
    url = f"/reviews/items/{review.items[0]}"
    for client in (review.client(HEAD, 0), review.client(Role.AUDITOR)):
        assert client.post(url, data={"finding": "withdrawn_and_cancelled", "reason": "x"}).status_code == 403
        assert client.get(f"{review.url}/acceptance").status_code == 403


def test_a_decision_is_taken_back_with_its_reason(review: Review) -> None:
    clerk, url = review.client(CLERK), f"/reviews/items/{review.items[0]}"
    clerk.post(url, data={"finding": "withdrawn_and_cancelled", "reason": "已调离"})
    assert "已调离" in words(clerk.get(url))
    silent = clerk.post(f"{url}/reopening", data={"reason": ""}, follow_redirects=True)
    assert "Say why the decision is taken back." in words(silent)
    assert "The decision is taken back." in words(
        clerk.post(f"{url}/reopening", data={"reason": "录入有误"}, follow_redirects=True)
    )
    assert review.item(0).finding is None


def test_acceptance_shows_first_and_decides_then(review: Review) -> None:
    clerk = review.client(CLERK)
    url = f"{review.url}/acceptance?department={review.units[0]}&finding=passed"
    assert "Decide 2 certificates as proposed" in words(clerk.get(url))
    assert all(review.item(place).finding is None for place in range(4))
    assert "2 findings decided as proposed." in words(clerk.post(url, follow_redirects=True))
    assert "No open proposal in this choice" in words(clerk.get(url))


def test_what_changed_since_the_look_is_shown_again_and_not_decided(review: Review) -> None:
    clerk, chief = review.client(CLERK), review.client(CHIEF)
    url = f"{review.url}/acceptance?department={review.units[0]}&finding=passed"
    shown = words(clerk.get(url))
    assert 'name="previewed" value="2-0-0-0"' in shown
    chief.post(f"/reviews/items/{review.items[1]}", data={"finding": "deferred", "reason": "信访核查"})
    again = clerk.post(url, data={"previewed": "2-0-0-0"})
    assert (again.status_code, "Something changed since you looked" in words(again)) == (422, True)
    assert "Decide 1 certificate as proposed" in words(again)
    assert review.item(2).finding is None
    selected = {"item": review.items[2], "finding": "", "step": "do", "previewed": "0-1-0-0"}
    assert clerk.post(f"{review.url}/selection", data=selected).status_code == 422
    assert "1 findings decided as proposed." in words(
        clerk.post(url, data={"previewed": "1-0-0-0"}, follow_redirects=True)
    )


def test_the_head_attests_the_own_list(review: Review) -> None:
    head = review.client(HEAD, 0)
    own, foreign = (f"{review.url}/attestation/{unit}" for unit in review.units)
    assert head.get(foreign).status_code == head.post(foreign).status_code == 403
    assert review.client(UNIT_CLERK, 0).get(own).status_code == 403
    assert "has not spoken on 3 certificates" in words(head.post(own))
    head.post(f"{review.url}/list/{review.units[0]}/rest")
    assert "I have compared the list with the staff" in words(head.get(own))
    assert "has attested its list" in words(head.post(own, data={"remark": "名单无误"}, follow_redirects=True))
    with review.office.transaction() as session:
        assert session.scalars(select(ReviewAttestation.department_id)).all() == [review.units[0]]
    assert "名单无误" in words(review.client(CLERK).get(review.url))


def test_the_chief_locks_what_is_closed_and_decided(review: Review) -> None:
    chief, url = review.client(CHIEF), f"{review.url}/lock"
    page = words(chief.get(url))
    assert "Close the review first" in page
    assert "Lock for good" not in page
    assert chief.post(url).status_code == 422
    chief.post(f"{review.url}/close")
    chief.post(f"/reviews/items/{review.items[0]}/reopening", data={"reason": "录入有误"})
    assert f"{review.names[0]}: 1 without a finding." in words(chief.get(url))
    chief.post(f"{review.url}/acceptance")
    page = words(chief.get(url))
    assert "Lock for good" in page
    assert "2 units have not attested their lists." in page
    assert "The review is locked." in words(chief.post(url, follow_redirects=True))
    with review.office.transaction() as session:
        assert session.get_one(ReviewCampaign, review.campaign_id).status is CampaignStatus.LOCKED
        assert session.scalar(select(func.count()).select_from(Roster)) == 3


def test_the_clerk_does_not_lock(review: Review) -> None:
    clerk = review.client(CLERK)
    clerk.post(f"{review.url}/close")
    assert clerk.get(f"{review.url}/lock").status_code == clerk.post(f"{review.url}/lock").status_code == 403
    assert f'href="{review.url}/lock"' not in words(clerk.get(review.url))


def test_a_locked_review_leads_to_its_rosters_and_nothing_else_changes(locked: Review) -> None:
    chief = locked.client(CHIEF)
    page = words(chief.get(locked.url))
    assert page.count('href="/rosters/') == 3
    assert "3 rosters are not printed yet." in page
    assert "/jobs/" in page
    for part in ("lock", "acceptance", f"attestation/{locked.units[0]}"):
        assert "The review is locked" in words(chief.get(f"{locked.url}/{part}"))
    answer = chief.post(f"/reviews/items/{locked.items[0]}", data={"finding": "failed", "reason": "x"})
    assert (answer.status_code, "is locked" in words(answer)) == (422, True)
    assert chief.post(f"{locked.url}/acceptance").status_code == 422


def test_a_locked_review_shows_a_unit_its_own_roster(locked: Review) -> None:
    page = words(locked.client(UNIT_CLERK, 1).get(locked.url))
    assert set(page.split('href="/rosters/')[1:]) != set()
    assert locked.names[0] not in page
    assert "/jobs/" not in page


def sheets_of(response: TestResponse) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(response.data)).sheet_names


def test_drafts_are_taken_by_the_bureau_of_any_unit_and_by_a_unit_of_its_own(review: Review) -> None:
    draft = f"{review.url}/draft"
    clerk, head = review.client(CLERK), review.client(HEAD, 0)
    assert sheets_of(clerk.post(f"{draft}.xlsx")) == [*review.names, "汇总"]
    assert sheets_of(clerk.post(f"{draft}.xlsx?department={review.units[1]}")) == [review.names[1], "汇总"]
    for asked in ("", f"?department={review.units[1]}", f"?department={review.units[0]}"):
        assert sheets_of(head.post(f"{draft}.xlsx{asked}")) == [review.names[0], "汇总"]
    paper = head.post(f"{draft}.pdf")
    assert (paper.mimetype, paper.data[:4]) == ("application/pdf", b"%PDF")


def test_the_administrator_takes_no_paper(review: Review) -> None:
    assert review.client(Role.ADMINISTRATOR).post(f"{review.url}/draft.xlsx").status_code == 403


def test_an_unknown_form_of_draft_is_not_found(review: Review) -> None:
    assert review.client(CLERK).post(f"{review.url}/draft.docx").status_code == 404


def test_a_locked_review_has_no_draft(locked: Review) -> None:
    answer = locked.client(CLERK).post(f"{locked.url}/draft.xlsx")
    assert (answer.status_code, "take a copy of its roster" in words(answer)) == (422, True)


@pytest.mark.parametrize("path", ["", "/items", "/acceptance", "/lock"])
def test_a_review_that_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert office.client(CHIEF).get(f"/reviews/99{path}").status_code == 404


def test_strangers_are_sent_to_sign_in(review: Review) -> None:
    answer = review.office.stranger().get(review.url)
    assert (answer.status_code, "/sign-in" in answer.location) == (302, True)


def test_the_pages_are_chinese_for_a_chinese_reader(review: Review) -> None:
    assert "行政执法证" in words(review.office.client(CHIEF, locale="zh_CN").get(review.url))
