"""Words of the pages: enum labels and days, in the language of the request."""

from enum import StrEnum

from flask_babel import gettext

from registry.labels import label_of


def label(word: StrEnum | None) -> str:
    """What a person calls this value; an em dash when there is none."""
    return "—" if word is None else gettext(label_of(word))
