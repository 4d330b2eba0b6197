"""Two sessions at one certificate, one person or one application at the same moment: the rules of two rows hold."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.db import transaction
from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.tasks import Task
from registry.rules import RuleBroken
from registry.rules.applications import ApplicationStatus, ApplicationStep, ReplacementCause
from registry.rules.certificates import LIVE, CertificateAct, CertificateKind, CertificateStatus, Ground
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.qualifications import Decision
from registry.services import applications, certificates, people, qualifications
from registry.services.certificates import IssuedEntry
from tests import factories
from tests.acting import act_upon
from tests.services.test_at_once import Act, meanwhile

TODAY = date(2026, 7, 1)
LAST = date(2029, 6, 30)
KIND = CertificateKind.ENFORCEMENT
CHIEF = Actor(account_id=None, name="郑局长", role=Role.BUREAU_CHIEF)
OTHER_CHIEF = Actor(account_id=None, name="冯局长", role=Role.BUREAU_CHIEF)


def holder(app: Flask) -> int:
    with transaction(app.extensions["sessions"]) as session:
        return factories.make_certificate(session, valid_until=LAST).id


def acting(card_id: int, act: CertificateAct) -> Act:
    return lambda session: act_upon(session, session.get_one(Certificate, card_id), act, TODAY)


def replacing(card_id: int) -> Act:
    said = {"cause": ReplacementCause.DAMAGE, "document_number": "1", "reason": "损坏", "today": TODAY}
    return lambda session: certificates.replace(session, SYSTEM, certificate_id=card_id, **said)  # type: ignore[arg-type]  # of several kinds


def approving(application_id: int, chief: Actor) -> Act:
    asked: dict[str, Any] = {"step": ApplicationStep.APPROVE, "application_ids": [application_id], "today": TODAY}
    return lambda session: applications.take(session, chief, **asked)


def put_up(app: Flask) -> tuple[int, int]:
    """A graduate whose application is examined: the person and the application."""
    with transaction(app.extensions["sessions"]) as session:
        person = factories.make_qualified_person(session)
        done = applications.put_up(session, SYSTEM, person_ids=[person.id], kind=KIND, today=TODAY)
        return person.id, done.examined[0].id


def live(app: Flask) -> int:
    with app.extensions["sessions"].reading() as session:
        return session.scalar(select(func.count()).where(Certificate.status.in_(LIVE))) or 0


def test_one_application_approved_by_two_leads_to_one_certificate(app: Flask) -> None:
    _, one = put_up(app)

    came = meanwhile(app, approving(one, CHIEF), approving(one, OTHER_CHIEF))

    assert [violation.code for violation in came.result()[0].against] == ["ROAD-1"]
    assert live(app) == 1
    with app.extensions["sessions"].reading() as session:
        steps = select(ApplicationRecord.step).where(ApplicationRecord.step == ApplicationStep.APPROVE)
        assert len(session.scalars(steps).all()) == 1


@pytest.mark.parametrize("list_is_first", [True, False])
def test_an_approval_and_the_province_s_list_leave_one_certificate(app: Flask, list_is_first: bool) -> None:
    person, one = put_up(app)
    entry = IssuedEntry(person_id=person, kind=KIND, number="16042500888", issued_on=TODAY)

    def receive(session: Session) -> Any:
        return applications.receive(session, SYSTEM, entries=[entry], today=TODAY)

    both = (receive, approving(one, CHIEF)) if list_is_first else (approving(one, CHIEF), receive)
    came = meanwhile(app, *both)

    assert live(app) == 1
    assert isinstance(came.exception(), RuleBroken) is not list_is_first
    with app.extensions["sessions"].reading() as session:
        status = session.get_one(Application, one).status
        assert status is (ApplicationStatus.MADE if list_is_first else ApplicationStatus.APPROVED)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (CertificateAct.SUSPEND, CertificateAct.SUSPEND),
        (CertificateAct.REVOKE, CertificateAct.REPORT_LOST),
        (CertificateAct.CANCEL, CertificateAct.REVOKE),
    ],
)
def test_of_two_acts_on_one_certificate_the_second_meets_what_the_first_did(
    app: Flask, first: CertificateAct, second: CertificateAct
) -> None:
    card = holder(app)

    came = meanwhile(app, acting(card, first), acting(card, second))

    refused = came.exception()
    assert isinstance(refused, RuleBroken)
    assert "CERT-10" in {violation.code for violation in refused.violations}
    with app.extensions["sessions"].reading() as session:
        acts = select(CertificatePeriod.act).order_by(CertificatePeriod.id)
        assert session.scalars(acts).all() == [CertificateAct.ISSUE, first]


@pytest.mark.parametrize("second", ["replace", "revoke"])
def test_a_card_that_is_being_replaced_is_replaced_once_and_not_revoked(app: Flask, second: str) -> None:
    card = holder(app)

    came = meanwhile(
        app, replacing(card), replacing(card) if second == "replace" else acting(card, CertificateAct.REVOKE)
    )

    assert isinstance(came.exception(), RuleBroken)
    assert live(app) == 1


def test_who_is_disqualified_while_his_card_is_replaced_keeps_none(app: Flask) -> None:
    card = holder(app)
    said = {"day": TODAY, "decided_by": "平顶山市司法局", "document_number": "1", "reason": "出借证件"}
    decision = Decision(**said, basis=Ground.MISCONDUCT)  # type: ignore[arg-type]  # of several kinds

    def disqualify(session: Session) -> Any:
        person = session.get_one(Certificate, card).person_id
        return qualifications.disqualify(session, SYSTEM, person_id=person, decision=decision, today=TODAY)

    came = meanwhile(app, replacing(card), disqualify)

    assert came.exception() is None
    assert live(app) == 0


def disqualifying(person_id: int) -> Act:
    said = {"day": TODAY, "decided_by": "平顶山市司法局", "document_number": "1", "reason": "出借证件"}
    decision = Decision(**said, basis=Ground.MISCONDUCT)  # type: ignore[arg-type]  # of several kinds
    return lambda session: qualifications.disqualify(
        session, SYSTEM, person_id=person_id, decision=decision, today=TODAY
    )


def retiring(person_id: int) -> Act:
    ends = {"until_on": TODAY - timedelta(days=1), "end_reason": EndReason.RETIREMENT, "today": TODAY}
    return lambda session: people.end_appointment(session, SYSTEM, person_id=person_id, **ends)  # type: ignore[arg-type]  # of several kinds


@pytest.mark.parametrize("approval_is_first", [True, False])
@pytest.mark.parametrize("losing", [disqualifying, retiring])
def test_who_loses_the_ground_while_the_first_certificate_is_approved_holds_none_that_nobody_looks_into(
    app: Flask, losing: Callable[[int], Act], approval_is_first: bool
) -> None:
    person, one = put_up(app)
    both = (approving(one, CHIEF), losing(person))

    came = meanwhile(app, *(both if approval_is_first else both[::-1]))

    assert came.exception() is None
    with app.extensions["sessions"].reading() as session:
        flagged = select(Task.certificate_id).where(Task.settled_on.is_(None))
        unflagged = select(Certificate.id).where(Certificate.status.in_(LIVE), Certificate.id.not_in(flagged))
        assert session.scalars(unflagged).all() == []
        issued = session.scalar(select(func.count()).select_from(Certificate))
        assert issued == (1 if approval_is_first else 0)


def test_of_two_lists_at_once_that_bring_one_person_certificates_of_the_same_days_one_is_refused(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        person = factories.make_qualified_person(session).id

    def receiving(number: str) -> Act:
        entry = IssuedEntry(
            person_id=person, kind=KIND, number=number, issued_on=date(2022, 1, 1), valid_until=date(2023, 12, 31)
        )
        return lambda session: applications.receive(session, SYSTEM, entries=[entry], today=TODAY)

    came = meanwhile(app, receiving("16042500881"), receiving("16042500882"))

    assert isinstance(came.exception(), RuleBroken)


def test_a_suspension_and_its_task_are_opened_once(app: Flask) -> None:
    card = holder(app)

    meanwhile(app, acting(card, CertificateAct.SUSPEND), acting(card, CertificateAct.SUSPEND))

    with app.extensions["sessions"].reading() as session:
        assert session.scalar(select(func.count()).select_from(Task)) == 1
        assert session.get_one(Certificate, card).status is CertificateStatus.SUSPENDED


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param((1, 31), (20, 50), id="two of many days"),
        pytest.param((1, 31), (20, 20), id="one of a single day inside"),
        pytest.param((20, 20), (1, 31), id="one around a single day"),
        pytest.param((1, 31), (30, 31), id="the last two days"),
        pytest.param((1, 2), (1, 3), id="the first two days"),
    ],
)
def test_two_sessions_write_no_periods_that_overlap(
    app: Flask, first: tuple[int, int], second: tuple[int, int]
) -> None:
    came = meanwhile(app, *(_period(card, *days) for card in [_closed(app)] for days in (first, second)))

    assert isinstance(came.exception(), IntegrityError)


@pytest.mark.parametrize(("first", "second"), [((1, 5), (5, 9)), ((1, 5), (5, 5)), ((5, 5), (5, 9)), ((5, 5), (5, 5))])
def test_acts_of_one_day_leave_periods_that_share_it(
    app: Flask, first: tuple[int, int], second: tuple[int, int]
) -> None:
    came = meanwhile(app, *(_period(card, *days) for card in [_closed(app)] for days in (first, second)))

    assert came.exception() is None


def _closed(app: Flask) -> int:
    """A certificate whose period ends today."""
    card = holder(app)
    with transaction(app.extensions["sessions"]) as session:
        close = text("UPDATE certificate_periods SET until_on = :day WHERE certificate_id = :card")
        session.execute(close, {"card": card, "day": TODAY})
    return card


def _period(card: int, first: int, last: int) -> Act:
    """Write a period from so many days after today to so many."""
    row = {"card": card, "from_on": TODAY + timedelta(days=first), "until_on": TODAY + timedelta(days=last)}
    columns = "certificate_id, status, from_on, until_on, document_number, legal_basis, reason, created_at"
    values = ":card, 'suspended', :from_on, :until_on, '', '', '', '2026-07-01 00:00:00'"
    return lambda session: session.execute(text(f"INSERT INTO certificate_periods ({columns}) VALUES ({values})"), row)
