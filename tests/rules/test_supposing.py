"""What if: the gate under a supposition, and the earliest day on which it could open."""

from dataclasses import replace
from datetime import date

import pytest

from registry.rules.certificates import (
    COMMON_LAW_PASSED,
    IN_POST,
    NONE_HELD,
    ON_THE_ESTABLISHMENT,
    SPECIAL_LAW_PASSED,
    Ahead,
    CertificateKind,
    Dossier,
    Finding,
    Held,
    Left,
    Outlook,
    Supposition,
    examine,
    outlook,
    supposing,
)
from registry.rules.exams import ExamSubject
from registry.rules.people import EndReason, Establishment
from registry.rules.policy import Policy, policy_on
from tests.rules.test_certificates import FIT, POLICIES, POLICY, TODAY, UNIT, bar, sat

pytestmark = pytest.mark.nodb

COMMON, SPECIAL = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW
ENFORCEMENT = CertificateKind.ENFORCEMENT
AUTUMN, SPRING = date(2026, 9, 12), date(2027, 5, 12)
UNEXAMINED = replace(FIT, results=())


def announced(subject: ExamSubject, held_on: date) -> Ahead:
    return Ahead(sitting_id=held_on.toordinal(), subject=subject, title=f"{held_on.year}年考试", held_on=held_on)


def policy_of(day: date) -> Policy:
    return policy_on(POLICIES, day)


def looking_ahead(dossier: Dossier) -> Outlook:
    return outlook(ENFORCEMENT, dossier, policy_of, TODAY)


def of_rule(findings: list[Finding], code: str) -> Finding:
    return next(finding for finding in findings if finding.rule.code == code)


def unmet(dossier: Dossier, day: date) -> list[str]:
    return [finding.rule.code for finding in examine(ENFORCEMENT, dossier, POLICY, day) if not finding.met]


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        pytest.param(date(2026, 9, 11), ["CERT-4", "CERT-5"], id="the eve of the first"),
        pytest.param(AUTUMN, ["CERT-5"], id="the day of the first"),
        pytest.param(SPRING, [], id="the day of the second"),
    ],
)
def test_a_supposed_pass_counts_from_its_day(day: date, codes: list[str]) -> None:
    assert unmet(supposing(UNEXAMINED, passes={COMMON: AUTUMN, SPECIAL: SPRING}), day) == codes


def test_what_is_supposed_is_said_to_be() -> None:
    findings = examine(ENFORCEMENT, supposing(UNEXAMINED, passes={COMMON: TODAY}), POLICY, TODAY)
    finding = of_rule(findings, COMMON_LAW_PASSED.code)

    assert (finding.met, finding.is_supposed, finding.result_id) == (True, True, None)
    assert "Supposed" in finding.evidence.in_words()


def test_a_real_pass_goes_before_a_supposed_one() -> None:
    findings = examine(ENFORCEMENT, supposing(FIT, passes={COMMON: TODAY}), POLICY, TODAY)

    assert not of_rule(findings, COMMON_LAW_PASSED.code).is_supposed


def test_a_supposed_pass_beyond_the_attempts_of_the_year_does_not_count() -> None:
    failed_twice = replace(FIT, results=(sat(COMMON, "41"), sat(COMMON, "50", date(2026, 5, 1)), sat(SPECIAL, "70")))

    findings = examine(ENFORCEMENT, supposing(failed_twice, passes={COMMON: TODAY}), POLICY, TODAY)

    finding = of_rule(findings, COMMON_LAW_PASSED.code)
    assert (finding.met, "does not count" in finding.evidence.in_words()) == (False, True)
    assert unmet(supposing(failed_twice, passes={COMMON: SPRING}), SPRING) == []


def test_the_next_step_names_the_sittings_in_which_an_attempt_is_left() -> None:
    ahead = [announced(COMMON, AUTUMN), announced(SPECIAL, AUTUMN), announced(COMMON, SPRING)]
    failed_twice = replace(
        FIT, results=(sat(COMMON, "41"), sat(COMMON, "50", date(2026, 5, 1)), sat(SPECIAL, "70")), ahead=ahead
    )

    once = of_rule(examine(ENFORCEMENT, replace(UNEXAMINED, ahead=ahead), POLICY, TODAY), COMMON_LAW_PASSED.code)
    twice = of_rule(examine(ENFORCEMENT, failed_twice, POLICY, TODAY), COMMON_LAW_PASSED.code)

    assert ([one.held_on for one in once.ahead], once.earliest_on) == ([AUTUMN, SPRING], AUTUMN)
    assert ([one.held_on for one in twice.ahead], twice.earliest_on) == ([SPRING], SPRING)
    assert "next year" in twice.next_step


def test_who_meets_every_rule_may_be_certified_today() -> None:
    assert looking_ahead(FIT) == Outlook(earliest_on=TODAY)


def test_the_earliest_day_is_that_of_the_last_rule_to_be_met() -> None:
    waiting = replace(
        UNEXAMINED,
        ahead=[announced(COMMON, AUTUMN), announced(SPECIAL, SPRING)],
        bars=[bar(date(2026, 1, 1), date(2026, 12, 31))],
    )

    assert looking_ahead(waiting).earliest_on == SPRING


def test_the_outlook_looks_at_the_day_it_finds() -> None:
    lapsing = replace(FIT, held=Held(number="16042500001", valid_until=SPRING), standing=replace(UNIT, ended_on=SPRING))

    found = looking_ahead(lapsing)

    assert (found.earliest_on, [one.rule.code for one in found.waits_for]) == (None, ["UNIT-1"])


@pytest.mark.parametrize(
    ("dossier", "rules"),
    [
        pytest.param(UNEXAMINED, [COMMON_LAW_PASSED, SPECIAL_LAW_PASSED], id="no sitting announced"),
        pytest.param(
            replace(FIT, establishment=Establishment.CONTRACT_WORKER), [ON_THE_ESTABLISHMENT], id="contract worker"
        ),
        pytest.param(replace(FIT, in_post_since=None), [IN_POST], id="no post"),
    ],
)
def test_what_has_no_day_yet_is_waited_for(dossier: Dossier, rules: list[object]) -> None:
    found = looking_ahead(dossier)

    assert found.earliest_on is None
    assert [one.rule for one in found.waits_for] == rules


def test_a_holder_may_have_the_next_one_after_the_last_day() -> None:
    held = replace(FIT, held=Held(number="16042500001", valid_until=date(2026, 12, 31)))

    assert looking_ahead(held).earliest_on == date(2027, 1, 1)
    assert of_rule(examine(ENFORCEMENT, held, POLICY, TODAY), NONE_HELD.code).met is False


def test_a_confirmation_on_record_for_later_gives_the_day() -> None:
    assert looking_ahead(replace(FIT, standing=replace(UNIT, confirmed_on=SPRING))).earliest_on == SPRING


@pytest.mark.parametrize("reason", list(EndReason))
def test_who_left_is_told_how(reason: EndReason) -> None:
    gone = replace(
        FIT, establishment=None, duty=None, in_post_since=None, left=Left(on=date(2026, 3, 1), reason=reason)
    )

    finding = of_rule(examine(ENFORCEMENT, gone, POLICY, TODAY), IN_POST.code)

    assert not finding.met
    assert "2026-03-01" in finding.evidence.in_words()
    assert ("ends here" in finding.next_step) is (reason is EndReason.DEATH)


def test_a_supposition_is_about_the_last_of_its_days_unless_it_names_one() -> None:
    assert Supposition().day(TODAY) == TODAY
    assert Supposition(passes={COMMON: SPRING, SPECIAL: AUTUMN}).day(TODAY) == SPRING
    assert Supposition(passes={COMMON: SPRING}, on=AUTUMN).day(TODAY) == AUTUMN
    assert Supposition(passes={COMMON: date(2020, 1, 1)}).day(TODAY) == TODAY
