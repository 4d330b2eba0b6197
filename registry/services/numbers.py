"""Numbers and check codes: series without gaps or doubles, codes nobody can guess."""

import secrets
from collections.abc import Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry.models.policies import NumberSeries

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that a reader could take for something else
CODE_LENGTH = 16
# Both databases read this alike; whoever comes second to a new series waits for the first and counts on.
BEGIN_SERIES = text("INSERT INTO number_series (name, last_serial) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING")


def reserve(session: Session, series_name: str, count: int) -> range:
    """The next serials of a series; its row stays locked until the transaction ends."""
    session.execute(BEGIN_SERIES, {"name": series_name})
    locked = select(NumberSeries).where(NumberSeries.name == series_name).with_for_update()
    series = session.scalars(locked, execution_options={"populate_existing": True}).one()
    first = series.last_serial + 1
    series.last_serial += count
    session.flush()
    return range(first, first + count)


def numbers(session: Session, pattern: str, count: int) -> Iterator[str]:
    """The next numbers of a pattern such as `160425{serial:05}`; text, always."""
    return (pattern.format(serial=serial) for serial in reserve(session, f"certificate:{pattern}", count))


def check_code() -> str:
    """A code for paper and QR: 16 characters, about 78 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
