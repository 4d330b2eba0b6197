"""What a keyboard, a scanner or an input method made of plain characters, made plain again."""

# Full-width forms stand 0xFEE0 behind their plain ones; the rest is what Chinese input methods put for a key.
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = {0x3000: " ", 0xA0: " ", 0xFEFF: "", 0x200B: "", 0x200E: "", 0x200F: ""}
_KEYS = str.maketrans({"、": "/", "。": ".", "“": '"', "”": '"', "‘": "'", "’": "'", "￥": "$"})


def plain(text: str) -> str:
    """Full-width characters as plain ones, runs of blanks as one; nothing around it."""
    return " ".join(text.translate(_WIDE | _SPACES).split())


def as_keyed(text: str) -> str:
    """The keys that were pressed, as far as an input method lets them be known; without any blanks."""
    return "".join(plain(text).translate(_KEYS).split())
