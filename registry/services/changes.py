"""What bringing records in did: how many were new, changed or the same, and what changed from what to what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that changed: `fields` holds `[before, after]` by field name, as plain values.

    `key`: what tells the record apart, a person's id or a unit's code; `place`: the sheet and row that say so.
    """

    subject: str
    fields: Mapping[str, Sequence[Any]]
    key: int | str | None = None
    place: tuple[str, int] | None = None


@dataclass(slots=True)
class Tally:
    """Counts of a bulk act, and every change it made."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: list[Change] = field(default_factory=list)

    def add(self, more: "Tally") -> None:
        """Count another bulk act in."""
        self.created += more.created
        self.updated += more.updated
        self.unchanged += more.unchanged
        self.changes += more.changes

    def placed(self, places: Mapping[Any, tuple[str, int]]) -> "Tally":
        """The same with the row of each change, by the key of its record."""
        self.changes = [replace(one, place=places.get(one.key)) for one in self.changes]
        return self


def differences(record: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{field: [before, after]}` for the fields of a record that differ from these values."""
    return {name: [getattr(record, name), value] for name, value in values.items() if getattr(record, name) != value}


def in_chunks(items: Sequence[Any], size: int = 800) -> list[Sequence[Any]]:
    """Slices small enough for one IN (…) on either database."""
    return [items[start : start + size] for start in range(0, len(items), size)]
