"""Opening a year: every certificate that was live in it stands there once, with its facts and what they speak for."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.models.trail import TrailEntry
from registry.models.training import Attendance
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import CertificateAct, CertificateKind
from registry.rules.people import Assessment, EndReason
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.rules.reviews import ReviewFinding
from registry.services import certificates, people, reviews
from tests.acting import act_upon
from tests.factories import ISSUED_ON, make_certificate, make_department, make_qualified_person, make_training

TODAY = date(2022, 1, 10)
ENFORCEMENT, SUPERVISION = CertificateKind


def open_year(session: Session, year: int = 2021, **values: Any) -> ReviewCampaign:
    said = {"kind": ENFORCEMENT, "today": TODAY, **values}
    return reviews.open_campaign(session, SYSTEM, year=year, **said)


def items_of(session: Session, campaign: ReviewCampaign) -> dict[int, ReviewItem]:
    rows = session.scalars(select(ReviewItem).where(ReviewItem.campaign_id == campaign.id))
    return {item.certificate_id: item for item in rows}


def item_of(session: Session, card: Certificate, **values: Any) -> ReviewItem:
    """The card's item in a review opened now."""
    return items_of(session, open_year(session, **values))[card.id]


def trained_card(session: Session, **values: Any) -> Certificate:
    """A certificate whose holder did the year's course."""
    person = make_qualified_person(session)
    make_training(session, person)
    return make_certificate(session, person, **values)


def end_post(session: Session, person: Person, on: date, reason: EndReason) -> None:
    people.end_appointment(session, SYSTEM, person_id=person.id, until_on=on, end_reason=reason, today=TODAY)


def test_a_fit_holder_is_proposed_to_pass(session: Session) -> None:
    item = item_of(session, trained_card(session))
    assert (item.proposed, item.finding, item.proposal_reasons) == (ReviewFinding.PASSED, None, [])
    assert item.facts["exam_score"] == "85"
    assert (item.facts["training_hours"], item.facts["section"]) == ("40", "综合执法大队")


def test_every_live_certificate_stands_in_the_review_once(session: Session) -> None:
    cards = [trained_card(session) for _ in range(3)]
    suspended, lost = trained_card(session), trained_card(session)
    act_upon(session, suspended, CertificateAct.SUSPEND, date(2021, 9, 1), today=TODAY)
    act_upon(session, lost, CertificateAct.REPORT_LOST, date(2021, 9, 1), today=TODAY)
    trained_card(session, kind=SUPERVISION)
    campaign = open_year(session)
    found = session.scalars(select(ReviewItem.certificate_id).where(ReviewItem.campaign_id == campaign.id)).all()
    assert sorted(found) == sorted(card.id for card in (*cards, suspended, lost))


@pytest.mark.parametrize(
    ("issued_on", "waits"),
    [
        pytest.param(date(2021, 10, 31), False, id="on the cut-off day"),
        pytest.param(date(2021, 11, 1), True, id="a day later"),
        pytest.param(date(2021, 12, 31), True, id="on the last day of the year"),
    ],
)
def test_a_card_issued_after_the_cutoff_is_listed_and_waits(session: Session, issued_on: date, waits: bool) -> None:
    item = item_of(session, trained_card(session, issued_on=issued_on))
    assert (item.is_next_year, item.proposed is None) == (waits, waits)


def test_a_card_issued_after_the_year_or_ended_before_it_is_not_listed(session: Session) -> None:
    due = trained_card(session)
    trained_card(session, issued_on=date(2022, 1, 1))
    trained_card(session, issued_on=date(2016, 1, 1), valid_until=date(2020, 12, 31))
    assert list(items_of(session, open_year(session))) == [due.id]


@pytest.mark.parametrize(
    ("ended_on", "listed"),
    [
        pytest.param(date(2021, 1, 1), False, id="withdrawn as the year began"),
        pytest.param(date(2021, 1, 2), True, id="live for one day of the year"),
    ],
)
def test_a_card_that_was_live_in_the_year_is_reviewed(session: Session, ended_on: date, listed: bool) -> None:
    trained_card(session)
    gone = trained_card(session, issued_on=date(2020, 6, 1))
    act_upon(session, gone, CertificateAct.WITHDRAW, ended_on, today=TODAY)
    item = items_of(session, open_year(session)).get(gone.id)
    assert (item.proposed if item else None) == (ReviewFinding.WITHDRAWN if listed else None)


def test_the_successor_is_reviewed_in_place_of_the_card_it_replaced(session: Session) -> None:
    old = trained_card(session)
    new = certificates.replace(
        session,
        SYSTEM,
        certificate_id=old.id,
        cause=ReplacementCause.DAMAGE,
        document_number="1",
        reason="损坏",
        today=date(2021, 12, 1),
    )
    items = items_of(session, open_year(session))
    assert list(items) == [new.id]
    assert not items[new.id].is_next_year


def test_what_happened_after_the_day_of_the_facts_does_not_count(session: Session) -> None:
    card = trained_card(session)
    act_upon(session, card, CertificateAct.SUSPEND, date(2022, 1, 3), today=TODAY)
    end_post(session, session.get_one(Person, card.person_id), date(2022, 1, 5), EndReason.RETIREMENT)
    item = item_of(session, card)
    assert (item.facts["status"], item.facts["is_in_post"], item.proposed) == ("active", True, ReviewFinding.PASSED)


def test_who_left_is_proposed_to_be_withdrawn_with_the_reason(session: Session) -> None:
    card = trained_card(session)
    end_post(session, session.get_one(Person, card.person_id), date(2021, 8, 31), EndReason.RETIREMENT)
    item = item_of(session, card)
    assert (item.proposed, item.facts["end_reason"]) == (ReviewFinding.WITHDRAWN, "retirement")
    assert [reason["code"] for reason in item.proposal_reasons] == ["REV-1"]


def test_training_counts_when_it_was_completed_in_that_year(session: Session) -> None:
    person = make_qualified_person(session)
    make_training(session, person, held_on=date(2020, 12, 31))
    make_training(session, person, held_on=date(2021, 5, 1), completed=False)
    item = item_of(session, make_certificate(session, person))
    assert (item.proposed, item.facts["is_trained"], item.facts["training_hours"]) == (
        ReviewFinding.DEFERRED,
        False,
        "0",
    )


@pytest.mark.parametrize(
    ("completed_on", "counts"),
    [
        pytest.param(date(2020, 12, 31), False, id="completed the day before the year"),
        pytest.param(date(2021, 1, 1), True, id="begun before, completed in the year"),
        pytest.param(date(2021, 12, 31), True, id="completed on the last day"),
        pytest.param(date(2022, 1, 1), False, id="completed after the year"),
    ],
)
def test_a_course_counts_in_the_year_in_which_it_was_completed(
    session: Session, completed_on: date, counts: bool
) -> None:
    person = make_qualified_person(session)
    make_training(session, person, held_on=date(2020, 11, 1))
    session.scalars(select(Attendance)).one().completed_on = completed_on

    item = item_of(session, make_certificate(session, person))

    assert (item.facts["is_trained"], item.facts["training_hours"]) == (counts, "40" if counts else "0")


def test_a_bad_assessment_of_the_year_is_proposed_to_fail(session: Session) -> None:
    card = trained_card(session)
    people.assess(
        session,
        SYSTEM,
        year=2021,
        grades={card.person_id: Assessment.INCOMPETENT},
        departments={card.person_id: card.department_id},
    )
    assert item_of(session, card).proposed is ReviewFinding.FAILED


def test_a_running_year_is_reviewed_by_its_facts_until_today(session: Session) -> None:
    trained_card(session)
    campaign = open_year(session, today=date(2021, 9, 1))
    assert (campaign.as_of_on, campaign.cutoff_on) == (date(2021, 9, 1), date(2021, 10, 31))


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        pytest.param({"year": 2022, "as_of": date(2022, 1, 11)}, "REV-12", id="a day to come"),
        pytest.param({"year": 2023}, "REV-12", id="a year to come"),
        pytest.param({"as_of": date(2020, 12, 31)}, "REV-12", id="a day of another year"),
        pytest.param({"kind": SUPERVISION}, "REV-13", id="no certificate of the kind"),
    ],
)
def test_a_review_that_makes_no_sense_is_not_opened(session: Session, values: dict[str, Any], rule: str) -> None:
    trained_card(session)
    with pytest.raises(RuleBroken, match=rule):
        open_year(session, **{"year": 2021, **values})


def test_a_year_is_opened_once_for_each_kind(session: Session) -> None:
    trained_card(session)
    trained_card(session, kind=SUPERVISION)
    open_year(session)
    with pytest.raises(RuleBroken, match="REV-8"):
        open_year(session)
    assert open_year(session, kind=SUPERVISION).kind is SUPERVISION
    opened = select(func.count()).select_from(TrailEntry).where(TrailEntry.action == Action.REVIEW_OPEN)
    assert session.scalar(opened) == 2


def test_units_open_no_review(session: Session) -> None:
    unit = make_department(session)
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=unit.id)
    with pytest.raises(Denied):
        reviews.open_campaign(session, head, year=ISSUED_ON.year, kind=ENFORCEMENT, today=TODAY)
