"""The places of a form as texts go into them: how a text is set there, how high it stands, how it is written."""

import re
from collections.abc import Iterator
from typing import Any

from registry.printing.imprint import Face, Line, Setter
from registry.printing.rosters.columns import AT_EASE, ONE_LINE, SMALLER
from registry.printing.rosters.forms import Form, Place

REMEMBERED = 30_000  # texts of one column; units, posts and kinds repeat, names and numbers do not
SPACES = re.compile("[ \t\r\n\f]+")  # what a page of HTML shows as one space
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


class Cell:
    """A place for many texts: a column of a table, in which they wrap, or one text of head, foot or counts."""

    def __init__(self, place: Place, faces: Faces, *, ease: int = 1, wraps: bool = False) -> None:
        self._place, self._ease, self._wraps = place, ease, wraps
        self.face = faces.of(place.style)
        self._normal, self._small = self._setter(1.0), self._setter(SMALLER)
        self.surely = int(place.frame.width / place.size)  # so many characters fit on one line, whichever they are
        self._share = SHARES.get(place.align, 0.0)
        self._fitted: dict[str, tuple[Setter, tuple[Line, ...]]] = {}
        self._heights: dict[str, float] = {}
        self.known: dict[str, str] = {}  # what is written for a text on one line
        self._longer: dict[str, str] = {}

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
            _forget(self._fitted)
            shown = SPACES.sub(" ", text).strip(" ")
            known = self._fitted[text] = self._in_lines(shown) if self._wraps else self._on_one(shown)
        return known

    def _in_lines(self, text: str) -> tuple[Setter, tuple[Line, ...]]:
        width = self._place.frame.width
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

    def height_of(self, text: str) -> float:
        """How high the lines of a text stand together."""
        height = self._heights.get(text)
        if height is None:
            if self._short(text):
                return self._normal.line_height
            _forget(self._heights)
            height = self._heights[text] = sum([line.height for line in self.fitted(text)[1]])
        return height

    def _short(self, text: str) -> str | None:
        """What is written for a text that needs one line, remembered; nothing for one that wants a closer look."""
        if text.startswith(" ") or text.endswith(" ") or "  " in text:
            return None
        found = self._normal.short(text, self._place.frame.x, self._place.frame.width, self._share)
        if found:
            _forget(self.known)
            self.known[text] = found
        return found

    def size_of(self, text: str) -> float | None:
        """The size of the type in CSS pixels, where it is not that of the form."""
        setter = self.fitted(text)[0]
        return None if setter is self._normal else setter.size

    def written(self, stream: Any, text: str | int, font: str) -> str:
        """The operators that write the text, the middle of its place being at height 0."""
        shown = str(text)
        known = self.known.get(shown) or self._longer.get(shown) or self._short(shown)
        if known is None:
            _forget(self._longer)
            known = self._longer[shown] = self._in_full(stream, shown, font)
        return known

    def _in_full(self, stream: Any, text: str, font: str) -> str:
        frame = self._place.frame
        setter, lines = self.fitted(text)
        top, parts = -sum(line.height for line in lines) / 2, []
        for line in lines:
            x = frame.x + (frame.width - line.width) * self._share
            parts.append(setter.written(stream, line, x, top + line.above, font))
            top += line.height
        return "".join(parts)


def column_cells(form: Form, faces: Faces) -> dict[str, Cell]:
    """The columns of a table, by their keys."""
    return {
        key: Cell(place, faces, ease=1 if key in ONE_LINE else AT_EASE, wraps=True) for key, place in form.cells.items()
    }


def place_cells(form: Form, faces: Faces) -> dict[str, tuple[float, Cell]]:
    """The places of a form with the height of their middles, by their names."""
    return {name: (place.frame.middle, Cell(place, faces)) for name, place in form.places.items()}


def _forget(known: dict[str, Any]) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
