"""Facts that are not whole: their line stands on the roster and says so, and no other is held up by it."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.rosters import Roster
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import ReviewFinding, read_facts
from registry.services import errata, reviews, rosters, summaries
from registry.services.reviews import ItemFilter, Show
from registry.services.rosters import ExtractFilter
from tests.services.test_rosters import TODAY, URL, open_review, take, text_of

WITHDRAWN = ReviewFinding.WITHDRAWN


def spoiled(session: Session, campaign: ReviewCampaign, facts: Any) -> ReviewItem:
    """The last item of a review of three, with these facts in place of its own."""
    item = session.scalars(select(ReviewItem).order_by(ReviewItem.id.desc()).limit(1)).one()
    session.execute(update(ReviewItem).where(ReviewItem.id == item.id).values(facts=facts))
    session.refresh(item)
    return item


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"status": "active"}, id="keys are missing"),
        pytest.param({"is_in_post": None}, id="nothing for a yes or no"),
        pytest.param({"is_in_post": "unknown"}, id="a word for a yes or no"),
        pytest.param({"training_hours": "many"}, id="a word for a number"),
        pytest.param({"status": "lent"}, id="a status that is none"),
        pytest.param(None, id="nothing at all"),
    ],
)
def test_a_line_without_whole_facts_stands_and_says_so(session: Session, change: dict[str, Any] | None) -> None:
    campaign, _ = open_review(session)
    whole = session.scalars(select(ReviewItem.facts).order_by(ReviewItem.id.desc()).limit(1)).one()
    facts = change if change is None or "status" in change and len(change) == 1 else {**whole, **change}
    item = spoiled(session, campaign, facts)
    asked = {"campaign_id": campaign.id, "today": TODAY, "public_url": URL}

    draft = rosters.draft(session, SYSTEM, department_id=None, form="csv", **asked)
    extract = rosters.extract(session, SYSTEM, chosen=ExtractFilter(), columns=(), form="csv", **asked)

    assert read_facts(item.facts) is None
    for content in (draft.content, extract.content):
        told = {row["备注"]: row for row in rows(content)}
        assert len(rows(content)) == 3
        assert [told["事实不完整"][key][:1] for key in ("年度培训(学时/完成)", "编制性质")] == ["—", "—"]
    assert reviews.items(session, SYSTEM, campaign_id=campaign.id, chosen=ItemFilter(show=Show.DIFFERS)).rows == []


def test_it_is_decided_singly_then_locked_printed_compared_and_counted(session: Session) -> None:
    campaign, _ = open_review(session)
    item = spoiled(session, campaign, {"status": "cancelled"})
    of_review = {"campaign_id": campaign.id, "today": TODAY}

    closed = reviews.close(session, SYSTEM, **of_review)
    said = {"finding": WITHDRAWN, "reason": "档案缺失，先行收回"}
    reviews.decide(session, SYSTEM, item_id=item.id, today=TODAY, **said)  # type: ignore[arg-type]  # of several kinds
    reviews.lock(session, SYSTEM, **of_review)

    county = session.scalars(select(Roster).where(Roster.department_id.is_(None))).one()
    sums = county.data["summary"]
    assert [left.item_id for left in closed.left_open] == [item.id]
    assert (sums["due"], sums["withdrawn"], sums["cancelled"]) == (3, 1, 0)
    assert "事实不完整；档案缺失，先行收回" in text_of(take(session, county))
    compared = errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY)
    assert [one.certificate_id for one in compared.differing] == [item.certificate_id]
    total = summaries.year_sums(session, SYSTEM, year=2021, today=TODAY).total
    assert (total.due, total.withdrawn, total.cancelled) == (3, 1, 0)
