"""Which units may have certified officers: confirmed enforcement subjects and validly entrusted bodies."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from registry.rules import Rule, RuleBroken, Violation
from registry.words import N_


class DepartmentKind(StrEnum):
    """执法主体性质 (条例 Art. 3)."""

    ADMINISTRATIVE_ORGAN = "administrative_organ"
    AUTHORISED_ORGANISATION = "authorised_organisation"
    ENTRUSTED_ORGANISATION = "entrusted_organisation"


class SubjectStanding(StrEnum):
    """How a unit stands as an enforcement subject on a day (条例 Art. 13, 14)."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "confirmation_withdrawn"
    ENTRUSTED = "entrusted"
    LAPSED = "entrustment_lapsed"
    ENDED = "ended"


CONFIRMED_SUBJECT = Rule(
    code="UNIT-1",
    title=N_("The unit is a confirmed enforcement subject or validly entrusted"),
    source="《河南省行政执法条例》第十三条、第十四条",
)
NAME_IS_FREE = Rule(
    code="UNIT-2", title=N_("A code and a name belong to one unit"), source="本登记簿规则：一单位一代码"
)
ENTRUSTMENT_IS_WHOLE = Rule(
    code="UNIT-3",
    title=N_("An entrusted organisation names its entruster and the days of the entrustment"),
    source="《河南省行政执法条例》第十四条",
)
REVIEWERS_ARE_QUALIFIED = Rule(
    code="UNIT-4",
    title=N_("Whoever reviews for the first time holds the legal professional qualification"),
    source="《行政处罚法》第五十八条第二款",
)
REVIEWS_FOR_ONE_UNIT = Rule(
    code="UNIT-5",
    title=N_("A legal reviewer is one of the unit's people and serves it alone"),
    source="本登记簿规则：一人只为一单位审核",
)

STANDS_UNDER_ANOTHER = Rule(
    code="UNIT-6",
    title=N_("A unit stands under another one, never under itself"),
    source="本登记簿规则：隶属关系不得循环",
)
NAMES_FOLLOW = Rule(
    code="UNIT-7",
    title=N_("The names of a unit follow one another, each from its day"),
    source="本登记簿规则：名称变更逐次登记",
)
ENDS_ONCE = Rule(
    code="UNIT-8",
    title=N_("A unit ends once, by a document, on a day that has come"),
    source="本登记簿规则：撤销、合并凭文件登记",
)
CONFIRMED_BY_NOTICE = Rule(
    code="UNIT-9",
    title=N_("A subject is confirmed by a public notice, and its confirmation withdrawn by one"),
    source="《河南省行政执法条例》第十三条",
)
FIELDS_HAVE_AREAS = Rule(
    code="UNIT-10",
    title=N_("Every field of enforcement has its area"),
    source="本登记簿规则：执法领域与执法区域对应",
)
PROFILES_FOLLOW = Rule(
    code="UNIT-11",
    title=N_("What a unit is has its days: kind and main field follow one another"),
    source="本登记簿规则：性质、主要执法领域变更逐次登记",
)

AND = "、"  # between several fields of a unit
BETWEEN_AREAS = "；"  # between the areas of several fields, where one of them holds a 、 itself
LONGEST_SCOPE = 60
QUALIFIED_FROM = date(2021, 7, 15)  # 《行政处罚法》第五十八条第二款 came into force; who reviewed before may go on


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """What is asked of a unit before it is written down."""

    code: str
    kind: DepartmentKind
    entrusting_code: str | None
    entrusted_from: date | None
    entrusted_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a unit's standing as an enforcement subject rests on.

    Of an entrusted body `entruster` are all confirmations that the entrusting unit ever had, the present one first.
    """

    name: str
    kind: DepartmentKind
    confirmed_on: date | None
    confirmation_notice: str | None
    entruster: Sequence["Standing"] = ()
    entrusted_from: date | None = None
    entrusted_until: date | None = None
    withdrawn_on: date | None = None
    ended_on: date | None = None

    @property
    def entrusting_name(self) -> str | None:
        return self.entruster[0].name if self.entruster else None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a unit is: its kind, and the main field with its area and legal basis."""

    kind: DepartmentKind
    field: str
    area: str
    basis: str


def problems(unit: DepartmentFacts, known_codes: Collection[str]) -> list[Violation]:
    """Everything wrong with the entrustment of a unit; an entruster must be a known unit and another one."""
    entruster = unit.entrusting_code
    if unit.kind is not DepartmentKind.ENTRUSTED_ORGANISATION:
        if entruster is None:
            return []
        return [ENTRUSTMENT_IS_WHOLE.broken(N_("Only an entrusted organisation has an entrusting unit."))]
    found = []
    if entruster is None or unit.entrusted_from is None:
        found.append(ENTRUSTMENT_IS_WHOLE.broken(N_("Name the entrusting unit and the first day of the entrustment.")))
    if entruster == unit.code or (entruster is not None and entruster not in known_codes):
        found.append(ENTRUSTMENT_IS_WHOLE.broken(N_("%(code)s is no other unit of this register."), code=entruster))
    if unit.entrusted_from and unit.entrusted_until and unit.entrusted_until < unit.entrusted_from:
        found.append(ENTRUSTMENT_IS_WHOLE.broken(N_("The entrustment ends before it begins.")))
    return found


def may_enforce(standing: Standing, day: date) -> bool:
    """Whether the unit is a subject on that day."""
    return standing_on(standing, day) in {SubjectStanding.CONFIRMED, SubjectStanding.ENTRUSTED}


def standing_on(standing: Standing, day: date) -> SubjectStanding:
    """How the unit stands on that day."""
    if standing.ended_on is not None and standing.ended_on <= day:
        return SubjectStanding.ENDED
    if standing.kind is DepartmentKind.ENTRUSTED_ORGANISATION:
        return SubjectStanding.ENTRUSTED if _entrusted(standing, day) else SubjectStanding.LAPSED
    if standing.confirmed_on is None or standing.confirmed_on > day:
        return SubjectStanding.UNCONFIRMED
    if standing.withdrawn_on is not None and standing.withdrawn_on <= day:
        return SubjectStanding.WITHDRAWN
    return SubjectStanding.CONFIRMED


def fell_on(standing: Standing, day: date) -> date | None:
    """The first day on which a unit was no subject any more, as far as that came by `day` and holds then."""
    above = [end for one in standing.entruster for end in (one.withdrawn_on, one.ended_on)]
    lapse = standing.entrusted_until and standing.entrusted_until + timedelta(days=1)
    ends = {end for end in (standing.withdrawn_on, standing.ended_on, lapse, *above) if end is not None and end <= day}
    fallen = [end for end in ends if may_enforce(standing, end - timedelta(days=1)) and not may_enforce(standing, end)]
    return None if may_enforce(standing, day) else max(fallen, default=None)


def standing_then(mandates: Iterable[Standing], day: date) -> SubjectStanding:
    """How a unit stood on a day, by every confirmation or entrustment it ever had: the last that had begun counts."""
    in_order = sorted(mandates, key=_begins)
    begun = [one for one in in_order if _begins(one) <= day]
    return standing_on((begun or in_order[:1])[-1], day)


def ground_on(mandates: Iterable[Standing], day: date) -> Standing:
    """The confirmation or entrustment that an act of a day rests on; without one the next to begin, else the last."""
    in_order = sorted(mandates, key=_begins)
    begun = [one for one in in_order if _begins(one) <= day]
    if begun and may_enforce(begun[-1], day):
        return begun[-1]
    return next((one for one in in_order if day < _begins(one) < date.max), in_order[len(begun) - 1])


def while_of_kind(standing: Standing, kind: DepartmentKind) -> Standing:
    """What a unit stood on while it was of that kind: organs on a confirmation, entrusted bodies on an entruster."""
    if kind is DepartmentKind.ENTRUSTED_ORGANISATION:
        return replace(standing, kind=kind, confirmed_on=None, confirmation_notice=None)
    return replace(standing, kind=kind, entruster=(), entrusted_from=None, entrusted_until=None)


def _begins(mandate: Standing) -> date:
    return mandate.entrusted_from or mandate.confirmed_on or date.max


def is_circle(parents: Mapping[str, str | None], code: str) -> bool:
    """Whether going up from a unit leads back to it; `parents` by code."""
    seen, above = {code}, parents.get(code)
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == code


def scopes_of(fields: str, areas: str) -> list[tuple[str, str]]:
    """Fields of enforcement with the area of each, from the words of one cell; RuleBroken when they do not pair up.

    One area holds for every field; a 、 within an area needs ； between the areas.
    """
    named = [field.strip() for field in fields.split(AND) if field.strip()] or [""]
    if len(named) == 1:
        where = [areas.strip()]
    else:
        where = [area.strip() for area in areas.split(BETWEEN_AREAS if BETWEEN_AREAS in areas else AND)]
        where = where * len(named) if len(where) == 1 else where
    found = list(zip(named, where, strict=False))
    if len(named) != len(where):
        said = N_("There are %(fields)s fields and %(areas)s areas; write one area for all, or one for each.")
        raise RuleBroken([FIELDS_HAVE_AREAS.broken(said, fields=len(named), areas=len(where))])
    if too_long := next((word for pair in found for word in pair if len(word) > LONGEST_SCOPE), None):
        said = N_("%(word)s is too long; at most %(most)s characters.")
        raise RuleBroken([FIELDS_HAVE_AREAS.broken(said, word=too_long, most=LONGEST_SCOPE)])
    return found


def scopes_in_words(scopes: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Fields and areas as one cell each, so that `scopes_of` reads them back."""
    areas = [area for _, area in scopes]
    if len(areas) == 1 or (len(set(areas)) == 1 and not {AND, BETWEEN_AREAS} & set(areas[0])):
        where = areas[0]
    else:
        where = (BETWEEN_AREAS if any(AND in area for area in areas) else AND).join(areas)
    return AND.join(field for field, _ in scopes), where


def lacks_qualification(first_reviewed_on: date, has_law_qualification: bool) -> bool:
    """Whether a legal reviewer who began on that day must hold the qualification and does not."""
    return first_reviewed_on >= QUALIFIED_FROM and not has_law_qualification


def reviewers_needed(officers: int, percent: int) -> int:
    """The fewest legal reviewers that reach so many per hundred officers."""
    return -(-officers * percent // 100)


def entruster_has_fallen(standing: Standing, day: date) -> bool:
    """Whether an entrustment runs that day and the unit which gave it is no subject itself (any more)."""
    return _entrustment_runs(standing, day) and not _entrusted(standing, day)


def _entrusted(standing: Standing, day: date) -> bool:
    """Whether the entrustment runs and whoever gave it is a confirmed subject: nobody passes on what he has not."""
    entruster = standing_then(standing.entruster, day) if standing.entruster else None
    return entruster is SubjectStanding.CONFIRMED and _entrustment_runs(standing, day)


def _entrustment_runs(standing: Standing, day: date) -> bool:
    if not standing.entruster or standing.entrusted_from is None or standing.entrusted_from > day:
        return False
    return standing.entrusted_until is None or day <= standing.entrusted_until
