"""What keeps a list quick however long it is: what is few is fetched and sorted, what is many is walked.

A bounded count tells which of the two a list is, and is all that a page says about the number. Rows that are few come
through an index and are sorted; many are walked in the order of the list, and a page is full after a short walk,
because they are many. Left to itself, a database mistakes one for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, select, union
from sqlalchemy.orm import Session

from registry.db import AnySelect

FEW = 2_000
COUNTED = 10_000  # nobody counts further
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Count:
    """How many a list has; more than that, when `is_more`; not counted, when it is more than none."""

    number: int
    is_more: bool = False


def count(session: Session, query: AnySelect | CompoundSelect[Any], most: int = COUNTED) -> Count:
    """How many rows a query has, as far as `most`."""
    found = session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0
    return Count(min(found, most), is_more=found > most)


def few_of(arms: Sequence[AnySelect]) -> CompoundSelect[Any]:
    """What any of these queries finds, each no further than just beyond what is few."""
    bounded = [arm.limit(FEW + 1).subquery() for arm in arms]
    return union(*(select(*one.c) for one in bounded))


def beginning_with(column: Any, text: str) -> ColumnElement[bool]:
    """A text's beginning as a range, which an index of its characters answers."""
    return and_(column >= text, column < text + LAST_CHARACTER)


def in_passing(column: Any) -> Any:
    """A column as no index knows it, so that a condition on it is looked at on the way of a walk."""
    return func.coalesce(column, column)
