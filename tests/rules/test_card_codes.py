"""What is signed of a card: read back exactly as it was written, and judged by the day."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.card_codes import (
    NEEDS_THE_LINE,
    SENTENCES,
    CardFacts,
    CheckReason,
    Unreadable,
    facts_in,
    judged,
    payload_of,
    signed_part,
    text_of,
    told_live,
)
from registry.rules.certificates import CertificateKind, PublicStatus

KEY_ID = "0badcafe"
SIGNATURE = bytes(range(64))
CARD = CardFacts(
    number="16042500123",
    name="欧阳丽丽",
    unit="郏县水利局",
    kind=CertificateKind.ENFORCEMENT,
    issued_on=date(2024, 3, 1),
    valid_from=date(2024, 3, 1),
    valid_until=date(2029, 2, 28),
)
START = "https://zfzj.example.cn/c/ABCD2345EFGH6789#"
TEXT = START + text_of(payload_of(CARD, KEY_ID), SIGNATURE)
words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)
cards = st.builds(
    CardFacts,
    number=words,
    name=words,
    unit=words,
    kind=st.sampled_from(CertificateKind),
    issued_on=st.dates(),
    valid_from=st.dates(),
    valid_until=st.dates(),
)


@given(cards)
def test_a_card_is_read_as_it_was_written(card: CardFacts) -> None:
    part = signed_part(START + text_of(payload_of(card, KEY_ID), SIGNATURE))

    assert (part.key_id, part.signature, facts_in(part.payload)) == (KEY_ID, SIGNATURE, card)


@pytest.mark.parametrize(
    "start", [START, f" {START}", "/c/ABCD2345EFGH6789#", "http://here/registry/c/ABCD2345EFGH6789#"]
)
def test_code_and_part_are_found_in_an_address(start: str) -> None:
    part = signed_part(f"{start}{TEXT.removeprefix(START)}\r\n")

    assert (part.check_code, part.payload) == ("ABCD2345EFGH6789", payload_of(CARD, KEY_ID))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("https://zfzj.example.cn/c/ABCD", id="an address without a signed part"),
        pytest.param(TEXT.removeprefix(START), id="the part by itself"),
        pytest.param(TEXT.replace("/c/", "/"), id="the address of something else"),
        pytest.param(TEXT.replace("ABCD", "AB-D"), id="no check code"),
        pytest.param(TEXT + "#", id="nothing behind the last mark"),
        pytest.param(TEXT[:-30] + "x" + TEXT[-29:], id="a letter"),
        pytest.param(TEXT[:-80] + " " + TEXT[-80:], id="a space inside"),
        pytest.param(TEXT.replace("#", "#0"), id="a leading zero"),
        pytest.param(TEXT.replace("#", "#-"), id="a sign"),
        pytest.param(TEXT.replace("#", "#٣"), id="a digit of another script"),
        pytest.param(START + "1", id="too short"),
        pytest.param(START + "9" * 5000, id="too long"),
        pytest.param(START + text_of(b"\2" + payload_of(CARD, KEY_ID)[1:], SIGNATURE), id="another layout"),
    ],
)
def test_whatever_has_not_the_shape_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        signed_part(text)


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(payload_of(CARD, KEY_ID)[:-2], id="ends too early"),
        pytest.param(payload_of(CARD, KEY_ID) + b"\0", id="goes on too long"),
        pytest.param(payload_of(CARD, KEY_ID)[:5] + b"\3" + payload_of(CARD, KEY_ID)[6:], id="another kind"),
        pytest.param(payload_of(CARD, KEY_ID)[:6] + bytes(3) + payload_of(CARD, KEY_ID)[9:], id="no day"),
        pytest.param(payload_of(replace(CARD, name=""), KEY_ID), id="nobody"),
        pytest.param(payload_of(CARD, KEY_ID)[:-2] + b"\xd8\0", id="half a character"),
    ],
)
def test_a_payload_that_nothing_here_makes_is_unreadable(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        facts_in(payload)


@pytest.mark.parametrize("broken", [replace(CARD, unit="局" * 128), replace(CARD, number="1" * 256)])
def test_what_no_code_could_hold_is_not_written(broken: CardFacts) -> None:
    with pytest.raises(ValueError, match="at most 255 bytes"):
        payload_of(broken, KEY_ID)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        pytest.param(date(2024, 2, 29), CheckReason.NOT_YET_VALID, id="the day before the first"),
        pytest.param(date(2024, 3, 1), CheckReason.GENUINE_AND_VALID, id="the first day"),
        pytest.param(date(2029, 2, 28), CheckReason.GENUINE_AND_VALID, id="the last day"),
        pytest.param(date(2029, 3, 1), CheckReason.EXPIRED, id="the day after the last"),
    ],
)
def test_a_genuine_card_is_judged_by_the_day(day: date, reason: CheckReason) -> None:
    assert judged(CARD, day) is reason
    assert told_live(PublicStatus.VALID, CARD.valid_from, CARD.valid_until, day) is reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (PublicStatus.UNCONFIRMED, CheckReason.UNCONFIRMED),
        (PublicStatus.NOT_VALID, CheckReason.SUSPENDED_OR_ENDED),
    ],
)
def test_the_line_knows_what_a_signature_cannot(status: PublicStatus, reason: CheckReason) -> None:
    assert told_live(status, CARD.valid_from, CARD.valid_until, date(2025, 1, 1)) is reason
    assert reason in NEEDS_THE_LINE


def test_every_answer_has_its_sentence() -> None:
    assert SENTENCES.keys() == set(CheckReason)
