"""The public check: eight facts for whoever holds a certificate in hand, and nothing for anybody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry import clock
from registry.models.certificates import Certificate
from registry.models.people import Person
from registry.models.reviews import ReviewCampaign, ReviewItem
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.vault import vault_of
from tests.factories import make_certificate, make_department, make_qualified_person, policy_id
from tests.web.conftest import Office

PHONE = "13800138000"


def _card(office: Office, **values: object) -> Certificate:
    """A certificate of somebody with a telephone number, valid for some weeks yet."""
    with office.transaction() as session:
        unit = make_department(session, name="郏县水利局", enforcement_field="水利")
        person = make_qualified_person(session, unit, name="钱水清", phone_sealed=vault_of(session).seal(PHONE))
        days = {"valid_until": clock.today() + timedelta(days=40), "field": "水利", "area": "郏县全域"}
        return make_certificate(session, person, **{**days, **values})  # type: ignore[arg-type]  # the maker's keywords


def _review(session: Session, card: Certificate, finding: ReviewFinding) -> None:
    """A locked review in which this was found of the certificate."""
    day = clock.today()
    campaign = ReviewCampaign(
        year=day.year,
        kind=CertificateKind.ENFORCEMENT,
        policy_id=policy_id(session),
        opened_on=day,
        cutoff_on=day,
        as_of_on=day,
    )
    session.add(campaign)
    session.flush()
    item = ReviewItem(
        campaign_id=campaign.id,
        certificate_id=card.id,
        person_id=card.person_id,
        department_id=card.department_id,
        facts={},
        proposed=finding,
        proposal_reasons=[],
        finding=finding,
        reason="培训学时不足",
        decided_at=clock.now(),
    )
    session.add(item)
    session.flush()
    campaign.status, campaign.locked_at = CampaignStatus.LOCKED, clock.now()


def _facts(page: str) -> dict[str, str]:
    """The terms of the answer and what holds of them."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return {term: re.sub(r"<[^>]+>", "", value).strip() for term, value in pairs}


def test_a_valid_certificate_shows_exactly_what_is_public(office: Office) -> None:
    card = _card(office)

    answer = office.stranger().post("/check", data={"number": card.number, "name": "钱水清"})

    assert answer.status_code == 200
    assert "This certificate is valid" in answer.text
    assert "Compare the photo, the name and the unit" in answer.text
    assert _facts(answer.text) == {
        "Name": "钱水清",
        "Unit": "郏县水利局",
        "Kind": "enforcement certificate",
        "Certificate number": card.number,
        "Field": "水利",
        "Area": "郏县全域",
        "Validity": f"{card.valid_from} to {card.valid_until}",
        "Status": "valid",
    }


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_no_public_page_tells_an_identity_number_a_telephone_or_a_score(office: Office, locale: str) -> None:
    card = _card(office)
    with office.transaction() as session:
        person = session.get_one(Person, card.person_id)
        number = vault_of(session).open(person.identity_sealed)
    stranger = office.stranger(locale=locale)
    pages = [
        stranger.post("/check", data={"number": card.number, "name": "钱水清"}).text,
        stranger.get(f"/c/{card.check_code}").text,
    ]

    secrets = (number, number[6:14], person.identity_masked, PHONE, "85.0")

    assert all("钱水清" in page for page in pages)
    assert [secret for page in pages for secret in secrets if secret in page] == []


@pytest.mark.parametrize("status", [each for each in CertificateStatus if each is not CertificateStatus.ACTIVE])
def test_whatever_ended_or_stopped_a_certificate_the_public_learns_only_that_it_is_not_valid(
    office: Office, status: CertificateStatus
) -> None:
    card = _card(office, status=status)

    answer = office.stranger().get(f"/c/{card.check_code}")

    assert "This certificate is not valid" in answer.text
    assert "Compare the photo" not in answer.text
    assert _facts(answer.text)["Status"] == "not valid"


def test_a_certificate_whose_last_day_is_over_is_not_valid(office: Office) -> None:
    card = _card(office, valid_until=clock.today() - timedelta(days=1))

    assert "This certificate is not valid" in office.stranger().get(f"/c/{card.check_code}").text


def test_a_certificate_is_valid_on_its_last_day(office: Office) -> None:
    card = _card(office, valid_until=clock.today())

    assert "This certificate is valid" in office.stranger().get(f"/c/{card.check_code}").text


def test_a_failed_review_asks_for_confirmation_and_says_nothing_of_the_review(office: Office) -> None:
    card = _card(office)
    with office.transaction() as session:
        _review(session, card, ReviewFinding.DEFERRED)

    answer = office.stranger().get(f"/c/{card.check_code}")

    assert "Ask the bureau about this certificate" in answer.text
    assert "review" not in answer.text.lower()
    assert "培训学时不足" not in answer.text


def test_a_passed_review_leaves_a_certificate_valid(office: Office) -> None:
    card = _card(office)
    with office.transaction() as session:
        _review(session, card, ReviewFinding.PASSED)

    assert "This certificate is valid" in office.stranger().get(f"/c/{card.check_code}").text


@pytest.mark.nodb
@pytest.mark.parametrize("who", ["钱水", "钱水清清", "王丽", "%", ""])
def test_a_number_alone_tells_nothing(office: Office, who: str) -> None:
    card = _card(office)

    answer = office.stranger().post("/check", data={"number": card.number, "name": who})

    assert answer.status_code == 422
    assert "郏县水利局" not in answer.text
    assert card.check_code not in answer.text


def test_spaces_in_number_and_name_do_no_harm(office: Office) -> None:
    card = _card(office)

    answer = office.stranger().post("/check", data={"number": f" {card.number} ", "name": "钱 水清"})

    assert "This certificate is valid" in answer.text


def test_a_code_may_be_typed_in_small_letters_and_groups(office: Office) -> None:
    card = _card(office)
    typed = "-".join(card.check_code.lower()[at : at + 4] for at in range(0, len(card.check_code), 4))

    assert "钱水清" in office.stranger().get(f"/c/{typed}").text


def test_an_unknown_code_says_what_to_do(office: Office) -> None:
    answer = office.stranger().get("/c/NOSUCHCODE")

    assert answer.status_code == 404
    assert "This code is unknown" in answer.text
    assert 'href="/check"' in answer.text


@pytest.mark.parametrize(("method", "path"), [("POST", "/check"), ("GET", "/c/NOSUCHCODE")])
def test_nobody_can_try_number_after_number(guarded_app: Flask, method: str, path: str) -> None:
    stranger = guarded_app.test_client()
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', stranger.get("/check").text)
    assert token is not None
    data = {"csrf_token": token[1], "number": "16042500001", "name": "王丽"} if method == "POST" else None

    answers = [stranger.open(path, method=method, data=data).status_code for _ in range(31)]

    assert set(answers[:30]) == {422 if method == "POST" else 404}
    assert answers[30] == 429
    assert stranger.get("/check").status_code == 200
