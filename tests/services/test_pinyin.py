"""How names are spoken: the quick way says what the dictionary says."""

from random import Random

import pytest
from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from registry.demo import cast
from registry.services.pinyin import name_initials, name_pinyin, syllables

pytestmark = pytest.mark.nodb

USUAL = [chr(code) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FFF]


def spoken(text: str) -> tuple[str, ...]:
    return tuple(syllable.lower() for syllable in lazy_pinyin(text))


def test_names_read_character_by_character_are_read_as_the_dictionary_reads_them() -> None:
    dice = Random(7)
    names = [dice.choice(cast.SURNAMES) + dice.choice(cast.MEN) + dice.choice(cast.WOMEN) for _ in range(500)]
    names += ["".join(dice.choices(USUAL, k=dice.choice((1, 2, 3, 4)))) for _ in range(500)]

    assert {name: syllables(name) for name in names} == {name: spoken(name) for name in names}


@pytest.mark.parametrize("text", ["重庆市长", "单长安", "Li Ming", "郏县ABC局", "阿依古丽·买买提", "𠮷野", ""])
def test_phrases_and_other_letters_are_left_to_the_dictionary(text: str) -> None:
    assert syllables(text) == spoken(text)


def test_a_surname_is_read_as_one() -> None:
    assert (name_pinyin("曾伟"), name_initials("单长安"), name_pinyin("欧阳娜")) == ("zengwei", "sca", "ouyangna")
