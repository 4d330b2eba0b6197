"""Replacing a certificate: through the same gate, to the same last day."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import Appointment
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ApplicationNature, ReplacementCause
from registry.rules.certificates import CertificateAct, CertificateStatus
from registry.rules.people import EndReason
from registry.rules.permissions import Actor, Role
from registry.services import certificates
from tests.acting import act_upon
from tests.factories import make_certificate

TODAY = date(2026, 3, 10)
LAST = date(2026, 5, 31)
CHIEF = Actor(account_id=None, name="the chief", role=Role.BUREAU_CHIEF)


def replace(
    session: Session,
    card: Certificate,
    *,
    cause: ReplacementCause = ReplacementCause.DAMAGE,
    today: date = TODAY,
    document: str = "换证1",
) -> Certificate:
    return certificates.replace(
        session, CHIEF, certificate_id=card.id, cause=cause, document_number=document, reason="损坏", today=today
    )


def lose(session: Session, card: Certificate) -> None:
    act_upon(session, card, CertificateAct.REPORT_LOST, TODAY)
    act_upon(session, card, CertificateAct.PUBLISH_LOSS, TODAY)


def test_a_lost_certificate_gives_way_to_one_that_ends_on_the_same_day(session: Session) -> None:
    old = make_certificate(session, valid_until=LAST)
    lose(session, old)

    new = replace(session, old, cause=ReplacementCause.LOSS)

    assert (new.person_id, new.predecessor_id, new.valid_from, new.valid_until) == (old.person_id, old.id, TODAY, LAST)
    assert new.number != old.number
    assert old.status is CertificateStatus.REPLACED
    statuses = select(CertificatePeriod.status).where(CertificatePeriod.certificate_id == old.id)
    assert [one.value for one in session.scalars(statuses.order_by(CertificatePeriod.id))] == [
        "active",
        "lost",
        "lost",
        "replaced",
    ]


def test_a_replacement_leaves_an_entry_for_the_old_and_one_for_the_new(session: Session) -> None:
    old = make_certificate(session)

    new = replace(session, old)

    acts = select(TrailEntry.action, TrailEntry.subject_id).order_by(TrailEntry.id.desc()).limit(2)
    assert [tuple(act) for act in session.execute(acts)] == [
        ("certificate:issue", new.id),
        ("certificate:move", old.id),
    ]


def test_the_old_certificate_is_no_obstacle_and_every_other_rule_is_asked(session: Session) -> None:
    card = make_certificate(session)
    post = session.scalars(select(Appointment).where(Appointment.person_id == card.person_id)).one()
    post.until_on, post.end_reason = date(2026, 3, 9), EndReason.RETIREMENT
    session.flush()

    with pytest.raises(RuleBroken) as broken:
        replace(session, card)

    assert [violation.code for violation in broken.value.violations] == ["CERT-1", "CERT-2"]
    assert card.status is CertificateStatus.ACTIVE
    told = certificates.explain_successor(
        session, CHIEF, certificate_id=card.id, nature=ApplicationNature.REPLACEMENT, today=TODAY
    )
    assert [finding.rule.code for finding in told.findings if not finding.met] == ["CERT-1", "CERT-2"]


@pytest.mark.parametrize("end", [CertificateAct.SUSPEND, CertificateAct.WITHDRAW, CertificateAct.CANCEL])
def test_only_a_valid_or_lost_certificate_is_replaced(session: Session, end: CertificateAct) -> None:
    card = make_certificate(session)
    act_upon(session, card, end, TODAY)

    with pytest.raises(RuleBroken) as broken:
        replace(session, card)

    assert [violation.code for violation in broken.value.violations] == ["CERT-10"]


@pytest.mark.parametrize("day", [LAST, date(2026, 6, 1)], ids=["on its last day", "after it"])
def test_a_certificate_that_ends_is_renewed_and_not_replaced(session: Session, day: date) -> None:
    with pytest.raises(RuleBroken) as broken:
        replace(session, make_certificate(session, valid_until=LAST), today=day)

    assert [violation.code for violation in broken.value.violations] == ["CERT-10"]


def test_a_replacement_names_its_document(session: Session) -> None:
    with pytest.raises(RuleBroken) as broken:
        replace(session, make_certificate(session), document=" ")

    assert [violation.code for violation in broken.value.violations] == ["CERT-11"]


def test_nobody_but_the_bureau_replaces_a_certificate(session: Session) -> None:
    card = make_certificate(session)
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=card.department_id)

    with pytest.raises(Denied):
        certificates.replace(
            session,
            head,
            certificate_id=card.id,
            cause=ReplacementCause.DAMAGE,
            document_number="1",
            reason="1",
            today=TODAY,
        )
