"""The forms as WeasyPrint lays them out once: where each text and cell will stand, and how it is set."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.printing.imprint import MARKER, boxes_of
from registry.printing.rosters import paper
from registry.printing.rosters.columns import COUNTS, OFFICE_SIGNS, UNIT_COLUMNS, UNIT_SIGNS, Column
from registry.printing.rosters.planning import TALLIED, Room

BLANK: Mapping[str, Any] = dict.fromkeys(
    ("table", "columns", "rows", "is_first", "head", "carried", "nobody", "strip", "closing", "foot")
)

HEADS, TALLY = "heads", "tally"  # the template's names for the headings of a table, and for a row of counts

Render = Callable[[str, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the page in CSS pixels, from its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands and how it is set: its frame, and of a line its height and the baseline below its top."""

    frame: Frame
    style: Any
    align: str
    line_height: float
    above: float

    @property
    def size(self) -> float:
        return float(self.style["font_size"])


@dataclass(frozen=True, slots=True)
class Form:
    """A page that WeasyPrint paints, and the places, cells and frames on it; headings are lines as it set them."""

    page: Any
    places: Mapping[str, Place]
    cells: Mapping[str, Place]
    frames: Mapping[str, Frame]
    frames_of_columns: tuple[Frame, ...]
    headings: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class TableForms:
    """The forms of one kind of table: its headings with a row below them, and its summary."""

    grid: Form
    closing: Form

    @property
    def edges(self) -> list[float]:
        """Where the columns begin and end."""
        boxes = self.grid.frames_of_columns
        return [boxes[0].x, *(box.x + box.width for box in boxes)]

    @property
    def row_height(self) -> float:
        return next(iter(self.grid.cells.values())).frame.height

    @property
    def heads(self) -> Frame:
        return self.grid.frames[HEADS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """All forms of a roster, and the document they were laid out in.

    First and following pages have a head and a foot. What stands between them is laid out alone and moved into place:
    the headings of a table, the counts carried forward or standing under the rows, the summary, the word for no rows.
    """

    document: Any
    first: Form
    following: Form
    carried: Form
    strip: Form
    nobody: Form
    tables: Mapping[str, TableForms]

    def __iter__(self) -> Iterator[Form]:
        yield from (self.first, self.following, self.carried, self.strip, self.nobody)
        for table in self.tables.values():
            yield from (table.grid, table.closing)

    def page(self, *, is_first: bool) -> Form:
        """The form of a first or a following page."""
        return self.first if is_first else self.following

    def below_head(self, *, is_first: bool) -> float:
        """Where the headings of the table begin."""
        return self.page(is_first=is_first).frames["header"].bottom

    def room(self, table: TableForms) -> Room:
        """What is left for rows above the foot."""
        below = self.first.frames["footer"].y - self.strip.frames["strip"].height - table.heads.height
        return Room(
            below - self.below_head(is_first=True),
            below - self.below_head(is_first=False) - self.carried.frames[TALLY].height,
            table.closing.frames["close"].height,
        )


def lay_out(render: Render, columns: tuple[Column, ...], warnings: tuple[str, ...], *, is_county: bool) -> Forms:
    """Every kind of page, and of what is moved into place, with markers where texts will be."""
    kinds = {paper.LINES: columns} | ({paper.UNITS: UNIT_COLUMNS} if is_county else {})
    pages = [*_shared(), *(page for table, those in kinds.items() for page in _of_table(table, those))]
    values = {**template_values(warnings), "title": "", "office": "", "code": "", "is_form": True}
    document = render("roster.html", {**values, "pages": [{**BLANK, **page} for page in pages]})
    first, following, carried, strip, nobody, *rest = map(_form, document.pages)
    return Forms(
        document=document,
        first=first,
        following=following,
        carried=carried,
        strip=strip,
        nobody=nobody,
        tables={table: TableForms(*rest[2 * place : 2 * place + 2]) for place, table in enumerate(kinds)},
    )


def template_values(warnings: tuple[str, ...]) -> dict[str, Any]:
    """What the template asks for whatever the roster."""
    return {"marks": warnings, "counts": COUNTS, "unit_signs": UNIT_SIGNS, "office_signs": OFFICE_SIGNS}


def _shared() -> Iterator[dict[str, Any]]:
    """What is the same for all tables."""
    foot, sums = _markers("mark-1 mark-2 mark-3 page-1 page-2 page-3"), [MARKER] * len(TALLIED)
    yield {"is_first": True, "head": _markers("title unit-line nature filled"), "foot": foot}
    yield {"head": _markers("running"), "foot": foot}
    yield {"carried": {"label": MARKER, "sums": sums}}
    yield {"strip": {"own_label": MARKER, "own": sums, "label": MARKER, "sums": sums}}
    yield {"nobody": paper.NOBODY}


def _of_table(table: str, columns: tuple[Column, ...]) -> Iterator[dict[str, Any]]:
    row = {"height": 0, "cells": [{"key": key, "text": MARKER, "size": None} for key, *_ in columns]}
    yield {"table": table, "columns": columns, "rows": [row]}
    counts = {key: MARKER for key, _ in COUNTS} if table == paper.LINES else None
    yield {"closing": {"counts": counts, "sums": MARKER}}


def _markers(names: str) -> dict[str, dict[str, Any]]:
    return {name: {"text": MARKER, "size": None} for name in names.split()}


def _form(page: Any) -> Form:
    """What is found on a page by the names that the template gives to its parts."""
    places, cells, columns = {}, {}, []
    frames: dict[str, Frame] = {}
    headings: dict[str, list[Any]] = {}
    for box in boxes_of(page):
        named = {key.removeprefix("data-"): name for key, name in box.element.items() if key.startswith("data-")}
        if box.element_tag in ("header", "footer"):
            frames.setdefault(box.element_tag, _border_frame(box))
        elif box.element_tag == "table" and not named:
            frames.setdefault(box.element.get("class"), _border_frame(box))
        elif "place" in named and named["place"] not in places:
            places[named["place"]] = _place(box, _content_frame(box))
        elif "cell" in named and named["cell"] not in cells:
            cells[named["cell"]] = _place(box, _cell_frame(box))
            columns.append(_border_frame(box))
        elif "heading" in named and hasattr(box, "pango_layout"):
            headings.setdefault(named["heading"], []).append(box)
        elif name := named.get("block") or named.get("frame"):
            frames.setdefault(name, _border_frame(box))
    return Form(page, places, cells, frames, tuple(columns), headings)


def _content_frame(box: Any) -> Frame:
    return Frame(box.content_box_x(), box.content_box_y(), box.width, box.height)


def _border_frame(box: Any) -> Frame:
    return Frame(box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())


def _cell_frame(box: Any) -> Frame:
    """As wide as what a cell may hold, and as high as its whole row."""
    return Frame(box.content_box_x(), box.border_box_y(), box.width, box.border_height())


def _place(box: Any, frame: Frame) -> Place:
    text = next(one for one in box.descendants() if hasattr(one, "pango_layout"))
    line = next(one for one in box.descendants() if type(one).__name__ == "LineBox")
    above = text.position_y + text.baseline - line.position_y
    return Place(frame, text.style, text.style["text_align_all"], line.height, above)
