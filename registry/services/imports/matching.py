"""Rows matched to people of the register: by identity number, else by name and unit; who is left is asked about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from registry.models.people import Appointment, Person
from registry.rules.imports import Doubt
from registry.rules.people import IDENTITY_LENGTH
from registry.services import people
from registry.services.changes import in_chunks
from registry.services.imports.rows import Gathered, Place, Question, Units, place_of, refuse_other_name
from registry.services.pinyin import name_pinyin
from registry.sheets import Row, alike
from registry.vault import vault_of

MOST_QUESTIONS = 1_000  # beyond, nobody decides row by row: the people are missing, not a few names
MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody of the register whom a row speaks of."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class _Sought:
    """What a row says of its person: rows that say the same are answered alike."""

    name: str
    number: str  # whole, a part, or empty
    unit: str

    @property
    def has_whole_number(self) -> bool:
        return len(self.number) == IDENTITY_LENGTH and "*" not in self.number

    @property
    def likeness(self) -> str:
        return "|".join((alike(self.name), self.number, alike(self.unit)))


@dataclass(frozen=True, slots=True)
class _Bearer:
    """Somebody who bears a name, or one that sounds like it; `units` are those served in, now or before."""

    match: Match
    sealed: bytes
    units: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Answer:
    """One person, or a doubt with those who come into question."""

    match: Match | None = None
    doubt: Doubt = Doubt.NOBODY
    candidates: Sequence[int] = ()


def people_of(
    session: Session, gathered: Gathered, today: date, told: Mapping[Place, Match] = MappingProxyType({})
) -> Mapping[Place, Match]:
    """Whom each row speaks of. Rows that were left out are gone from the table afterwards.

    A number with another name beside it is a problem; a row that fits nobody or several becomes a question, until
    somebody has decided about it. The layout needs the columns `name`, `identity_number` and `unit`.
    `told`: rows of which something else than name and number has said whom they speak of.
    """
    gathered.leave_out()
    found = {**_by_number(session, gathered, told), **told}
    unsure = [row for row in gathered.table.rows if place_of(row) not in found and _says_enough(row)]
    if unsure:
        found |= _Matching(session, gathered, today).among(unsure)
    gathered.refuse_questions_beyond(MOST_QUESTIONS)
    return found


def ask_apart(session: Session, gathered: Gathered, rows: Sequence[Row], today: date) -> Mapping[Place, Match]:
    """Whom these rows speak of, where that is told or decided; no row takes the answer of one that is not the same."""
    found = _Matching(session, gathered, today, apart=True).among(rows) if rows else {}
    gathered.refuse_questions_beyond(MOST_QUESTIONS)
    return found


def fits(part: str, number: str) -> bool:
    """Whether `4104**********0013` or `0013` may be a part of this number."""
    if "*" not in part:
        return number.endswith(part)
    return number.startswith(part.split("*", 1)[0]) and number.endswith(part.rsplit("*", 1)[1])


def _by_number(session: Session, gathered: Gathered, told: Mapping[Place, Match]) -> dict[Place, Match]:
    rows = [row for row in gathered.table.rows if place_of(row) not in told]
    numbers = [number for row in rows if (number := row.values["identity_number"])]
    known = people.known_people(session, numbers)
    found = {}
    for row in rows:
        if (there := known.get(row.values["identity_number"] or "")) is not None:
            refuse_other_name(gathered, row, there.person.name)
            found[place_of(row)] = Match(there.person.id, there.person.name)
    return found


def _says_enough(row: Row) -> bool:
    """A row without a name, or with a number that is none, has been complained of."""
    is_wrong = bool(row.raw.get("identity_number")) and row.values["identity_number"] is None
    return row.values["name"] is not None and not is_wrong


class _Matching:
    """Matches rows without a known number, by what they say; the register is asked once for all of them."""

    def __init__(self, session: Session, gathered: Gathered, today: date, *, apart: bool = False) -> None:
        self._session, self._gathered, self._vault, self._apart = session, gathered, vault_of(session), apart
        self._units = Units(session, today)

    def among(self, rows: Sequence[Row]) -> dict[Place, Match]:
        sought = {place_of(row): _sought(row) for row in rows}
        answers = self._answers(set(sought.values()))
        chosen = self._chosen(sought)
        found = {}
        for row in rows:
            place = place_of(row)
            answer = answers[sought[place]]
            if answer.match is not None:
                found[place] = answer.match
                self._gathered.matches[place] = answer.match.id
            else:
                self._gathered.questions.append(self._question(row, sought[place], answer))
                if (decided := chosen.get(place)) is not None:
                    found[place] = decided
        return found

    def _chosen(self, places: Iterable[Place]) -> dict[Place, Match]:
        """The people whom somebody chose for these rows."""
        decisions = self._gathered.decisions
        chosen = {place: person_id for place in places if (person_id := decisions.get(place)) is not None}
        names: dict[int, str] = {}
        for chunk in in_chunks(sorted(set(chosen.values()))):
            wanted = select(Person.id, Person.name).where(Person.id.in_(chunk))
            names |= {row.id: row.name for row in self._session.execute(wanted)}
        return {place: Match(person_id, names[person_id]) for place, person_id in chosen.items()}

    def _answers(self, sought: set[_Sought]) -> dict[_Sought, _Answer]:
        bearers = self._bearers(Person.name, {one.name for one in sought})
        by_name: dict[str, list[_Bearer]] = defaultdict(list)
        for bearer in bearers:
            by_name[alike(bearer.match.name)].append(bearer)
        answers = {one: self._answer(one, by_name[alike(one.name)]) for one in sought}
        return answers | self._sounding(one for one, answer in answers.items() if _is_lost(answer))

    def _answer(self, sought: _Sought, bearers: Sequence[_Bearer]) -> _Answer:
        unit_id = self._unit_id(sought)
        if sought.has_whole_number:
            return _Answer(doubt=Doubt.UNKNOWN_NUMBER, candidates=_ids(bearers, unit_id))
        fitting = [one for one in bearers if self._is_part(sought.number, one)]
        if sought.unit and unit_id is None:
            return _Answer(doubt=Doubt.UNKNOWN_UNIT, candidates=_ids(fitting or bearers, unit_id))
        there = [one for one in fitting if unit_id is None or unit_id in one.units]
        if len(there) == 1:
            return _Answer(match=there[0].match)
        if there:
            return _Answer(doubt=Doubt.SEVERAL, candidates=_ids(there, unit_id))
        return _Answer(doubt=Doubt.NOBODY, candidates=_ids(fitting or bearers, unit_id))

    def _unit_id(self, sought: _Sought) -> int | None:
        unit = self._units.find_then(sought.unit) if sought.unit else None
        return None if unit is None else unit.id

    def _is_part(self, part: str, bearer: _Bearer) -> bool:
        return not part or fits(part, self._vault.open(bearer.sealed))

    def _sounding(self, lost: Iterable[_Sought]) -> dict[_Sought, _Answer]:
        """王晓明 for 王小明: whose name nobody bears may be somebody whose name sounds the same."""
        sounds = {one: name_pinyin(one.name) for one in lost}
        alike_sounding: dict[str, list[_Bearer]] = defaultdict(list)
        for bearer in self._bearers(Person.name_pinyin, {sound for sound in sounds.values() if sound}):
            alike_sounding[name_pinyin(bearer.match.name)].append(bearer)
        answers = {}
        for one, sound in sounds.items():
            unit_id = self._unit_id(one)
            doubt = self._answer(one, ()).doubt
            answers[one] = _Answer(doubt=doubt, candidates=_ids(alike_sounding[sound], unit_id))
        return answers

    def _bearers(self, column: InstrumentedAttribute[str], words: set[str]) -> list[_Bearer]:
        found = []
        for chunk in in_chunks(sorted(words)):
            people = self._session.execute(
                select(Person.id, Person.name, Person.identity_sealed, Person.department_id)
                .where(column.in_(chunk), Person.withdrawn_on.is_(None))
                .order_by(Person.id)
            ).all()
            served = self._served([person.id for person in people])
            found += [
                _Bearer(Match(id_, name), sealed, frozenset({unit, *served[id_]})) for id_, name, sealed, unit in people
            ]
        return found

    def _served(self, person_ids: Sequence[int]) -> dict[int, set[int]]:
        served: dict[int, set[int]] = defaultdict(set)
        for chunk in in_chunks(person_ids):
            posts = select(Appointment.person_id, Appointment.department_id).where(Appointment.person_id.in_(chunk))
            for person_id, department_id in self._session.execute(posts):
                served[person_id].add(department_id)
        return served

    def _question(self, row: Row, sought: _Sought, answer: _Answer) -> Question:
        column = "identity_number" if row.raw.get("identity_number") else "name"
        return Question(
            row=row,
            column=column,
            heading=self._gathered.heading_of(row, column),
            doubt=answer.doubt,
            said=[(self._gathered.heading_of(row, name), text) for name, text in row.raw.items() if text],
            likeness=self._vault.index("|".join(row.raw.values()) if self._apart else sought.likeness),
            candidates=answer.candidates[:MOST_CANDIDATES],
        )


def _sought(row: Row) -> _Sought:
    return _Sought(row.values["name"], row.values["identity_number"] or "", row.values["unit"] or "")


def _is_lost(answer: _Answer) -> bool:
    return answer.match is None and not answer.candidates


def _ids(bearers: Iterable[_Bearer], unit_id: int | None) -> list[int]:
    """Those of the unit first."""
    return [one.match.id for one in sorted(bearers, key=lambda one: unit_id not in one.units)]
