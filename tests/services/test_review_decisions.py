"""Findings: decided singly or in bulk, taken back, attested by the units, each with its entry in the trail."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.models.reviews import ReviewAttestation, ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.rules.reviews import ReviewFinding
from registry.services import reviews
from registry.services.reviews import ItemFilter
from tests.factories import make_department
from tests.services.test_reviews import TODAY, open_year, trained_card
from tests.services.test_rosters import lock, open_review

PASSED, DEFERRED, FAILED, WITHDRAWN = ReviewFinding
CLERK = Actor(account_id=None, name="", role=Role.BUREAU_CLERK)


def items(session: Session, campaign: ReviewCampaign) -> list[ReviewItem]:
    rows = select(ReviewItem).where(ReviewItem.campaign_id == campaign.id).order_by(ReviewItem.id)
    return list(session.scalars(rows))


def decide(session: Session, item: ReviewItem, finding: ReviewFinding, reason: str = "") -> ReviewItem:
    return reviews.decide(session, CLERK, item_id=item.id, finding=finding, reason=reason, today=TODAY)


def head_of(unit_id: int) -> Actor:
    return Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=unit_id)


def acts(session: Session, action: Action) -> int:
    return session.scalar(select(func.count()).select_from(TrailEntry).where(TrailEntry.action == action)) or 0


def test_a_decision_as_proposed_needs_no_reason(session: Session) -> None:
    campaign, _ = open_review(session)
    item = next(one for one in items(session, campaign) if one.proposed is PASSED)
    decided = decide(session, item, PASSED)
    assert (decided.finding, decided.reason, acts(session, Action.REVIEW_DECIDE)) == (PASSED, "", 1)


def test_a_decision_against_the_proposal_gives_its_reason(session: Session) -> None:
    campaign, _ = open_review(session)
    item = next(one for one in items(session, campaign) if one.proposed is PASSED)
    with pytest.raises(RuleBroken, match="REV-9"):
        decide(session, item, DEFERRED, "  ")
    assert decide(session, item, DEFERRED, "正在接受调查").reason == "正在接受调查"


def test_nobody_passes_who_was_not_trained_whatever_the_reason(session: Session) -> None:
    campaign, _ = open_review(session)
    item = next(one for one in items(session, campaign) if one.proposed is DEFERRED)
    with pytest.raises(RuleBroken, match="REV-3"):
        decide(session, item, PASSED, "领导同意")
    assert item.finding is None


def test_a_card_for_next_year_is_not_decided(session: Session) -> None:
    trained_card(session, issued_on=date(2021, 12, 1))
    (item,) = items(session, open_year(session))
    with pytest.raises(RuleBroken, match="REV-11"):
        decide(session, item, PASSED)


def test_a_decision_is_taken_back_with_a_reason_and_stays_in_the_trail(session: Session) -> None:
    campaign, _ = open_review(session)
    item = decide(session, items(session, campaign)[0], WITHDRAWN, "已调离")
    with pytest.raises(RuleBroken, match="REV-9"):
        reviews.reopen(session, CLERK, item_id=item.id, reason=" ")
    reviews.reopen(session, CLERK, item_id=item.id, reason="录入有误")
    assert (item.finding, item.reason, item.decided_at) == (None, "", None)
    last = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()
    assert last is not None
    assert (last.facts["before"], last.facts["after"], last.reason) == (WITHDRAWN, None, "录入有误")


def test_accepting_decides_what_the_preview_showed_with_an_entry_each(session: Session) -> None:
    campaign, _ = open_review(session)
    shown = reviews.preview_acceptance(session, CLERK, campaign_id=campaign.id)
    assert all(item.finding is None for item in items(session, campaign))
    assert reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY) == shown
    session.expire_all()
    assert [item.finding for item in items(session, campaign)] == [item.proposed for item in items(session, campaign)]
    assert acts(session, Action.REVIEW_DECIDE) == shown.total == 3
    assert reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY).total == 0


def test_acceptance_can_be_for_one_unit_and_one_proposal(session: Session) -> None:
    campaign, units = open_review(session)
    of_unit = reviews.preview_acceptance(session, CLERK, campaign_id=campaign.id, department_id=units[1].id)
    assert of_unit.counts == {PASSED: 1, DEFERRED: 0, FAILED: 0, WITHDRAWN: 0}
    deferred = reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY, finding=DEFERRED)
    assert deferred.counts == {PASSED: 0, DEFERRED: 1, FAILED: 0, WITHDRAWN: 0}


def test_an_item_whose_facts_are_not_whole_is_left_and_told(session: Session) -> None:
    campaign, _ = open_review(session)
    broken = items(session, campaign)[0]
    session.execute(update(ReviewItem).where(ReviewItem.id == broken.id).values(facts={"status": "active"}))
    done = reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY)
    assert [(left.item_id, left.violations[0].code) for left in done.left_open] == [(broken.id, "REV-14")]
    assert done.total == 2


def test_units_decide_nothing(session: Session) -> None:
    campaign, units = open_review(session)
    with pytest.raises(Denied):
        reviews.accept_proposals(
            session, head_of(units[0].id), campaign_id=campaign.id, today=TODAY, department_id=units[0].id
        )


def test_the_head_attests_the_own_unit_alone(session: Session) -> None:
    campaign, units = open_review(session)
    head = head_of(units[0].id)
    with pytest.raises(Denied):
        reviews.attest(session, head, campaign_id=campaign.id, department_id=units[1].id)
    reviews.state_rest(session, head, campaign_id=campaign.id, department_id=units[0].id)
    reviews.attest(session, head, campaign_id=campaign.id, department_id=units[0].id, remark="名单无误")
    reviews.attest(session, head, campaign_id=campaign.id, department_id=units[0].id, remark="补正后无误")
    words = session.scalars(select(ReviewAttestation)).all()
    assert [(word.department_id, word.remark) for word in words] == [(units[0].id, "补正后无误")]
    assert acts(session, Action.REVIEW_ATTEST) == 2


def test_a_unit_without_certificates_has_nothing_to_attest(session: Session) -> None:
    campaign, _ = open_review(session)
    unit = make_department(session)
    with pytest.raises(RuleBroken, match="REV-13"):
        reviews.attest(session, CLERK, campaign_id=campaign.id, department_id=unit.id)


def test_a_units_people_see_their_items_alone(session: Session) -> None:
    campaign, units = open_review(session)
    page = reviews.items(session, head_of(units[0].id), campaign_id=campaign.id, chosen=ItemFilter())
    assert {row.unit for row in page.rows} == {units[0].name}
    asked = ItemFilter(department_id=units[1].id)
    assert reviews.items(session, head_of(units[0].id), campaign_id=campaign.id, chosen=asked).rows == []
    foreign = next(item for item in items(session, campaign) if item.department_id == units[1].id)
    with pytest.raises(Denied):
        reviews.item(session, head_of(units[0].id), item_id=foreign.id)
    mine = reviews.progress(session, head_of(units[0].id), campaign_id=campaign.id)
    assert [unit.department_id for unit in mine.units] == [units[0].id]
    assert mine.total.due == 2


def test_the_list_is_paged_without_losing_anyone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign, _ = open_review(session, *(f"名{place}" for place in range(5)))
    decide(session, items(session, campaign)[1], PASSED)
    monkeypatch.setattr(reviews.listing, "PAGE", 2)
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = reviews.items(session, CLERK, campaign_id=campaign.id, chosen=ItemFilter(), after=after or None)
        seen += [row.id for row in page.rows]
        after = page.after
    assert sorted(seen) == [item.id for item in items(session, campaign)]


def test_nothing_changes_after_the_lock(session: Session) -> None:
    campaign, units = open_review(session)
    lock(session, campaign)
    item = items(session, campaign)[0]
    for act in (
        lambda: decide(session, item, WITHDRAWN, "已调离"),
        lambda: reviews.reopen(session, CLERK, item_id=item.id, reason="录入有误"),
        lambda: reviews.accept_proposals(session, CLERK, campaign_id=campaign.id, today=TODAY),
        lambda: reviews.attest(session, CLERK, campaign_id=campaign.id, department_id=units[0].id),
        lambda: reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=TODAY),
    ):
        with pytest.raises(RuleBroken, match="REV-7"):
            act()
