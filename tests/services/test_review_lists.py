"""What a unit says of its list: each word a fact, a list attested whole, returned with a reason, attested again."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.campaigns import Deadlines, Statement
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.rules.reviews import ReviewFinding
from registry.services import reviews
from registry.services.reviews import ItemFilter, Said, Show
from tests.services.test_review_decisions import CLERK, PASSED, WITHDRAWN, acts, decide, head_of, items
from tests.services.test_reviews import TODAY, end_post, open_year, trained_card
from tests.services.test_rosters import open_review

DEFERRED = ReviewFinding.DEFERRED
IN_POST, LEFT, CHANGED, DISCIPLINED = Statement


def state(session: Session, campaign: ReviewCampaign, unit_id: int, **said: object) -> reviews.Stated:
    """The unit clerk's words, `_7=Said(…)` for item 7."""
    clerk = Actor(account_id=None, name="", role=Role.UNIT_CLERK, department_id=unit_id)
    words = {int(name[1:]): word for name, word in said.items()}
    return reviews.state(session, clerk, campaign_id=campaign.id, department_id=unit_id, said=words)  # type: ignore[arg-type]


def attest_whole(session: Session, campaign: ReviewCampaign, unit_id: int) -> None:
    head = head_of(unit_id)
    reviews.state_rest(session, head, campaign_id=campaign.id, department_id=unit_id)
    reviews.attest(session, head, campaign_id=campaign.id, department_id=unit_id)


def test_the_days_are_those_of_the_policy_or_those_chosen_in_order(session: Session) -> None:
    trained_card(session)
    plan = reviews.plan(session, CLERK, year=2021, today=TODAY)
    wrong = Deadlines(attest_by=TODAY, decide_by=date(2022, 3, 1), make_up_by=date(2022, 2, 1))
    with pytest.raises(RuleBroken, match="REV-22"):
        open_year(session, days=wrong)
    with pytest.raises(RuleBroken, match="REV-12"):
        open_year(session, cutoff_on=date(2022, 1, 1))
    campaign = open_year(session)
    assert plan.days == Deadlines(
        attest_by=campaign.attest_by_on,  # type: ignore[arg-type]
        decide_by=campaign.decide_by_on,  # type: ignore[arg-type]
        make_up_by=campaign.make_up_by_on,  # type: ignore[arg-type]
    )


def test_the_units_word_changes_the_proposal_and_leaves_an_entry(session: Session) -> None:
    campaign, units = open_review(session)
    _first, trained, _of_another_unit = items(session, campaign)
    taken = state(session, campaign, units[0].id, **{f"_{trained.id}": Said(LEFT)})
    assert (taken.count, taken.left_out) == (1, [])
    session.refresh(trained)
    assert (trained.statement, trained.proposed) == (LEFT, WITHDRAWN)
    assert [reason["code"] for reason in trained.proposal_reasons] == ["REV-1", "REV-18"]
    assert acts(session, Action.REVIEW_STATE) == 1
    shown = reviews.items(session, CLERK, campaign_id=campaign.id, chosen=ItemFilter(show=Show.DIFFERS))
    assert [row.id for row in shown.rows] == [trained.id]


def test_a_word_that_cannot_stand_stops_no_other(session: Session) -> None:
    campaign, units = open_review(session)
    untrained, trained, _ = items(session, campaign)
    said = {f"_{untrained.id}": Said(DISCIPLINED, " "), f"_{trained.id}": Said(CHANGED, "调任副队长")}
    taken = state(session, campaign, units[0].id, **said)
    assert (taken.count, [one.item_id for one in taken.left_out]) == (1, [untrained.id])
    assert [v.code for v in taken.left_out[0].violations] == ["REV-20"]
    session.expire_all()
    assert (untrained.statement, trained.statement_note, trained.proposed) == (None, "调任副队长", PASSED)


def test_a_word_does_not_overturn_what_is_decided(session: Session) -> None:
    campaign, units = open_review(session)
    trained = decide(session, items(session, campaign)[1], PASSED)
    taken = state(session, campaign, units[0].id, **{f"_{trained.id}": Said(DISCIPLINED, "记过")})
    assert [v.code for v in taken.left_out[0].violations] == ["REV-25"]
    assert state(session, campaign, units[0].id, **{f"_{trained.id}": Said(IN_POST)}).count == 1


def test_in_the_post_though_gone_in_the_register_is_an_exception(session: Session) -> None:
    card = trained_card(session)
    end_post(session, card.person, date(2021, 8, 31), EndReason.RETIREMENT)
    campaign = open_year(session)
    reviews.state_rest(session, SYSTEM, campaign_id=campaign.id, department_id=card.department_id)
    (item,) = items(session, campaign)
    assert [reason["code"] for reason in item.proposal_reasons] == ["REV-1", "REV-18"]
    assert reviews.items_everywhere(session, CLERK, campaign_id=campaign.id, chosen=ItemFilter(show=Show.DIFFERS)) == [
        item.id
    ]


def test_facts_that_cannot_be_read_stop_no_other_word_and_are_shown(session: Session) -> None:
    campaign, units = open_review(session)
    broken = items(session, campaign)[0]
    session.execute(update(ReviewItem).where(ReviewItem.id == broken.id).values(facts={"status": "active"}))
    assert reviews.state_rest(session, CLERK, campaign_id=campaign.id, department_id=units[0].id).count == 2
    chosen = ItemFilter(show=Show.INCOMPLETE)
    (row,) = reviews.items(session, CLERK, campaign_id=campaign.id, chosen=chosen).rows
    assert (row.id, row.is_whole, row.proposed, row.reasons[0]["code"]) == (broken.id, False, DEFERRED, "REV-14")
    assert reviews.item(session, CLERK, item_id=broken.id).facts is None


def test_a_list_is_attested_whole_and_stands_until_it_is_returned(session: Session) -> None:
    campaign, units = open_review(session)
    of_unit = {"campaign_id": campaign.id, "department_id": units[0].id}
    with pytest.raises(RuleBroken, match="REV-15"):
        reviews.attest(session, head_of(units[0].id), **of_unit)
    attest_whole(session, campaign, units[0].id)
    with pytest.raises(RuleBroken, match="REV-21"):
        reviews.state_rest(session, head_of(units[0].id), **of_unit)
    with pytest.raises(RuleBroken, match="REV-16"):
        reviews.return_list(session, CLERK, **of_unit, reason=" ", today=TODAY)
    with pytest.raises(Denied):
        reviews.return_list(session, head_of(units[0].id), **of_unit, reason="漏报", today=TODAY)
    reviews.return_list(session, CLERK, **of_unit, reason="一人已调离未报", today=TODAY)
    part = reviews.progress(session, head_of(units[0].id), campaign_id=campaign.id).units[0]
    assert (part.attested_at, part.returned_because, part.counts.spoken) == (None, "一人已调离未报", 2)
    with pytest.raises(RuleBroken, match="REV-21"):
        reviews.return_list(session, CLERK, **of_unit, reason="再退", today=TODAY)
    attest_whole(session, campaign, units[0].id)
    assert reviews.progress(session, CLERK, campaign_id=campaign.id).attested == 1
    entries = [Action.REVIEW_ATTEST, Action.REVIEW_RETURN, Action.REVIEW_ATTEST]
    told = select(TrailEntry.action).where(TrailEntry.action.in_(entries)).order_by(TrailEntry.id)
    assert session.scalars(told).all() == entries


def test_a_unit_speaks_of_its_own_list_alone(session: Session) -> None:
    campaign, units = open_review(session)
    with pytest.raises(Denied):
        reviews.state_rest(session, head_of(units[0].id), campaign_id=campaign.id, department_id=units[1].id)
    first, _, of_another_unit = items(session, campaign)
    with pytest.raises(RuleBroken, match="REV-27: 1 of the certificates sent are not on this list"):
        state(session, campaign, units[0].id, **{f"_{one.id}": Said(LEFT) for one in (first, of_another_unit)})
    spoken = select(func.count()).where(ReviewItem.statement.is_not(None))
    assert session.scalar(spoken) == 0


def test_whoever_needs_a_look_stands_first(session: Session) -> None:
    campaign, _ = open_review(session)
    every = [row.id for row in reviews.items(session, CLERK, campaign_id=campaign.id, chosen=ItemFilter()).rows]
    unusual = ItemFilter(show=Show.EXCEPTIONS)
    exceptions = [row.id for row in reviews.items(session, CLERK, campaign_id=campaign.id, chosen=unusual).rows]
    assert 0 < len(exceptions) < len(every)
    assert every[: len(exceptions)] == exceptions
    counted = [unit.counts.exceptions for unit in reviews.progress(session, CLERK, campaign_id=campaign.id).units]
    assert counted == sorted(counted, reverse=True)
