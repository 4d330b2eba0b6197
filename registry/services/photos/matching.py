"""Whose picture a file is, by its name: an identity number, a certificate number, or a name and the unit's folder."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Appointment, Person
from registry.rules import Violation
from registry.rules.people import masked
from registry.rules.photos import PICTURE_OF_ONE_PERSON
from registry.services import people
from registry.services.changes import in_chunks
from registry.services.imports.rows import Units
from registry.sheets import alike
from registry.words import N_

BETWEEN = re.compile(r"[\s_\-+()（）]+")
LONG_NUMBER = re.compile(r"\d(?:[ _\-]?\d){14,}[ _\-]?[Xx]?")
HAS_FIGURES = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Said:
    """What a path says: a whole identity number, further words with figures, words without, and folders."""

    identity: str | None
    numbers: Sequence[str]
    words: Sequence[str]
    folders: Sequence[str]

    @property
    def name(self) -> str:
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the register; `units` are those served in, now or before."""

    person_id: int
    name: str
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Found:
    """Whose picture a path says it is, and why it cannot be taken as that."""

    person_id: int | None = None
    wrong: Violation | None = None


def whom(session: Session, paths: Sequence[PurePosixPath], today: date) -> list[Found]:
    """The person of each path, or why there is none."""
    said = [_said(path) for path in paths]
    register = _Register(session, said, _shared_root(paths), today)
    found = [register.person_of(one) for one in said]
    times = Counter(one.person_id for one in found)
    return [_alone(one, times[one.person_id]) for one in found]


def shown(path: PurePosixPath) -> str:
    """The path as it may be shown: identity numbers, and whatever looks like one, are masked."""
    return _without_numbers(str(path))[-255:]


def _without_numbers(text: str) -> str:
    return LONG_NUMBER.sub(lambda number: masked(number[0]), text)


def _alone(found: Found, times: int) -> Found:
    if found.person_id is None or times == 1:
        return found
    several = N_("%(count)s pictures of this ZIP are of the same person; leave one.")
    return Found(found.person_id, _wrong(several, count=times))


def _shared_root(paths: Sequence[PurePosixPath]) -> str:
    """The one folder that everything lies in: what the ZIP was made of, which may be called anything."""
    roots = {path.parts[0] if len(path.parts) > 1 else "" for path in paths}
    return roots.pop() if len(roots) == 1 else ""


def _said(path: PurePosixPath) -> Said:
    parts = [part for part in BETWEEN.split(path.stem) if part]
    identity = next((number for part in parts if (number := people.identity_in(part)) is not None), None)
    rest = [part for part in parts if people.identity_in(part) is None]
    return Said(
        identity,
        [part for part in rest if HAS_FIGURES.search(part)],
        [part for part in rest if not HAS_FIGURES.search(part)],
        path.parent.parts,
    )


class _Register:
    """What the register knows of everybody whom the paths may mean, asked once for all of them."""

    def __init__(self, session: Session, said: Sequence[Said], root: str, today: date) -> None:
        self._session, self._units, self._root = session, Units(session, today), root
        by_number = people.known_people(session, [one.identity for one in said if one.identity])
        self._by_identity = {number: known.person for number, known in by_number.items() if not known.is_in_error}
        self._by_card = self._holders(word for one in said for word in one.numbers)
        self._by_name = self._bearers({one.name for one in said if one.name})

    def person_of(self, said: Said) -> Found:
        if said.identity is not None:
            there = self._by_identity.get(said.identity)
            if there is None:
                return _not(N_("Nobody with this identity number is registered."))
            return _agreeing(said, there.id, there.name)
        holders = {self._by_card[word] for word in said.numbers if word in self._by_card}
        if len(holders) == 1:
            return _agreeing(said, *next(iter(holders)))
        if not said.name:
            return _not(N_("No certificate has this number; name the file by a number or by the person's name."))
        return self._by_name_and_unit(said)

    def _by_name_and_unit(self, said: Said) -> Found:
        bearers, unit = self._by_name[alike(said.name)], self._unit(said)
        if isinstance(unit, Found):
            return unit
        there = bearers if unit is None else [one for one in bearers if unit.id in one.units]
        if len(there) == 1:
            return Found(there[0].person_id)
        if there:
            several = N_(
                "%(count)s people are called %(name)s; name the file by a number, or lay it in a unit's folder."
            )
            return _not(several, count=len(there), name=said.name)
        if unit is None:
            return _not(N_("Nobody called %(name)s is registered."), name=said.name)
        return _not(N_("Nobody called %(name)s is registered in %(unit)s."), name=said.name, unit=unit.name)

    def _unit(self, said: Said) -> Department | Found | None:
        """The nearest folder that names a unit; folders that name none are told, but for the one around everything."""
        units = (self._units.find(folder) for folder in reversed(said.folders))
        if (unit := next((one for one in units if one is not None), None)) is not None:
            return unit
        unknown = [folder for folder in said.folders if folder != self._root]
        if not unknown:
            return None
        return _not(N_("No unit of the register is called %(folder)s."), folder=_without_numbers(unknown[-1]))

    def _holders(self, words: Iterable[str]) -> dict[str, tuple[int, str]]:
        found: dict[str, tuple[int, str]] = {}
        for chunk in in_chunks(sorted(set(words))):
            holders = select(Certificate.number, Person.id, Person.name).join(Certificate.person)
            rows = self._session.execute(holders.where(Certificate.number.in_(chunk), Person.withdrawn_on.is_(None)))
            found |= {number: (person_id, name) for number, person_id, name in rows}
        return found

    def _bearers(self, names: set[str]) -> Mapping[str, list[Known]]:
        found: dict[str, list[Known]] = defaultdict(list)
        for chunk in in_chunks(sorted(names)):
            wanted = (Person.name.in_(chunk), Person.withdrawn_on.is_(None))
            posts: dict[int, set[int]] = defaultdict(set)
            served = select(Appointment.person_id, Appointment.department_id).join(Appointment.person).where(*wanted)
            for person_id, department_id in self._session.execute(served):
                posts[person_id].add(department_id)
            rows = self._session.execute(select(Person.id, Person.name, Person.department_id).where(*wanted))
            for person_id, name, department_id in rows:
                found[alike(name)].append(Known(person_id, name, frozenset({department_id, *posts[person_id]})))
        return found


def _agreeing(said: Said, person_id: int, name: str) -> Found:
    """A number decides; a name that stands beside it must be the person's own."""
    if said.name and alike(said.name) != alike(name):
        return _not(N_("The number is that of %(name)s, not of %(said)s."), name=name, said=said.name)
    return Found(person_id)


def _not(message: str, **params: object) -> Found:
    return Found(wrong=_wrong(message, **params))


def _wrong(message: str, **params: object) -> Violation:
    return PICTURE_OF_ONE_PERSON.broken(message, **params)
