"""The places of a form as texts go into them: how a text is set there, how high it stands, how it is written."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from registry.printing.imprint import SLACK, Face, Line, Setter
from registry.printing.rosters.columns import AT_EASE, ONE_LINE, SMALLER
from registry.printing.rosters.forms import Form, Place

REMEMBERED = 15_000  # texts of one column; units, posts and kinds repeat, names and numbers do not
PADDING = 0.5 * 96 / 25.4  # of a cell, in CSS pixels, above and below
SPACES = re.compile("[ \t\r\n\f]+")  # what a page of HTML shows as one space
WIDE = re.compile("[W\u0152ЖШЩЮ\u2116\u2e3a\u2e3b\ufb03\ufb04]")  # in these fonts wider than they are high
SHARES = {"center": 0.5, "right": 1.0, "end": 1.0}
ALMOST = 0.999


class Faces:
    """The fonts that the styles of the forms choose, each looked up once."""

    def __init__(self) -> None:
        self._faces: dict[str, Face] = {}

    def of(self, style: Any) -> Face:
        key = str(style["font_family"])
        if key not in self._faces:
            self._faces[key] = Face(style)
        return self._faces[key]

    def __iter__(self) -> Iterator[Face]:
        return iter(self._faces.values())


class Cell(dict[Any, str]):
    """A place for many texts: a column of a table, in which they wrap, or one text of head, foot or counts.

    It remembers for each text the operators that write it, the middle of its place being at height 0.
    """

    def __init__(self, place: Place, faces: Faces, *, ease: int = 1, wraps: bool = False) -> None:
        super().__init__({"": ""})
        self._place, self._ease, self._wraps = place, ease, wraps
        self.face = faces.of(place.style)
        self._normal, self._small = self._setter(1.0), self._setter(SMALLER)
        self._surely = int(place.frame.width / place.size)  # so many characters fit on one line, if none is wide
        self._share = SHARES.get(place.align, 0.0)
        self._fitted: dict[str, tuple[Setter, tuple[Line, ...]]] = {}
        self._measured: set[Any] = set()
        self._high: dict[Any, float] = {}
        self.met: set[str] = set()  # every character of the texts measured
        self._stream, self.font = None, ""

    def begin(self, stream: Any, font: str) -> None:
        """From now on texts are written into the PDF of this stream, in which the font has this name."""
        self._stream, self.font = stream, font

    def __missing__(self, text: Any) -> str:
        shown = str(text)
        return self._keep(text, self._short(shown) or self._in_full(shown))

    def _keep(self, text: Any, operators: str) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
            self[""] = ""
        self[text] = operators
        return operators

    def _setter(self, scale: float) -> Setter:
        """The style at another size; lines of a cell come closer with it, those of a fixed frame stay as high."""
        place = self._place
        half = place.line_height / 2
        height = place.line_height * scale if self._wraps else place.line_height
        above = height / 2 + (place.above - half) * scale
        return Setter(self.face, place.style, size=place.size * scale, line_height=height, above=above)

    def fitted(self, text: str) -> tuple[Setter, tuple[Line, ...]]:
        """The text in lines, at its ease or in smaller type; what does not wrap is made to fit its frame."""
        known = self._fitted.get(text)
        if known is None:
            if len(self._fitted) >= REMEMBERED:
                self._fitted.clear()
            shown = SPACES.sub(" ", text).strip(" ")
            known = self._fitted[text] = self._in_lines(shown) if self._wraps else self._on_one(shown)
        return known

    def _in_lines(self, text: str) -> tuple[Setter, tuple[Line, ...]]:
        width = self._place.frame.width
        whole = self._normal.width_of(text) if self._ease == 1 else None
        if whole is None or whole <= width + SLACK:  # a number that is surely too long need not be broken to see it
            lines = self._normal.broken(text, width)
            if len(lines) <= self._ease:
                return self._normal, lines
        return self._small, self._small.broken(text, width)

    def _on_one(self, text: str) -> tuple[Setter, tuple[Line, ...]]:
        lines, width = self._normal.broken(text, None), self._place.frame.width
        if not lines or lines[0].width <= width:
            return self._normal, lines
        closer = self._setter(width / lines[0].width * ALMOST)
        return closer, closer.broken(text, None)

    def high(self, texts: Iterable[Any]) -> dict[Any, float]:
        """Those of these texts that may ask for a higher row, and how high each has to be; the others need one line."""
        distinct = set(texts)
        fresh = distinct - self._measured
        if fresh and len(self._measured) >= REMEMBERED:
            self._measured.clear()
            self._high.clear()
            fresh = distinct
        self._measured |= fresh
        self.met.update("".join(map(str, fresh)))
        self._high |= {text: self._height(text) for text in fresh if not self._set_on_one_line(text)}
        return {text: self._high[text] for text in distinct & self._high.keys()}

    def _set_on_one_line(self, text: Any) -> bool:
        """Set it on one line, when it is known without a closer look that it needs no more; whether it is."""
        if text.__class__ is not str or (len(text) <= self._surely and not WIDE.search(text)):
            return True
        short = self._short(text)
        if short:
            self._keep(text, short)
        return bool(short)

    def _height(self, text: str) -> float:
        return sum([line.height for line in self.fitted(text)[1]]) + 2 * PADDING

    def _short(self, text: str) -> str | None:
        """What is written for a text that needs one line; nothing for one that wants a closer look."""
        if text[0] == " " or text[-1] == " " or "  " in text:
            return None
        return self._normal.short(text, self._place.frame.x, self._place.frame.width, self._share)

    def size_of(self, text: str) -> float | None:
        """The size of the type in CSS pixels, where it is not that of the form."""
        setter = self.fitted(text)[0]
        return None if setter is self._normal else setter.size

    def _in_full(self, text: str) -> str:
        frame = self._place.frame
        setter, lines = self.fitted(text)
        top, parts = -sum(line.height for line in lines) / 2, []
        for line in lines:
            x = frame.x + (frame.width - line.width) * self._share
            parts.append(setter.written(self._stream, line, x, top + line.above, self.font))
            top += line.height
        return "".join(parts)


def column_cells(form: Form, faces: Faces) -> dict[str, Cell]:
    """The columns of a table, by their keys."""
    return {
        key: Cell(place, faces, ease=1 if key in ONE_LINE else AT_EASE, wraps=True) for key, place in form.cells.items()
    }


class Spot(Cell):
    """The place of one text of head, foot or counts; what it remembers stands by itself, wherever on the page."""

    def __init__(self, place: Place, faces: Faces) -> None:
        super().__init__(place, faces)
        self._middle = place.frame.middle

    def __missing__(self, text: Any) -> str:
        written = super().__missing__(text)
        return self._keep(text, f"q 1 0 0 1 0 {self._middle:.3f} cm /{self.font} 1 Tf BT\n{written}ET Q\n")


def spots(forms: Iterable[Form], faces: Faces) -> dict[int, dict[str, Spot]]:
    """The places of each form by their names; which form it is, its identity tells."""
    return {id(form): {name: Spot(place, faces) for name, place in form.places.items()} for form in forms}
