"""The registry's sentences: English in the code, Chinese from the catalogue, without any web framework.

Pages translate through Flask-Babel; print, jobs and commands have no request and translate here, from the same
catalogue.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

CHINESE = "zh_CN"
ENGLISH = "en"
LOCALES = (CHINESE, ENGLISH)
CATALOGUES = Path(__file__).parent / "translations"


def N_(message: str) -> str:  # noqa: N802  the name gettext tools look for
    """Mark a sentence for the catalogue without translating it yet."""
    return message


@cache
def catalogue(locale: str) -> NullTranslations:
    """The sentences of a language, read from their file once; LookupError when it is not there.

    Official paper is Chinese or is not printed: it must not fall back to English because a file was never compiled.
    """
    if locale == ENGLISH:
        return NullTranslations()
    found = Translations.load(CATALOGUES, [locale])
    if not isinstance(found, Translations):
        raise LookupError(f"There are no compiled sentences for {locale}; run `make setup`.")
    return found


def translate(message: str, locale: str = CHINESE, params: Mapping[str, Any] | None = None) -> str:
    """The sentence in that language with its `%(name)s` places filled; untranslated ones stay English."""
    sentence: str = catalogue(locale).gettext(message) if message else ""
    return sentence % params if params else sentence
