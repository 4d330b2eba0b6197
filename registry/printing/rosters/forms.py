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
    """The forms of one kind of table: first page, following page, counts under the rows, summary."""

    first: Form
    following: Form
    strip: Form
    closing: Form

    @property
    def edges(self) -> list[float]:
        """Where the columns begin and end."""
        boxes = self.first.frames_of_columns
        return [boxes[0].x, *(box.x + box.width for box in boxes)]

    @property
    def row_height(self) -> float:
        return next(iter(self.first.cells.values())).frame.height

    def top(self, *, is_first: bool) -> float:
        """Where the rows begin."""
        return next(iter((self.first if is_first else self.following).cells.values())).frame.y

    def room(self, foot: float) -> Room:
        """What is left for rows above the foot."""
        below = foot - self.strip.frames["strip"].height
        return Room(
            below - self.top(is_first=True),
            below - self.top(is_first=False),
            self.closing.frames["close"].height,
        )


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms of a roster, and the document they were laid out in."""

    document: Any
    tables: Mapping[str, TableForms]
    nobody: Form

    @property
    def foot(self) -> float:
        """Where the foot begins."""
        return next(iter(self.tables.values())).first.frames["foot"].y

    @property
    def code(self) -> Frame:
        return next(iter(self.tables.values())).first.frames["code"]


def lay_out(render: Render, columns: tuple[Column, ...], warnings: tuple[str, ...], *, is_county: bool) -> Forms:
    """Every kind of page with markers in all its places."""
    kinds = {paper.LINES: columns} | ({paper.UNITS: UNIT_COLUMNS} if is_county else {})
    pages = [page for table, those in kinds.items() for page in _marked(table, those)]
    values = {**template_values(warnings), "title": "", "office": "", "code": "", "is_form": True}
    document = render("roster.html", {**values, "pages": [*pages, {**BLANK, "nobody": paper.NOBODY}]})
    forms = [_form(page) for page in document.pages]
    tables = {table: TableForms(*forms[4 * place : 4 * place + 4]) for place, table in enumerate(kinds)}
    return Forms(document, tables, forms[-1])


def template_values(warnings: tuple[str, ...]) -> dict[str, Any]:
    """What the template asks for whatever the roster."""
    return {"marks": warnings, "counts": COUNTS, "unit_signs": UNIT_SIGNS, "office_signs": OFFICE_SIGNS}


def _marked(table: str, columns: tuple[Column, ...]) -> Iterator[dict[str, Any]]:
    rows = [{"height": 0, "cells": [{"key": key, "text": MARKER, "size": None} for key, *_ in columns]}]
    foot = _markers("mark-1 mark-2 mark-3 page-1 page-2 page-3")
    both = {**BLANK, "table": table, "columns": columns, "rows": rows, "foot": foot}
    sums = [MARKER] * len(TALLIED)
    yield {**both, "is_first": True, "head": _markers("title unit-line nature filled")}
    yield {**both, "head": _markers("running"), "carried": {"label": MARKER, "sums": sums}}
    yield {**BLANK, "strip": {"own_label": MARKER, "own": sums, "label": MARKER, "sums": sums}}
    counts = {key: MARKER for key, _ in COUNTS} if table == paper.LINES else None
    yield {**BLANK, "closing": {"counts": counts, "sums": MARKER}}


def _markers(names: str) -> dict[str, dict[str, Any]]:
    return {name: {"text": MARKER, "size": None} for name in names.split()}


def _form(page: Any) -> Form:
    """What is found on a page by the names that the template gives to its parts."""
    places, cells, frames, columns = {}, {}, {}, []
    headings: dict[str, list[Any]] = {}
    for box in boxes_of(page):
        named = {key.removeprefix("data-"): name for key, name in box.element.items() if key.startswith("data-")}
        if box.element_tag == "footer":
            frames["foot"] = _border_frame(box)
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
