"""Files that may be of one person: same name, same birth date. Looked at, they become one or are told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    exists,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload

from registry import audit
from registry.models.departments import Department
from registry.models.merges import DistinctPair, Merge
from registry.models.people import Namesakes, Person
from registry.rules import RuleBroken
from registry.rules.merging import ONE_FILE_EACH
from registry.rules.permissions import Action, Actor
from registry.words import N_

PAGE = 25  # pairs; each is looked at by somebody
FIRST_NAMES = 5  # looked at first, for a few that many share fill a page


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedFile:
    """One file of a pair, with what tells it from the other at a glance."""

    id: int
    identity_masked: str
    unit: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two files of one name and birth date; `first` is the older one."""

    name: str
    born_on: date
    first: PairedFile
    second: PairedFile


@dataclass(frozen=True, slots=True)
class PairPage:
    """A page of pairs, by key: `after` is where the next one begins."""

    pairs: list[Pair]
    after: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Files that have to do with one file: those that may be of the same person, and merged ones with their merge."""

    alike: list[int]
    merged: list[tuple[int, int]]


def pairs(session: Session, actor: Actor, *, after: tuple[int, int] | None = None, size: int = PAGE) -> PairPage:
    """Pairs of files on record that nobody has told apart, by name; reads a page of shared names."""
    actor.require(Action.PERSON_MERGE)
    width, key = FIRST_NAMES, tuple_(Namesakes.name, Namesakes.born_on)
    names, behind = _shared(width), None
    if after is not None and (last := session.get(Person, after[0])) is not None:
        names = names.where(key >= (last.name, last.born_on))
        behind = (last.name, last.born_on, *after)
    found = _alike(session, names, size + 1, behind)
    while len(found) <= size and (end := session.execute(names.offset(width - 1).limit(1)).first()) is not None:
        width = size + 1
        names = _shared(width).where(key > (end.name, end.born_on))
        found += _alike(session, names, size + 1 - len(found))
    shown = found[:size]
    return PairPage(_paired(session, shown), shown[-1] if len(found) > size else None)


def beside(session: Session, actor: Actor, person_id: int) -> Beside:
    """Files that may be of the same person as this one, and those merged into it; nothing for who may not merge."""
    if not actor.may(Action.PERSON_MERGE):
        return Beside([], [])
    me, other = aliased(Person), aliased(Person)
    lower, higher = case((me.id < other.id, me.id), else_=other.id), case((me.id < other.id, other.id), else_=me.id)
    alike = (
        select(other.id, null().label("merge_id"))
        .join(me, and_(me.name == other.name, me.born_on == other.born_on, me.id != other.id))
        .where(me.id == person_id, me.withdrawn_on.is_(None), other.withdrawn_on.is_(None))
        .where(~_told_apart(lower, higher))
    )
    merged = select(Merge.merged_id, Merge.id).where(Merge.kept_id == person_id, Merge.undone_at.is_(None))
    rows: list[Any] = list(session.execute(union_all(alike, merged)))
    return Beside(
        alike=sorted(id_ for id_, merge_id in rows if merge_id is None),
        merged=sorted((id_, merge_id) for id_, merge_id in rows if merge_id is not None),
    )


def told_apart(session: Session, actor: Actor) -> Sequence[DistinctPair]:
    """Pairs that somebody looked at and told apart, the latest first."""
    actor.require(Action.PERSON_MERGE)
    both = (joinedload(DistinctPair.first), joinedload(DistinctPair.second), joinedload(DistinctPair.account))
    return session.scalars(select(DistinctPair).options(*both).order_by(DistinctPair.id.desc()).limit(PAGE)).all()


def tell_apart(session: Session, actor: Actor, *, one_id: int, other_id: int, reason: str) -> DistinctPair:
    """Remember that two files are of two people; RuleBroken without a reason or when that was said before."""
    actor.require(Action.PERSON_MERGE)
    lower, higher = sorted((one_id, other_id))
    first, second = session.get_one(Person, lower), session.get_one(Person, higher)
    if not reason.strip():
        raise RuleBroken([ONE_FILE_EACH.broken(N_("Say how you know that they are two people."))])
    if _pair(session, lower, higher) is not None:
        raise RuleBroken([ONE_FILE_EACH.broken(N_("These two files were told apart before."))])
    pair = DistinctPair(first_id=lower, second_id=higher, account_id=actor.account_id, reason=reason.strip())
    session.add(pair)
    _tell(session, actor, first, second, reason.strip(), "two_people")
    return pair


def show_again(session: Session, actor: Actor, *, pair_id: int) -> None:
    """Take back that two files are of two people: the pair is listed again. NoResultFound when there is none."""
    actor.require(Action.PERSON_MERGE)
    pair = session.get_one(DistinctPair, pair_id)
    first, second = session.get_one(Person, pair.first_id), session.get_one(Person, pair.second_id)
    session.execute(delete(DistinctPair).where(DistinctPair.id == pair_id))
    _tell(session, actor, first, second, "", "perhaps_one_person")


def _tell(session: Session, actor: Actor, first: Person, second: Person, reason: str, fact: str) -> None:
    for one, other in ((first, second), (second, first)):
        about: dict[str, Any] = {"department_id": one.department_id, "reason": reason, fact: other.id}
        audit.record(session, actor, Action.PERSON_MERGE, one, **about)


def _shared(most: int) -> Select[str, date]:
    """The first names and days of birth that several files share."""
    shared = select(Namesakes.name, Namesakes.born_on).where(Namesakes.file_count > literal_column("1"))
    return shared.order_by(Namesakes.name, Namesakes.born_on).limit(most)


def _alike(
    session: Session, names: Select[str, date], most: int, after: tuple[Any, ...] | None = None
) -> list[tuple[int, int]]:
    """The pairs of a few shared names that nobody has told apart; joined to few, for no database walks by itself."""
    first, second, shared = aliased(Person), aliased(Person), names.subquery()
    name = cast(shared.c.name, String)  # as an expression, so that SQLite does not begin with everybody
    key = (shared.c.name, shared.c.born_on, first.id, second.id)
    query = (
        select(first.id, second.id)
        .select_from(shared)
        .join(first, and_(first.name == name, first.born_on == shared.c.born_on, first.withdrawn_on.is_(None)))
        .join(second, and_(second.name == name, second.born_on == shared.c.born_on, second.id > first.id))
        .where(second.withdrawn_on.is_(None), ~_told_apart(first.id, second.id))
        .order_by(*key)
        .limit(most)
    )
    query = query if after is None else query.where(tuple_(*key) > after)
    return [(row[0], row[1]) for row in session.execute(query)]


def _told_apart(lower: Any, higher: Any) -> ColumnElement[bool]:
    return exists().where(DistinctPair.first_id == lower, DistinctPair.second_id == higher)


def _pair(session: Session, lower: int, higher: int) -> DistinctPair | None:
    wanted = select(DistinctPair).where(DistinctPair.first_id == lower, DistinctPair.second_id == higher)
    return session.scalar(wanted)


def _paired(session: Session, ids: Sequence[tuple[int, int]]) -> list[Pair]:
    wanted = {one for pair in ids for one in pair}
    rows = session.execute(
        select(Person.id, Person.name, Person.born_on, Person.identity_masked, Person.created_at, Department.name)
        .join(Department, Department.id == Person.department_id)
        .where(Person.id.in_(wanted))
    )
    files = {}
    names = {}
    for id_, name, born_on, identity_masked, created_at, unit in rows:
        names[id_] = (name, born_on)
        files[id_] = PairedFile(id=id_, identity_masked=identity_masked, unit=unit, created_at=created_at)
    return [
        Pair(name=names[one][0], born_on=names[one][1], first=files[one], second=files[other]) for one, other in ids
    ]
