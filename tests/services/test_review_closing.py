"""Bulk findings, make-ups and the close: looked at first, by rule, and no bad row stops the others."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import CertificateAct
from registry.rules.permissions import SYSTEM, Action
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.services import certificates, reviews
from tests.acting import act_upon
from tests.factories import make_training
from tests.services.test_review_decisions import CLERK, acts, decide, head_of, items
from tests.services.test_reviews import TODAY, open_year, trained_card
from tests.services.test_rosters import open_review

PASSED, DEFERRED, FAILED, WITHDRAWN = ReviewFinding
LATER = TODAY + timedelta(days=30)


def spoil(session: Session, item: ReviewItem) -> None:
    session.execute(update(ReviewItem).where(ReviewItem.id == item.id).values(facts={"status": "active"}))
    session.expire_all()


def make_up(session: Session, campaign: ReviewCampaign) -> ReviewItem:
    """The first item deferred by the proposal, its holder then trained, and looked at again."""
    item = items(session, campaign)[0]
    reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY)
    make_training(session, session.get_one(Person, item.person_id), hours=80, held_on=LATER)
    session.expire_all()
    return item


def test_a_selection_is_decided_alike_but_for_whom_the_law_stops(session: Session) -> None:
    campaign, _ = open_review(session)
    untrained, trained, other = items(session, campaign)
    wanted = {"campaign_id": campaign.id, "item_ids": [untrained.id, trained.id], "finding": PASSED, "reason": "补录"}
    shown = reviews.preview_selection(session, CLERK, **wanted)
    assert [(left.item_id, left.violations[0].code) for left in shown.left_open] == [(untrained.id, "REV-3")]
    assert reviews.decide_selection(session, CLERK, **wanted, today=TODAY) == shown
    session.expire_all()
    assert [item.finding for item in (untrained, trained, other)] == [None, PASSED, None]
    assert (trained.reason, acts(session, Action.REVIEW_DECIDE)) == ("补录", 1)


def test_a_selection_against_the_proposals_gives_its_reason(session: Session) -> None:
    campaign, _ = open_review(session)
    every = [item.id for item in items(session, campaign)]
    wanted = {"campaign_id": campaign.id, "item_ids": every, "finding": WITHDRAWN}
    told = reviews.decide_selection(session, CLERK, **wanted, today=TODAY)
    assert (told.total, {left.violations[0].code for left in told.left_open}) == (0, {"REV-9"})
    as_proposed = {**wanted, "finding": None}
    assert reviews.decide_selection(session, CLERK, **as_proposed, today=TODAY).total == 3
    with pytest.raises(Denied):
        reviews.decide_selection(session, head_of(items(session, campaign)[0].department_id), **wanted, today=TODAY)


def test_a_deferral_has_its_day(session: Session) -> None:
    campaign, _ = open_review(session)
    item = items(session, campaign)[0]
    assert decide(session, item, DEFERRED).deferred_until == TODAY + timedelta(days=90)
    with pytest.raises(RuleBroken, match="REV-23"):
        reviews.decide(
            session, CLERK, item_id=item.id, finding=DEFERRED, reason="", today=TODAY, deferred_until=date(2023, 1, 1)
        )
    assert reviews.reopen(session, CLERK, item_id=item.id, reason="录入有误").deferred_until is None


def test_who_has_trained_since_is_proposed_to_pass_and_decided_in_bulk(session: Session) -> None:
    campaign, _ = open_review(session)
    item = make_up(session, campaign)
    assert reviews.preview_make_ups(session, CLERK, campaign_id=campaign.id).total == 0
    looked = reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER)
    assert (looked.count, looked.moved[PASSED]) == (1, 1)
    session.expire_all()
    assert (item.finding, item.proposed, item.made_up_on) == (DEFERRED, PASSED, LATER)
    assert reviews.progress(session, CLERK, campaign_id=campaign.id).total.made_up == 1
    assert reviews.accept_make_ups(session, CLERK, campaign_id=campaign.id, today=LATER).total == 1
    session.expire_all()
    assert (item.finding, item.deferred_until) == (PASSED, None)
    told = select(TrailEntry).where(TrailEntry.subject_type == "review_items", TrailEntry.subject_id == item.id)
    found = [(e.facts.get("before"), e.facts.get("after")) for e in session.scalars(told.order_by(TrailEntry.id))]
    assert found == [(None, DEFERRED), (None, None), (DEFERRED, PASSED)]
    assert reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER).count == 0


def test_facts_that_were_not_whole_are_gathered_again(session: Session) -> None:
    campaign, _ = open_review(session)
    broken = items(session, campaign)[1]
    spoil(session, broken)
    assert reviews.look_again(session, CLERK, campaign_id=campaign.id, today=TODAY).count == 1
    session.expire_all()
    assert (broken.facts["as_of"], broken.proposed, broken.made_up_on) == (TODAY.isoformat(), PASSED, None)


def test_closing_deals_with_whoever_is_left_as_the_preview_showed(session: Session) -> None:
    campaign, _ = open_review(session)
    late, undecided, broken = items(session, campaign)
    decide(session, late, DEFERRED)
    spoil(session, broken)
    day = TODAY + timedelta(days=91)
    shown = reviews.preview_closing(session, CLERK, campaign_id=campaign.id, today=day)
    assert (shown.late, shown.undecided[PASSED], [left.item_id for left in shown.left_open]) == (1, 1, [broken.id])
    assert reviews.close(session, CLERK, campaign_id=campaign.id, today=day) == shown
    session.expire_all()
    assert [item.finding for item in (late, undecided, broken)] == [FAILED, PASSED, None]
    assert late.reason != ""
    assert (campaign.status, campaign.closed_on) == (CampaignStatus.CLOSED, day)
    assert acts(session, Action.REVIEW_CLOSE) == 3
    counts = reviews.progress(session, CLERK, campaign_id=campaign.id).total
    assert counts.due == sum(counts.findings.values()) + counts.open


def test_what_is_deferred_until_today_stays_deferred(session: Session) -> None:
    campaign, _ = open_review(session)
    reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY)
    assert reviews.close(session, CLERK, campaign_id=campaign.id, today=TODAY + timedelta(days=90)).late == 0


def test_after_the_close_single_findings_alone_change_and_the_lock_asks_for_all(session: Session) -> None:
    campaign, units = open_review(session)
    with pytest.raises(RuleBroken, match="REV-24"):
        reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    reviews.close(session, CLERK, campaign_id=campaign.id, today=TODAY)
    of_unit = {"campaign_id": campaign.id, "department_id": units[0].id}
    for act in (
        lambda: reviews.close(session, CLERK, campaign_id=campaign.id, today=TODAY),
        lambda: reviews.state_rest(session, CLERK, **of_unit),
        lambda: reviews.attest(session, CLERK, **of_unit),
        lambda: reviews.return_list(session, CLERK, **of_unit, reason="漏报", today=TODAY),
        lambda: reviews.look_again(session, CLERK, campaign_id=campaign.id, today=TODAY),
        lambda: reviews.remind(session, CLERK, campaign_id=campaign.id, today=TODAY),
    ):
        with pytest.raises(RuleBroken, match="REV-7"):
            act()
    item = items(session, campaign)[1]
    reviews.reopen(session, CLERK, item_id=item.id, reason="录入有误")
    with pytest.raises(RuleBroken, match="REV-6"):
        reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY)
    decide(session, item, PASSED)
    reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY)


def test_units_close_nothing(session: Session) -> None:
    campaign, units = open_review(session)
    with pytest.raises(Denied):
        reviews.close(session, head_of(units[0].id), campaign_id=campaign.id, today=TODAY)


def test_a_lost_card_counts_by_the_new_one_that_took_its_place(session: Session) -> None:
    card = trained_card(session)
    act_upon(session, card, CertificateAct.REPORT_LOST, date(2021, 9, 1), today=TODAY)
    campaign = open_year(session)
    (item,) = items(session, campaign)
    decide(session, item, DEFERRED)
    act_upon(session, card, CertificateAct.PUBLISH_LOSS, date(2021, 9, 15), today=TODAY)
    said = {"document_number": "大河报 2022-01-12", "reason": "遗失补办", "today": LATER}
    certificates.replace(session, SYSTEM, certificate_id=card.id, cause=ReplacementCause.LOSS, **said)  # type: ignore[arg-type]
    assert reviews.look_again(session, CLERK, campaign_id=campaign.id, today=LATER).moved[PASSED] == 1
    session.expire_all()
    assert (item.proposed, item.facts["status"]) == (PASSED, "active")
