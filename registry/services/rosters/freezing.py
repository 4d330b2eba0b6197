"""Freezing rosters at the lock: data, hash, number and check code of each."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.services import policies
from registry.services.numbers import check_code, reserve
from registry.services.rosters.lines import sheets


def freeze(session: Session, *, campaign: ReviewCampaign, today: date) -> list[Roster]:
    """A roster for the county (first) and for each unit, as things stand; not yet added.

    The lock records their numbers and hashes in its own trail entry and then gives each the head of the trail.
    """
    frozen = sheets(session, campaign, today=today)
    numbers = _numbers(session, campaign.year, len(frozen))
    return [
        Roster(
            number=number,
            campaign_id=campaign.id,
            department_id=sheet.department_id,
            check_code=check_code(),
            data=sheet.data,
            data_sha256=sheet.sha256,
            line_count=sheet.line_count,
        )
        for sheet, number in zip(frozen, numbers, strict=True)
    ]


def _numbers(session: Session, year: int, count: int) -> Iterator[str]:
    """`郏司审〔2021〕第001号` and so on: one series a year, without gaps, its row locked until the lock is through."""
    county = policies.office(session).county
    short = county.rstrip("县市区") or county
    serials = reserve(session, f"roster:{year}", count)
    return (f"{short}司审〔{year}〕第{serial:03}号" for serial in serials)
