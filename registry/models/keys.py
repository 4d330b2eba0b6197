"""Keys that sign cards: the private half sealed, the public half kept for good."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, created_at


class SigningKey(Base):
    """An Ed25519 key. The newest that is not retired signs; every one still checks what it signed."""

    __tablename__ = "signing_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    retired_at: Mapped[datetime | None]
    created_at: Mapped[created_at]
