"""Successors under the rules of the life: loss published, new field examined, renewal in time by new exams."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationNature, ReplacementCause
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus
from registry.rules.exams import ExamSubject
from registry.rules.people import Duty, Establishment, Rank
from registry.rules.permissions import SYSTEM
from registry.services import certificates, exams, people, policies
from registry.services.exams import SittingEntry
from registry.services.people import CareerEntry
from tests.acting import act_upon
from tests.factories import make_certificate, make_department, make_qualified_person, make_result, make_sitting

TODAY = date(2026, 3, 10)
EXAM = date(2026, 2, 1)
POST = {
    "section": "",
    "post": "执法员",
    "rank": Rank.STAFF,
    "establishment": Establishment.ADMINISTRATIVE,
    "duty": Duty.ENFORCEMENT,
    "enforcement_field": "",
    "enforcement_area": "",
}


def replace(session: Session, card: Certificate, cause: ReplacementCause, today: date = TODAY) -> Certificate:
    said = {"cause": cause, "document_number": "换证1", "reason": "换发"}
    return certificates.replace(session, SYSTEM, certificate_id=card.id, today=today, **said)


def renew(session: Session, card: Certificate, today: date = TODAY) -> Certificate:
    return certificates.renew(session, SYSTEM, certificate_id=card.id, document_number="续证1", today=today)


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> list[str]:
    return [violation.code for violation in refused.value.violations]


def moved_to(session: Session, field: str) -> tuple[Certificate, Department]:
    """A certificate of market supervision whose holder serves a unit of another field since today."""
    card, unit = make_certificate(session), make_department(session, enforcement_field=field)
    entry = CareerEntry(day=TODAY, values={**POST, "department_id": unit.id})
    people.perform(session, SYSTEM, person_id=card.person_id, act=CareerAct.TRANSFER, entry=entry, today=TODAY)
    return card, unit


def test_a_loss_is_reported_then_published_then_made_good(session: Session) -> None:
    card = make_certificate(session)
    with pytest.raises(RuleBroken) as unreported:
        replace(session, card, ReplacementCause.LOSS)
    act_upon(session, card, CertificateAct.REPORT_LOST, TODAY)
    with pytest.raises(RuleBroken) as unpublished:
        replace(session, card, ReplacementCause.LOSS)
    act_upon(session, card, CertificateAct.PUBLISH_LOSS, TODAY)
    with pytest.raises(RuleBroken) as other_cause:
        replace(session, card, ReplacementCause.DAMAGE)

    new = replace(session, card, ReplacementCause.LOSS)

    assert (codes(unreported), codes(unpublished), codes(other_cause)) == (["CERT-10"], ["CERT-17"], ["CERT-10"])
    assert new.predecessor_id == card.id


def test_another_field_asks_for_its_special_exam(session: Session) -> None:
    card, unit = moved_to(session, "交通运输")
    for result in people.file_of(session, SYSTEM, card.person_id, TODAY).results:
        result.sitting.enforcement_field = "市场监管" if result.subject is ExamSubject.SPECIAL_LAW else ""
    session.flush()
    with pytest.raises(RuleBroken) as refused:
        replace(session, card, ReplacementCause.UNIT)
    assert codes(refused) == ["CERT-20"]

    entry = SittingEntry(
        subject=ExamSubject.SPECIAL_LAW, held_on=EXAM, title="交通专业法律知识", enforcement_field="交通运输"
    )
    make_result(session, card.person, exams.announce(session, SYSTEM, entry=entry), 70)
    new = replace(session, card, ReplacementCause.UNIT)

    assert (new.field, new.department_id, new.valid_until) == ("交通运输", unit.id, card.valid_until)


def test_a_sitting_of_any_field_serves_every_field(session: Session) -> None:
    card, _ = moved_to(session, "交通运输")

    assert replace(session, card, ReplacementCause.UNIT).field == "交通运输"


@pytest.mark.parametrize("kind", list(CertificateKind))
def test_a_renewal_begins_a_new_term_and_ends_the_old_one(session: Session, kind: CertificateKind) -> None:
    duty = Duty.SUPERVISION if kind is CertificateKind.SUPERVISION else Duty.ENFORCEMENT
    card = make_certificate(session, make_qualified_person(session, duty=duty), kind=kind)
    for subject in ExamSubject:
        make_result(session, card.person, make_sitting(session, subject, EXAM), 70)

    new = renew(session, card)

    assert (new.valid_from, new.valid_until, new.predecessor_id) == (TODAY, date(2031, 3, 9), card.id)
    assert (card.status, new.status) == (CertificateStatus.REPLACED, CertificateStatus.ACTIVE)
    file = certificates.file_of(session, SYSTEM, certificate_id=new.id, today=TODAY)
    assert {result.sitting.held_on for result in file.passes} == {EXAM}
    assert certificates.file_of(session, SYSTEM, certificate_id=card.id, today=TODAY).periods[0].act == "renew"


def test_a_renewal_asks_for_exams_passed_since_the_certificate_was_issued(session: Session) -> None:
    card = make_certificate(session)
    make_result(session, card.person, make_sitting(session, ExamSubject.COMMON_LAW, EXAM), 70)
    make_result(session, card.person, make_sitting(session, ExamSubject.SPECIAL_LAW, EXAM), 50)

    with pytest.raises(RuleBroken) as refused:
        renew(session, card)
    told = certificates.explain_successor(
        session, SYSTEM, certificate_id=card.id, nature=ApplicationNature.RENEWAL, today=TODAY
    )

    assert codes(refused) == ["CERT-19"]
    assert [finding.rule.code for finding in told.findings if not finding.met] == ["CERT-19"]


@pytest.mark.parametrize(
    ("day", "broken"),
    [
        pytest.param(date(2025, 11, 29), ["CERT-18"], id="a day too early"),
        pytest.param(date(2025, 11, 30), [], id="the first day of the window"),
        pytest.param(date(2026, 5, 31), [], id="the last day of validity"),
        pytest.param(date(2026, 6, 1), ["CERT-10"], id="expired"),
    ],
)
def test_a_certificate_is_renewed_in_the_months_before_its_end(session: Session, day: date, broken: list[str]) -> None:
    card = make_certificate(session)
    for subject in ExamSubject:
        make_result(session, card.person, make_sitting(session, subject, date(2025, 10, 1)), 70)
    offered = certificates.offered(card, policies.in_force(session, day), day)
    assert (CertificateAct.RENEW in offered) is not broken or broken == []

    if broken:
        with pytest.raises(RuleBroken) as refused:
            renew(session, card, day)
        assert codes(refused) == broken
    else:
        assert renew(session, card, day).valid_from == day
