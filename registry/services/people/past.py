"""A person's file as of a day: what held then, of what is on record now."""

from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from registry.clock import OFFICE_TIME
from registry.models.trail import TrailEntry
from registry.services.people.files import PersonFile


class _Lasting(Protocol):
    @property
    def from_on(self) -> Any: ...
    @property
    def until_on(self) -> Any: ...


def as_of(file: PersonFile, day: date) -> PersonFile:
    """The part of a file that had happened by that day. What ended later had not ended: its end is not looked at.

    A grade is given when its year is over. An act is told once it was written down.
    """
    posts = [post for post in file.appointments if post.from_on <= day]
    conduct = None if file.conduct is None else [one for one in file.conduct if one.decided_on <= day]
    return replace(
        file,
        post=next((post for post in posts if covers(post, day)), None),
        secondment=next((one for one in file.secondments if covers(one, day)), None),
        appointments=posts,
        secondments=[one for one in file.secondments if one.from_on <= day],
        conduct=conduct,
        attendances=[one for one in file.attendances if one.session.held_on <= day],
        results=[one for one in file.results if one.sitting.held_on <= day],
        certificates=[card for card in file.certificates if card.issued_on <= day],
        refusals=[one for one in file.refusals if one.refused_on <= day],
        assessments=[one for one in file.assessments if one.year < day.year],
        history=[entry for entry in file.history if _written_by(entry, day)],
    )


def covers(row: _Lasting, day: date) -> bool:
    """Whether a row of a history holds on a day."""
    return bool(row.from_on <= day and (row.until_on is None or day <= row.until_on))


def _written_by(entry: TrailEntry, day: date) -> bool:
    return entry.at.astimezone(OFFICE_TIME).date() <= day
