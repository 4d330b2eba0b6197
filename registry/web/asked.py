"""What an address asks for."""

from flask import request

YEARS = range(1990, 2201)


def year() -> int | None:
    """The year in the address; None when there is none, or none that a register could have."""
    asked = request.args.get("year", type=int)
    return asked if asked is not None and asked in YEARS else None
