"""Who a person is: identity number, establishment, rank, and what each of them means in law."""

import unicodedata
from datetime import date
from enum import StrEnum
from operator import mul

from registry.rules import Rule, Violation
from registry.words import N_

GENUINE_IDENTITY = Rule(
    code="PERS-1", title=N_("The identity number is genuine and belongs to one person"), source="GB 11643-1999"
)
APPOINTED_IN_ORDER = Rule(
    code="PERS-2", title=N_("Posts follow one another and do not overlap"), source="本登记簿规则：任职依次衔接"
)
SAYS_WHY_UNMASKED = Rule(
    code="PERS-3",
    title=N_("Whoever reads a full identity number says why"),
    source="《个人信息保护法》第二十八条",
)
PRINTABLE_PHOTO = Rule(
    code="PERS-4",
    title=N_("A photo is a picture that can be printed on the card"),
    source="本登记簿规则：证件照片须可辨认、可打印",
)
CAREER_IN_ORDER = Rule(
    code="PERS-5",
    title=N_("Work begins after birth, and what is on record has happened"),
    source="本登记簿规则：履历日期依次衔接",
)

IDENTITY_LENGTH = 18
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Establishment(StrEnum):
    """编制性质. Only the first three are on the establishment; the barred ones are named by 条例 Art. 20."""

    ADMINISTRATIVE = "administrative"
    CIVIL_SERVICE_MANAGED = "civil_service_managed"
    PUBLIC_INSTITUTION = "public_institution"
    SUPPORT_WORKER = "support_worker"
    CONTRACT_WORKER = "contract_worker"
    TEMPORARY = "temporary"
    AGENCY_WORKER = "agency_worker"
    AUXILIARY = "auxiliary"
    INVITED = "invited"


ON_ESTABLISHMENT = frozenset(
    {Establishment.ADMINISTRATIVE, Establishment.CIVIL_SERVICE_MANAGED, Establishment.PUBLIC_INSTITUTION}
)


class Rank(StrEnum):
    """职级, as far as the yearly figures ask for it: 科级 and above are counted apart."""

    DIVISION_LEVEL = "division_level"
    SECTION_CHIEF = "section_chief"
    DEPUTY_SECTION_CHIEF = "deputy_section_chief"
    STAFF = "staff"


SECTION_LEVEL_AND_ABOVE = frozenset({Rank.DIVISION_LEVEL, Rank.SECTION_CHIEF, Rank.DEPUTY_SECTION_CHIEF})


class Duty(StrEnum):
    """岗位性质: what the post is for."""

    ENFORCEMENT = "enforcement"
    SUPERVISION = "supervision"
    LEGAL_REVIEW = "legal_review"
    OTHER = "other"


class EndReason(StrEnum):
    """Why an appointment ended."""

    TRANSFER = "transfer"
    SECONDMENT = "secondment"
    RETIREMENT = "retirement"
    RESIGNATION = "resignation"
    DISMISSAL = "dismissal"
    DEATH = "death"
    REASSIGNMENT = "reassignment"
    UNIT_ABOLISHED = "unit_abolished"
    RECORDED_IN_ERROR = "recorded_in_error"
    FILE_MERGED = "file_merged"


class Assessment(StrEnum):
    """年度考核等次."""

    EXCELLENT = "excellent"
    COMPETENT = "competent"
    BASICALLY_COMPETENT = "basically_competent"
    INCOMPETENT = "incompetent"
    NOT_GRADED = "not_graded"


class Education(StrEnum):
    HIGH_SCHOOL = "high_school"
    COLLEGE = "college"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


class PoliticalStatus(StrEnum):
    PARTY_MEMBER = "party_member"
    PROBATIONARY_MEMBER = "probationary_member"
    LEAGUE_MEMBER = "league_member"
    DEMOCRATIC_PARTY = "democratic_party"
    INDEPENDENT = "independent"


def normalise_identity(text: str) -> str:
    """Full-width digits made plain, spaces and dashes dropped, the check letter in capitals."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(plain.split()).replace("-", "").upper()


def identity_problem(number: str) -> str | None:
    """Why this is no citizen identity number (GB 11643-1999), as a msgid; None when it is one.

    Expects the normalised form. Checks length, digits, the date of birth inside it and the check digit.
    """
    if len(number) != IDENTITY_LENGTH:
        return N_("An identity number has 18 characters.")
    if not (number[:17].isascii() and number[:17].isdigit() and (number[17].isdigit() or number[17] == "X")):
        return N_("An identity number is 17 digits and a check digit or X.")
    if _date_in(number) is None:
        return N_("The date of birth inside the identity number does not exist.")
    if check_digit(number[:17]) != number[17]:
        return N_("The check digit of the identity number is wrong.")
    return None


def check_digit(first_seventeen: str) -> str:
    """The last character of an identity number (ISO 7064 MOD 11-2, as GB 11643-1999 prescribes)."""
    return _CHECK_DIGITS[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


def birth_date_of(number: str) -> date:
    """The date of birth inside a valid identity number; ValueError when there is none."""
    born_on = _date_in(number)
    if born_on is None:
        raise ValueError("no date of birth in this identity number")
    return born_on


def sex_of(number: str) -> Sex:
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def masked(number: str) -> str:
    """The form shown on screens and paper: four digits, ten stars, four characters (domain.md section 7)."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def age_on(born_on: date, day: date) -> int:
    """Full years of age: the birthday itself counts; who was born on 29 February ages on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def days_out_of_order(
    born_on: date, works_since_on: date | None, joined_on: date | None, today: date
) -> list[Violation]:
    """What cannot be of the days on which somebody began to work and joined the unit."""
    found = []
    for day in (works_since_on, joined_on):
        if day is not None and day <= born_on:
            found.append(CAREER_IN_ORDER.broken(N_("%(day)s comes before the person was born."), day=day))
        if day is not None and day > today:
            found.append(CAREER_IN_ORDER.broken(N_("%(day)s has not come yet."), day=day))
    if works_since_on is not None and joined_on is not None and joined_on < works_since_on:
        late = N_("Nobody joins a unit before beginning to work on %(day)s.")
        found.append(CAREER_IN_ORDER.broken(late, day=works_since_on))
    return found


def _date_in(number: str) -> date | None:
    digits = number[6:14]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
