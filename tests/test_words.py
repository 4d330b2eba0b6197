"""Both languages are whole: every sentence of the code and the pages has its Chinese, every value has its word."""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from registry import rules
from registry.labels import LABELS, label, label_of
from registry.words import CATALOGUES, CHINESE, ENGLISH, translate

pytestmark = pytest.mark.nodb

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "N_": None}
METHODS = {"registry": [("**.py", "python")], "templates": [("**.html", "jinja2")]}
PLACE = re.compile(r"%\((\w+)\)s")


@cache
def _catalogue() -> Catalog:
    with (CATALOGUES / CHINESE / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=CHINESE)


@cache
def _sentences() -> frozenset[str]:
    """Every msgid that the code and the templates use; of a plural, the singular."""
    found = (
        message
        for folder, methods in METHODS.items()
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, methods, keywords=KEYWORDS, strip_comment_tags=True
        )
    )
    return frozenset(message if isinstance(message, str) else message[0] for message in found)


def _translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_sentence_has_its_chinese() -> None:
    catalogue = _catalogue()

    assert (
        sorted(text for text in _sentences() if text not in catalogue or not all(_translations(catalogue[text]))) == []
    )


def test_the_catalogue_keeps_no_sentence_that_nobody_says() -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in _catalogue() if message.id}

    assert sorted(known - _sentences()) == []


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in _catalogue() if message.id and message.fuzzy] == []


def test_a_translation_fills_the_same_places() -> None:
    different = [
        message.id
        for message in _catalogue()
        if message.id and isinstance(message.id, str)
        if set(PLACE.findall(message.id)) != set(PLACE.findall(str(message.string)))
    ]

    assert different == []


@pytest.mark.parametrize("words", LABELS, ids=lambda words: words.__name__)
def test_every_value_has_a_word_of_its_own_in_both_languages(words: type[StrEnum]) -> None:
    for locale in (ENGLISH, CHINESE):
        spoken = [label(word, locale) for word in words]
        assert all(spoken)
        assert len(set(spoken)) == len(spoken)
    assert all(translate(label_of(word)) != label_of(word) for word in words)


def test_a_sentence_without_translation_stays_english() -> None:
    assert translate("Nobody ever said this of %(who)s.", CHINESE, {"who": "us"}) == "Nobody ever said this of us."


def test_every_rule_cites_its_source() -> None:
    cited = rules.Rule(code="X-1", title="A title", source="《条例》第一条").broken("It is %(what)s.", what="so")

    assert (cited.code, cited.rule.source, cited.in_words()) == ("X-1", "《条例》第一条", "It is so.")
