"""Who is meant by the lines of a pasted list: by name, name and unit, identity or certificate number; set by set."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.rules.people import IDENTITY_LENGTH, normalise_identity
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks
from registry.services.people.knowing import known_rows
from registry.services.pinyin import name_pinyin
from registry.vault import vault_of
from registry.words import N_

MOST_LINES = 2_000
MOST_NAMESAKES, MOST_NEAR = 20, 4
SHORTEST_UNIT, SHORTEST_NUMBER = 2, 6
_SERIAL = re.compile(r"^\s*(?:\(?\d{1,4}(?:[):、,]|\.(?!\d))\s*|\d{1,4}\s+)(?=\S)")
_DIVIDERS = re.compile(r"[\s,;|、。()\[\]@]+")
_MASKED = re.compile(r"^\d{2,6}[*×xX]{6,14}[\dX]{2,4}$")
_SPOKEN = re.compile(r"^[^\W\d_]\D*\d{0,3}$")


NOBODY_CALLED_SO = N_("Nobody on record bears this name.")
UNKNOWN_NUMBER = N_("Nobody on record has this identity number.")
ANOTHER_NAME = N_("The number belongs to somebody of another name.")
FITS_NOBODY = N_("Nobody of this name fits the unit or the number beside it.")
NAMESAKES = N_("Several people bear this name.")
ONE_A_LINE = N_("This line names several people; give each a line of their own.")


class Verdict(StrEnum):
    """What came of a line. Only `FOUND` names one person; the others are for somebody at the desk to settle."""

    FOUND = "found"
    SEVERAL = "several"
    DOUBTFUL = "doubtful"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody in the register, with what tells namesakes apart. The post is the open one, empty when there is none."""

    person_id: int
    name: str
    identity_masked: str
    born_on: date
    department_id: int
    unit: str
    post: str
    is_serving: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """One line and whom it may mean: one person when `FOUND`, those to choose from, or names that sound alike.

    `rest` are the words that were needed neither for the person nor for the unit; `doubt` says why a person decides.
    """

    number: int
    text: str
    verdict: Verdict
    people: Sequence[Known] = ()
    near: Sequence[Known] = ()
    rest: Sequence[str] = ()
    doubt: str = ""

    @property
    def person_id(self) -> int | None:
        return self.people[0].person_id if self.verdict is Verdict.FOUND else None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in parts: its words in their order; `names` are those that may be somebody's name."""

    number: int
    text: str
    words: Sequence[str]
    names: Sequence[str]

    @property
    def identity(self) -> str | None:
        return next((normal for word in self.words if (normal := _identity(word))), None)

    @property
    def masked(self) -> str | None:
        return next((word for word in self.words if _MASKED.match(word)), None)

    @property
    def numbers(self) -> list[str]:
        """Words that may be the number of a certificate."""
        return [word for word in self.words if sum(map(str.isdigit, word)) >= SHORTEST_NUMBER]


@dataclass(frozen=True, slots=True)
class _Register:
    """What the register knows of all the lines together."""

    by_identity: Mapping[str, Known]
    by_card: Mapping[str, Known]
    by_name: Mapping[str, Sequence[Known]]
    units: Mapping[str, frozenset[int]]  # the units that a word may mean


def recognise(
    session: Session, actor: Actor, lines: Iterable[str], *, no_names: Collection[str] = ()
) -> list[Recognised]:
    """Whom each line means, in a handful of queries for all of them; empty lines are left out.

    A number decides alone, unless the name beside it is another one; a name decides when one person bears it, in the
    unit when one is named. `no_names` are words that such a list has beside people. A unit's people find their own.
    """
    actor.require(Action.PERSON_VIEW)
    parted = [line for number, text in enumerate(lines, 1) if (line := _parted(number, text, no_names)).words]
    register = _register(session, actor, parted)
    found = [_meant(line, register) for line in parted]
    return _with_near(session, actor, found, {line.number: line for line in parted})


def _parted(number: int, text: str, no_names: Collection[str]) -> _Line:
    """Full-width characters made plain, the serial number in front dropped, `王 芳` taken as one name."""
    plain = _SERIAL.sub("", unicodedata.normalize("NFKC", text), count=1)
    words = [word for part in _DIVIDERS.split(plain) if (word := part.strip(":'\""))]
    if len(words) > 1 and all(len(word) == 1 and _SPOKEN.match(word) for word in words[:2]):
        words = [words[0] + words[1], *words[2:]]
    return _Line(number, text.strip(), words, [word for word in words if _SPOKEN.match(word) and word not in no_names])


def _identity(word: str) -> str | None:
    number = normalise_identity(word)
    is_whole = len(number) == IDENTITY_LENGTH and number[:-1].isdigit() and (number[-1].isdigit() or number[-1] == "X")
    return number if is_whole else None


def _register(session: Session, actor: Actor, lines: Sequence[_Line]) -> _Register:
    vault = vault_of(session)
    sealed = {vault.index(number): number for line in lines if (number := line.identity)}
    by_identity = {
        sealed[row.identity_index]: _known(row)
        for row in _found(session, actor, Person.identity_index, list(sealed), Person.identity_index)
    }
    by_identity |= _merged(session, actor, [number for number in sealed.values() if number not in by_identity])
    cards = sorted({word for line in lines for word in line.numbers if not _identity(word)})
    by_name: dict[str, list[Known]] = defaultdict(list)
    for row in _found(session, actor, Person.name, sorted({name for line in lines for name in line.names})):
        by_name[row.name].append(_known(row))
    return _Register(by_identity, _holders(session, actor, cards), by_name, _units(session, lines))


def _merged(session: Session, actor: Actor, numbers: Sequence[str]) -> dict[str, Known]:
    """Whoever's file of this number was merged into another one, found in that one."""
    onward = {number: known.person.id for number, known in known_rows(session, numbers).items()}
    known = {row.id: _known(row) for row in _found(session, actor, Person.id, sorted(set(onward.values())))}
    return {number: known[person_id] for number, person_id in onward.items() if person_id in known}


def _holders(session: Session, actor: Actor, numbers: Sequence[str]) -> dict[str, Known]:
    """Who holds or held the certificates of these numbers."""
    holders: dict[str, int] = {}
    for chunk in in_chunks(numbers):
        held = select(Certificate.number, Certificate.person_id).where(Certificate.number.in_(chunk))
        holders.update((number, person_id) for number, person_id in session.execute(held))
    known = {row.id: _known(row) for row in _found(session, actor, Person.id, sorted(set(holders.values())))}
    return {number: known[person_id] for number, person_id in holders.items() if person_id in known}


def _units(session: Session, lines: Sequence[_Line]) -> dict[str, frozenset[int]]:
    """Which units each word may mean: a code, a whole name, or a part of one."""
    words = {word for line in lines for word in line.words if len(word) >= SHORTEST_UNIT}
    meant: dict[str, set[int]] = defaultdict(set)
    for unit_id, code, name in session.execute(select(Department.id, Department.code, Department.name)):
        for word in words:
            if word == code or (word in name and _SPOKEN.match(word)):
                meant[word].add(unit_id)
    return {word: frozenset(ids) for word, ids in meant.items()}


def _found(session: Session, actor: Actor, column: Any, values: Sequence[Any], *also: Any) -> list[Any]:
    """The people whose column is one of these values, in the order of unit and name."""
    rows: list[Any] = []
    for chunk in in_chunks(values):
        query = _people(*also).where(column.in_(chunk))
        if actor.is_unit_bound:
            query = query.where(Person.department_id == actor.department_id)
        rows += session.execute(query).all()
    return rows


def _people(*also: Any) -> Any:
    return (
        select(
            Person.id,
            Person.name,
            Person.identity_masked,
            Person.born_on,
            Person.department_id,
            Department.name.label("unit"),
            Appointment.id.label("appointment_id"),
            Appointment.section,
            Appointment.post,
            *also,
        )
        .join(Department, Department.id == Person.department_id)
        .outerjoin(Appointment, and_(Appointment.person_id == Person.id, Appointment.until_on.is_(None)))
        .where(Person.withdrawn_on.is_(None))
        .order_by(Department.name, Person.name, Person.id)
    )


def _known(row: Any) -> Known:
    return Known(
        person_id=row.id,
        name=row.name,
        identity_masked=row.identity_masked,
        born_on=row.born_on,
        department_id=row.department_id,
        unit=row.unit,
        post=" ".join(word for word in (row.section, row.post) if word),
        is_serving=row.appointment_id is not None,
    )


def _meant(line: _Line, register: _Register) -> Recognised:
    """Whom one line means."""
    names = [word for word in dict.fromkeys(line.names) if word in register.by_name]
    said = Recognised(number=line.number, text=line.text, verdict=Verdict.NOBODY, rest=_rest(line, register, names))
    if (person := _numbered(line, register)) is not None:
        others = [word for word in line.names if word not in register.units]
        if person.name in names or not others:
            return replace(said, verdict=Verdict.FOUND, people=[person])
        return replace(said, verdict=Verdict.DOUBTFUL, people=[person], doubt=ANOTHER_NAME)
    if len(names) > 1:
        return replace(said, doubt=ONE_A_LINE)
    if not names:
        return replace(said, doubt=UNKNOWN_NUMBER if line.identity else NOBODY_CALLED_SO)
    return _named(line, register, names[0], said)


def _named(line: _Line, register: _Register, name: str, said: Recognised) -> Recognised:
    """Whom a name means, with the unit and the number beside it."""
    namesakes = register.by_name[name]
    if line.identity:
        return replace(said, verdict=Verdict.DOUBTFUL, people=namesakes[:MOST_NAMESAKES], doubt=UNKNOWN_NUMBER)
    places = [register.units[word] for word in line.words if word != name and word in register.units]
    fitting = [
        one
        for one in namesakes
        if (not line.masked or one.identity_masked == _starred(line.masked))
        and (not places or any(one.department_id in place for place in places))
    ]
    if not fitting:
        return replace(said, verdict=Verdict.DOUBTFUL, people=namesakes[:MOST_NAMESAKES], doubt=FITS_NOBODY)
    if len(fitting) > 1:
        return replace(said, verdict=Verdict.SEVERAL, people=fitting[:MOST_NAMESAKES], doubt=NAMESAKES)
    return replace(said, verdict=Verdict.FOUND, people=fitting)


def _numbered(line: _Line, register: _Register) -> Known | None:
    """Whom the number in a line means; None when the line has no number that the register knows."""
    by_card = (register.by_card[word] for word in line.numbers if word in register.by_card)
    return register.by_identity.get(line.identity or "") or next(by_card, None)


def _starred(masked: str) -> str:
    return re.sub(r"[×xX*](?=.*[\dX]{4}$)", "*", masked)


def _rest(line: _Line, register: _Register, names: Sequence[str]) -> tuple[str, ...]:
    """The words that say something else: hours, whether it was completed, a post."""
    used = {*names, line.masked, *register.units, *register.by_card}
    return tuple(word for word in line.words if word not in used and not _identity(word))


def _with_near(
    session: Session, actor: Actor, found: Sequence[Recognised], lines: Mapping[int, _Line]
) -> list[Recognised]:
    """For those whom nobody is found for: people whose names sound the same."""
    sought = {one.number: lines[one.number].names[:1] for one in found if one.verdict is Verdict.NOBODY}
    spoken = {number: name_pinyin(names[0]) for number, names in sought.items() if names}
    near: dict[str, list[Known]] = defaultdict(list)
    for row in _found(session, actor, Person.name_pinyin, sorted(set(spoken.values())), Person.name_pinyin):
        near[row.name_pinyin].append(_known(row))
    return [replace(one, near=near.get(spoken.get(one.number, ""), [])[:MOST_NEAR]) for one in found]
