"""What people call each value of the law's enums: English here, Chinese in the catalogue."""

from collections.abc import Mapping
from enum import StrEnum

from registry.labels import certificates, office, people
from registry.words import CHINESE, translate

# By enum first: two enums may share a value, and a StrEnum equals its value.
LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {**people.LABELS, **certificates.LABELS, **office.LABELS}


def label_of(word: StrEnum) -> str:
    """The English msgid of a value's label."""
    return LABELS[type(word)][word]


def label(word: StrEnum | None, locale: str = CHINESE) -> str:
    """The word on official paper and in files; an em dash when there is none."""
    return "—" if word is None else translate(label_of(word), locale)
