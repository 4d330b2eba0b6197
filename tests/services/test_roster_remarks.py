"""The remarks of a roster: nobody who did not pass stands there without a word why."""

import pytest
from sqlalchemy.orm import Session

from registry.db import canonical_json
from registry.models.rosters import Roster
from registry.rules.campaigns import Statement
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import ReviewFinding
from registry.services import errata, rosters
from registry.services.reviews import Said
from tests.services.test_review_decisions import decide, items
from tests.services.test_review_lists import state
from tests.services.test_rosters import TODAY, URL, lock, open_review


def remark_of(session: Session, roster: Roster, item_id: int) -> tuple[str, str]:
    """The finding and the remark of an item on a frozen roster."""
    lines = [line for section in rosters.whole(session, roster)["sections"] for line in section["lines"]]
    return next((line["finding"], line["remark"]) for line in lines if line["item_id"] == item_id)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(Said(Statement.LEFT), ("收回注销", "单位报离岗"), id="left"),
        pytest.param(Said(Statement.DISCIPLINED, "诫勉谈话"), ("暂缓", "另有情形待核实"), id="disciplined"),
        pytest.param(Said(Statement.CHANGED, "调任副队长"), ("合格", "单位报有变动"), id="changed"),
    ],
)
def test_the_units_word_stands_on_the_roster_and_is_compared_with_it(
    session: Session, said: Said, expected: tuple[str, str]
) -> None:
    campaign, units = open_review(session)
    fit = items(session, campaign)[1]
    state(session, campaign, units[0].id, **{f"_{fit.id}": said})

    county, *_ = lock(session, campaign)

    assert remark_of(session, county, fit.id) == expected
    assert errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY).differing == []


def test_a_units_note_stands_on_no_form_of_the_roster(session: Session) -> None:
    campaign, units = open_review(session)
    fit = items(session, campaign)[1]
    state(session, campaign, units[0].id, **{f"_{fit.id}": Said(Statement.DISCIPLINED, "诫勉谈话")})

    drafted = rosters.draft(
        session, SYSTEM, campaign_id=campaign.id, department_id=None, form="csv", today=TODAY, public_url=URL
    )
    county, *_ = lock(session, campaign)
    taken = rosters.take_copy(session, SYSTEM, roster_id=county.id, form="csv", reason="", public_url=URL)

    frozen = [section["lines"] for section in rosters.whole(session, county)["sections"]]
    for content in (drafted.content, taken.content, canonical_json(frozen).encode()):
        said = content.decode()
        assert "另有情形待核实" in said
        assert not any(word in said for word in ("诫勉谈话", "处分", "调查"))


@pytest.mark.parametrize("reason", ["", "材料不实"])
def test_discipline_that_was_overruled_leaves_no_word_but_the_bureaus(session: Session, reason: str) -> None:
    campaign, units = open_review(session)
    fit = items(session, campaign)[1]
    state(session, campaign, units[0].id, **{f"_{fit.id}": Said(Statement.DISCIPLINED, "诫勉谈话")})
    session.expire_all()
    if reason:
        decide(session, fit, ReviewFinding.PASSED, reason)
    county, *_ = lock(session, campaign)
    assert remark_of(session, county, fit.id) == (("合格", reason) if reason else ("暂缓", "另有情形待核实"))
