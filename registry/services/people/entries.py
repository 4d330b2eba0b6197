"""A person as the office writes him or her down, and everything that can be wrong with that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.rules import Violation
from registry.rules.people import (
    APPOINTED_IN_ORDER,
    GENUINE_IDENTITY,
    Duty,
    Education,
    Establishment,
    PoliticalStatus,
    Rank,
    birth_date_of,
    days_out_of_order,
    identity_problem,
    masked,
    sex_of,
)
from registry.services.pinyin import name_initials, name_pinyin
from registry.words import N_

PERSON_FIELDS = (
    "name",
    "ethnicity",
    "political_status",
    "education",
    "major",
    "is_law_major",
    "has_law_qualification",
    "office_phone",
    "works_since_on",
    "joined_on",
)
SEALED_FIELDS = ("phone", "email")
POST_FIELDS = (
    "department_id",
    "section",
    "post",
    "rank",
    "establishment",
    "duty",
    "enforcement_field",
    "enforcement_area",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """One person and the post held since `from_on`. The identity number is in its normal form (18 characters)."""

    identity_number: str
    name: str
    department_id: int
    from_on: date
    establishment: Establishment
    duty: Duty = Duty.ENFORCEMENT
    rank: Rank = Rank.STAFF
    section: str = ""
    post: str = ""
    enforcement_field: str = ""
    enforcement_area: str = ""
    ethnicity: str = ""
    political_status: PoliticalStatus | None = None
    education: Education | None = None
    major: str = ""
    is_law_major: bool = False
    has_law_qualification: bool = False
    phone: str = ""
    email: str = ""
    office_phone: str = ""
    works_since_on: date | None = None
    joined_on: date | None = None

    @property
    def identity_masked(self) -> str:
        return masked(self.identity_number)

    def person_values(self) -> dict[str, Any]:
        """The columns of the person that may change."""
        return person_columns({name: getattr(self, name) for name in PERSON_FIELDS})

    def identity_values(self) -> dict[str, Any]:
        """The columns that follow from the identity number and never change."""
        return {
            "sex": sex_of(self.identity_number),
            "born_on": birth_date_of(self.identity_number),
            "identity_masked": self.identity_masked,
        }

    def post_values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in POST_FIELDS}


def person_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The person's columns that may change, from the fields of an entry; how the name is spoken follows from it."""
    spoken = {"name_pinyin": name_pinyin(values["name"]), "name_initials": name_initials(values["name"])}
    return {**{name: values[name] for name in PERSON_FIELDS}, **spoken}


def problems(entry: PersonEntry, today: date) -> list[Violation]:
    """What is wrong with an entry taken alone. Posts are recorded when they have begun: the open one is held now."""
    if (wrong := identity_problem(entry.identity_number)) is not None:
        return [GENUINE_IDENTITY.broken(wrong)]
    found, born_on = [], birth_date_of(entry.identity_number)
    if born_on >= today:
        found.append(GENUINE_IDENTITY.broken(N_("The date of birth inside the identity number has not come yet.")))
    if entry.from_on > today:
        ahead = N_("The post begins on %(day)s, which has not come yet; record it then.")
        found.append(APPOINTED_IN_ORDER.broken(ahead, day=entry.from_on))
    if entry.from_on <= born_on:
        found.append(APPOINTED_IN_ORDER.broken(N_("The appointment begins before the person was born.")))
    return found + days_out_of_order(born_on, entry.works_since_on, entry.joined_on, today)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the trail keeps them: enums and days as their text."""
    return {name: str(value) if value is not None else None for name, value in values.items()}
