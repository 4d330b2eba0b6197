"""The annual review: what the facts of a year speak for, what nobody may overrule, and the identity."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import Rule
from registry.rules.campaigns import Statement
from registry.rules.certificates import CertificateStatus
from registry.rules.people import Assessment, EndReason, Establishment
from registry.rules.policy import Policy, starting_policies
from registry.rules.reviews import (
    ASSESSED,
    CARD_IN_HAND,
    EXAM_OF_THE_YEAR,
    NOT_DISCIPLINED,
    STILL_IN_POST,
    TRAINED_THIS_YEAR,
    WORDS_AGREE,
    ReviewFacts,
    ReviewFinding,
    Standing,
    against_the_law,
    at_close,
    checks,
    deferral_end,
    deferral_obstacles,
    identity,
    propose,
    training_complete,
)

pytestmark = pytest.mark.nodb

PASSED, DEFERRED, FAILED, WITHDRAWN = ReviewFinding
NO_HOURS, SIXTY_HOURS = (
    Policy(version=version, from_on=from_on, **numbers)
    for version, (from_on, numbers, _) in enumerate(starting_policies(), 1)
)
FIT = ReviewFacts(
    status=CertificateStatus.ACTIVE,
    valid_until=date(2026, 5, 31),
    establishment=Establishment.ADMINISTRATIVE,
    end_reason=None,
    is_in_post=True,
    unit_stands=True,
    training_hours=Decimal(60),
    is_trained=True,
    exam_score=Decimal("60.0"),
    exam_passed=True,
    assessment=Assessment.COMPETENT,
)

FACTS = st.builds(
    ReviewFacts,
    status=st.sampled_from(CertificateStatus),
    valid_until=st.dates(),
    establishment=st.none() | st.sampled_from(Establishment),
    end_reason=st.none() | st.sampled_from(EndReason),
    is_in_post=st.booleans(),
    unit_stands=st.booleans(),
    training_hours=st.decimals(0, 999, places=1),
    is_trained=st.booleans(),
    exam_score=st.none() | st.decimals(0, 100, places=1),
    exam_passed=st.booleans(),
    assessment=st.none() | st.sampled_from(Assessment),
    exam_failed=st.booleans(),
    is_disciplined=st.booleans(),
)


def test_who_is_in_post_trained_examined_and_well_assessed_passes() -> None:
    assert propose(FIT, SIXTY_HOURS).finding is PASSED
    assert propose(FIT, SIXTY_HOURS).reasons == ()


@pytest.mark.parametrize(
    ("change", "finding", "rule"),
    [
        pytest.param({"is_in_post": False}, WITHDRAWN, STILL_IN_POST, id="left the post"),
        pytest.param({"establishment": Establishment.CONTRACT_WORKER}, WITHDRAWN, STILL_IN_POST, id="contract worker"),
        pytest.param({"establishment": None}, WITHDRAWN, STILL_IN_POST, id="no establishment known"),
        pytest.param({"unit_stands": False}, WITHDRAWN, STILL_IN_POST, id="unit no longer stands"),
        pytest.param({"status": CertificateStatus.WITHDRAWN}, WITHDRAWN, CARD_IN_HAND, id="card withdrawn"),
        pytest.param({"status": CertificateStatus.EXPIRED}, WITHDRAWN, CARD_IN_HAND, id="card expired"),
        pytest.param({"status": CertificateStatus.REVOKED}, WITHDRAWN, CARD_IN_HAND, id="card revoked"),
        pytest.param({"assessment": Assessment.INCOMPETENT}, FAILED, ASSESSED, id="assessed incompetent"),
        pytest.param({"status": CertificateStatus.SUSPENDED}, DEFERRED, CARD_IN_HAND, id="card suspended"),
        pytest.param({"status": CertificateStatus.LOST}, DEFERRED, CARD_IN_HAND, id="card lost"),
        pytest.param({"training_hours": Decimal("59.5")}, DEFERRED, TRAINED_THIS_YEAR, id="half an hour short"),
        pytest.param({"is_trained": False}, DEFERRED, TRAINED_THIS_YEAR, id="course not completed"),
        pytest.param({"exam_passed": False}, DEFERRED, EXAM_OF_THE_YEAR, id="exam not passed"),
    ],
)
def test_each_fact_alone_changes_the_finding(change: Mapping[str, Any], finding: ReviewFinding, rule: Rule) -> None:
    proposal = propose(replace(FIT, **change), SIXTY_HOURS)
    assert (proposal.finding, [reason.rule for reason in proposal.reasons]) == (finding, [rule])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"assessment": Assessment.BASICALLY_COMPETENT}, id="basically competent"),
        pytest.param({"assessment": None}, id="not assessed yet"),
        pytest.param({"establishment": Establishment.INVITED}, id="invited supervisor"),
        pytest.param({"establishment": Establishment.PUBLIC_INSTITUTION}, id="public institution"),
        pytest.param({"training_hours": Decimal("60.0")}, id="exactly the hours"),
        pytest.param({"valid_until": date(2021, 12, 31)}, id="card ends with the year"),
    ],
)
def test_what_does_not_stand_in_the_way(change: Mapping[str, Any]) -> None:
    assert propose(replace(FIT, **change), SIXTY_HOURS).finding is PASSED


def test_without_required_hours_the_course_alone_counts() -> None:
    assert training_complete(replace(FIT, training_hours=Decimal(0)), NO_HOURS)
    assert not training_complete(replace(FIT, is_trained=False, training_hours=Decimal(200)), NO_HOURS)


def test_the_gravest_finding_wins_and_every_reason_is_given() -> None:
    worst = replace(FIT, is_in_post=False, assessment=Assessment.INCOMPETENT, is_trained=False, exam_passed=False)
    proposal = propose(worst, SIXTY_HOURS)
    assert proposal.finding is WITHDRAWN
    assert [reason.rule for reason in proposal.reasons] == [
        STILL_IN_POST,
        ASSESSED,
        TRAINED_THIS_YEAR,
        EXAM_OF_THE_YEAR,
    ]


@given(FACTS)
def test_only_a_pass_has_no_reason(facts: ReviewFacts) -> None:
    proposal = propose(facts, SIXTY_HOURS)
    assert (proposal.finding is PASSED) == (proposal.reasons == ())  # as long as the unit has not spoken


@given(FACTS)
def test_the_checks_say_the_same_as_the_proposal(facts: ReviewFacts) -> None:
    said = [violation for check in checks(facts, SIXTY_HOURS) for violation in check.violations]
    assert sorted(said, key=str) == sorted(propose(facts, SIXTY_HOURS).reasons, key=str)
    assert all(check.met == (not check.violations) for check in checks(facts, SIXTY_HOURS))


@given(FACTS)
def test_facts_come_back_whole_from_what_is_stored(facts: ReviewFacts) -> None:
    assert ReviewFacts.from_plain(facts.as_plain()) == facts


def test_facts_stored_before_discipline_was_looked_at_say_no() -> None:
    stored = {name: value for name, value in FIT.as_plain().items() if name not in {"exam_failed", "is_disciplined"}}
    assert ReviewFacts.from_plain(stored) == FIT


@pytest.mark.parametrize(
    ("change", "years", "said"),
    [
        pytest.param({}, 0, "No passed exam is on record.", id="never"),
        pytest.param({}, 3, "No exam passed within the last %(years)s years is on record.", id="long ago"),
        pytest.param(
            {"exam_failed": True}, 0, "The latest exam of the year was not passed; a make-up is open.", id="failed"
        ),
    ],
)
def test_what_is_missing_of_the_exam_is_said(change: Mapping[str, Any], years: int, said: str) -> None:
    policy = replace(SIXTY_HOURS, review_exam_years=years)
    proposal = propose(replace(FIT, exam_passed=False, **change), policy)
    assert (proposal.finding, [one.message for one in proposal.reasons]) == (DEFERRED, [said])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"is_trained": False}, id="not trained"),
        pytest.param({"training_hours": Decimal(59)}, id="one hour short"),
        pytest.param({"exam_passed": False}, id="no passed exam"),
        pytest.param({"is_in_post": False}, id="gone"),
        pytest.param({"status": CertificateStatus.SUSPENDED}, id="card suspended"),
    ],
)
def test_nobody_may_pass_what_the_law_forbids(change: Mapping[str, Any]) -> None:
    facts = replace(FIT, **change)
    assert len(against_the_law(PASSED, facts, SIXTY_HOURS)) == 1
    assert all(against_the_law(finding, facts, SIXTY_HOURS) == [] for finding in (DEFERRED, FAILED, WITHDRAWN))


def test_a_bad_assessment_may_be_overruled() -> None:
    assert against_the_law(PASSED, replace(FIT, assessment=Assessment.INCOMPETENT), SIXTY_HOURS) == []


@given(FACTS)
def test_a_proposed_pass_is_never_against_the_law(facts: ReviewFacts) -> None:
    if propose(facts, SIXTY_HOURS).finding is PASSED:
        assert against_the_law(PASSED, facts, SIXTY_HOURS) == []


@given(st.lists(st.sampled_from(ReviewFinding)))
def test_the_findings_add_up_to_what_was_due(findings: list[ReviewFinding]) -> None:
    counted = identity(findings)
    assert list(counted) == list(ReviewFinding)
    assert sum(counted.values()) == len(findings)


@pytest.mark.parametrize(
    ("change", "finding", "rules"),
    [
        pytest.param({"statement": Statement.IN_POST}, PASSED, [], id="in post, as the register has it"),
        pytest.param({"statement": Statement.LEFT}, WITHDRAWN, [STILL_IN_POST, WORDS_AGREE], id="left, unknown so far"),
        pytest.param(
            {"statement": Statement.LEFT, "is_in_post": False}, WITHDRAWN, [STILL_IN_POST] * 2, id="left, as known"
        ),
        pytest.param(
            {"statement": Statement.IN_POST, "is_in_post": False},
            WITHDRAWN,
            [STILL_IN_POST, WORDS_AGREE],
            id="in post, though gone in the register",
        ),
        pytest.param({"statement": Statement.DISCIPLINED}, DEFERRED, [NOT_DISCIPLINED], id="disciplined"),
        pytest.param({"statement": Statement.CHANGED}, PASSED, [WORDS_AGREE], id="changed"),
    ],
)
def test_the_units_word_is_a_fact(change: Mapping[str, Any], finding: ReviewFinding, rules: list[Rule]) -> None:
    proposal = propose(replace(FIT, **change), SIXTY_HOURS)
    assert (proposal.finding, [reason.rule for reason in proposal.reasons]) == (finding, rules)


@pytest.mark.parametrize("statement", Statement)
def test_a_units_mistaken_word_can_be_overruled(statement: Statement) -> None:
    assert against_the_law(PASSED, replace(FIT, statement=statement), SIXTY_HOURS) == []


OPENED, TERM = date(2026, 11, 2), date(2027, 3, 2)


@given(st.dates(OPENED, date(2028, 1, 1)), st.none() | st.just(TERM))
def test_a_deferral_ends_within_the_term_and_never_before_it_began(decided_on: date, make_up_by: date | None) -> None:
    until = deferral_end(decided_on, make_up_by, SIXTY_HOURS)
    assert decided_on <= until <= decided_on + timedelta(days=SIXTY_HOURS.review_deferral_days)
    assert make_up_by is None or decided_on > make_up_by or until <= make_up_by
    assert deferral_obstacles(until, decided_on, make_up_by) == []


@pytest.mark.parametrize("until", [OPENED - timedelta(days=1), TERM + timedelta(days=1)])
def test_a_deferral_of_ones_own_keeps_within_the_term(until: date) -> None:
    assert [v.code for v in deferral_obstacles(until, OPENED, TERM)] == ["REV-23"]


@pytest.mark.parametrize(
    ("item", "becomes"),
    [
        pytest.param({"finding": None, "proposed": WITHDRAWN}, WITHDRAWN, id="undecided: what the facts speak for"),
        pytest.param({"finding": WITHDRAWN}, None, id="decided: stands"),
        pytest.param({"deferred_until": TERM}, None, id="deferred to this very day"),
        pytest.param({"deferred_until": TERM - timedelta(days=1)}, FAILED, id="deferred to yesterday"),
        pytest.param({"deferred_until": OPENED, "proposed": PASSED, "made_up_on": OPENED}, PASSED, id="made up"),
        pytest.param({"deferred_until": OPENED, "proposed": WITHDRAWN}, WITHDRAWN, id="late, and gone by now"),
        pytest.param({"deferred_until": TERM, "proposed": WITHDRAWN}, None, id="until its day a deferral stands: gone"),
        pytest.param({"deferred_until": TERM, "proposed": FAILED}, None, id="until its day a deferral stands: failed"),
        pytest.param({"deferred_until": OPENED, "proposed": FAILED}, FAILED, id="late, and the facts speak for failed"),
        pytest.param({"deferred_until": OPENED, "against": {"REV-19"}}, None, id="discipline alone"),
        pytest.param({"deferred_until": OPENED, "against": {"REV-19", "REV-18"}}, None, id="discipline, word differs"),
        pytest.param({"deferred_until": OPENED, "against": {"REV-19", "REV-3"}}, FAILED, id="discipline, untrained"),
        pytest.param({"deferred_until": OPENED, "proposed": PASSED}, None, id="deferred against the facts"),
    ],
)
def test_closing_deals_with_whoever_is_left(item: Mapping[str, Any], becomes: ReviewFinding | None) -> None:
    usual = {"finding": DEFERRED, "proposed": DEFERRED, "deferred_until": None, "made_up_on": None}
    proposal = at_close(Standing(**{**usual, **item}), TERM)
    assert (proposal.finding if proposal else None) is becomes
    late = becomes is FAILED and item.get("proposed", DEFERRED) is DEFERRED
    assert not late or [reason.code for reason in proposal.reasons] == ["REV-17"]
