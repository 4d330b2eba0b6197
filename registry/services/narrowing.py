"""What keeps a list quick however long it is: what is few is fetched and sorted, what is many is walked.

A list is the union of a few arms. The rows of an arm that are few, or all within one range of an index, are fetched
through it and sorted; those that are many are walked in the order of the list, and a page is full after a short walk,
because they are many. A bounded count tells which of the two an arm is, and is all that a page says about the number.
Left to itself, a database mistakes one for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, select, union
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from registry.db import AnySelect

FEW = 2_000
COUNTED = 10_000  # nobody counts further
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Count:
    """How many a list has; more than that, when `is_more`."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Arm:
    """Some of the rows of a list: walked in its order, or fetched through the index of their conditions and sorted."""

    rows: AnySelect
    is_walk: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Every row of a list, without order or page, and how many they are."""

    arms: Sequence[Arm]
    count: Count


def count(session: Session, query: AnySelect | CompoundSelect[Any], most: int = COUNTED) -> Count:
    """How many rows a query has, as far as `most`."""
    return counts(session, (query, most))[0]


def counts(session: Session, *asked: tuple[AnySelect | CompoundSelect[Any], int]) -> list[Count]:
    """How many rows each of these queries has, as far as the number beside it; asked at once."""
    bounded = [query.limit(most + 1).subquery() for query, most in asked]
    found = session.execute(select(*(select(func.count()).select_from(one).scalar_subquery() for one in bounded))).one()
    return [Count(min(one, most), is_more=one > most) for one, (_, most) in zip(found, asked, strict=True)]


def united(arms: Sequence[AnySelect]) -> AnySelect:
    """The rows of all these queries, each once; every query may have its own order and end."""
    if len(arms) == 1:
        return arms[0]
    return select(union(*(select(*arm.subquery().c) for arm in arms)).subquery())


def beginning_with(column: Any, text: str) -> ColumnElement[bool]:
    """A text's beginning as a range, which an index of its characters answers."""
    return and_(column >= text, column < text + LAST_CHARACTER)


def in_passing(column: Any) -> Any:
    """A column as no index knows it, so that a condition on it is looked at on the way of a walk."""
    return func.coalesce(column, column)


class on_the_way(FunctionElement[Any]):  # noqa: N801 (it is written like a function)
    """A column that SQLite is to look at in passing only; PostgreSQL knows how many rows fit, and walks by itself."""

    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(on_the_way)
def _plain(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(on_the_way, "sqlite")
def _hidden(element: Any, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"
