"""The table of acts: its preconditions are the rules that refuse, its sentences are all there."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from registry.rules.applications import ReplacementCause
from registry.rules.certificates import (
    ACTS,
    GATE,
    LAWFUL_MOVE,
    CertificateAct,
    CertificateKind,
    CertificateStatus,
    Face,
    Predecessor,
    examine,
    examine_renewal,
    examine_replacement,
    following,
)
from registry.rules.certificates.lawful import PRECONDITIONS
from registry.rules.qualifications import DECISIONS, QualificationAct
from tests.rules.test_certificates import FIT, POLICY

pytestmark = pytest.mark.nodb
TODAY = date(2026, 6, 15)
EVERY_PRECONDITION = replace(
    POLICY,
    training_before_certificate=True,
    training_before_supervision=True,
    publishes_loss=True,
    special_exam_in_new_field=True,
    renewal_asks_exam=True,
)
OLD = Predecessor(
    kind=CertificateKind.ENFORCEMENT,
    status=CertificateStatus.ACTIVE,
    issued_on=date(2026, 6, 1),
    valid_until=date(2031, 5, 31),
    printed=Face(field="市场监管"),
    present=Face(field="交通运输"),
)


def test_every_rule_of_the_gate_is_a_precondition_of_the_issue_and_nothing_else_is() -> None:
    asked = {one.rule for kind in CertificateKind for one in examine(kind, FIT, EVERY_PRECONDITION, TODAY)}

    assert asked == set(GATE) == set(ACTS[CertificateAct.ISSUE].rests_on)


def test_what_is_asked_of_a_successor_is_what_the_table_says() -> None:
    statuses, causes = (CertificateStatus.ACTIVE, CertificateStatus.LOST), (None, *ReplacementCause)
    olds = [replace(OLD, kind=kind, status=status) for kind, status in product(CertificateKind, statuses)]
    elsewhere = [replace(fact, enforcement_field="市场监管") for fact in FIT.results]
    anew = [replace(fact, held_on=TODAY) for fact in FIT.results]
    dossiers = [replace(FIT, results=results) for results in (FIT.results, elsewhere, anew)]
    asked = {
        CertificateAct.REPLACE: [
            one
            for old, dossier, cause in product(olds, dossiers, causes)
            for one in examine_replacement(old, dossier, cause, EVERY_PRECONDITION, TODAY)
        ],
        CertificateAct.RENEW: [
            one
            for old, dossier in product(olds, dossiers)
            for one in examine_renewal(old, dossier, EVERY_PRECONDITION, TODAY)
        ],
    }

    for act, findings in asked.items():
        assert {one.rule for one in findings} - {LAWFUL_MOVE} == set(ACTS[act].rests_on)


def test_every_precondition_of_an_act_by_hand_is_asked() -> None:
    by_hand = {rule for terms in ACTS.values() if terms.is_by_hand for rule in terms.rests_on}

    assert by_hand == set(PRECONDITIONS)


def test_what_can_follow_an_act_is_nothing_after_the_end() -> None:
    assert following(CertificateStatus.REVOKED) == following(CertificateStatus.CANCELLED) == ()
    assert following(CertificateStatus.WITHDRAWN) == (CertificateAct.CANCEL,)
    assert CertificateAct.EXPIRE not in following(CertificateStatus.ACTIVE)


def test_a_decision_on_the_qualification_is_a_row_like_any_other() -> None:
    assert set(DECISIONS) == set(QualificationAct)
    for terms in DECISIONS.values():
        assert terms.does
        assert terms.rests_on
        assert bool(terms.source) is not bool(terms.grounds)
    taken, given_back = DECISIONS[QualificationAct.DISQUALIFY], DECISIONS[QualificationAct.LIFT]
    assert (taken.leaves, taken.reaches) == (frozenset({given_back.reaches}), next(iter(given_back.leaves)))
