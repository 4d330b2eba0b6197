"""The remarks of a roster: nobody who did not pass stands there without a word why."""

import pytest
from sqlalchemy.orm import Session

from registry.models.rosters import Roster
from registry.rules.campaigns import Statement
from registry.rules.permissions import SYSTEM
from registry.services import errata
from registry.services.reviews import Said
from tests.services.test_review_decisions import items
from tests.services.test_review_lists import state
from tests.services.test_rosters import TODAY, lock, open_review


def remark_of(roster: Roster, item_id: int) -> tuple[str, str]:
    """The finding and the remark of an item on a frozen roster."""
    lines = [line for section in roster.data["sections"] for line in section["lines"]]
    return next((line["finding"], line["remark"]) for line in lines if line["item_id"] == item_id)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(Said(Statement.LEFT), ("收回注销", "单位报离岗"), id="left"),
        pytest.param(
            Said(Statement.DISCIPLINED, "诫勉谈话"), ("暂缓", "单位报受处分或被调查（诫勉谈话）"), id="disciplined"
        ),
        pytest.param(Said(Statement.CHANGED, "调任副队长"), ("合格", "单位报有变动（调任副队长）"), id="changed"),
    ],
)
def test_the_units_word_stands_on_the_roster_and_is_compared_with_it(
    session: Session, said: Said, expected: tuple[str, str]
) -> None:
    campaign, units = open_review(session)
    fit = items(session, campaign)[1]
    state(session, campaign, units[0].id, **{f"_{fit.id}": said})

    county, *_ = lock(session, campaign)

    assert remark_of(county, fit.id) == expected
    assert errata.compared(session, SYSTEM, roster_id=county.id, today=TODAY).differing == []
