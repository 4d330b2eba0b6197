"""Words of the pages: enum labels, days and instants, in the language and time of the office."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from babel.support import NullTranslations
from flask_babel import Babel, Domain, get_locale, gettext

from registry.clock import OFFICE_TIME
from registry.labels import label_of
from registry.words import CHINESE, ENGLISH, catalogue

NOTHING = "—"


class _Sentences(Domain):
    """The registry's catalogue by our names of the languages: Babel calls zh_CN zh_Hans_CN and would not find it."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language())


class Languages(Babel):
    """Flask-Babel over the one catalogue of pages, print and commands, read once and not with every request."""

    domain_instance = _Sentences()


def language() -> str:
    """The language of this request."""
    return CHINESE if get_locale().language == "zh" else ENGLISH


def label(word: StrEnum | None) -> str:
    """What a person calls this value; an em dash when there is none."""
    return NOTHING if word is None else gettext(label_of(word))


def day(value: date | None) -> str:
    """A day as the office writes it: 2021-05-12."""
    return NOTHING if value is None else value.isoformat()


def mark(value: Decimal | None) -> str:
    """Marks or hours as one writes them: 60, 59.5, without idle zeros."""
    return NOTHING if value is None else f"{value.normalize():f}"


def moment(value: datetime | None) -> str:
    """An instant on the office's clock, to the minute."""
    return NOTHING if value is None else value.astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M")
