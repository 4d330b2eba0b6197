"""Text set as WeasyPrint sets it and written as operators of a PDF page, quickly; and pages that carry them.

It leans on the insides of WeasyPrint 70 and pydyf 0.13, which the project pins for that reason: `split_first_line`
breaks lines, `draw_first_line` writes a line that Pango has set, `Stream.add_font` embeds, a font's `widths` and
`to_unicode` say what of it is used, `Document` paints whatever has the attributes of a page. A test holds every
position to the same page laid out wholly by WeasyPrint.
"""

import unicodedata
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from registry.printing import fonts

PACKING = 5
PROBE_SIZE = 1000.0  # of a CSS pixel: so large that Pango's rounding is below a millionth of the size
MARKER = "永"
SLACK = 0.01  # of a CSS pixel: Pango counts in 1024ths
NEIGHBOURS = (MARKER, "A")
LETTERS_OF_HAN = "Lo"
NEVER_SIMPLE = ("M", "C", "Z")  # marks, controls, separators other than the space
SHAPED_TOGETHER = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))  # Hangul letters join to syllables


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text ready to be written: its width, how high it stands, the baseline below its top."""

    text: str
    width: float
    height: float
    above: float


class Face:
    """One font as WeasyPrint's styles choose it, and what is known of its characters.

    The styles it serves set neither kerning nor ligatures, so that a text is as wide as its characters together.
    """

    def __init__(self, style: Any) -> None:
        text = fonts.engine().text
        self._line_break, self._ffi, self._key_of = text.line_break, text.ffi, text.fonts.get_pango_font_key
        self._layout = self._line_break.Layout(_resized(style, PROBE_SIZE))
        self._layout.set_text(MARKER)
        line, _ = self._layout.get_first_line()
        self.font = self._font_of(line)
        self._key = self._key_of(self.font)[0]
        self.advances: dict[str, float] = {}  # over the size of the type
        self.codes: dict[str, str] = {}
        self.used: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._strange: set[str] = set()

    def learn(self, characters: Iterable[str]) -> None:
        """Look up the characters not met yet."""
        layout = self._line_break.Layout(self._layout.style)
        for character in characters:
            if character in self.advances or character in self._strange:
                continue
            if glyph := self._probed(layout, character):
                number, self.advances[character] = glyph
                self._numbers[character], self.codes[character] = number, f"{number:04x}"
            else:
                self._strange.add(character)

    def begin(self) -> None:
        """A new PDF, in which nothing of the font is used yet."""
        self.used.clear()

    def name_in(self, stream: Any) -> str:
        """What the font is called in this PDF."""
        return str(stream.add_font(self.font)[0].hash)

    def finish(self, stream: Any) -> None:
        """Tell the font in this PDF which of its characters are used."""
        font, _ = stream.add_font(self.font)
        for character in sorted(self.used & self.advances.keys()):
            number = self._numbers[character]
            font.to_unicode.setdefault(number, character)
            font.widths.setdefault(number, round(self.advances[character] * 1000))

    def _probed(self, layout: Any, character: str) -> tuple[int, float] | None:
        """The glyph of a character that looks the same beside any other, and its advance."""
        if not _is_simple(character):
            return None
        alone = self._last_glyph(layout, character)
        if unicodedata.category(character) == LETTERS_OF_HAN:
            return alone
        beside = [self._last_glyph(layout, before + character) for before in NEIGHBOURS]
        return alone if beside == [alone, alone] else None  # dashes and quotes look different beside Chinese

    def _last_glyph(self, layout: Any, text: str) -> tuple[int, float] | None:
        layout.set_text(text)
        line, _ = layout.get_first_line()
        run = line.runs[0]
        while run != self._ffi.ffi.NULL and run.next != self._ffi.ffi.NULL:
            run = run.next
        if run == self._ffi.ffi.NULL:
            return None
        glyphs = run.data.glyphs
        info = glyphs.glyphs[glyphs.num_glyphs - 1]
        if info.geometry.x_offset or info.geometry.y_offset or info.glyph & self._ffi.pango.PANGO_GLYPH_UNKNOWN_FLAG:
            return None
        if info.glyph == self._ffi.pango.PANGO_GLYPH_EMPTY or self._key_of(run.data.item.analysis.font)[0] != self._key:
            return None
        return info.glyph, info.geometry.width * self._ffi.FROM_UNITS / PROBE_SIZE

    @staticmethod
    def _font_of(line: Any) -> Any:
        return line.runs[0].data.item.analysis.font


def _is_simple(character: str) -> bool:
    if character == " ":
        return True
    if unicodedata.category(character)[0] in NEVER_SIMPLE or unicodedata.bidirectional(character) in ("R", "AL"):
        return character == "\u3000"
    return not any(first <= ord(character) <= last for first, last in SHAPED_TOGETHER)


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
        self.face, self.size, self.line_height, self._above = face, size, line_height, above
        self._style = _resized(style, size)
        self._prefix = f"{size:.3f} 0 0 -{size:.3f} "

    def width_of(self, text: str) -> float | None:
        """How wide the text is on one line; None when a character needs another font or stands not alone."""
        face = self.face
        if not face.advances.keys() >= set(text):
            face.learn(text)
        try:
            return sum(map(face.advances.__getitem__, text)) * self.size
        except KeyError:
            return None

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
                height = self.line_height + abs(above - self._above)
                yield Line(words, wide, height, max(self._above, above))
            text = text.encode()[resume:].decode().lstrip(" ") if resume else ""

    def _line(self, text: str, width: float) -> Line:
        return Line(text, width, self.line_height, self._above)

    def written(self, stream: Any, line: Line, x: float, y: float, font: str) -> str:
        """The operators, inside a text object in which this font is set at size 1, that write a line from x, y on."""
        try:
            code = "".join(map(self.face.codes.__getitem__, line.text))
        except KeyError:
            return f"{self._shaped(stream, line, x, y)}\n/{font} 1 Tf\n"
        self.face.used.update(line.text)
        return f"{self._prefix}{x:.3f} {y:.3f} Tm<{code}>Tj\n"

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
    stream.stream = [zlib.compress(b"\n".join(stream.stream), PACKING)]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


class Furniture:
    """Forms painted by WeasyPrint the first time they are drawn, and drawn by name ever after."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def drawn(self, stream: Any, page: Any) -> str:
        known = self._names.get(id(page))
        if known is None:
            group = stream.add_group(0, 0, page.width, page.height)
            page.paint(group)
            known = self._names[id(page)] = f"/{group.id} Do\n"
        return known
