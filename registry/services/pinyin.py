"""How a name is spoken: pinyin and initials, for finding people and units without typing Chinese."""

from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

PINYIN_LENGTH = 120
INITIALS_LENGTH = 20

# Characters that are read otherwise when they are a surname; the dictionary gives their everyday reading.
SURNAMES = {
    "卜": "bu",
    "仇": "qiu",
    "区": "ou",
    "乐": "yue",
    "召": "shao",
    "单": "shan",
    "员": "yun",
    "折": "she",
    "朴": "piao",
    "查": "zha",
    "种": "chong",
    "秘": "bi",
    "翟": "zhai",
    "盖": "ge",
    "曾": "zeng",
    "缪": "miao",
    "繁": "po",
    "解": "xie",
    "黑": "he",
}


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Syllables without tones, in lower case."""
    if _holds_no_phrase(text):
        return tuple(map(_syllable, text))
    return tuple(syllable.lower() for syllable in lazy_pinyin(text))


def _holds_no_phrase(text: str) -> bool:
    """Whether each character is read by itself, as in nearly every name: then each has to be looked up only once."""
    beginnings = _beginnings_of_phrases()
    return all(ord(one) in PINYIN_DICT for one in text) and not any(
        first + second in beginnings for first, second in zip(text, text[1:], strict=False)
    )


@cache
def _beginnings_of_phrases() -> frozenset[str]:
    """The first two characters of everything that the dictionary reads as a whole."""
    return frozenset(phrase[:2] for phrase in PHRASES_DICT)


@cache
def _syllable(character: str) -> str:
    return lazy_pinyin(character)[0].lower()


def name_syllables(name: str) -> tuple[str, ...]:
    """The same for a person's name: `曾伟` is Zeng Wei, not Ceng Wei."""
    spoken = syllables(name)
    return (SURNAMES[name[0]], *spoken[1:]) if name[:1] in SURNAMES else spoken


def name_pinyin(name: str) -> str:
    """`欧阳娜` → `ouyangna`."""
    return "".join(name_syllables(name))[:PINYIN_LENGTH]


def beginnings(name: str) -> list[str]:
    """Every way in which the pinyin of a name that begins like this may begin: `单` → `dan`, `shan`, `chan`."""
    spoken = {reading.lower() for reading in pinyin(name[:1], style=Style.NORMAL, heteronym=True)[0]}
    return sorted(spoken | ({SURNAMES[name[0]]} if name[:1] in SURNAMES else set()))


def name_initials(name: str) -> str:
    """`欧阳娜` → `oyn`."""
    return _first_letters(name_syllables(name), INITIALS_LENGTH)


def initials(text: str, length: int) -> str:
    """`郏县水利局` → `jxslj`."""
    return _first_letters(syllables(text), length)


def _first_letters(spoken: tuple[str, ...], length: int) -> str:
    return "".join(syllable[0] for syllable in spoken if syllable)[:length]
