"""The forms as WeasyPrint lays them out once: where each text, photo and code will stand, and how it is set."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

from registry.printing import fonts
from registry.printing.cards import places
from registry.printing.imprint import MARKER, SLACK, boxes_of

Render = Callable[[str, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text as it goes into its place: how closely it is set, and its lines."""

    level: int
    lines: tuple[str, ...]


NOTHING = Fitted(0, ())


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the page in CSS pixels, from its top left corner."""

    x: float
    y: float
    width: float
    height: float


class Measured(Protocol):
    """What has to be known of a line to place it."""

    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def baseline(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as Pango sets it; `box` is what WeasyPrint draws."""

    box: Any
    width: float
    height: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Setting:
    """How a place is set at one level: the style, how far below a line's top its baseline lies, the lines' tops."""

    style: Any
    line_height: float
    above: float
    tops: tuple[float, ...]

    @property
    def is_centred(self) -> bool:
        return bool(self.style["text_align_all"] == "center")

    def baseline_of(self, place: int, count: int, line: Measured) -> float:
        """Where the baseline of one of so many lines lies; fewer lines than there is room for stand in the middle."""
        unused = (len(self.tops) - count) * self.line_height / 2
        return self.tops[place] + unused + max(self.above, line.baseline + (self.line_height - line.height) / 2)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one text stands, and how it is set at each level."""

    frame: Frame
    settings: tuple[Setting, ...]

    def x_of(self, line: Measured, setting: Setting) -> float:
        """Where a line begins."""
        return self.frame.x + ((self.frame.width - line.width) / 2 if setting.is_centred else 0)


@dataclass(frozen=True, slots=True)
class Form:
    """One side of a card, or of a sheet: the page that WeasyPrint paints and the places on it."""

    page: Any
    places: Mapping[str, Place]
    frames: Mapping[str, tuple[Frame, ...]]


class Ruler:
    """Sets texts in the styles of a layout; one Pango layout a style serves all its texts."""

    def __init__(self) -> None:
        text = fonts.engine().text
        self._line_break, self._ffi = text.line_break, text.ffi
        self._layouts: dict[int, Any] = {}
        self._latest: tuple[str, Any, Line] | None = None

    def set_line(self, text: str, style: Any) -> Line:
        """The text as one line; it can be drawn until the next one is set."""
        if self._latest and self._latest[0] == text and self._latest[1] is style:
            return self._latest[2]
        line = self._set(text, style)
        self._latest = text, style, line
        return line

    def _set(self, text: str, style: Any) -> Line:
        layout = self._layouts.get(id(style))
        if layout is None:
            layout = self._layouts[id(style)] = self._line_break.Layout(style)
        layout.set_text(text)
        first, _ = layout.get_first_line()
        width, height = self._line_break.line_size(first, style)
        baseline = self._ffi.pango.pango_layout_get_baseline(layout.layout) * self._ffi.FROM_UNITS
        return Line(SimpleNamespace(text=text, style=style, pango_layout=layout), width, height, baseline)

    def fitted(self, text: str, place: Place, *, what: str, who: str) -> Fitted:
        """The text at the widest level at which it stays in its place; Unprintable when there is none."""
        if not text:
            return NOTHING
        for level, setting in enumerate(place.settings):
            lines = tuple(self._broken(text, setting, place.frame.width))
            if lines and len(lines) <= len(setting.tops):
                return Fitted(level, lines)
        raise fonts.Unprintable(f"The {what} of {who} is too long for its place: {text}.", who=who)

    def _broken(self, text: str, setting: Setting, width: float) -> Iterator[str]:
        """The lines Pango breaks the text into; none when a word alone is wider than the place."""
        if self.set_line(text, setting.style).width <= width + SLACK:
            yield text
            return
        if len(setting.tops) == 1:
            return
        lines = self._wrapped(text, setting, width)
        if all(self.set_line(line, setting.style).width <= width + SLACK for line in lines):
            yield from lines

    def _wrapped(self, text: str, setting: Setting, width: float) -> list[str]:
        pango, ffi = self._ffi.pango, self._ffi.ffi
        layout = self._line_break.Layout(setting.style)
        pango.pango_layout_set_width(layout.layout, int(width * self._ffi.TO_UNITS))
        layout.set_text(text)
        content = text.encode()
        lines: list[str] = []
        while (line := pango.pango_layout_get_line_readonly(layout.layout, len(lines))) != ffi.NULL:
            lines.append(content[line.start_index : line.start_index + line.length].decode().strip())
        return lines


@dataclass(frozen=True, slots=True)
class CardForms:
    """The two sides of the card, and the document they were laid out in."""

    document: Any
    front: Form
    back: Form


def lay_out_card(render: Render) -> CardForms:
    """The card: once blank, once at each level with markers in all its places."""
    blank = dict.fromkeys({*places.FRONT, *places.BACK}, NOTHING) | {"picture": "", "code": "", "is_form": False}
    marked = [_marked(level) for level in range(places.MOST_LEVELS)]
    document = render("card.html", {"faces": [blank, *marked]})
    front, back = _form(document.pages[0::2], places.FRONT), _form(document.pages[1::2], places.BACK)
    return CardForms(document, front, back)


def lay_out_sheet(render: Render) -> Form:
    """The sheet with its cut marks and the ten slots in their order."""
    blank = [{**slot, "face": None} for slot in slots()]
    sheets = [{"slots": blank, "is_front": True, "legend": words} for words in ("", MARKER)]
    return _form(render("card_sheet.html", sheet_values(sheets)).pages, places.SHEET)


def slots() -> list[dict[str, float]]:
    """The ten slots of a sheet, row by row, in millimetres."""
    return [{"left": left, "top": top} for top in places.TOPS for left in places.LEFTS]


def sheet_values(sheets: list[dict[str, Any]]) -> dict[str, Any]:
    """What the template of the sheet asks for."""
    size = {"rows": places.ROWS, "columns": places.COLUMNS, "width": places.WIDTH, "height": places.HEIGHT}
    return {**size, "tops": places.TOPS, "lefts": places.LEFTS, "sheets": sheets}


def _marked(level: int) -> dict[str, Any]:
    """A card with markers in all lines of the places that can be set at that level, and nothing else."""
    counts = {**places.FRONT, **places.BACK}
    texts = {name: Fitted(level, (MARKER,) * lines[level]) for name, lines in counts.items() if level < len(lines)}
    return {**texts, "is_form": True, "picture": "", "code": ""}


def _form(pages: list[Any], counts: Mapping[str, tuple[int, ...]]) -> Form:
    blank, *marked = pages
    boxes = [_boxes(page) for page in marked]
    found = {
        name: Place(_frame(boxes[0][name][0]), tuple(_setting(boxes[level][name][0]) for level in range(len(levels))))
        for name, levels in counts.items()
    }
    frames = {name: tuple(map(_frame, those)) for name, those in _boxes(blank).items() if name not in counts}
    return Form(blank, found, frames)


def _boxes(page: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for box in boxes_of(page):
        name = box.element.get("data-place")
        if name and box.element_tag == "div":
            found.setdefault(name, []).append(box)
    return found


def _frame(box: Any) -> Frame:
    return Frame(box.content_box_x(), box.content_box_y(), box.width, box.height)


def _setting(box: Any) -> Setting:
    texts = [one for one in box.descendants() if hasattr(one, "pango_layout")]
    lines = [one for one in box.descendants() if type(one).__name__ == "LineBox"]
    first, line = texts[0], lines[0]
    above = first.position_y + first.baseline - line.position_y
    return Setting(first.style, line.height, above, tuple(one.position_y for one in lines))
