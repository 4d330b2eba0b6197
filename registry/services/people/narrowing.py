"""Which people a list has, found in the way that is quick for as many as they are (see services/narrowing.py)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, String, and_, column, func, or_, select, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.people import IDENTITY_LENGTH, Duty, Establishment, normalise_identity
from registry.rules.permissions import Actor
from registry.services.departments import called
from registry.services.facets import facets_of
from registry.services.narrowing import (
    COUNTED,
    FEW,
    LAST_CHARACTER,
    Arm,
    Count,
    Listed,
    beginning_with,
    count,
    in_passing,
    united,
)
from registry.services.people.knowing import bearers_of
from registry.services.pinyin import DOTS, SYLLABLES, bare, beginnings, may_be_given, name_pinyin, typed
from registry.vault import vault_of

UNIT_WORD = 2  # shorter texts are names: 王 is no 王集乡
NUMBER_BEGINNING = 4
_LONG_NUMBER = re.compile(
    r"[0-9]{15,}[Xx]?"
    r"|[0-9]{6}\s+[0-9]{8}\s*[0-9]{3}[0-9Xx]"  # as it is read aloud
    r"|[0-9]{4}(?:\s+[0-9]{4}){3}\s*[0-9Xx]{1,3}"
)
IN_PARTS = 4  # characters of the shortest name that is usually written with a dot
SURNAME_SOUNDS = (*SYLLABLES, "ouyang", "shangguan", "sima", "zhuge", "situ", "huangfu", "xiahou", "murong")
# as text: four hundred parameters are slow to put together
_QUOTED = ", ".join(f"('{one}')" for one in SURNAME_SOUNDS)
SURNAMES_AS_ROWS = f"SELECT column1 AS sound FROM (VALUES {_QUOTED}) AS sounds"  # noqa: S608 (words of our own)


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
class _Spoken:
    """One way in which a text may mean somebody: through an index, as a condition to look at in passing, on a walk."""

    found: ColumnElement[bool]
    meant: ColumnElement[bool]
    walk: ColumnElement[bool] | None = None  # for those who are many


def identity_in(text: str) -> str | None:
    """The identity number that a text is, in its normal form; None when it is something else."""
    number = normalise_identity(text)
    return number if len(number) == IDENTITY_LENGTH and number[:-1].isdigit() else None


def long_number_in(text: str) -> str | None:
    """A run of digits as long as an identity number, or nearly: with a slip in it or beside a name it is one still."""
    run = _LONG_NUMBER.search(unicodedata.normalize("NFKC", text))
    return None if run is None else typed(run[0])


def listed(session: Session, actor: Actor, chosen: PersonFilter, today: date) -> Listed:
    """Everybody whom a list has: a unit's, whom a text means, whom a standing leaves, or all."""
    facets, certified, unit = _facets(chosen), _certified(chosen, today), _unit(actor, chosen)
    facet, is_narrow = in_passing(Person.facets), facets is not None or bool(certified)
    passing = and_(facet.is_not(None) if facets is None else facet.in_(facets), *certified)
    spoken = _spoken_of(session, chosen.text) if chosen.text.strip() else []
    meant = [or_(*(one.meant for one in spoken))] if spoken else []
    if unit:
        return _counted(session, [Arm(select(Person).where(*unit, passing, *meant), is_walk=True)])
    standing = select(Person).where(Person.facets.in_(_facets_wanted() if facets is None else facets), *certified)
    number = count(session, standing.with_only_columns(Person.id)) if is_narrow else Count(0, is_more=True)
    if number.number <= FEW and not number.is_more:
        return _counted(session, [Arm(standing.where(*meant))]) if spoken else Listed([Arm(standing)], number)
    if spoken:
        found = _counted(session, [Arm(select(Person).where(one.found, passing)) for one in spoken])
        return Listed([_arm(one, passing) for one in spoken], found.count)
    everybody = [Arm(select(Person).where(passing), is_walk=True)]
    return Listed(everybody, number) if is_narrow else _counted(session, everybody)


def _arm(one: _Spoken, passing: ColumnElement[bool]) -> Arm:
    if one.walk is None:
        return Arm(select(Person).where(one.found, passing))
    return Arm(select(Person).where(one.walk, passing), is_walk=True)


def _counted(session: Session, arms: Sequence[Arm]) -> Listed:
    most = COUNTED if len(arms) == 1 else FEW
    bounded = [arm.rows.with_only_columns(Person.id).limit(most + 1) for arm in arms]
    return Listed(arms, count(session, united(bounded), most))


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


def _spoken_of(session: Session, said: str) -> list[_Spoken]:
    """Whom a text may mean, however wide its letters and with whatever dots."""
    text = typed(said)
    holds = Person.id.in_(select(Certificate.person_id).where(Certificate.number == text))
    if (number := identity_in(text)) is not None:
        own = Person.id.in_(bearers_of(vault_of(session).index(number)))
        return [_Spoken(own, own), _Spoken(holds, holds)]
    low = bare(text).lower() or text
    sought = [(Person.name, text, beginnings(text)), (Person.name_rest, text, [""])]
    sought += [(Person.name_initials, low, [low[0]])] if len(low) > 1 else []  # one letter begins the pinyin as well
    sound = beginning_with(Person.name_pinyin, low)
    return [
        _Spoken(holds, holds),
        _Spoken(sound, beginning_with(in_passing(Person.name_pinyin), low), walk=sound),
        *_called(session, sought),
        *_in_parts(text),
        *_given(session, low),
        *_numbered(session, text),
        *_serving(session, "".join(said.split())),
    ]


def _called(session: Session, sought: Sequence[tuple[Any, str, Sequence[str]]]) -> list[_Spoken]:
    """Who has a name like that. Who are many are walked, no further than names that sound like that."""
    ranges = [beginning_with(key, word) for key, word, _sounds in sought]
    bounded = [select(Person.id).where(one).limit(COUNTED + 1).subquery() for one in ranges]
    numbers = [select(func.count()).select_from(one).scalar_subquery() for one in bounded]
    counts = session.execute(select(*numbers)).one()
    found = []
    for (key, word, sounds), within, number in zip(sought, ranges, counts, strict=True):
        meant = beginning_with(in_passing(key), word)
        walks = [and_(beginning_with(Person.name_pinyin, sound), meant) for sound in sounds]
        found += [_Spoken(within, meant, walk) for walk in (walks if number > COUNTED else [None])]
    return found


def _in_parts(text: str) -> list[_Spoken]:
    """阿卜杜拉买买提 for 阿卜杜拉·买买提: found by the sound, which has no dots, and compared without them."""
    name = bare(text)
    if name.isascii() or len(name) < IN_PARTS:
        return []
    written: Any = Person.name
    for dot in DOTS:
        written = func.replace(written, dot, "")
    meant = beginning_with(written, name)
    return [_Spoken(and_(beginning_with(Person.name_pinyin, name_pinyin(name)), meant), meant)]


def _given(session: Session, word: str) -> list[_Spoken]:
    """Whose given name sounds like that: looked for behind every sound of a surname, one short range each."""
    if not may_be_given(word):
        return []
    bearers = session.scalars(_bearers(session, word).limit(FEW + 1)).all()
    if len(bearers) > FEW:
        holds = in_passing(Person.name_pinyin).like(f"_%{word}%")
        return [_Spoken(holds, holds, walk=holds)]
    among = Person.id.in_(bearers)
    return [_Spoken(among, among)]


def _bearers(session: Session, word: str) -> AnySelect:
    """Who is called so behind the sound of some surname.

    PostgreSQL expects many of each sound and would rather compare everybody with every sound; a range with an order
    and an end of its own it looks up.
    """
    surname = sql(SURNAMES_AS_ROWS).columns(column("sound", String)).cte("surnames")
    somebody, begins = aliased(Person), surname.c.sound.concat(word)
    behind = and_(somebody.name_pinyin >= begins, somebody.name_pinyin < begins.concat(LAST_CHARACTER))
    if session.get_bind().dialect.name == "sqlite":
        return select(somebody.id).join_from(surname, somebody, behind)
    each = select(somebody.id).where(behind).order_by(somebody.name_pinyin).limit(FEW + 1).lateral()
    return select(each.c.id).join_from(surname, each, true())


def _numbered(session: Session, text: str) -> list[_Spoken]:
    """Who holds a certificate whose number begins like that."""
    if len(text) < NUMBER_BEGINNING or not text[:NUMBER_BEGINNING].isdigit():
        return []
    holders = select(Certificate.person_id).where(beginning_with(Certificate.number, text))
    if count(session, holders, FEW).is_more:
        own = Certificate.person_id == Person.id
        numbered = own, beginning_with(in_passing(Certificate.number), text)
        held = select(Certificate.id).where(*numbered).limit(1)  # looked up person by person, and not joined
        holds = held.scalar_subquery().is_not(None)
        return [_Spoken(holds, holds, walk=holds)]
    return [_Spoken(Person.id.in_(holders), Person.id.in_(holders))]


def _serving(session: Session, text: str) -> list[_Spoken]:
    """Who serves, or served last, in a unit of that name."""
    units = session.scalars(select(Department.id).where(called(text))).all() if len(text) >= UNIT_WORD else []
    if not units:
        return []
    within, meant = Person.department_id.in_(units), in_passing(Person.department_id).in_(units)
    many = count(session, select(Person.id).where(within)).is_more
    return [_Spoken(within, meant, walk=meant if many else None)]
