"""What tells one roster from every other, and days as official paper writes them."""

from dataclasses import dataclass
from datetime import date

FOURS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What tells one roster from every other: its number, check code, hash and trail; or that it is a draft."""

    number: str
    check_code: str
    data_sha256: str
    trail_head: str
    is_draft: bool

    @property
    def spaced_code(self) -> str:
        """The check code as people type it, in fours; nothing for a draft."""
        return "-".join(self.check_code[place : place + FOURS] for place in range(0, len(self.check_code), FOURS))


def chinese_day(iso: str) -> str:
    """2021年12月3日, as official paper writes a day."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
