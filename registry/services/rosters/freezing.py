"""Freezing rosters at the lock: data, hash, number and check code of each."""

import secrets
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.policies import NumberSeries
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.services import policies
from registry.services.rosters.lines import sheets

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that a reader could take for something else
CODE_LENGTH = 16


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
            check_code=_check_code(),
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
    last = _reserve(session, f"roster:{year}", count)
    return (f"{short}司审〔{year}〕第{serial:03}号" for serial in range(last + 1, last + count + 1))


def _reserve(session: Session, name: str, count: int) -> int:
    series = session.scalar(select(NumberSeries).where(NumberSeries.name == name).with_for_update())
    if series is None:
        series = NumberSeries(name=name, last_serial=0)
        session.add(series)
    last = series.last_serial
    series.last_serial = last + count
    session.flush()
    return last


def _check_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
