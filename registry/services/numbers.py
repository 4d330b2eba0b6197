"""Numbers and check codes: series without gaps or doubles, codes nobody can guess."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.policies import NumberSeries
from registry.services.changes import in_chunks

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


def hold(session: Session, pattern: str) -> None:
    """Take the lock of a pattern's series before anything else of an act; whoever comes second waits here."""
    reserve(session, _series(pattern), 0)


def numbers(session: Session, pattern: str, count: int) -> list[str]:
    """The next numbers of a pattern such as `160425{serial:05}`; text, always.

    Those that certificates from the province's list bear already are passed over.
    """
    found: list[str] = []
    while len(found) < count:
        serials = reserve(session, _series(pattern), count - len(found))
        fresh = [pattern.format(serial=serial) for serial in serials]
        taken = in_use(session, fresh)
        found += [number for number in fresh if number not in taken]
    return found


def of_division(pattern: str, division_code: str) -> str:
    """A pattern for one jurisdiction, which counts a series of its own: `16{division}{serial:05}` of 410425."""
    return pattern.replace("{division}", division_code)


def _series(pattern: str) -> str:
    return f"certificate:{pattern}"


def in_use(session: Session, wanted: Sequence[str]) -> set[str]:
    """Which of these numbers certificates bear."""
    return {
        number
        for chunk in in_chunks(wanted)
        for number in session.scalars(select(Certificate.number).where(Certificate.number.in_(chunk)))
    }


def check_code() -> str:
    """A code for paper and QR: 16 characters, about 78 bits."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
