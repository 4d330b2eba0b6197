"""The two fonts of all paper, those that the operator adds to them, and which characters they have.

The machine's own fonts never come in.
"""

import atexit
import ctypes.util
import gc
import importlib
import os
import shutil
import struct
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

FONT_FILES = (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path())
_further: list[Path] = []  # set once, before anything is printed
_loading = threading.Lock()
_met: set[str] = set()  # characters found to be printable
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # line ends, direction marks and the like need no glyph
YOUNG_OBJECTS = 50_000
NAMED_BY = ("name", "unit")

_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>{further}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>serif</family><prefer><family>Noto Serif SC</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


class Unprintable(Exception):
    """The page cannot be printed as it should be.

    For a character that no font has, `character` holds it and `who` the person, unit or text where it stands.
    """

    def __init__(self, message: str, *, who: str = "", character: str = "") -> None:
        super().__init__(message)
        self.who = who
        self.character = character


def add_fonts(paths: Sequence[Path]) -> None:
    """Print with these fonts too where our own lack a character; said at the start, for the whole life of a process.

    RuntimeError when others were in use before: what is printed must not depend on when somebody asked.
    """
    if list(paths) == _further:
        return
    if _engine.cache_info().currsize:
        raise RuntimeError("The fonts of all paper are named before the first page is printed.")
    _further[:] = paths
    printable_characters.cache_clear()
    _met.clear()


def engine() -> Any:
    """WeasyPrint, the same for all threads; whoever comes first loads it."""
    with _loading:
        return _engine()


@cache
def _engine() -> Any:
    """WeasyPrint, loaded on first use and only after fontconfig was told of our fonts and no others.

    A long roster is millions of objects that live to its end; looking through them less often saves a seventh. A
    process that ends has no use for what could be collected, and would look for it for a third of a second.
    """
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
    folder = Path(tempfile.mkdtemp(prefix="registry-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = folder / "fonts.conf"
    places = {"fonts": FONT_FILES[0].parent, "further": _gathered(folder / "further"), "cache": folder / "cache"}
    config.write_text(_CONFIG.format(**{name: escape(str(place)) for name, place in places.items()}), encoding="utf-8")
    os.environ["FONTCONFIG_FILE"] = str(config)
    with _no_search_for_libraries():
        return importlib.import_module("weasyprint")


@contextmanager
def _no_search_for_libraries() -> Iterator[None]:
    """Let libraries be opened by their file names alone.

    WeasyPrint tries the names of several systems, and for each that has no file ctypes asks gcc, ld and ldconfig: half
    a second of a start. On Linux the loader itself knows every library under its name with `.so`, tried as well.
    """
    search = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _gathered(folder: Path) -> Path:
    """A folder with the added fonts alone, whatever else lies beside them."""
    folder.mkdir()
    for place, path in enumerate(_further):
        (folder / f"{place:03}{path.suffix}").symlink_to(path)
    return folder


@cache
def printable_characters() -> frozenset[int]:
    """The code points that at least one of the fonts has."""
    found: set[int] = set()
    for path in _further:
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap() or ())
    for path in FONT_FILES:
        with TTFont(path, lazy=True) as font:
            found.update(*_mapped(font.reader["cmap"]))
    return frozenset(found)


def _mapped(table: bytes) -> Iterator[range]:
    """The code points of a font's `cmap`, from its subtable of all of Unicode (platform 3, encoding 10, format 12).

    fontTools would give the name of every glyph too, and leave 40 MB behind.
    """
    (count,) = struct.unpack_from(">H", table, 2)
    places = {(one, kind): at for one, kind, at in struct.iter_unpack(">HHL", table[4 : 4 + 8 * count])}
    at = places[3, 10]
    layout, groups = struct.unpack_from(">H10xL", table, at)
    if layout != 12:
        raise ValueError("the font does not map all of Unicode")
    for first, last, _glyph in struct.iter_unpack(">LLL", table[at + 16 : at + 16 + 12 * groups]):
        yield range(first, last + 1)


def missing_in(text: str) -> str:
    """The first character of the text that no font has, or nothing."""
    fresh = set(text) - _met
    if not fresh:
        return ""
    known = printable_characters()
    missing = {c for c in fresh if ord(c) not in known and unicodedata.category(c) not in UNSEEN}
    _met.update(fresh - missing)
    return next((c for c in text if c in missing), "")


def refuse_missing(values: Any) -> None:
    """Unprintable, naming the person or unit, for the first character in these plain values that no font has."""
    for who, text in _texts(values, ""):
        if character := missing_in(text):
            raise Unprintable(
                f"No font has the character {character} (U+{ord(character):04X}) of {who or text}.",
                who=who or text,
                character=character,
            )


def _texts(values: Any, who: str) -> Iterator[tuple[str, str]]:
    """Every text with the name of the nearest record around it."""
    if isinstance(values, str):
        yield who, values
    elif isinstance(values, Mapping):
        nearest = next((values[key] for key in NAMED_BY if isinstance(values.get(key), str)), who)
        for value in values.values():
            yield from _texts(value, nearest)
    elif isinstance(values, Sequence):
        for value in values:
            yield from _texts(value, who)
