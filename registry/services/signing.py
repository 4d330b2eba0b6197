"""Signed addresses for cards, the keys that sign them, and checking a card without asking the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry import audit, clock
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.keys import SigningKey
from registry.rules import RuleBroken
from registry.rules.card_codes import (
    KEY_ID_BYTES,
    ROTATION_SAYS_WHY,
    CardFacts,
    CheckReason,
    Unreadable,
    facts_in,
    judged,
    message_of,
    payload_of,
    signed_part,
    text_of,
)
from registry.rules.permissions import SYSTEM, Action, Actor
from registry.services.changes import in_chunks
from registry.services.departments import named_on
from registry.vault import vault_of
from registry.words import N_

OWN_FACTS = ("number", "holder_name", "kind", "issued_on", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs card after card with the key in use; without a key its addresses have no signed part."""

    _public_url: str
    _key_id: str
    _key: Ed25519PrivateKey | None

    def address(self, check_code: str, facts: CardFacts) -> str:
        """The text of the card's QR: the page of its check, and behind `#` what a check without network needs."""
        page = f"{self._public_url}/c/{check_code}"
        if self._key is None:
            return page
        payload = payload_of(facts, self._key_id)
        return f"{page}#{text_of(payload, self._key.sign(message_of(check_code, payload)))}"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a card without the line; the facts only where the signature holds."""

    reason: CheckReason
    facts: CardFacts | None = None


def signer(session: Session, *, public_url: str) -> Signer:
    """Whoever signs now. The first key is made in the first session that may write; until then nothing is signed."""
    key = _in_use(session)
    if key is None and session.get_bind().get_execution_options().get("registry_writes"):
        key = _make(session, SYSTEM, reason="")
    if key is None:
        return Signer(public_url, "", None)
    private = Ed25519PrivateKey.from_private_bytes(vault_of(session).open_bytes(key.private_sealed))
    return Signer(public_url, key.key_id, private)


def addresses(session: Session, certificate_ids: Sequence[int], *, public_url: str) -> dict[int, str]:
    """The signed address of each of these certificates, for print: one query for some hundreds of them."""
    signs = signer(session, public_url=public_url)
    return {one: signs.address(code, facts) for one, (code, facts) in _facts_of(session, certificate_ids).items()}


def establish(session: Session) -> SigningKey | None:
    """Make the first key where there is none that signs; None when one stands already."""
    return _make(session, SYSTEM, reason="") if _in_use(session) is None else None


def rotate(session: Session, actor: Actor, *, reason: str) -> SigningKey:
    """Sign with a new key from now on. Those before it are retired and check what they signed for good."""
    actor.require(Action.KEY_ROTATE)
    if not reason.strip():
        raise RuleBroken([ROTATION_SAYS_WHY.broken(N_("Say why the key is changed."))])
    standing = session.scalars(select(SigningKey).where(SigningKey.retired_at.is_(None)).with_for_update())
    retired = [_retire(key) for key in standing]
    return _make(session, actor, reason=reason.strip(), retired=retired)


def keys(session: Session) -> list[SigningKey]:
    """Every key that ever signed, the newest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.id.desc())))


def public_keys(session: Session) -> dict[str, bytes]:
    """The public half of every key by its id: all that a check needs, and no secret."""
    return {key.key_id: key.public_key for key in keys(session)}


def check(known: Mapping[str, bytes], text: str, day: date) -> Checked:
    """What a card's address with its signed part is worth on a day, by these public keys and nothing else."""
    try:
        part = signed_part(text)
        if part.key_id not in known:
            return Checked(CheckReason.NOT_OURS)
        Ed25519PublicKey.from_public_bytes(known[part.key_id]).verify(part.signature, part.message)
        facts = facts_in(part.payload)
    except Unreadable:
        return Checked(CheckReason.UNREADABLE)
    except InvalidSignature:
        return Checked(CheckReason.ALTERED)
    return Checked(judged(facts, day), facts)


def _in_use(session: Session) -> SigningKey | None:
    standing = select(SigningKey).where(SigningKey.retired_at.is_(None)).options(undefer(SigningKey.private_sealed))
    return session.scalars(standing.order_by(SigningKey.id.desc()).limit(1)).one_or_none()


def _make(session: Session, actor: Actor, **recorded: Any) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = SigningKey(
        key_id=sha256(public).digest()[:KEY_ID_BYTES].hex(),
        public_key=public,
        private_sealed=vault_of(session).seal_bytes(private.private_bytes_raw()),
    )
    session.add(key)
    audit.record(session, actor, Action.KEY_ROTATE, key, key_id=key.key_id, **recorded)
    return key


def _retire(key: SigningKey) -> str:
    key.retired_at = clock.now()
    return key.key_id


def _facts_of(session: Session, certificate_ids: Sequence[int]) -> dict[int, tuple[str, CardFacts]]:
    """Check code and facts of each; the unit as it was called on the day of issue, as the public page says it."""
    unit = named_on(Certificate.department_id, Department.name, Certificate.issued_on)
    columns = (Certificate.id, Certificate.check_code, *(getattr(Certificate, name) for name in OWN_FACTS))
    wanted = select(*columns, unit.label("unit")).join(Department, Department.id == Certificate.department_id)
    rows = [
        row for some in in_chunks(certificate_ids) for row in session.execute(wanted.where(Certificate.id.in_(some)))
    ]
    return {row.id: (row.check_code, _facts(row)) for row in rows}


def _facts(row: Any) -> CardFacts:
    return CardFacts(
        number=row.number,
        name=row.holder_name,
        unit=row.unit,
        kind=row.kind,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
