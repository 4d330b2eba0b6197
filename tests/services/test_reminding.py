"""Reminders: at steps, once a day, on the board; by mail after the act, and who was not reached is told."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.cli.worker import chores
from registry.db import transaction
from registry.models.accounts import Account
from registry.models.jobs import Job
from registry.models.reviews import ReviewCampaign, ReviewReminder
from registry.rules import Denied, RuleBroken
from registry.rules.campaigns import ReviewStep, Urgency
from registry.rules.jobs import JobKind
from registry.rules.permissions import SYSTEM, Role
from registry.services import reviews
from registry.services.mail import PostOffice
from tests.services.test_review_decisions import CLERK, head_of
from tests.services.test_reviews import TODAY
from tests.services.test_rosters import open_review
from tests.smtp import MailServer, mail_server

LATE = TODAY + timedelta(days=25)  # a day after the units should have attested
URL = "http://registry.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as opened:
        yield opened


def late_review(app: Flask, *, addresses: tuple[str, str] = ("a@unit.example", "b@unit.example")) -> ReviewCampaign:
    """A review whose two units have not attested; each has somebody with this address. They are reminded."""
    with transaction(app.extensions["sessions"]) as session:
        campaign, units = open_review(session)
        for unit, email in zip(units, addresses, strict=True):
            name = f"head{unit.id}"
            said = {"username": name, "display_name": name, "password_hash": "", "role": Role.UNIT_HEAD}
            session.add(Account(**said, department_id=unit.id, email=email))
        reviews.remind_due(session, SYSTEM, today=LATE)
    return campaign


def mail(app: Flask, url: str) -> reviews.Mailed:
    post = PostOffice(url, "registry@bureau.example")
    return reviews.mail_reminders(app.extensions["sessions"], reminded_on=LATE, post=post, public_url=URL)


def mailed_to(app: Flask) -> list[str]:
    with app.extensions["sessions"].reading() as session:
        return list(session.scalars(select(ReviewReminder.mailed_to).order_by(ReviewReminder.id)))


def test_nobody_is_reminded_before_a_day_is_near(session: Session) -> None:
    open_review(session)
    assert reviews.remind_due(session, SYSTEM, today=TODAY) == []


def test_units_that_have_not_attested_are_reminded_once_a_day_whoever_asks(session: Session) -> None:
    campaign, units = open_review(session)
    of_unit = {"campaign_id": campaign.id, "department_id": units[1].id}
    reviews.state_rest(session, CLERK, **of_unit)
    reviews.attest(session, CLERK, **of_unit)
    (first,) = reviews.remind_due(session, SYSTEM, today=LATE)
    assert (first.unit, first.step, first.urgency) == (units[0].name, ReviewStep.ATTEST, Urgency.OVERDUE)
    assert reviews.remind_due(session, SYSTEM, today=LATE) == []
    assert reviews.remind(session, CLERK, campaign_id=campaign.id, today=LATE) == []
    assert reviews.progress(session, CLERK, campaign_id=campaign.id).units[0].reminded_on == LATE
    assert reviews.remind_due(session, SYSTEM, today=LATE + timedelta(days=3)) == []
    assert len(reviews.remind(session, CLERK, campaign_id=campaign.id, today=LATE + timedelta(days=3))) == 1


def test_units_are_reminded_of_the_deferred_as_their_day_comes_near(session: Session) -> None:
    campaign, units = open_review(session)
    for unit in units:
        reviews.state_rest(session, CLERK, campaign_id=campaign.id, department_id=unit.id)
        reviews.attest(session, CLERK, campaign_id=campaign.id, department_id=unit.id)
    reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY)
    near = (campaign.make_up_by_on or date.max) - timedelta(days=5)
    (one,) = reviews.remind_due(session, SYSTEM, today=near)
    assert (one.unit, one.step, one.urgency) == (units[0].name, ReviewStep.MAKE_UP, Urgency.SOON)


def test_units_remind_nobody(session: Session) -> None:
    campaign, units = open_review(session)
    with pytest.raises(Denied):
        reviews.remind(session, head_of(units[0].id), campaign_id=campaign.id, today=LATE)


def test_a_letter_goes_to_the_addresses_of_the_unit_in_chinese_and_once(app: Flask, server: MailServer) -> None:
    campaign = late_review(app)
    told = mail(app, server.url)
    assert (len(told.sent), told.refused, told.without_address) == (2, [], [])
    assert [letter["To"] for letter in server.letters] == mailed_to(app) == ["a@unit.example", "b@unit.example"]
    assert f"{URL}/reviews/{campaign.id}" in server.letters[0].get_content()
    assert "郏县司法局" in server.letters[0].get_content()
    assert mail(app, server.url).sent == []


def test_whom_the_server_refuses_is_told_and_stops_no_other_letter(app: Flask, server: MailServer) -> None:
    late_review(app)
    server.refused.add("a@unit.example")
    told = mail(app, server.url)
    assert (len(told.sent), len(told.refused), len(server.letters)) == (1, 1, 1)
    assert mailed_to(app) == ["", "b@unit.example"]
    server.refused.clear()
    assert len(mail(app, server.url).sent) == 1


def test_a_server_that_does_not_answer_takes_no_reminder_back(app: Flask) -> None:
    late_review(app, addresses=("a@unit.example", ""))
    told = mail(app, "smtp://127.0.0.1:9")
    assert (told.sent, len(told.refused), len(told.without_address)) == ([], 1, 1)
    assert mailed_to(app) == ["", ""]


def test_the_worker_mails_and_names_at_the_end_who_was_not_reached(app: Flask, server: MailServer) -> None:
    campaign = late_review(app)
    post = PostOffice(server.url, "registry@bureau.example")
    wanted = {"campaign_id": campaign.id, "reminded_on": LATE.isoformat(), "public_url": URL}
    server.refused.add("a@unit.example")
    with pytest.raises(RuleBroken, match="REV-26"):
        reviews.mail_apart(app.extensions["sessions"], lambda *_: None, **wanted, post=post)
    server.refused.clear()
    told = reviews.mail_apart(app.extensions["sessions"], lambda *_: None, **wanted, post=post)
    assert told == {"mailed": 1, "without_address": 0}


def test_the_worker_reminds_by_itself_once_a_day_and_asks_for_the_mail(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: LATE)
    open_review(session)
    for _hour in range(2):
        reviews.remind_daily(session, by_mail=True)
    assert {one.reminded_on for one in session.scalars(select(ReviewReminder))} == {LATE}
    (job,) = session.scalars(select(Job).where(Job.kind == JobKind.MAIL_REMINDERS))
    assert job.arguments["reminded_on"] == LATE.isoformat()


def test_reminding_is_a_chore_of_the_worker(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        for chore in chores(app.extensions["settings"]):
            chore(session)
