"""The invented people of the county, drawn from one seed so that every load is the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from registry.demo import cast
from registry.rules.people import Duty, Education, Establishment, PoliticalStatus, Rank, check_digit
from registry.services.people import PersonEntry

SEED = 20210425
DIVISION = "410499"  # no county has this code, so no number here is anybody's
FAILED, REFUSED_OTHERWISE, LATE, LEAVERS, INCOMPETENT, SUSPENDED, LOST = 28, 7, 24, 44, 4, 6, 3
NEWCOMERS = 18
SECTION_LEVEL_SHARE = 9  # about one in nine is at section level
OLDEST, YOUNGEST = date(1968, 1, 1), date(1997, 12, 31)
FIRST_POST, LAST_POST = date(2003, 7, 1), date(2020, 12, 1)
GRADUATES_AT = timedelta(days=23 * 365)
BARRED = (Establishment.CONTRACT_WORKER, Establishment.SUPPORT_WORKER, Establishment.AGENCY_WORKER)
EDUCATIONS = (Education.COLLEGE,) * 3 + (Education.BACHELOR,) * 6 + (Education.MASTER,)
POLITICS = (PoliticalStatus.PARTY_MEMBER,) * 5 + (PoliticalStatus.INDEPENDENT,) * 4 + (PoliticalStatus.LEAGUE_MEMBER,)
ESTABLISHMENTS = (
    (Establishment.ADMINISTRATIVE,) * 5
    + (Establishment.PUBLIC_INSTITUTION,) * 4
    + (Establishment.CIVIL_SERVICE_MANAGED,)
)


class Fate(StrEnum):
    """What 2021 brings to a person."""

    CERTIFIED = "certified"
    LATE = "late"
    FAILED = "failed"
    REFUSED = "refused"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Figure:
    """One person of the play: the entry as the unit sends it, and the part he or she has."""

    unit: cast.Unit
    entry: PersonEntry
    fate: Fate
    is_reviewer: bool = False

    @property
    def number(self) -> str:
        return self.entry.identity_number

    @property
    def is_section_level(self) -> bool:
        return self.entry.rank is not Rank.STAFF


def crowd(units: Sequence[cast.Unit], department_ids: dict[str, int]) -> list[Figure]:
    """Everybody of 2021, unit by unit: 1,324 who sit the exams and 85 supervisors."""
    dice = Random(SEED)
    serials = iter(range(1, 1_000_000))
    figures = [
        _figure(dice, unit, fate, department_ids[unit.code], next(serials))
        for unit in units
        for fate in (*[Fate.CERTIFIED] * unit.officers, *[Fate.SUPERVISOR] * unit.supervisors)
    ]
    figures += [
        _figure(dice, dice.choice(units[:12]), fate, 0, next(serials))
        for fate in (*[Fate.FAILED] * FAILED, *[Fate.REFUSED] * REFUSED_OTHERWISE)
    ]
    placed = [_placed(figure, department_ids) for figure in figures]
    return _with_reviewers(_with_late_ones(dice, placed))


def newcomers(units: Sequence[cast.Unit], department_ids: dict[str, int], since: date) -> list[Figure]:
    """A few people appointed later, who have not sat any exam."""
    dice = Random(SEED + 1)
    found = []
    for serial in range(NEWCOMERS):
        unit = dice.choice(units)
        figure = _figure(dice, unit, Fate.FAILED, department_ids[unit.code], 500_000 + serial)
        entry = replace(figure.entry, from_on=since + timedelta(days=dice.randrange(60)), rank=Rank.STAFF)
        found.append(replace(figure, entry=entry))
    return found


def recruits(
    units: Sequence[cast.Unit], department_ids: dict[str, int], since: date, count: int, first_serial: int
) -> list[Figure]:
    """So many people appointed on one day, who have not sat any exam either."""
    dice = Random(SEED + first_serial)
    found = []
    for serial in range(first_serial, first_serial + count):
        unit = dice.choice(units)
        figure = _figure(dice, unit, Fate.FAILED, department_ids[unit.code], serial)
        found.append(replace(figure, entry=replace(figure.entry, from_on=since, rank=Rank.STAFF)))
    return found


def chosen(figures: Sequence[Figure], fate: Fate, count: int, salt: int) -> list[Figure]:
    """So many of that fate, always the same ones for the same salt."""
    return Random(SEED + salt).sample([figure for figure in figures if figure.fate is fate], count)


def _figure(dice: Random, unit: cast.Unit, fate: Fate, department_id: int, serial: int) -> Figure:
    man = dice.random() < 0.68
    born_on = OLDEST + timedelta(days=dice.randrange((YOUNGEST - OLDEST).days))
    senior = dice.randrange(SECTION_LEVEL_SHARE) == 0
    entry = PersonEntry(
        identity_number=_identity(born_on, serial, man),
        name=_name(dice, man),
        department_id=department_id,
        from_on=_first_post(dice, born_on),
        establishment=dice.choice(BARRED if fate is Fate.REFUSED else ESTABLISHMENTS),
        duty=Duty.SUPERVISION if fate is Fate.SUPERVISOR else Duty.ENFORCEMENT,
        rank=dice.choice((Rank.SECTION_CHIEF, Rank.DEPUTY_SECTION_CHIEF)) if senior else Rank.STAFF,
        section="法制股" if fate is Fate.SUPERVISOR else dice.choice(cast.SECTIONS),
        post=dice.choice(cast.SECTION_POSTS if senior else cast.POSTS),
        ethnicity=dice.choice(cast.ETHNICITIES),
        political_status=dice.choice(POLITICS),
        education=dice.choice(EDUCATIONS),
        major=dice.choice(cast.MAJORS),
        phone=f"13900{dice.randrange(1_000_000):06}",
        has_law_qualification=fate is Fate.SUPERVISOR and dice.random() < 0.6,
    )
    return Figure(unit, entry, fate)


def _first_post(dice: Random, born_on: date) -> date:
    return min(LAST_POST, max(FIRST_POST, born_on + GRADUATES_AT) + timedelta(days=dice.randrange(365 * 2)))


def _identity(born_on: date, serial: int, man: bool) -> str:
    """Sequence codes are odd for men and even for women; days are shared by few enough people for three digits."""
    body = f"{DIVISION}{born_on:%Y%m%d}{(serial * 2 + man) % 1000:03}"
    return body + check_digit(body)


def _name(dice: Random, man: bool) -> str:
    surname = dice.choice(cast.COMPOUND_SURNAMES) if dice.random() < 0.01 else dice.choice(cast.SURNAMES)
    given = cast.MEN if man else cast.WOMEN
    return surname + "".join(dice.choice(given) for _ in range(1 if dice.random() < 0.22 else 2))


def _placed(figure: Figure, department_ids: dict[str, int]) -> Figure:
    return replace(figure, entry=replace(figure.entry, department_id=department_ids[figure.unit.code]))


def _with_late_ones(dice: Random, figures: list[Figure]) -> list[Figure]:
    officers = [n for n, figure in enumerate(figures) if figure.fate is Fate.CERTIFIED]
    late = set(dice.sample(officers, LATE))
    return [replace(figure, fate=Fate.LATE) if n in late else figure for n, figure in enumerate(figures)]


def _with_reviewers(figures: list[Figure]) -> list[Figure]:
    """In each unit its first supervisors are its legal reviewers."""
    left = {figure.unit.code: figure.unit.reviewers for figure in figures}
    return [replace(figure, is_reviewer=True) if taken else figure for figure, taken in _takes(figures, left)]


def _takes(figures: Sequence[Figure], left: dict[str, int]) -> Iterator[tuple[Figure, bool]]:
    for figure in figures:
        taken = figure.fate is Fate.SUPERVISOR and left[figure.unit.code] > 0
        left[figure.unit.code] -= taken
        yield figure, taken
