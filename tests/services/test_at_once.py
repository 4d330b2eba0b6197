"""Two acts at the same moment, each in a transaction of its own: one waits for the other, and neither undoes it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.db import transaction
from registry.models.auditing import RosterSample, ScanSession
from registry.models.certificates import Certificate
from registry.models.exams import ExamResult
from registry.models.reviews import ReviewItem
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.exams import ExamOutcome
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import ReviewFinding
from registry.services import auditing, certificates, exams, numbers, papers, policies, reviews
from registry.services.reviews.campaigns import open_only
from tests import factories
from tests.services.test_rosters import lock, open_review

TODAY = date(2026, 7, 1)
A_MOMENT, LONG = 0.5, 20
Act = Callable[[Session], Any]


def meanwhile(app: Flask, first: Act, second: Act, then: Act = lambda session: None) -> Future[Any]:
    """Do `first`; before it has committed begin `second`; do `then`, commit. What came of `second`."""
    sessions = app.extensions["sessions"]

    def apart() -> Any:
        with transaction(sessions) as session:
            return second(session)

    with ThreadPoolExecutor(1) as pool:
        with transaction(sessions) as session:
            first(session)
            begun = pool.submit(apart)
            wait([begun], A_MOMENT)
            then(session)
        wait([begun], LONG)
        return begun


def issuing(person_id: int) -> Act:
    kind = CertificateKind.ENFORCEMENT
    return lambda session: certificates.issue(session, SYSTEM, person_id=person_id, kind=kind, today=TODAY).certificate


def test_no_certificate_rests_on_a_result_that_is_being_corrected(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        holder = factories.make_certificate(session, status=CertificateStatus.CANCELLED)
        result_id = session.scalars(select(ExamResult.id).where(ExamResult.person_id == holder.person_id)).all()[0]

    def correct(session: Session) -> None:
        said = {"score": Decimal(59), "outcome": ExamOutcome.SCORED, "reason": "counted anew", "today": TODAY}
        exams.correct_result(session, SYSTEM, result_id=result_id, **said)  # type: ignore[arg-type]  # of several kinds

    came = meanwhile(app, correct, issuing(holder.person_id))

    assert isinstance(came.exception(), IntegrityError) or came.result() is None
    with app.extensions["sessions"].reading() as session:
        assert session.scalars(select(Certificate.id)).all() == [holder.id]


def test_renewing_an_expired_card_and_issuing_another_do_not_wait_for_each_other(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        holder = factories.make_certificate(session, issued_on=date(2020, 1, 1), valid_until=date(2024, 12, 31))
        graduate = factories.make_qualified_person(session)
        pattern = policies.in_force(session, TODAY).enforcement_number_pattern

    came = meanwhile(
        app,
        lambda session: list(numbers.numbers(session, pattern, 1)),  # what issuing begins with
        issuing(holder.person_id),
        then=issuing(graduate.id),
    )

    assert came.result() is not None


def test_one_finding_and_all_findings_at_once_do_not_wait_for_each_other(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        factories.make_certificate(session, issued_on=date(2021, 3, 1), valid_until=date(2026, 2, 28))
        campaign = reviews.open_campaign(
            session, SYSTEM, year=2021, kind=CertificateKind.ENFORCEMENT, today=date(2021, 12, 1)
        )
        item_id = session.scalars(select(ReviewItem.id)).one()

    def decide(session: Session) -> ReviewItem:
        found = {"finding": ReviewFinding.FAILED, "reason": "as decided"}
        return reviews.decide(session, SYSTEM, item_id=item_id, today=TODAY, **found)  # type: ignore[arg-type]

    came = meanwhile(
        app,
        lambda session: open_only(session, campaign.id),
        decide,
        then=lambda session: reviews.accept_proposals(session, SYSTEM, campaign_id=campaign.id, today=TODAY),
    )

    assert came.result().finding is ReviewFinding.FAILED


def test_of_two_who_open_a_year_at_once_one_is_told(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        factories.make_certificate(session, issued_on=date(2021, 3, 1), valid_until=date(2026, 2, 28))
    wanted: dict[str, Any] = {"year": 2021, "kind": CertificateKind.ENFORCEMENT, "today": TODAY}

    def opening(session: Session) -> None:
        reviews.open_campaign(session, SYSTEM, **wanted)

    came = meanwhile(app, opening, opening)

    assert str(came.exception()) == "REV-8: The review of 2021 was opened before."
    with app.extensions["sessions"].reading() as session:
        assert len(session.scalars(select(ReviewItem.id)).all()) == 1


def test_of_two_batches_at_once_one_prints_a_card(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        card = factories.make_certificate(session, valid_until=date(2031, 5, 31))

    def printing(session: Session) -> str:
        choice = papers.CardChoice(with_empty_frames=True)
        those: dict[str, Any] = {
            "certificate_ids": [card.id],
            "choice": choice,
            "public_url": "http://x",
            "today": TODAY,
        }
        return papers.print_cards(session, SYSTEM, **those).number

    came = meanwhile(app, printing, printing)

    assert "PAP-4" in str(came.exception())


def test_of_two_who_begin_the_same_at_once_both_get_the_first(app: Flask) -> None:
    with transaction(app.extensions["sessions"]) as session:
        campaign, _ = open_review(session)
        roster_id = lock(session, campaign)[0].id
    choice = auditing.SampleChoice(seed="7", size="2")

    def beginning(session: Session) -> int:
        return auditing.begin(session, SYSTEM, roster_id=roster_id, choice=choice).id

    def printing(session: Session) -> int:
        said: dict[str, Any] = {"choice": choice, "public_url": "http://x", "today": TODAY}
        return auditing.issue(session, SYSTEM, roster_id=roster_id, **said).paper_id

    begun, printed = meanwhile(app, beginning, beginning), meanwhile(app, printing, printing)

    with app.extensions["sessions"].reading() as session:
        assert session.scalars(select(ScanSession.id)).all() == [begun.result()]
        assert session.scalars(select(RosterSample.paper_id)).all() == [printed.result()]
