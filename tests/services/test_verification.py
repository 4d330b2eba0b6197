"""The public check: the public fields and nothing else, whatever the status."""

from dataclasses import fields
from datetime import date

import pytest
from sqlalchemy.orm import Session

from registry import clock
from registry.models.certificates import Certificate
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.certificates import BY_HAND, CertificateAct, CertificateKind, CertificateStatus, PublicStatus
from registry.rules.permissions import Actor, Role
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.services import verification
from tests.acting import act_upon
from tests.factories import make_certificate, policy_id

TODAY = date(2026, 3, 10)
CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
PUBLIC_FIELDS = {
    "name",
    "unit",
    "kind",
    "number",
    "field",
    "area",
    "valid_from",
    "valid_until",
    "status",
}


def review(session: Session, card: Certificate, year: int, finding: ReviewFinding | None, *, locked: bool) -> None:
    campaign = ReviewCampaign(
        year=year,
        kind=CertificateKind.ENFORCEMENT,
        status=CampaignStatus.LOCKED if locked else CampaignStatus.OPEN,
        policy_id=policy_id(session),
        opened_on=date(year, 11, 1),
        cutoff_on=date(year, 10, 31),
        as_of_on=date(year, 12, 31),
        locked_at=clock.now() if locked else None,
    )
    session.add(campaign)
    session.flush()
    session.add(
        ReviewItem(
            campaign_id=campaign.id,
            certificate_id=card.id,
            person_id=card.person_id,
            department_id=card.department_id,
            facts={},
            proposed=ReviewFinding.PASSED,
            proposal_reasons=[],
            finding=finding,
            decided_at=clock.now() if finding else None,
        )
    )
    session.flush()


def told(session: Session, card: Certificate, today: date = TODAY) -> PublicStatus | None:
    answer = verification.by_code(session, code=card.check_code, today=today)
    return answer.status if answer else None


def test_the_answer_has_the_public_fields_and_no_other() -> None:
    assert {field.name for field in fields(verification.Answer)} == PUBLIC_FIELDS


def test_a_number_with_the_holders_name_is_answered(session: Session) -> None:
    card = make_certificate(session)

    answer = verification.by_number(session, number=f" {card.number} ", name=card.holder_name, today=TODAY)

    assert answer is not None
    assert (answer.name, answer.number, answer.unit) == (card.holder_name, card.number, card.department.name)
    assert (answer.valid_from, answer.valid_until) == (card.valid_from, card.valid_until)
    assert answer.status is PublicStatus.VALID


def test_a_number_alone_or_with_another_name_tells_nothing(session: Session) -> None:
    card, other = make_certificate(session), make_certificate(session)

    for name in ("", "%", card.holder_name[:1], other.holder_name):
        assert verification.by_number(session, number=card.number, name=name, today=TODAY) is None


def test_a_code_is_read_in_any_case_and_with_spaces(session: Session) -> None:
    card = make_certificate(session, check_code="ABCD2345EFGH6789")

    for typed in ("abcd2345efgh6789", "ABCD 2345 EFGH 6789", "abcd-2345-efgh-6789"):
        assert verification.by_code(session, code=typed, today=TODAY) is not None
    for typed in ("", "ABCD2345EFGH678", "%", card.number):
        assert verification.by_code(session, code=typed, today=TODAY) is None


@pytest.mark.parametrize("act", BY_HAND[CertificateStatus.ACTIVE])
def test_after_an_act_the_public_is_told_at_once(session: Session, act: CertificateAct) -> None:
    card = make_certificate(session)
    assert told(session, card) is PublicStatus.VALID

    act_upon(session, card, act, TODAY)

    assert told(session, card) is PublicStatus.NOT_VALID


def test_a_reinstated_certificate_is_valid_again(session: Session) -> None:
    card = make_certificate(session)
    act_upon(session, card, CertificateAct.SUSPEND, TODAY)
    act_upon(session, card, CertificateAct.REINSTATE, TODAY)

    assert told(session, card) is PublicStatus.VALID


def test_the_last_day_is_valid_and_the_next_is_not(session: Session) -> None:
    card = make_certificate(session, valid_until=TODAY)

    assert told(session, card) is PublicStatus.VALID
    assert told(session, card, date(2026, 3, 11)) is PublicStatus.NOT_VALID


@pytest.mark.parametrize(
    ("finding", "answer"),
    [
        pytest.param(ReviewFinding.PASSED, PublicStatus.VALID, id="passed"),
        pytest.param(ReviewFinding.DEFERRED, PublicStatus.UNCONFIRMED, id="deferred"),
        pytest.param(ReviewFinding.FAILED, PublicStatus.UNCONFIRMED, id="failed"),
        pytest.param(ReviewFinding.WITHDRAWN, PublicStatus.UNCONFIRMED, id="to be withdrawn"),
    ],
)
def test_the_latest_locked_review_decides(session: Session, finding: ReviewFinding, answer: PublicStatus) -> None:
    card = make_certificate(session)
    review(session, card, 2024, ReviewFinding.FAILED if finding is ReviewFinding.PASSED else None, locked=False)
    review(session, card, 2025, finding, locked=True)

    assert told(session, card) is answer


def test_an_open_review_and_an_undecided_one_tell_nothing_yet(session: Session) -> None:
    card = make_certificate(session)
    review(session, card, 2024, ReviewFinding.FAILED, locked=False)

    assert told(session, card) is PublicStatus.VALID


def test_an_older_failure_is_overtaken_by_a_later_pass(session: Session) -> None:
    card = make_certificate(session)
    review(session, card, 2024, ReviewFinding.FAILED, locked=True)
    review(session, card, 2025, ReviewFinding.PASSED, locked=True)

    assert told(session, card) is PublicStatus.VALID
