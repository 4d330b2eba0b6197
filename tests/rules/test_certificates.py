"""The gate: from one fit dossier, one fact broken at a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from registry.rules import Rule
from registry.rules.certificates import (
    COMMON_LAW_PASSED,
    IN_POST,
    NONE_HELD,
    NOT_BARRED,
    OF_AGE,
    ON_THE_ESTABLISHMENT,
    SPECIAL_LAW_PASSED,
    SUPERVISOR_POST,
    TRAINED,
    Bar,
    CertificateKind,
    CertificateStatus,
    Dossier,
    Held,
    applies_for,
    examine,
    obstacles,
)
from registry.rules.departments import CONFIRMED_SUBJECT, DepartmentKind, Standing
from registry.rules.exams import ExamFact, ExamOutcome, ExamSubject, is_pass
from registry.rules.people import ON_ESTABLISHMENT, Duty, Establishment
from registry.rules.policy import Policy, policy_on, starting_policies

pytestmark = pytest.mark.nodb

TODAY = date(2026, 6, 15)
YESTERDAY, TOMORROW = date(2026, 6, 14), date(2026, 6, 16)
POLICIES = [Policy(version=n, from_on=day, **numbers) for n, (day, numbers, _) in enumerate(starting_policies(), 1)]
POLICY = policy_on(POLICIES, TODAY)
COMMON, SPECIAL = ExamSubject.COMMON_LAW, ExamSubject.SPECIAL_LAW
ENFORCEMENT, SUPERVISION = CertificateKind.ENFORCEMENT, CertificateKind.SUPERVISION


def sat(subject: ExamSubject, score: str | None, held_on: date = date(2026, 4, 18), **values: Any) -> ExamFact:
    mark = None if score is None else Decimal(score)
    facts: dict[str, Any] = {
        "result_id": 1,
        "subject": subject,
        "sitting": "2026年度行政执法资格考试",
        "held_on": held_on,
        "outcome": ExamOutcome.ABSENT if mark is None else ExamOutcome.SCORED,
        "score": mark,
        "pass_mark": Decimal(60),
        "passed": is_pass(mark, Decimal(60)),
    }
    return ExamFact(**{**facts, **values})


UNIT = Standing(
    name="郏县市场监督管理局",
    kind=DepartmentKind.ADMINISTRATIVE_ORGAN,
    confirmed_on=date(2019, 5, 1),
    confirmation_notice="郏政公告〔2019〕1号",
)
ENTRUSTED = Standing(
    name="郏县农业综合行政执法大队",
    kind=DepartmentKind.ENTRUSTED_ORGANISATION,
    confirmed_on=None,
    confirmation_notice=None,
    entruster=(replace(UNIT, name="郏县农业农村局"),),
    entrusted_from=date(2024, 1, 1),
    entrusted_until=date(2026, 6, 15),
)
FIT = Dossier(
    born_on=date(1990, 1, 1),
    establishment=Establishment.ADMINISTRATIVE,
    duty=Duty.ENFORCEMENT,
    in_post_since=date(2020, 1, 1),
    standing=UNIT,
    results=(sat(COMMON, "85"), sat(SPECIAL, "70", result_id=2)),
    trained_on=date(2026, 4, 1),
)
SUPERVISOR = replace(FIT, duty=Duty.SUPERVISION, results=(sat(COMMON, "60"),))


def broken(dossier: Dossier, kind: CertificateKind = ENFORCEMENT, policy: Policy = POLICY) -> list[str]:
    return [violation.code for violation in obstacles(examine(kind, dossier, policy, TODAY))]


def bar(from_on: date, until_on: date) -> Bar:
    return Bar(from_on=from_on, until_on=until_on, document_number="郏司罚〔2024〕1号")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({}, id="as he stands"),
        pytest.param({"born_on": date(2008, 6, 15)}, id="18 today"),
        pytest.param({"born_on": date(2008, 2, 29)}, id="born on 29 February"),
        pytest.param({"in_post_since": TODAY}, id="in post since today"),
        pytest.param({"standing": ENTRUSTED}, id="the entrustment ends today"),
        pytest.param({"standing": replace(UNIT, confirmed_on=TODAY)}, id="unit confirmed today"),
        pytest.param({"standing": replace(UNIT, ended_on=TOMORROW)}, id="unit ends tomorrow"),
        pytest.param({"bars": [bar(date(2024, 6, 15), YESTERDAY)]}, id="the bar ended yesterday"),
        pytest.param({"bars": [bar(TOMORROW, date(2028, 6, 15))]}, id="the bar begins tomorrow"),
        pytest.param({"held": Held(number="16042500001", valid_until=YESTERDAY)}, id="the old one ended yesterday"),
        pytest.param({"results": (sat(COMMON, "60"), sat(SPECIAL, "60.0"))}, id="the pass mark exactly"),
        pytest.param({"results": (sat(COMMON, "60", TODAY), sat(SPECIAL, "60"))}, id="passed today"),
        pytest.param({"trained_on": None}, id="training is not asked for by this policy"),
    ],
)
def test_who_meets_every_rule_is_certified(change: dict[str, Any]) -> None:
    assert broken(replace(FIT, **change)) == []


@pytest.mark.parametrize("establishment", sorted(ON_ESTABLISHMENT))
def test_every_establishment_of_the_law_may_apply(establishment: Establishment) -> None:
    assert broken(replace(FIT, establishment=establishment)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        pytest.param({"born_on": date(2008, 6, 16)}, OF_AGE, id="18 tomorrow"),
        pytest.param({"in_post_since": None}, IN_POST, id="no post"),
        pytest.param({"in_post_since": TOMORROW}, IN_POST, id="the post begins tomorrow"),
        pytest.param({"standing": replace(UNIT, confirmed_on=None)}, CONFIRMED_SUBJECT, id="unit not confirmed"),
        pytest.param(
            {"standing": replace(UNIT, confirmed_on=TOMORROW)}, CONFIRMED_SUBJECT, id="unit confirmed tomorrow"
        ),
        pytest.param({"standing": replace(UNIT, ended_on=TODAY)}, CONFIRMED_SUBJECT, id="unit ended today"),
        pytest.param(
            {"standing": replace(ENTRUSTED, entrusted_until=YESTERDAY)}, CONFIRMED_SUBJECT, id="entrustment over"
        ),
        pytest.param(
            {"standing": replace(ENTRUSTED, entrusted_from=TOMORROW)}, CONFIRMED_SUBJECT, id="entrusted from tomorrow"
        ),
        pytest.param({"standing": replace(ENTRUSTED, entruster=())}, CONFIRMED_SUBJECT, id="no entruster"),
        pytest.param(
            {"standing": replace(ENTRUSTED, entruster=(replace(UNIT, ended_on=TODAY),))},
            CONFIRMED_SUBJECT,
            id="entruster ended",
        ),
        pytest.param({"results": (sat(SPECIAL, "70"),)}, COMMON_LAW_PASSED, id="common law never sat"),
        pytest.param({"results": (sat(COMMON, "85"),)}, SPECIAL_LAW_PASSED, id="special law never sat"),
        pytest.param({"results": (sat(COMMON, "59.9"), sat(SPECIAL, "70"))}, COMMON_LAW_PASSED, id="a tenth short"),
        pytest.param({"results": (sat(COMMON, "85"), sat(SPECIAL, "59"))}, SPECIAL_LAW_PASSED, id="one point short"),
        pytest.param({"results": (sat(COMMON, "85"), sat(SPECIAL, None))}, SPECIAL_LAW_PASSED, id="absent"),
        pytest.param(
            {"results": (sat(COMMON, None, outcome=ExamOutcome.ANNULLED), sat(SPECIAL, "70"))},
            COMMON_LAW_PASSED,
            id="annulled",
        ),
        pytest.param(
            {"results": (sat(COMMON, "85", TOMORROW), sat(SPECIAL, "70"))}, COMMON_LAW_PASSED, id="passed tomorrow"
        ),
        pytest.param({"bars": [bar(date(2024, 6, 16), TODAY)]}, NOT_BARRED, id="the bar ends today"),
        pytest.param({"bars": [bar(TODAY, date(2028, 6, 14))]}, NOT_BARRED, id="the bar begins today"),
        pytest.param({"held": Held(number="16042500001", valid_until=TODAY)}, NONE_HELD, id="the old one ends today"),
    ],
)
def test_each_rule_alone_stops_the_certificate(change: dict[str, Any], rule: Rule) -> None:
    assert broken(replace(FIT, **change)) == [rule.code]


@pytest.mark.parametrize("establishment", sorted(set(Establishment) - ON_ESTABLISHMENT))
def test_nobody_off_the_establishment_is_certified_to_enforce(establishment: Establishment) -> None:
    assert broken(replace(FIT, establishment=establishment)) == [ON_THE_ESTABLISHMENT.code]


def test_the_third_attempt_of_a_year_does_not_count() -> None:
    common = [sat(COMMON, score, date(2026, month, 1)) for month, score in ((3, "50"), (4, "59"), (5, "90"))]

    assert broken(replace(FIT, results=(*common, sat(SPECIAL, "70")))) == [COMMON_LAW_PASSED.code]


def test_a_new_year_gives_new_attempts() -> None:
    common = [sat(COMMON, "50", date(2025, 3, 1)), sat(COMMON, "59", date(2025, 9, 1)), sat(COMMON, "60")]

    assert broken(replace(FIT, results=(*common, sat(SPECIAL, "70")))) == []


def test_an_absence_uses_up_no_attempt() -> None:
    common = [sat(COMMON, score, date(2026, month, 1)) for month, score in ((3, None), (4, "59"), (5, "60"))]

    assert broken(replace(FIT, results=(*common, sat(SPECIAL, "70")))) == []


@pytest.mark.parametrize(
    ("status", "evidence", "next_step"),
    [
        (CertificateStatus.ACTIVE, "Holds certificate", "renewed or replaced"),
        (CertificateStatus.SUSPENDED, "is suspended", "Only the bureau"),
        (CertificateStatus.LOST, "is reported lost", "Ask the bureau to replace it"),
    ],
)
def test_a_card_in_the_way_says_how_it_stands(status: CertificateStatus, evidence: str, next_step: str) -> None:
    held = replace(FIT, held=Held(number="16042500001", valid_until=TODAY, status=status))

    finding = next(one for one in examine(ENFORCEMENT, held, POLICY, TODAY) if one.rule is NONE_HELD)

    assert evidence in finding.evidence.message
    assert next_step in finding.next_step


def test_every_violation_is_said_at_once() -> None:
    unfit = Dossier(
        born_on=date(2010, 1, 1),
        establishment=None,
        duty=None,
        in_post_since=None,
        standing=replace(UNIT, confirmed_on=None),
        bars=[bar(TODAY, TODAY)],
        held=Held(number="16042500001", valid_until=TODAY),
    )
    strict = replace(POLICY, training_before_certificate=True)

    assert broken(unfit, policy=strict) == [
        rule.code
        for rule in (
            IN_POST,
            ON_THE_ESTABLISHMENT,
            OF_AGE,
            CONFIRMED_SUBJECT,
            COMMON_LAW_PASSED,
            SPECIAL_LAW_PASSED,
            TRAINED,
            NOT_BARRED,
            NONE_HELD,
        )
    ]


@pytest.mark.parametrize(
    ("trained_on", "codes"),
    [
        pytest.param(TODAY, [], id="completed today"),
        pytest.param(TOMORROW, [TRAINED.code], id="completed tomorrow"),
        pytest.param(None, [TRAINED.code], id="never"),
    ],
)
def test_training_counts_where_the_policy_asks_for_it(trained_on: date | None, codes: list[str]) -> None:
    strict = replace(POLICY, training_before_certificate=True, training_before_supervision=True)

    assert broken(replace(FIT, trained_on=trained_on), policy=strict) == codes
    assert broken(replace(SUPERVISOR, trained_on=trained_on), SUPERVISION, strict) == codes


def test_a_supervisor_needs_the_common_exam_alone() -> None:
    assert broken(SUPERVISOR, SUPERVISION) == []
    assert broken(replace(SUPERVISOR, results=()), SUPERVISION) == [COMMON_LAW_PASSED.code]


def test_an_invited_supervisor_need_not_be_on_the_establishment() -> None:
    invited = replace(SUPERVISOR, establishment=Establishment.INVITED, duty=Duty.OTHER)

    assert broken(invited, SUPERVISION) == []


@pytest.mark.parametrize("duty", sorted(set(Duty) - {Duty.SUPERVISION}))
def test_no_other_post_gives_a_supervision_certificate(duty: Duty) -> None:
    assert broken(replace(SUPERVISOR, duty=duty), SUPERVISION) == [SUPERVISOR_POST.code]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param({}, ENFORCEMENT, id="an officer"),
        pytest.param({"duty": Duty.SUPERVISION}, SUPERVISION, id="a supervisor"),
        pytest.param({"establishment": Establishment.INVITED}, SUPERVISION, id="an invited supervisor"),
        pytest.param({"duty": None, "establishment": None}, ENFORCEMENT, id="somebody without a post"),
    ],
)
def test_a_candidate_stands_for_one_kind(change: dict[str, Any], kind: CertificateKind) -> None:
    who = replace(FIT, **change)

    assert [one for one in CertificateKind if applies_for(one, who.duty, who.establishment)] == [kind]


@pytest.mark.parametrize(
    ("change", "earliest"),
    [
        pytest.param({"born_on": date(2008, 6, 16)}, TOMORROW, id="the birthday"),
        pytest.param({"born_on": date(2012, 2, 29)}, date(2030, 3, 1), id="1 March for who was born on 29 February"),
        pytest.param({"in_post_since": TOMORROW}, TOMORROW, id="the first day in post"),
        pytest.param({"bars": [bar(TODAY, date(2028, 6, 14))]}, date(2028, 6, 15), id="the day after the bar"),
        pytest.param(
            {"held": Held(number="1", valid_until=date(2026, 12, 31))}, date(2027, 1, 1), id="the day after the old one"
        ),
    ],
)
def test_a_refusal_names_the_earliest_day(change: dict[str, Any], earliest: date) -> None:
    (finding,) = (one for one in examine(ENFORCEMENT, replace(FIT, **change), POLICY, TODAY) if not one.met)

    assert finding.earliest_on == earliest


def test_every_finding_has_a_source_and_evidence_and_every_refusal_a_next_step() -> None:
    fit = examine(ENFORCEMENT, FIT, POLICY, TODAY)
    unfit = examine(ENFORCEMENT, replace(FIT, in_post_since=None, results=()), POLICY, TODAY)

    assert all(one.rule.source and one.evidence.in_words() for one in (*fit, *unfit))
    assert [bool(one.next_step) for one in (*fit, *unfit)] == [not one.met for one in (*fit, *unfit)]


def test_the_best_pass_is_the_one_the_certificate_rests_on() -> None:
    common = (sat(COMMON, "61", date(2026, 3, 1), result_id=7), sat(COMMON, "90", result_id=8))

    findings = examine(ENFORCEMENT, replace(FIT, results=(*common, sat(SPECIAL, "70", result_id=9))), POLICY, TODAY)

    assert [one.result_id for one in findings if one.result_id is not None] == [8, 9]
