"""Keys and sealed values: identity numbers are encrypted at rest and found by a keyed hash."""

import base64
import hmac
import io
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from registry.config import Misconfigured, Settings

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals, opens and indexes text under one data key."""

    _cipher: AESGCM
    _index_key: bytes

    @classmethod
    def with_key(cls, key: bytes) -> "Vault":
        """Two keys are derived from the data key, so that index and seal never share one."""
        return cls(AESGCM(_derive(key, b"registry seal")), _derive(key, b"registry index"))

    def seal(self, text: str) -> bytes:
        """AES-256-GCM with a fresh nonce in front; the same text never seals alike twice."""
        return self.seal_bytes(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text again; cryptography's InvalidTag when the bytes or the key are not ours."""
        return self.open_bytes(sealed).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """The same for a whole file, sealed where it will lie: one of many megabytes is not held a third time."""
        nonce, sealed = os.urandom(NONCE_BYTES), io.BytesIO()
        sealed.write(nonce)
        sealed.seek(len(content) + TAG_BYTES - 1, io.SEEK_CUR)
        sealed.write(b"\0")
        with sealed.getbuffer() as room:
            self._cipher.encrypt_into(nonce, content, None, room[NONCE_BYTES:])
        return sealed.getvalue()

    def open_bytes(self, sealed: bytes) -> bytes:
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)

    def index(self, text: str) -> bytes:
        """A blind index (HMAC-SHA256): equal texts, equal bytes; nothing can be read from it without the key."""
        return hmac.digest(self._index_key, text.encode(), "sha256")


def vault_of(session: Session) -> Vault:
    """The vault that rides with a session (see `db.make_sessions`)."""
    vault: Vault = session.info["vault"]
    return vault


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation: the key from the environment, or from its key file, made on first use."""
    return Vault.with_key(_decoded(settings.data_key) if settings.data_key else _from_file(settings.var, "data.key"))


def session_secret(settings: Settings) -> str:
    """The secret that signs cookies: from the environment, or from its key file, made on first use."""
    return settings.secret_key or base64.urlsafe_b64encode(_from_file(settings.var, "session.key")).decode()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def _decoded(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except ValueError as error:
        raise Misconfigured("REGISTRY_DATA_KEY must be URL-safe base64.") from error
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"REGISTRY_DATA_KEY must hold {KEY_BYTES} bytes, not {len(key)}.")
    return key


def _from_file(var: Path, name: str) -> bytes:
    folder = var / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
    except FileExistsError:
        pass
    return path.read_bytes()
