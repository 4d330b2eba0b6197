"""Freezing rosters at the lock: data, hash, number and check code of each."""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from registry.db import canonical_json
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.rules import RuleBroken
from registry.services import policies
from registry.services.numbers import check_code, reserve
from registry.services.rosters.frozen import NUMBER, without_lines
from registry.services.rosters.lines import county_data, unit_sheets
from registry.services.rosters.printing import unprintable_lines, unprintable_names

PACKING = 1  # zlib's quickest: a tenth of the text is left


@dataclass(frozen=True, slots=True)
class Frozen:
    """A roster on its way into the register: what it says, packed until the trail knows the hashes of all."""

    number: str
    department_id: int | None
    data_sha256: str
    line_count: int
    packed: bytes

    @property
    def data(self) -> Any:
        return json.loads(zlib.decompress(self.packed))


def freeze(session: Session, *, campaign: ReviewCampaign, today: date) -> list[Frozen]:
    """A roster for the county (first) and for each unit, as things stand; `keep` brings them into the register.

    Unit by unit, and the county's has of each the number, the sums and a hash: the lines of a whole province are more
    than a process should hold. RuleBroken (ROST-2) with everybody whose line no font could print.
    """
    units, sections, strange = [], [], unprintable_names(session)
    for sheet in unit_sheets(session, campaign, today=today):
        section = sheet.data["sections"][0]
        units.append(_frozen(sheet.department_id, sheet.data, sheet.line_count))
        sections.append(without_lines(section))
        strange += unprintable_lines(section)
    if strange:
        raise RuleBroken(strange)
    numbers = list(_numbers(session, campaign.year, 1 + len(units)))
    for section, number in zip(sections, numbers[1:], strict=True):
        section[NUMBER] = number
    data = county_data(session, campaign, sections, today=today)
    county = _frozen(None, data, sum(unit.line_count for unit in units))
    return [replace(one, number=number) for one, number in zip((county, *units), numbers, strict=True)]


def keep(session: Session, campaign: ReviewCampaign, frozen: Iterable[Frozen], *, trail_head: str) -> None:
    """Bring frozen rosters into the register, one after the other, and let go of their lines."""
    for one in frozen:
        roster = Roster(
            number=one.number,
            campaign_id=campaign.id,
            department_id=one.department_id,
            check_code=check_code(),
            data=one.data,
            data_sha256=one.data_sha256,
            line_count=one.line_count,
            trail_head=trail_head,
        )
        session.add(roster)
        session.flush()
        session.expire(roster, ["data"])


def _frozen(department_id: int | None, data: Any, line_count: int) -> Frozen:
    text = canonical_json(data).encode()
    return Frozen("", department_id, sha256(text).hexdigest(), line_count, zlib.compress(text, PACKING))


def _numbers(session: Session, year: int, count: int) -> Iterator[str]:
    """`郏司审〔2021〕第001号` and so on: one series a year, without gaps, its row locked until the lock is through."""
    county = policies.office(session).county
    short = county.rstrip("县市区") or county
    serials = reserve(session, f"roster:{year}", count)
    return (f"{short}司审〔{year}〕第{serial:03}号" for serial in serials)
