"""Which units stand as enforcement subjects."""

from dataclasses import replace
from datetime import date

import pytest

from registry.rules.departments import DepartmentFacts, DepartmentKind, Standing, may_enforce, problems

pytestmark = pytest.mark.nodb

TODAY = date(2021, 6, 1)
ORGAN = Standing(
    name="市场监督管理局",
    kind=DepartmentKind.ADMINISTRATIVE_ORGAN,
    confirmed_on=date(2019, 5, 20),
    confirmation_notice="郏政公告〔2019〕1号",
)
ENTRUSTED = Standing(
    name="综合执法大队",
    kind=DepartmentKind.ENTRUSTED_ORGANISATION,
    confirmed_on=None,
    confirmation_notice=None,
    entruster=(replace(ORGAN, name="城市管理局"),),
    entrusted_from=date(2020, 1, 1),
    entrusted_until=date(2021, 6, 1),
)


@pytest.mark.parametrize(
    ("standing", "stands"),
    [
        pytest.param(ORGAN, True, id="confirmed"),
        pytest.param(replace(ORGAN, confirmed_on=None), False, id="never confirmed"),
        pytest.param(replace(ORGAN, confirmed_on=date(2021, 6, 2)), False, id="confirmed tomorrow"),
        pytest.param(replace(ORGAN, confirmed_on=TODAY), True, id="confirmed today"),
        pytest.param(replace(ORGAN, ended_on=TODAY), False, id="abolished today"),
        pytest.param(replace(ORGAN, ended_on=date(2021, 6, 2)), True, id="abolished tomorrow"),
        pytest.param(ENTRUSTED, True, id="entrusted, on its last day"),
        pytest.param(replace(ENTRUSTED, entrusted_until=date(2021, 5, 31)), False, id="entrusted until yesterday"),
        pytest.param(replace(ENTRUSTED, entrusted_until=None), True, id="entrusted without an end"),
        pytest.param(replace(ENTRUSTED, entrusted_from=date(2021, 6, 2)), False, id="entrusted from tomorrow"),
        pytest.param(replace(ENTRUSTED, entruster=()), False, id="entrusted by nobody"),
        pytest.param(replace(ENTRUSTED, entruster=(replace(ORGAN, ended_on=TODAY),)), False, id="entruster ended"),
        pytest.param(
            replace(ENTRUSTED, entruster=(replace(ORGAN, withdrawn_on=TODAY),)), False, id="entruster withdrawn"
        ),
        pytest.param(
            replace(ENTRUSTED, entruster=(replace(ORGAN, confirmed_on=None),)), False, id="entruster unconfirmed"
        ),
        pytest.param(replace(ENTRUSTED, entruster=(ENTRUSTED,)), False, id="entruster entrusted itself"),
        pytest.param(
            replace(ENTRUSTED, entruster=(replace(ORGAN, confirmed_on=TODAY), replace(ORGAN, withdrawn_on=TODAY))),
            True,
            id="entruster confirmed anew",
        ),
        pytest.param(replace(ENTRUSTED, confirmed_on=date(2019, 1, 1), entrusted_from=None), False, id="no first day"),
    ],
)
def test_a_unit_enforces_while_it_is_confirmed_or_entrusted(standing: Standing, stands: bool) -> None:
    assert may_enforce(standing, TODAY) is stands


FACTS = DepartmentFacts(
    code="101",
    kind=DepartmentKind.ENTRUSTED_ORGANISATION,
    entrusting_code="005",
    entrusted_from=date(2020, 1, 1),
    entrusted_until=None,
)


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        pytest.param(FACTS, 0, id="whole"),
        pytest.param(replace(FACTS, entrusting_code=None), 1, id="no entruster"),
        pytest.param(replace(FACTS, entrusting_code="101"), 1, id="entrusted by itself"),
        pytest.param(replace(FACTS, entrusting_code="999"), 1, id="unknown entruster"),
        pytest.param(replace(FACTS, entrusted_until=date(2019, 12, 31)), 1, id="ends before it begins"),
        pytest.param(replace(FACTS, entrusting_code=None, entrusted_from=None), 1, id="nothing of it"),
        pytest.param(
            replace(FACTS, kind=DepartmentKind.ADMINISTRATIVE_ORGAN), 1, id="an organ needs nobody to entrust it"
        ),
        pytest.param(
            replace(FACTS, entrusting_code="999", entrusted_until=date(2019, 12, 31)), 2, id="two faults, two sentences"
        ),
    ],
)
def test_an_entrustment_is_whole_or_says_what_is_missing(facts: DepartmentFacts, count: int) -> None:
    assert len(problems(facts, {"005", "101"})) == count
