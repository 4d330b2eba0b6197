"""Signed cards: altered ones are told from genuine ones, and old keys still check."""

from datetime import date
from time import process_time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from registry.models.keys import SigningKey
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.card_codes import CardFacts, CheckReason, message_of, payload_of, text_of
from registry.rules.certificates import CertificateAct, CertificateKind
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.services import signing, verification
from registry.vault import vault_of
from tests.acting import act_upon
from tests.factories import make_certificate, make_department, make_qualified_person

HERE = "https://zfzj.example.cn"
DAY = date(2026, 3, 10)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY_ID = "0badcafe"
KNOWN = {KEY_ID: PRIVATE.public_key().public_bytes_raw()}
CARD = CardFacts(
    number="16042500123",
    name="欧阳丽丽",
    unit="郏县水利局",
    kind=CertificateKind.ENFORCEMENT,
    issued_on=date(2024, 3, 1),
    valid_from=date(2024, 3, 1),
    valid_until=date(2029, 2, 28),
)
PAYLOAD = payload_of(CARD, KEY_ID)
CODE = "ABCD2345EFGH6789"
START = f"{HERE}/c/"
GENUINE = {CheckReason.GENUINE_AND_VALID, CheckReason.EXPIRED, CheckReason.NOT_YET_VALID}


def _address(payload: bytes, code: str = CODE, signed: bytes = message_of(CODE, PAYLOAD)) -> str:
    return f"{START}{code}#{text_of(payload, PRIVATE.sign(signed))}"


TEXT = _address(PAYLOAD)


@given(st.data())
def test_no_single_changed_character_ever_checks_as_genuine(data: st.DataObject) -> None:
    place = data.draw(st.integers(len(START), len(TEXT) - 1))
    other = data.draw(st.sampled_from("0123456789Aa#% ").filter(lambda character: character != TEXT[place]))
    changed = TEXT[:place] + other + TEXT[place + 1 :]

    assert signing.check(KNOWN, changed, DAY).reason not in GENUINE


@given(st.integers(0, len(PAYLOAD) * 8 - 1))
def test_no_single_changed_bit_of_what_is_signed_checks_as_genuine(place: int) -> None:
    bits = int.from_bytes(PAYLOAD) ^ (1 << place)
    changed = _address(bits.to_bytes(len(PAYLOAD)))

    assert signing.check(KNOWN, changed, DAY) == signing.Checked(signing.check(KNOWN, changed, DAY).reason)
    assert signing.check(KNOWN, changed, DAY).reason not in GENUINE


def test_another_name_under_the_same_signature_is_altered() -> None:
    forged = payload_of(CardFacts(**{**_plain(CARD), "name": "欧阳丽娜"}), KEY_ID)

    assert signing.check(KNOWN, _address(forged), DAY).reason is CheckReason.ALTERED


def test_what_was_signed_for_one_card_is_altered_under_the_address_of_another() -> None:
    assert signing.check(KNOWN, TEXT, DAY).reason is CheckReason.GENUINE_AND_VALID
    assert signing.check(KNOWN, _address(PAYLOAD, "EFGH2345ABCD6789"), DAY) == signing.Checked(CheckReason.ALTERED)


def test_a_signature_made_for_something_else_does_not_count() -> None:
    assert signing.check(KNOWN, _address(PAYLOAD, signed=PAYLOAD), DAY).reason is CheckReason.ALTERED


def _plain(card: CardFacts) -> dict[str, object]:
    return {name: getattr(card, name) for name in CardFacts.__slots__}


def test_a_key_of_somebody_else_is_not_ours() -> None:
    assert signing.check({}, TEXT, DAY) == signing.Checked(CheckReason.NOT_OURS)


def test_a_certificate_s_address_says_what_the_public_page_says(session: Session) -> None:
    signing.establish(session)
    card = make_certificate(session)

    address = signing.addresses(session, [card.id], public_url=HERE)[card.id]
    checked = signing.check(signing.public_keys(session), address, DAY)
    answer = verification.by_code(session, code=card.check_code, today=DAY)

    assert address.startswith(f"{HERE}/c/{card.check_code}#")
    assert checked.reason is CheckReason.GENUINE_AND_VALID
    assert (checked.facts, answer is not None) != (None, False)
    shared = ("number", "name", "unit", "kind", "valid_from", "valid_until")
    assert [getattr(checked.facts, name) for name in shared] == [getattr(answer, name) for name in shared]


def test_a_revoked_card_is_genuine_without_the_line_and_ended_with_it(session: Session) -> None:
    signing.establish(session)
    card = make_certificate(session)
    address = signing.addresses(session, [card.id], public_url=HERE)[card.id]
    act_upon(session, card, CertificateAct.REVOKE, DAY)

    assert signing.check(signing.public_keys(session), address, DAY).reason is CheckReason.GENUINE_AND_VALID
    answer = verification.by_code(session, code=card.check_code, today=DAY)
    assert answer is not None
    assert verification.reason(answer, DAY) is CheckReason.SUSPENDED_OR_ENDED


def test_old_cards_still_check_after_a_rotation(session: Session) -> None:
    signing.establish(session)
    card = make_certificate(session)
    before = signing.addresses(session, [card.id], public_url=HERE)[card.id]

    new = signing.rotate(session, SYSTEM, reason="每年更换")
    after = signing.addresses(session, [card.id], public_url=HERE)[card.id]

    known = signing.public_keys(session)
    assert before != after
    assert len(known) == 2
    assert {signing.check(known, text, DAY).reason for text in (before, after)} == {CheckReason.GENUINE_AND_VALID}
    assert signing.check({new.key_id: new.public_key}, before, DAY).reason is CheckReason.NOT_OURS


def test_a_rotation_is_recorded_with_its_reason_and_never_the_secret(session: Session) -> None:
    old = signing.establish(session)
    assert old is not None

    new = signing.rotate(session, SYSTEM, reason=" 每年更换 ")

    entry = session.scalars(
        select(TrailEntry).where(TrailEntry.action == Action.KEY_ROTATE).order_by(TrailEntry.id)
    ).all()[-1]
    assert (entry.reason, entry.facts) == ("每年更换", {"key_id": new.key_id, "retired": [old.key_id]})
    assert old.retired_at is not None
    private = vault_of(session).open_bytes(new.private_sealed)
    assert Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw() == new.public_key
    assert private not in new.private_sealed


def test_keys_are_changed_by_the_administrator_alone_and_for_a_reason(session: Session) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR, Role.SYSTEM}:
        with pytest.raises(Denied):
            signing.rotate(session, Actor(account_id=None, name="somebody", role=role), reason="x")
    with pytest.raises(RuleBroken, match="KEY-1"):
        signing.rotate(session, SYSTEM, reason=" ")


def test_the_first_key_is_made_once(session: Session) -> None:
    assert signing.establish(session) is not None
    assert signing.establish(session) is None


def test_without_a_key_the_address_has_no_signed_part(session: Session) -> None:
    signs = signing.signer(session, public_url=HERE)

    assert signs.address("ABCD", CARD) == f"{HERE}/c/ABCD"
    assert session.scalars(select(SigningKey)).all() == []


def test_looking_at_keys_opens_no_secret(session: Session) -> None:
    signing.establish(session)
    session.expire_all()

    assert "private_sealed" in inspect(signing.keys(session)[0]).unloaded


def test_a_whole_county_s_cards_are_signed_in_a_moment(session: Session) -> None:
    signing.establish(session)
    unit = make_department(session)
    ids = [make_certificate(session, make_qualified_person(session, unit)).id for _ in range(3)]
    signs = signing.signer(session, public_url=HERE)
    assert len(signing.addresses(session, ids, public_url=HERE)) == 3

    began = process_time()  # whatever else the machine is doing
    for _ in range(1289):
        signs.address("ABCD2345EFGH6789", CARD)

    assert process_time() - began < 3
