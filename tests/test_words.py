"""The registry's sentences outside any web page: official words are Chinese, or there are none."""

import pytest

from registry.labels import label
from registry.rules.reviews import ReviewFinding
from registry.words import catalogue, translate

pytestmark = pytest.mark.nodb


def test_official_words_are_chinese() -> None:
    assert [label(finding) for finding in ReviewFinding] == ["合格", "暂缓", "不合格", "收回注销"]


def test_english_needs_no_catalogue() -> None:
    assert translate("%(count)s left", "en", {"count": 3}) == "3 left"


def test_a_language_that_was_never_compiled_is_an_error_and_not_english() -> None:
    with pytest.raises(LookupError, match="make setup"):
        catalogue("fr")
