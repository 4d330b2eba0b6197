"""The registry's sentences outside any web page: official words are Chinese, or there are none."""

import ast
import re
from collections.abc import Sequence

import pytest
from babel.messages.pofile import read_po

from registry.labels import label
from registry.rules.reviews import ReviewFinding
from registry.words import CATALOGUES, catalogue, translate

pytestmark = pytest.mark.nodb

SOURCE = CATALOGUES.parent
CHINESE_FILE = CATALOGUES / "zh_CN" / "LC_MESSAGES" / "messages.po"
MARKS = {"_", "_l", "N_", "gettext", "lazy_gettext", "ngettext"}
PUNCTUATION = {": ", ", ", "; "}  # marks that pages name on their own too, so the catalogue has them


def test_official_words_are_chinese() -> None:
    assert [label(finding) for finding in ReviewFinding] == ["合格", "暂缓", "不合格", "收回注销"]


def test_english_needs_no_catalogue() -> None:
    assert translate("%(count)s left", "en", {"count": 3}) == "3 left"


def test_a_language_that_was_never_compiled_is_an_error_and_not_english() -> None:
    with pytest.raises(LookupError, match="make setup"):
        catalogue("fr")


def test_no_sentence_hides_in_an_f_string() -> None:
    hidden = [
        f"{path}:{call.lineno}"
        for path in SOURCE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKS
        for word in call.args[:1]
        if isinstance(word, ast.Constant) and word.value not in PUNCTUATION
    ]

    assert hidden == [], "the gettext tools read no sentence out of an f-string; give it a name first"


def test_every_sentence_has_its_chinese() -> None:
    with CHINESE_FILE.open("rb") as file:
        sentences = [message for message in read_po(file, locale="zh_CN") if message.id]

    assert len(sentences) > 1000
    assert [message.id for message in sentences if not message.string or message.fuzzy] == []
    assert [message.id for message in sentences if _places(message.id) != _places(message.string)] == []


def _places(text: str | Sequence[str]) -> set[str]:
    """The places of a sentence that values are put into; of a plural, those of its last form."""
    return set(re.findall(r"%\((\w+)\)", text if isinstance(text, str) else text[-1]))
