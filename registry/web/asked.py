"""What an address asks for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _

YEARS = range(1990, 2201)


def year() -> int | None:
    """The year in the address; None when there is none, or none that a register could have."""
    asked = request.args.get("year", type=int)
    return asked if asked is not None and asked in YEARS else None


def day(name: str) -> date | None:
    """A day in the address; None when there is none. What is no day is told and left out."""
    asked = request.args.get(name, "").strip()
    if not asked:
        return None
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        flash(_("%(asked)s is no day that this register knows; write it as 2021-03-14.", asked=asked[:20]), "warning")
        return None
    return found


def past_day(today: date) -> date | None:
    """The day in ?as_of=, when it is past; None for today, which is also shown for a day that has not come."""
    asked = day("as_of")
    if asked is not None and asked > today:
        flash(_("%(day)s has not come yet; this is how things stand today.", day=asked), "warning")
    return asked if asked is not None and asked < today else None


def narrowed_by(names: Sequence[str]) -> dict[str, Any]:
    """What the address narrows a list by: its filters that say something."""
    return {name: said for name in names if (said := request.args.get(name, "").strip())}


def pages(names: Sequence[str], after: int | str | None) -> dict[str, str | None]:
    """Where the pager of this list leads: on behind a key, and back to the first page, narrowed as it is."""
    here, kept = request.endpoint or "", narrowed_by(names)
    return {
        "next_url": url_for(here, **kept, after=after) if after else None,
        "first_url": url_for(here, **kept) if request.args.get("after") else None,
    }
