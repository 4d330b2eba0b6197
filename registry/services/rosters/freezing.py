"""Freezing rosters at the lock: data, hash, number and check code of each."""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from registry.db import canonical_json
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.rules import RuleBroken
from registry.services import policies
from registry.services.numbers import check_code, reserve
from registry.services.rosters.contents import naming, without_lines
from registry.services.rosters.lines import book_of, data_of, sections
from registry.services.rosters.printing import unprintable_in, unprintable_names

PACKING = 1  # zlib's quickest: a tenth of the text is left


@dataclass(frozen=True, slots=True)
class Packed:
    """The data of a roster, packed until the trail knows the hashes of all."""

    department_id: int | None
    data_sha256: str
    line_count: int
    text: bytes

    def unpacked(self) -> Any:
        """The very data that were hashed."""
        return json.loads(zlib.decompress(self.text))


def freeze(session: Session, *, campaign: ReviewCampaign, today: date, locked_at: datetime) -> dict[str, Packed]:
    """A roster for the county (first) and for each unit by its number, as things stand; `store` brings them in.

    One walk, unit by unit: the lines of a whole province are more than a process should hold. RuleBroken (ROST-2) with
    everybody whose line no font could print.
    """
    book = book_of(session, campaign, today=today, locked_at=locked_at)
    units, told, strange = [], [], unprintable_names(session)
    for unit_id, section in sections(session, campaign, book, None):
        lines = section["lines"]
        units.append(_packed(data_of(book, unit_id, [section]), len(lines)))
        told.append(without_lines(section))
        strange += unprintable_in(section["unit"], lines)
    if strange:
        raise RuleBroken(strange)
    first, *numbers = _numbers(session, campaign.year, 1 + len(units))
    every = [naming(*one) for one in zip(told, numbers, (unit.data_sha256 for unit in units), strict=True)]
    county = _packed(data_of(book, None, every), sum(unit.line_count for unit in units))
    return {first: county, **dict(zip(numbers, units, strict=True))}


def store(session: Session, campaign: ReviewCampaign, frozen: Mapping[str, Packed], *, trail_head: str) -> None:
    """Bring frozen rosters into the register, one after the other, and let go of their lines."""
    for number, one in frozen.items():
        roster = Roster(
            number=number,
            campaign_id=campaign.id,
            department_id=one.department_id,
            check_code=check_code(),
            data=one.unpacked(),
            data_sha256=one.data_sha256,
            line_count=one.line_count,
            trail_head=trail_head,
        )
        session.add(roster)
        session.flush()
        session.expire(roster, ["data"])


def _packed(data: Mapping[str, Any], line_count: int) -> Packed:
    text = canonical_json(data).encode()
    return Packed(data["department_id"], sha256(text).hexdigest(), line_count, zlib.compress(text, PACKING))


def _numbers(session: Session, year: int, count: int) -> Iterator[str]:
    """`郏司审〔2021〕第001号` and so on: one series a year, without gaps, its row locked until the lock is through."""
    county = policies.office(session).county
    short = county.rstrip("县市区") or county
    serials = reserve(session, f"roster:{year}", count)
    return (f"{short}司审〔{year}〕第{serial:03}号" for serial in serials)
