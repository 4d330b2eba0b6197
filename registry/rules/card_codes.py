"""The signed part of a card's QR: what it says, how it is written, and what a check may answer.

It stands in the fragment of the card's address, which browsers never send. Digits alone: a QR holds them closest, and
no keyboard, scanner or input method changes them. As bytes:

    1  version of this layout
    4  id of the key that signed
    1  kind
    3  day of issue, then 3 first day and 3 last day of validity, counted from the year 1
    1  length, then the number in UTF-8
    1  length, then the holder's name in UTF-16
    1  length, then the unit in UTF-16
   64  Ed25519 signature over PURPOSE, the check code in the address with a zero behind it, and everything before it

So nothing of one card is good under the address of another, and the code costs no room in the QR. Whoever checks looks
at the signature before anything that it covers. `static/card-codes.js` reads the same.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules import Rule
from registry.rules.certificates import CertificateKind, PublicStatus
from registry.words import N_

ROTATION_SAYS_WHY = Rule(
    code="KEY-1", title=N_("A change of keys says why"), source="本登记簿规则：更换签名密钥须说明理由"
)

VERSION = 1
PURPOSE = b"registry card\0"  # a signature made here is good for cards and for nothing else
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
DAY_BYTES = 3
HEAD_BYTES = 1 + KEY_ID_BYTES
LONGEST_TEXT = 255  # bytes
ADDRESS = re.compile(r"[^#]*/c/([0-9A-Za-z]+)#([1-9][0-9]*)")
MOST_DIGITS = 2000  # more than three texts of that length and a signature need
KINDS = {CertificateKind.ENFORCEMENT: 1, CertificateKind.SUPERVISION: 2}


class CheckReason(StrEnum):
    """Every answer of a check. Two need the line: a signature does not know what came after it."""

    GENUINE_AND_VALID = "genuine_and_valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED_OR_ENDED = "suspended_or_ended"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


SENTENCES = {
    CheckReason.GENUINE_AND_VALID: N_("This registry signed the card, and it has not run out."),
    CheckReason.NOT_YET_VALID: N_("This registry signed the card; its first day is still to come."),
    CheckReason.EXPIRED: N_("This registry signed the card; its last day is over. Nobody may enforce the law with it."),
    CheckReason.UNCONFIRMED: N_(
        "The card has not ended, but the bureau wants to be asked before anybody relies on it."
    ),
    CheckReason.SUSPENDED_OR_ENDED: N_("The card is suspended or was ended. Nobody may enforce the law with it."),
    CheckReason.ALTERED: N_("Something was changed after the card was signed. Do not rely on it, and tell the bureau."),
    CheckReason.NOT_OURS: N_("The card was signed with a key that is none of this registry's. Do not rely on it."),
    CheckReason.UNREADABLE: N_(
        "This is no signed code, or it is damaged. Scan it once more, or check by number and name."
    ),
}
NEEDS_THE_LINE = frozenset({CheckReason.UNCONFIRMED, CheckReason.SUSPENDED_OR_ENDED})


class Unreadable(Exception):
    """The text is no address of a card with a signed part, or a damaged one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What is signed of a card: facts that are printed on it, and nothing else."""

    number: str
    name: str
    unit: str
    kind: CertificateKind
    issued_on: date
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPart:
    """A signed address taken apart: whose key, what was signed, and the signature. Nothing of it is believed yet."""

    check_code: str
    key_id: str
    payload: bytes
    signature: bytes

    @property
    def message(self) -> bytes:
        """The bytes that the signature is over."""
        return message_of(self.check_code, self.payload)


def payload_of(facts: CardFacts, key_id: str) -> bytes:
    """The bytes to be signed; ValueError when a text is too long for a QR or the key id is none."""
    key = bytes.fromhex(key_id)
    if len(key) != KEY_ID_BYTES:
        raise ValueError(f"a key id has {KEY_ID_BYTES} bytes")
    days = (facts.issued_on, facts.valid_from, facts.valid_until)
    texts = (facts.number.encode(), facts.name.encode("utf-16-be"), facts.unit.encode("utf-16-be"))
    return b"".join(
        (
            bytes([VERSION]),
            key,
            bytes([KINDS[facts.kind]]),
            *(day.toordinal().to_bytes(DAY_BYTES) for day in days),
            *(_with_length(text) for text in texts),
        )
    )


def message_of(check_code: str, payload: bytes) -> bytes:
    """The bytes that a signature is made over."""
    return PURPOSE + check_code.encode() + b"\0" + payload


def text_of(payload: bytes, signature: bytes) -> str:
    """Payload and signature as digits, as they stand behind the `#` of the address."""
    return str(int.from_bytes(payload + signature))


def signed_part(text: str) -> SignedPart:
    """The signed part of a card's address; Unreadable unless both have their shape."""
    found = ADDRESS.fullmatch(text.strip(" \t\r\n"))
    if found is None or len(found[2]) > MOST_DIGITS:
        raise Unreadable(text)
    value = int(found[2])
    content = value.to_bytes((value.bit_length() + 7) // 8)
    payload, signature = content[:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:]
    if len(payload) <= HEAD_BYTES or payload[0] != VERSION:
        raise Unreadable(text)
    key_id = payload[1:HEAD_BYTES].hex()
    return SignedPart(check_code=found[1], key_id=key_id, payload=payload, signature=signature)


def facts_in(payload: bytes) -> CardFacts:
    """What a payload says, once its signature holds; Unreadable unless these bytes are exactly what it makes."""
    reader = _Reader(payload, HEAD_BYTES)
    try:
        kind = {code: kind for kind, code in KINDS.items()}[reader.number(1)]
        issued_on, valid_from, valid_until = (date.fromordinal(reader.number(DAY_BYTES)) for _ in range(3))
        number, name, unit = (reader.text(encoding) for encoding in ("utf-8", "utf-16-be", "utf-16-be"))
    except (KeyError, ValueError, OverflowError) as error:
        raise Unreadable from error
    if reader.left or not all((number, name, unit)):
        raise Unreadable
    return CardFacts(
        number=number,
        name=name,
        unit=unit,
        kind=kind,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def judged(facts: CardFacts, day: date) -> CheckReason:
    """What holds of a card on a day whose signature holds, as far as can be told without the line."""
    if day < facts.valid_from:
        return CheckReason.NOT_YET_VALID
    return CheckReason.EXPIRED if day > facts.valid_until else CheckReason.GENUINE_AND_VALID


def told_live(status: PublicStatus, valid_from: date, valid_until: date, day: date) -> CheckReason:
    """The same with the line: what the register says of the certificate on that day."""
    if day > valid_until:
        return CheckReason.EXPIRED
    if status is PublicStatus.NOT_VALID:
        return CheckReason.SUSPENDED_OR_ENDED
    if day < valid_from:
        return CheckReason.NOT_YET_VALID
    return CheckReason.UNCONFIRMED if status is PublicStatus.UNCONFIRMED else CheckReason.GENUINE_AND_VALID


class _Reader:
    """Takes one value after another from bytes; ValueError where they end too early."""

    def __init__(self, content: bytes, place: int) -> None:
        self._content, self._place = content, place

    @property
    def left(self) -> int:
        return len(self._content) - self._place

    def number(self, width: int) -> int:
        return int.from_bytes(self._take(width))

    def text(self, encoding: str) -> str:
        return self._take(self.number(1)).decode(encoding)

    def _take(self, width: int) -> bytes:
        if width > self.left:
            raise ValueError("the payload ends too early")
        self._place += width
        return self._content[self._place - width : self._place]


def _with_length(text: bytes) -> bytes:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text on a card has at most {LONGEST_TEXT} bytes")
    return bytes([len(text)]) + text
