"""A review's lists and desk in the browser: units speak, lists go back, selections, make-ups, the close, reminders."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from registry import clock
from registry.models.jobs import Job
from registry.models.reviews import ReviewCampaign, ReviewItem, ReviewReminder
from registry.rules.campaigns import Statement
from registry.rules.jobs import JobKind
from registry.rules.reviews import CampaignStatus, ReviewFinding
from tests.factories import make_training
from tests.web.conftest import Office
from tests.web.test_reviews import CHIEF, CLERK, HEAD, UNIT_CLERK, Review, begin, words


@pytest.fixture
def review(office: Office) -> Review:
    return begin(office)


def list_of(review: Review, unit: int = 0) -> str:
    return f"{review.url}/list/{review.units[unit]}"


def set_days(review: Review, **days: object) -> None:
    with review.office.transaction() as session:
        session.execute(update(ReviewCampaign).values(**days))


def test_a_year_is_opened_by_its_policy_with_days_in_order(review: Review) -> None:
    clerk = review.client(CLERK)
    page = words(clerk.get("/reviews/new?year=2021"))
    assert "The policy of 2021" in page
    assert "2021-10-31" in page
    wanted = {"year": "2022", "kind": "enforcement", "decide_by": "2000-01-01"}
    assert "In order come" in words(clerk.post("/reviews/new", data=wanted))
    opened = clerk.post("/reviews/new", data={**wanted, "decide_by": ""})
    assert "soon due" in words(clerk.get(opened.location)) or "in time" in words(clerk.get(opened.location))


def test_how_near_a_day_is_stands_there_in_a_word_and_a_colour(review: Review) -> None:
    today = clock.today()
    set_days(review, attest_by_on=today - timedelta(days=1), decide_by_on=today + timedelta(days=1))
    set_days(review, make_up_by_on=today + timedelta(days=300))
    page = review.client(CLERK).get(review.url).text
    days = re.findall(r'<dd><span class="nowrap">([^<]*)</span>\s*<span class="tag tag-(\w+)">([^<]*)</span>', page)
    told = [(tone, word) for _day, tone, word in days]
    assert told == [("bad", "overdue"), ("warn", "soon due"), ("info", "in time")]


def test_the_unit_clerk_speaks_and_a_word_without_its_note_stops_no_other(review: Review) -> None:
    clerk, (first, second, *_rest) = review.client(UNIT_CLERK, 0), review.items
    assert "Certificates spoken on" in words(clerk.get(list_of(review)))
    said = {f"said-{first}": "in_post", f"said-{second}": "disciplined", f"note-{second}": ""}
    answer = words(clerk.post(list_of(review), data=said))
    assert "1 word was taken." in answer
    assert "Say in a few words what changed" in answer
    assert [review.item(place).statement for place in (0, 1)] == [Statement.IN_POST, None]
    assert clerk.post(list_of(review), data={f"said-{second}": "left"}).status_code == 302
    assert review.item(1).proposed is ReviewFinding.WITHDRAWN
    assert clerk.get(list_of(review, 1)).status_code == clerk.post(list_of(review, 1)).status_code == 403


def test_all_others_are_in_the_post_then_the_list_stands_until_it_goes_back(review: Review) -> None:
    head, clerk = review.client(HEAD, 0), review.client(CLERK)
    assert "3 words were taken." in words(head.post(f"{list_of(review)}/rest", follow_redirects=True))
    head.post(f"{review.url}/attestation/{review.units[0]}", data={"remark": ""})
    assert head.post(f"{list_of(review)}/rest").status_code == 422
    assert "The list is attested" in words(head.get(list_of(review)))
    assert head.get(f"{list_of(review)}/return").status_code == 403
    assert "Return the list of" in words(clerk.get(review.url))
    assert clerk.post(f"{list_of(review)}/return", data={"reason": ""}).status_code == 422
    assert clerk.post(f"{list_of(review)}/return", data={"reason": "一人漏报"}).status_code == 302
    for page in ("/", review.url, list_of(review)):
        assert "一人漏报" in words(head.get(page))


def test_a_selection_is_shown_first_then_decided(review: Review) -> None:
    clerk, url = review.client(CLERK), f"{review.url}/selection"
    assert "selection" in words(clerk.get(f"{review.url}/items"))
    assert "Tick at least one" in words(clerk.post(url, data={"asked": "show=open"}, follow_redirects=True))
    everybody = {"everybody": "yes", "asked": f"department={review.units[0]}", "finding": "passed"}
    shown = words(clerk.post(url, data=everybody))
    assert "Left out, and why" in shown
    assert "is not completed" in shown
    assert "Decide 2 certificates" in shown
    assert all(review.item(place).finding is None for place in range(4))
    done = words(clerk.post(url, data={**everybody, "step": "do"}, follow_redirects=True))
    assert "Decided: 2. Left as they are: 1." in done
    assert review.client(HEAD, 0).post(url, data=everybody).status_code == 403


def test_make_ups_are_looked_for_and_decided(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2022, 2, 1))  # the cards have expired since
    clerk, url = review.client(CLERK), f"{review.url}/make-ups"
    clerk.post(f"{review.url}/acceptance")
    assert "1 deferred certificate waits" in words(clerk.get(url))
    assert "Looked at 1 certificates again" in words(clerk.post(url, data={"step": "look"}, follow_redirects=True))
    with review.office.transaction() as session:
        deferred = session.scalars(select(ReviewItem).where(ReviewItem.finding == ReviewFinding.DEFERRED)).one()
        make_training(session, deferred.person, hours=80, held_on=clock.today())
    clerk.post(url, data={"step": "look"})
    assert "1 holder has made up." in words(clerk.get(url))
    assert "Decided: 1." in words(clerk.post(url, data={"step": "accept"}, follow_redirects=True))


def test_the_clerk_closes_after_a_look_and_the_chief_locks(review: Review) -> None:
    clerk = review.client(CLERK)
    page = words(clerk.get(f"{review.url}/close"))
    assert "2 units have not attested their lists." in page
    seen = re.search(r'name="previewed" value="([^"]+)"', clerk.get(f"{review.url}/close").text)
    assert seen
    clerk.post(f"{review.url}/acceptance")  # in another window
    again = clerk.post(f"{review.url}/close", data={"previewed": seen[1]})
    assert again.status_code == 422
    assert "Something changed since you looked" in words(again)
    assert "The review is closed" in words(clerk.post(f"{review.url}/close", follow_redirects=True))
    with review.office.transaction() as session:
        assert session.get_one(ReviewCampaign, review.campaign_id).status is CampaignStatus.CLOSED
    assert "The review is closed" in words(clerk.get(f"{review.url}/close"))
    pressed_twice = clerk.post(f"{review.url}/close", data={"previewed": seen[1]})
    assert (pressed_twice.status_code, "Something changed" in words(pressed_twice)) == (422, False)
    assert "closed, to be locked" in words(review.client(CHIEF).get("/"))
    assert f'href="{review.url}/lock"' in words(review.client(CHIEF).get(review.url))
    assert review.client(HEAD, 0).post(f"{review.url}/close").status_code == 403


def test_a_late_unit_is_reminded_on_its_board_and_page(review: Review) -> None:
    clerk, head = review.client(CLERK), review.client(HEAD, 0)
    set_days(review, attest_by_on=clock.today() + timedelta(days=60))
    assert "Nobody to remind" in words(clerk.post(f"{review.url}/reminders", follow_redirects=True))
    set_days(review, attest_by_on=clock.today() - timedelta(days=1))
    assert "2 reminders were given." in words(clerk.post(f"{review.url}/reminders", follow_redirects=True))
    for page in ("/", review.url):
        assert "The bureau reminded your unit on" in words(head.get(page))
        assert "overdue" in words(head.get(page))
    assert head.post(f"{review.url}/reminders").status_code == 403


def test_with_a_mail_server_the_worker_is_asked_to_write(review: Review) -> None:
    app = review.office.app
    mail = {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "registry@bureau.example"}
    app.extensions["settings"] = replace(app.extensions["settings"], **mail)
    set_days(review, attest_by_on=clock.today())
    answer = review.client(CLERK).post(f"{review.url}/reminders")
    with review.office.transaction() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.MAIL_REMINDERS)).one()
        assert session.scalars(select(ReviewReminder.mailed_to)).all() == ["", ""]
    assert answer.location == f"/jobs/{job.id}"
    assert "Annual review" in words(review.client(CLERK).get(answer.location))
