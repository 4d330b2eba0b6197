"""Signed cards on the public pages: the live answer, the file for checks without network, the public keys."""

import re
from datetime import timedelta

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from PIL import Image

from registry import clock
from registry.models.certificates import Certificate
from registry.printing.codes import modules_of, version_of
from registry.rules.card_codes import CheckReason, signed_part
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import SYSTEM, Role
from registry.services import signing
from tests.factories import make_certificate
from tests.web.conftest import Office

HERE = "https://zfzj.example.cn"
LARGEST_CODE = 9  # version, at level M: 53 modules, which a card of 18 mm still prints one third of a millimetre wide


def _card(office: Office, **values: object) -> tuple[Certificate, str]:
    """A certificate valid for some weeks yet, and the signed address on its card."""
    with office.transaction() as session:
        days = {"valid_until": clock.today() + timedelta(days=40)}
        card = make_certificate(session, **{**days, **values})  # type: ignore[arg-type]  # the maker's keywords
        return card, signing.addresses(session, [card.id], public_url=HERE)[card.id]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        pytest.param({}, "genuine and valid", id="valid"),
        pytest.param({"status": CertificateStatus.SUSPENDED}, "suspended or ended", id="suspended"),
        pytest.param({"status": CertificateStatus.REVOKED}, "suspended or ended", id="revoked"),
        pytest.param({"valid_until": clock.today() - timedelta(days=1)}, "genuine, expired", id="expired"),
    ],
)
def test_the_page_answers_with_its_reason_its_moment_and_its_address(
    office: Office, values: dict[str, object], reason: str
) -> None:
    card, _ = _card(office, **values)

    answer = office.stranger().get(f"/c/{card.check_code}")

    assert answer.status_code == 200
    assert f"Answer: <strong data-reason>{reason}</strong>. Given on {clock.today()}" in answer.text
    assert "its address begins with http://127.0.0.1:8000" in answer.text


def test_the_page_carries_the_keys_and_what_the_script_compares(office: Office) -> None:
    card, address = _card(office)

    page = office.stranger().get(f"/c/{card.check_code}").text

    assert signed_part(address).key_id in page
    assert page.count("data-fact=") == 6
    assert "card-live.js" in page
    assert address.partition("#")[2] not in page


def test_the_file_for_checks_without_network_is_whole_and_kept(app: Flask) -> None:
    office = Office(app)
    _, address = _card(office)

    answer = app.test_client().get("/check/offline.html")
    page = answer.text

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert signed_part(address).key_id in page
    assert re.findall(r'(?:src|href)="', page) == []
    assert page.count("<script>") == 4
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    assert all(reason in page for reason in ("genuine_and_valid", "expired", "altered", "not_ours", "unreadable"))


def test_the_page_about_the_file_leads_to_it(office: Office) -> None:
    page = office.stranger().get("/check/offline").text

    assert 'href="/check/offline.html"' in page
    assert 'href="/check/offline"' in office.stranger().get("/check").text


def test_others_get_the_public_keys_and_may_keep_them(office: Office) -> None:
    _card(office)
    with office.transaction() as session:
        signing.rotate(session, SYSTEM, reason="每年更换")
        known = signing.public_keys(session)

    answer = office.stranger().get("/check/keys.json")

    assert {key["kid"] for key in answer.json["keys"]} == known.keys()
    assert {(key["kty"], key["crv"]) for key in answer.json["keys"]} == {("OKP", "Ed25519")}
    assert answer.headers["Cache-Control"].startswith("public")
    assert "private" not in answer.text
    for public_key in known.values():
        Ed25519PublicKey.from_public_bytes(public_key)


def test_the_code_of_a_certificate_reads_back_as_its_signed_address(office: Office) -> None:
    card, _ = _card(office)

    drawing = office.client(Role.AUDITOR).get(f"/certificates/{card.id}/qr.svg").text

    with office.transaction() as session:
        address = signing.addresses(session, [card.id], public_url="http://127.0.0.1:8000")[card.id]
        assert signing.check(signing.public_keys(session), address, clock.today()).reason is (
            CheckReason.GENUINE_AND_VALID
        )
    width, _ = modules_of(address)
    assert version_of(width) <= LARGEST_CODE
    assert f'height="{(width + 8) * 4}"' in drawing
    [read] = zxingcpp.read_barcodes(painted(drawing, width + 8), formats=zxingcpp.BarcodeFormat.QRCode)
    assert read.text == address


def painted(drawing: str, width: int) -> Image.Image:
    """The dark runs of the drawing, four pixels a module."""
    picture = Image.new("L", (width * 4, width * 4), 255)
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", drawing):
        left, top = int(x) * 4, int(y) * 4
        picture.paste(0, (left, top, left + int(run) * 4, top + 4))
    return picture


def test_an_installation_that_has_no_key_yet_answers_all_the_same(app: Flask) -> None:
    office = Office(app)
    with office.transaction() as session:
        code = make_certificate(session).check_code

    assert office.stranger().get(f"/c/{code}").status_code == 200
    assert office.stranger().get("/check/keys.json").json == {"keys": []}
    assert app.test_client().get("/check/offline.html").status_code == 200


def test_no_stranger_can_have_the_file_drawn_without_end(guarded_app: Flask) -> None:
    stranger = guarded_app.test_client()

    answers = [stranger.get("/check/offline.html").status_code for _ in range(31)]

    assert (set(answers[:30]), answers[30]) == ({200}, 429)
