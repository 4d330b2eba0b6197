"""How a name is spoken: pinyin and initials, for finding people and units without typing Chinese."""

from functools import lru_cache

from pypinyin import lazy_pinyin

PINYIN_LENGTH = 120


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Syllables without tones, in lower case."""
    return tuple(syllable.lower() for syllable in lazy_pinyin(text))


def pinyin(text: str) -> str:
    """`欧阳娜` → `ouyangna`."""
    return "".join(syllables(text))[:PINYIN_LENGTH]


def initials(text: str, length: int = 20) -> str:
    """`欧阳娜` → `oyn`."""
    return "".join(syllable[0] for syllable in syllables(text) if syllable)[:length]
