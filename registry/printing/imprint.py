"""Text set as WeasyPrint sets it and written as operators of a PDF page, quickly; and pages that carry them.

It leans on the insides of WeasyPrint 70 and pydyf 0.13, which the project pins for that reason: `split_first_line`
breaks lines, `draw_first_line` writes a line that Pango has set, `Stream.add_font` embeds, a font's `widths` and
`to_unicode` say what of it is used, `Document` paints whatever has the attributes of a page. A test holds every
position to the same page laid out wholly by WeasyPrint.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeAlias

from isal import isal_zlib

from registry.printing import fonts

PACKING = 2
PANGO_UNITS = 1024
PROBE_SIZE = 1000.0  # of a CSS pixel: so large that Pango's rounding is below a millionth of the size
MARKER = "永"
SLACK = 0.01  # of a CSS pixel: Pango counts in 1024ths
STRANGE = math.nan  # the advance of a character that only Pango can set

# Pango sets digits, dashes and the like with the script of the letters before them, and the fonts have other glyphs
# for them beside Chinese than beside Latin.
HAN = "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
PAIRS = "()<>\\[\\]{}\u00ab\u00bb\u2018-\u201f\u2039\u203a\u3008-\u301f\uff08\uff09\uff3b\uff3d\uff5b\uff5d"
IS_HAN, IS_LATIN, IS_PAIRED = (re.compile(f"[{those}]") for those in (HAN, LATIN, PAIRS))
RUNS = re.compile(f"[^{HAN}{LATIN}]*(?:[{LATIN}][^{HAN}]*|[{HAN}][^{LATIN}]*)")
IS_COMPOSED = re.compile(r"([\u2010-\u2015\u2025\u2026])\1")  # two dashes are one glyph
NEITHER = ("N", "P", "S")  # figures, punctuation, symbols: of no script
OF_A_SCRIPT = "Nl"  # Roman numerals are Latin


def boxes_of(page: Any) -> Iterator[Any]:
    """The boxes of a laid out page that belong to an element of its template and have a place on it."""
    for box in page._page_box.descendants(placeholders=True):
        if getattr(box, "element", None) is not None and hasattr(box, "content_box_x"):
            yield box


def lines_drawn(stream: Any, lines: Iterable[Any]) -> str:
    """The operators by which WeasyPrint writes these lines of text that it laid out."""
    engine = fonts.engine()
    own = stream.clone()
    own.begin_text()
    for line in lines:
        place = engine.matrix.Matrix(d=-1, e=line.position_x, f=line.position_y + line.baseline)
        line.pango_layout.reactivate(line.style)
        engine.draw.text.draw_first_line(own, line, "clip", "none", place)
        line.pango_layout.deactivate()
    own.end_text()
    drawn = b"\n".join(own.stream).decode("ascii")
    return f"q\n{drawn}\nQ\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text ready to be written: its width, how high it stands, the baseline below its top."""

    text: str
    width: float
    height: float
    above: float
    is_strange: bool = False


class Sorts(dict[str, float]):
    """The advances, over the size of the type, of characters behind a letter of some script; looked up when met.

    It holds those of one PDF; what the font says of a character is asked once for all of them.
    """

    def __init__(self, probe: Callable[[str], tuple[int, float] | None], before: str) -> None:
        super().__init__()
        self._probe, self._before = probe, before
        self._found: dict[str, tuple[int, float] | None] = {}
        self.codes: dict[int, str] = {}
        self.numbers: dict[str, int] = {}

    def __missing__(self, character: str) -> float:
        if character not in self._found:
            self._found[character] = self._probe(self._before + character) if _is_simple(character) else None
        found = self._found[character]
        if found is None:
            self[character] = STRANGE
            return STRANGE
        self.numbers[character], self[character] = found
        self.codes[ord(character)] = f"{found[0]:04x}"
        return found[1]

    def begin(self) -> None:
        """A new PDF, in which no character is used yet."""
        for known in (self, self.codes, self.numbers):
            known.clear()


Runs: TypeAlias = list[tuple[Sorts, str]]


class Face:
    """One font as WeasyPrint's styles choose it, and what is known of its characters.

    The styles it serves set neither kerning nor ligatures, so that a text is as wide as its characters together.
    """

    def __init__(self, style: Any) -> None:
        text = fonts.engine().text
        self._ffi, self._key_of = text.ffi, text.fonts.get_pango_font_key
        self._layout = text.line_break.Layout(_resized(style, PROBE_SIZE))
        self._layout.set_text(MARKER)
        line, _ = self._layout.get_first_line()
        self._font = line.runs[0].data.item.analysis.font
        self._key = self._key_of(self._font)[0]
        self._alone, self._han, self._latin = (Sorts(self._last_glyph, before) for before in ("", MARKER, "A"))
        self._shaper = text.line_break.Layout(self._layout.style)

    def of(self, text: str) -> Sorts | None:
        """What sets a text of one script; None for one of several, or when only Pango can set it."""
        is_latin = IS_LATIN.search(text)
        if text.isascii():
            return self._latin if is_latin else self._alone
        if IS_COMPOSED.search(text):
            return None
        is_han = IS_HAN.search(text)
        if is_latin:
            return None if is_han else self._latin
        return self._han if is_han else self._alone

    def runs(self, text: str) -> Runs:
        """A text of several scripts in runs of one; none when only Pango can set it."""
        if IS_COMPOSED.search(text) or IS_PAIRED.search(text):  # a closing bracket takes the script of the opening one
            return []
        return [(self._latin if IS_LATIN.search(run) else self._han, run) for run in RUNS.findall(text)]

    def begin(self) -> None:
        """A new PDF, in which nothing of the font is used yet."""
        for sorts in (self._alone, self._han, self._latin):
            sorts.begin()

    def name_in(self, stream: Any) -> str:
        """What the font is called in this PDF."""
        return str(stream.add_font(self._font)[0].hash)

    def finish(self, stream: Any) -> None:
        """Tell the font in this PDF which of its characters are used."""
        font, _ = stream.add_font(self._font)
        for sorts in (self._alone, self._han, self._latin):
            for character, number in sorted(sorts.numbers.items()):
                font.to_unicode.setdefault(number, character)
                font.widths.setdefault(number, round(sorts[character] * 1000))

    def _last_glyph(self, text: str) -> tuple[int, float] | None:
        """The last character's glyph and advance; None when it is not one glyph of this font on the line."""
        self._shaper.set_text(text)
        line, _ = self._shaper.get_first_line()
        run, null, pango = line.runs[0], self._ffi.ffi.NULL, self._ffi.pango
        while run != null and run.next != null:
            run = run.next
        if run == null or self._key_of(run.data.item.analysis.font)[0] != self._key:
            return None
        glyphs = run.data.glyphs
        info = glyphs.glyphs[glyphs.num_glyphs - 1]
        unknown = info.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG or info.glyph == pango.PANGO_GLYPH_EMPTY
        if unknown or info.geometry.x_offset or info.geometry.y_offset:
            return None
        return info.glyph, info.geometry.width * self._ffi.FROM_UNITS / PROBE_SIZE


def _is_simple(character: str) -> bool:
    """Whether a character looks the same beside any other of its script."""
    if IS_HAN.match(character) or IS_LATIN.match(character) or character in " \u3000":
        return True
    category = unicodedata.category(character)
    return category[0] in NEITHER and category != OF_A_SCRIPT and unicodedata.bidirectional(character) != "AL"


def _resized(style: Any, size: float) -> Any:
    copied = style.copy()
    copied["font_size"] = size
    return copied


class Setter:
    """Sets texts in one style at one size, into lines no wider than a width."""

    def __init__(self, face: Face, style: Any, *, size: float, line_height: float, above: float) -> None:
        engine = fonts.engine()
        self._split, self._draw = engine.text.line_break.split_first_line, engine.draw.text.draw_first_line
        self._matrix = engine.matrix.Matrix
        self.face, self.line_height, self.above = face, line_height, above
        self._style = _resized(style, size)
        self.size = int(size * PANGO_UNITS) / PANGO_UNITS  # as Pango takes it
        self._prefix = f"{self.size:.6g} 0 0 -{self.size:.6g} "

    def width_of(self, text: str) -> float | None:
        """How wide the text is on one line; None when only Pango can tell."""
        return self._cast(text)[0]

    def _cast(self, text: str) -> tuple[float | None, str]:
        """How wide it is and how it is written, when that is known without Pango."""
        sorts = self.face.of(text)
        if sorts is not None:
            width = sum(map(sorts.__getitem__, text)) * self.size
            return None if math.isnan(width) else width, text.translate(sorts.codes)
        return self._cast_of_several(text)

    def _cast_of_several(self, text: str) -> tuple[float | None, str]:
        width, codes = 0.0, []
        for one, run in self.face.runs(text):
            width += sum(map(one.__getitem__, run))
            codes.append(run.translate(one.codes))
        return None if math.isnan(width) or not codes else width * self.size, "".join(codes)

    def short(self, text: str, left: float, room: float, share: float) -> str | None:
        """The operators for a text that fits into the room, around height 0; None when it wants a closer look."""
        width, code = self._cast(text)
        if not width or width > room:
            return None
        return self._placed(code, left + (room - width) * share, self.above - self.line_height / 2)

    def broken(self, text: str, width: float | None) -> tuple[Line, ...]:
        """The lines that WeasyPrint breaks the text into; one line when no width is given."""
        whole = self.width_of(text)
        if whole is not None and (width is None or whole <= width + SLACK):
            return (self._line(text, whole),)
        return tuple(self._lines(text, width))

    def _lines(self, text: str, width: float | None) -> Iterable[Line]:
        while text:
            _, length, resume, wide, high, baseline = self._split(text, self._style, None, width, 0)
            words = text.encode()[:length].decode().rstrip(" ")
            known = self.width_of(words)
            if known is not None:
                yield self._line(words, known)
            else:
                above = baseline + (self.line_height - high) / 2
                height = self.line_height + abs(above - self.above)
                yield Line(words, wide, height, max(self.above, above), is_strange=True)
            text = text.encode()[resume:].decode().lstrip(" ") if resume else ""

    def _line(self, text: str, width: float) -> Line:
        return Line(text, width, self.line_height, self.above)

    def written(self, stream: Any, line: Line, x: float, y: float, font: str) -> str:
        """The operators, inside a text object in which this font is set at size 1, that write a line from x, y on."""
        if line.is_strange:
            return f"{self._shaped(stream, line, x, y)}\n/{font} 1 Tf\n"
        return self._placed(self._cast(line.text)[1], x, y)

    def _placed(self, code: str, x: float, y: float) -> str:
        return f"{self._prefix}{x:.2f} {y:.2f} Tm<{code}>Tj\n"

    def _shaped(self, stream: Any, line: Line, x: float, y: float) -> str:
        layout = fonts.engine().text.line_break.Layout(self._style)
        layout.set_text(line.text)
        own = stream.clone()
        box = SimpleNamespace(text=line.text, style=self._style, pango_layout=layout)
        self._draw(own, box, "clip", "none", self._matrix(d=-1, e=x, f=y))
        return b"\n".join(own.stream).decode("ascii")


class ImprintedPage:
    """Stands in for a page of WeasyPrint: this is all that `Document` asks of one."""

    links: Sequence[Any] = ()
    anchors: Mapping[str, Any] = {}
    forms: Mapping[Any, Any] = {}
    bleed: Mapping[str, int] = dict.fromkeys(("top", "right", "bottom", "left"), 0)

    def __init__(self, page: Any, draw: Callable[[Any], str], bookmarks: Sequence[Any] = ()) -> None:
        self.width, self.height, self.bookmarks = page.width, page.height, bookmarks
        self._draw = draw

    def paint(self, stream: Any, scale: float = 1) -> None:
        """Draw the page and pack it at once: left to pydyf, it is packed twice and lies open in memory until then."""
        stream.stream.append(f"{scale:f} 0 0 {scale:f} 0 0 cm\n{self._draw(stream)}".encode("ascii"))
        pack(stream)


def pack(stream: Any) -> None:
    """Compress what a finished stream holds, once."""
    stream.stream = [packed(b"\n".join(stream.stream))]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


def packed(content: bytes) -> bytes:
    """The content as Flate wants it; at this level ISA-L takes a ninth of zlib's time for a sixth more bytes."""
    return isal_zlib.compress(content, PACKING)


class Furniture:
    """Forms painted the first time they are drawn, and drawn by name ever after."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def drawn(self, stream: Any, page: Any) -> str:
        """A page that WeasyPrint laid out."""
        known = self._names.get(id(page))
        if known is None:
            group = stream.add_group(0, 0, page.width, page.height)
            page.paint(group)
            known = self._names[id(page)] = f"/{group.id} Do\n"
        return known

    def kept(self, stream: Any, operators: str, width: float, height: float) -> str:
        """Operators that are the same on many pages."""
        group = stream.add_group(0, 0, width, height)
        group.stream.append(operators.encode("ascii"))
        return f"/{group.id} Do\n"
