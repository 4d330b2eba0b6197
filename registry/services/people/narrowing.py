"""Which people a list has, found in the way that is quick for as many as they are (see services/narrowing.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.people import IDENTITY_LENGTH, Duty, Establishment, normalise_identity
from registry.rules.permissions import Actor
from registry.services.departments import called
from registry.services.narrowing import FEW, Count, beginning_with, count, few_of, in_passing
from registry.vault import vault_of

UNIT_WORD = 2  # shorter texts are names: 王 is no 王集乡
NUMBER_BEGINNING = 4
DUTIES = (None, *Duty)
ESTABLISHMENTS = (None, *Establishment)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFilter:
    """What to list.

    `text` is the beginning of a name, of what follows its first character, of the pinyin or the initials, part of a
    unit's name, a certificate number or its beginning, or a whole identity number. `is_certified` asks for a valid
    certificate of the kind that the post needs, `is_serving` for a post at present.
    """

    text: str = ""
    department_id: int | None = None
    duty: Duty | None = None
    establishment: Establishment | None = None
    is_certified: bool | None = None
    is_serving: bool | None = None
    has_law_qualification: bool | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Everybody in a list, without order or page, and how many they are."""

    people: AnySelect
    count: Count


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Whom a text may mean: through indexes, by id; and as a condition to look at in passing."""

    arms: Sequence[AnySelect]
    in_passing: ColumnElement[bool]


def identity_in(text: str) -> str | None:
    """The identity number that a text is, in its normal form; None when it is something else."""
    number = normalise_identity(text)
    return number if len(number) == IDENTITY_LENGTH and number[:-1].isdigit() else None


def facets_of(duty: Duty | None, establishment: Establishment | None, has_law_qualification: bool) -> int:
    """The number that `Person.facets` keeps of a post, or of having none."""
    return 100 * DUTIES.index(duty) + 10 * ESTABLISHMENTS.index(establishment) + has_law_qualification


def listed(session: Session, actor: Actor, chosen: PersonFilter, today: date) -> Listed:
    """Everybody whom a list has: the few whom a text or a standing leaves, or the many of a unit or of all."""
    facets, certified, unit = _facets(chosen), _certified(chosen, today), _unit(actor, chosen)
    facet = in_passing(Person.facets)
    passing = and_(facet.is_not(None) if facets is None else facet.in_(facets), *certified, *unit)
    known: Count | None = None
    if text := "".join(chosen.text.split()):
        spoken = _spoken_of(session, text)
        meant = few_of(spoken.arms)
        if not count(session, meant, FEW).is_more:
            return _counted(session, select(Person).where(Person.id.in_(meant), passing))
        known = Count(FEW if facets is None and not certified else 0, is_more=True)
        passing = and_(passing, spoken.in_passing)
    every = select(Person).where(passing)
    if unit or (facets is None and not certified):
        return Listed(every, known) if known and not unit else _counted(session, every)
    standing = select(Person.id).where(Person.facets.in_(_facets_wanted() if facets is None else facets), *certified)
    number = count(session, standing)
    if number.number <= FEW:
        return _counted(session, select(Person).where(Person.id.in_(standing), passing))
    return Listed(every, known or number)


def _counted(session: Session, people: AnySelect) -> Listed:
    return Listed(people, count(session, people.with_only_columns(Person.id)))


def _unit(actor: Actor, chosen: PersonFilter) -> list[ColumnElement[bool]]:
    wanted = [chosen.department_id] if chosen.department_id is not None else []
    if actor.is_unit_bound:
        wanted.append(actor.department_id or 0)
    return [Person.department_id == one for one in wanted]


def _certified(chosen: PersonFilter, today: date) -> list[ColumnElement[bool]]:
    if chosen.is_certified is None:
        return []
    return [Person.certified_until >= today if chosen.is_certified else Person.certified_until < today]


def _facets(chosen: PersonFilter) -> list[int] | None:
    """The facets of those listed; None when it is everybody's."""
    asked = (chosen.duty, chosen.establishment, chosen.is_serving, chosen.has_law_qualification)
    return None if asked == (None,) * len(asked) else _facets_wanted(*asked)


def _facets_wanted(
    duty: Duty | None = None,
    establishment: Establishment | None = None,
    is_serving: bool | None = None,
    has_law_qualification: bool | None = None,
) -> list[int]:
    laws = (False, True) if has_law_qualification is None else (has_law_qualification,)
    without_post = duty is None and establishment is None and is_serving is not True
    posts: list[tuple[Duty | None, Establishment | None]] = [(None, None)] if without_post else []
    if is_serving is not False:
        posts += product([duty] if duty else Duty, [establishment] if establishment else Establishment)
    return [facets_of(*post, law) for post in posts for law in laws]


def _spoken_of(session: Session, text: str) -> _Spoken:
    """Whom a text without blanks may mean."""
    holds = select(Certificate.person_id).where(Certificate.number == text)
    if (number := identity_in(text)) is not None:
        own = Person.identity_index == vault_of(session).index(number)
        return _Spoken([select(Person.id).where(own), holds], own)
    low = text.lower()
    arms: list[AnySelect] = [holds]
    passing: list[ColumnElement[bool]] = [Person.id.in_(holds)]
    for column, beginning in (
        (Person.name, text),
        (Person.name_rest, text),
        (Person.name_pinyin, low),
        (Person.name_initials, low),
    ):
        arms.append(select(Person.id).where(beginning_with(column, beginning)))
        passing.append(beginning_with(in_passing(column), beginning))
    if len(text) >= NUMBER_BEGINNING and text[:NUMBER_BEGINNING].isdigit():
        numbered = beginning_with(Certificate.number, text)
        arms.append(select(Certificate.person_id).where(numbered))
        passing.append(
            exists().where(Certificate.person_id == Person.id, beginning_with(in_passing(Certificate.number), text))
        )
    if len(text) >= UNIT_WORD and (units := session.scalars(select(Department.id).where(called(text))).all()):
        arms.append(select(Person.id).where(Person.department_id.in_(units)))
        passing.append(in_passing(Person.department_id).in_(units))
    return _Spoken(arms, or_(*passing))
