"""Make-ups by the register of the day: what was corrected since, what moved otherwise, and what no record can end."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.rosters import Roster
from registry.models.training import Attendance
from registry.rules.campaigns import Statement
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import ReviewFinding
from registry.services import reviews, rosters, training
from registry.services.reviews import ItemFilter, Said, Show
from tests.services.test_review_closing import LATER, make_up
from tests.services.test_review_decisions import CLERK, decide, items
from tests.services.test_review_lists import state
from tests.services.test_reviews import TODAY, end_post
from tests.services.test_rosters import open_review

PASSED, DEFERRED, FAILED, WITHDRAWN = ReviewFinding
TOO_LATE = TODAY + timedelta(days=91)


def take_training_back(session: Session, person_id: int) -> None:
    for line in session.scalars(select(Attendance.id).where(Attendance.person_id == person_id)).all():
        training.take_back(session, SYSTEM, attendance_id=line, reason="代学", today=LATER)
    session.expire_all()


def deferred(session: Session, campaign: ReviewCampaign) -> ReviewItem:
    """The untrained one's certificate, deferred as proposed."""
    reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY)
    return items(session, campaign)[0]


def test_training_taken_back_before_the_make_up_is_accepted_leaves_the_deferral(session: Session) -> None:
    campaign, _ = open_review(session)
    item = make_up(session, campaign)
    reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER)
    take_training_back(session, item.person_id)

    done = reviews.accept_make_ups(session, CLERK, campaign_id=campaign.id, today=LATER)

    session.expire_all()
    assert (done.total, [left.item_id for left in done.left_open]) == (0, [item.id])
    assert (item.finding, item.proposed, item.made_up_on) == (DEFERRED, DEFERRED, None)


def test_training_taken_back_before_the_close_does_not_pass(session: Session) -> None:
    campaign, _ = open_review(session)
    item = make_up(session, campaign)
    reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER)
    take_training_back(session, item.person_id)

    shown = reviews.preview_closing(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)
    assert reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE) == shown

    session.expire_all()
    assert (shown.made_up, shown.late, item.finding) == (0, 1, FAILED)


def test_who_made_up_passes_at_the_close_though_nobody_looked_again(session: Session) -> None:
    campaign, _ = open_review(session)
    item = make_up(session, campaign)

    told = reviews.close(session, CLERK, campaign_id=campaign.id, today=LATER)

    session.expire_all()
    assert (told.made_up, item.finding, item.made_up_on) == (1, PASSED, LATER)


def test_who_left_since_is_withdrawn_at_the_close_and_shown_before(session: Session) -> None:
    campaign, _ = open_review(session)
    item = deferred(session, campaign)
    person = session.get_one(Person, item.person_id)
    end_post(session, person, date(2022, 1, 9), EndReason.RETIREMENT)
    reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER)

    assert reviews.waiting(session, campaign.id).speaks_otherwise == 1
    shown = reviews.items(session, CLERK, campaign_id=campaign.id, chosen=ItemFilter(show=Show.SPEAKS_OTHERWISE))
    assert [row.id for row in shown.rows] == [item.id]
    told = reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)

    session.expire_all()
    assert (told.speaks_otherwise, told.late, item.finding, item.deferred_until) == (1, 0, WITHDRAWN, None)
    detail = reviews.item(session, CLERK, item_id=item.id)
    assert [rule["code"] for rule in detail.grounds] == ["REV-1", "REV-3"]
    reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TOO_LATE)
    county = session.scalars(select(Roster).where(Roster.department_id.is_(None))).one()
    sections = rosters.whole(session, county)["sections"]
    remarks = {line["item_id"]: line["remark"] for section in sections for line in section["lines"]}
    assert remarks[item.id] == "退休；未完成培训"


def test_a_deferral_against_the_facts_is_left_to_a_person(session: Session) -> None:
    campaign, _ = open_review(session)
    fit = decide(session, items(session, campaign)[1], DEFERRED, "信访件正在核查")
    reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER)

    assert reviews.waiting(session, campaign.id).against_facts == 1
    assert reviews.preview_make_ups(session, CLERK, campaign_id=campaign.id).total == 0
    told = reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)

    session.expire_all()
    assert [(left.item_id, left.violations[0].code) for left in told.left_open] == [(fit.id, "REV-28")]
    assert (fit.finding, fit.made_up_on) == (DEFERRED, None)


def test_a_deferral_against_the_facts_takes_what_the_facts_come_to_say(session: Session) -> None:
    campaign, _ = open_review(session)
    fit = decide(session, items(session, campaign)[1], DEFERRED, "信访件正在核查")
    take_training_back(session, fit.person_id)

    told = reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)

    session.expire_all()
    assert (told.late, fit.finding) == (1, FAILED)


def test_a_finding_of_the_close_names_its_rule(session: Session) -> None:
    campaign, _ = open_review(session)
    item = deferred(session, campaign)
    reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)
    session.expire_all()
    (rule,) = reviews.item(session, CLERK, item_id=item.id).grounds
    assert (item.finding, rule["code"], rule["source"]) == (FAILED, "REV-17", "甘肃 2008、上海：补考不合格不得继续执法")


def test_a_persons_deferral_stands_until_its_day_whatever_the_facts_spoke_for(session: Session) -> None:
    campaign, _ = open_review(session)
    fit = items(session, campaign)[1]
    end_post(session, session.get_one(Person, fit.person_id), date(2022, 1, 5), EndReason.RETIREMENT)
    decide(session, fit, DEFERRED, "返聘手续正在核查")

    shown = reviews.preview_closing(session, CLERK, campaign_id=campaign.id, today=TODAY)
    late = reviews.preview_closing(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)
    assert (shown.speaks_otherwise, late.speaks_otherwise) == (0, 1)
    assert [(left.item_id, left.violations[0].code) for left in shown.left_open] == [(fit.id, "REV-28")]
    reviews.close(session, CLERK, campaign_id=campaign.id, today=TODAY)

    session.expire_all()
    assert (fit.finding, fit.reason) == (DEFERRED, "返聘手续正在核查")


def test_a_deferral_for_discipline_alone_is_left_to_a_person(session: Session) -> None:
    campaign, units = open_review(session)
    fit = items(session, campaign)[1]
    state(session, campaign, units[0].id, **{f"_{fit.id}": Said(Statement.DISCIPLINED, "立案调查")})
    reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY)

    told = reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)

    session.expire_all()
    assert [(left.item_id, left.violations[0].code) for left in told.left_open] == [(fit.id, "REV-28")]
    assert (told.late, fit.finding) == (1, DEFERRED)


def test_whoever_decides_otherwise_after_the_close_is_told_by_another_rule_than_the_closes(session: Session) -> None:
    campaign, _ = open_review(session)
    item = deferred(session, campaign)
    reviews.close(session, CLERK, campaign_id=campaign.id, today=TOO_LATE)
    session.expire_all()
    by_the_close = reviews.item(session, CLERK, item_id=item.id).grounds

    decide(session, item, WITHDRAWN, "本人书面申请注销")

    grounds = reviews.item(session, CLERK, item_id=item.id).grounds
    assert [[rule["code"] for rule in those] for those in (by_the_close, grounds)] == [["REV-17"], ["REV-9"]]
