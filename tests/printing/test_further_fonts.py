"""Fonts that the operator adds: a name that our own two lack prints with them, the same at every print."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from registry.printing import add_fonts, fonts
from tests.reading_back import pages_of

pytestmark = pytest.mark.nodb

RARE = "\U00020bb7"  # 𠮷, which stands in names and in neither of our fonts
UNITS = 1000
PRINTS = """
import sys
from registry.config import Settings
from registry.printing import add_fonts, print_roster
from tests.printing.test_rosters import MARKS, URL, data, line, section

add_fonts(Settings.from_env().fonts)
lines = [line(1, name=sys.argv[1] + "田"), line(2, name="王伟")]
sys.stdout.buffer.write(print_roster(data(section(lines)), MARKS, check_url=URL))
"""


@pytest.fixture
def font(tmp_path: Path) -> Path:
    """A font of one character, a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    made = FontBuilder(UNITS, isTTF=True)
    made.setupGlyphOrder([".notdef", "rare"])
    made.setupCharacterMap({ord(RARE): "rare"})
    made.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "rare": pen.glyph()})
    made.setupHorizontalMetrics({".notdef": (UNITS, 0), "rare": (UNITS, 100)})
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": "Rare", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    made.setupPost()
    path = tmp_path / "a folder" / "rare & added.ttf"
    path.parent.mkdir()
    made.save(path)
    return path


def printed(font: str) -> subprocess.CompletedProcess[bytes]:
    """A roster with the rare name, printed by a process of its own."""
    environment = {**os.environ, "REGISTRY_FONTS": font}
    return subprocess.run([sys.executable, "-c", PRINTS, RARE], env=environment, capture_output=True, check=False)


def fonts_in(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            str(one.BaseFont) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }


def test_a_rare_name_prints_with_the_font_that_was_added_for_it(font: Path) -> None:
    first, again = printed(str(font)), printed(str(font))
    assert first.returncode == 0, first.stderr.decode()
    assert f"{RARE}田" in pages_of(first.stdout)[0]
    assert any(name.endswith("Rare") for name in fonts_in(first.stdout))
    assert again.stdout == first.stdout


def test_without_it_the_print_is_refused(font: Path) -> None:
    refused = printed("")
    assert refused.returncode != 0
    assert f"No font has the character {RARE}" in refused.stderr.decode()


def test_fonts_are_added_before_anything_is_printed(font: Path) -> None:
    fonts.engine()
    with pytest.raises(RuntimeError, match="before the first page"):
        add_fonts([font])
    add_fonts([])
