"""The tables of a roster: how high each row is, on which page it stands, and the lines between rows and columns."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from registry.printing import fonts
from registry.printing.rosters.cells import Cell, Faces, column_cells, place_cells
from registry.printing.rosters.forms import TableForms
from registry.printing.rosters.paper import LINES, Part
from registry.printing.rosters.planning import spans

PEN = 0.5 * 96 / 72  # the borders of two neighbours together, in CSS pixels
PADDING = 0.5 * 96 / 25.4
KEPT_GRIDS = 256


class Table:
    """One kind of table: its forms and the cells of their places."""

    def __init__(self, forms: TableForms, faces: Faces, foot: float) -> None:
        self.forms, self.room = forms, forms.room(foot)
        self.columns = column_cells(forms.first, faces)
        self.places = {
            id(form): place_cells(form, faces) for form in (forms.first, forms.following, forms.strip, forms.closing)
        }
        self._grids: dict[tuple[float, ...], str] = {}
        self._edges = forms.edges

    def plan(self, part: Part, rows: Sequence[Mapping[str, Any]]) -> None:
        """Decide which of these rows stand on which page."""
        base = self.forms.row_height
        cells = [(key, cell, cell.surely, cell.known) for key in part.keys for cell in (self.columns[key],)]
        part.heights[:] = [self._height(row, cells, base) for row in rows]
        part.spans[:] = spans(part.heights, part.tallies(rows), self.room)
        part.counted = len(rows) if part.table == LINES else len(rows) - 1

    def _height(
        self, row: Mapping[str, Any], cells: Sequence[tuple[str, Cell, int, dict[str, str]]], base: float
    ) -> float:
        height = base
        for key, cell, surely, known in cells:
            text = row[key]
            if text.__class__ is str and len(text) > surely and text not in known:
                needed = cell.height_of(text) + 2 * PADDING
                if needed > height:
                    if needed > self.room.following:
                        _refuse(row, key)
                    height = needed
        return height

    def grid(self, top: float, heights: Sequence[float]) -> str:
        """The lines between rows and columns as one path."""
        key = (top, *heights)
        known = self._grids.get(key)
        if known is None:
            if len(self._grids) >= KEPT_GRIDS:
                self._grids.clear()
            known = self._grids[key] = self._grid(top, heights)
        return known

    def _grid(self, top: float, heights: Sequence[float]) -> str:
        left, *inner, right = self._edges
        levels = list(accumulate(heights, initial=top))
        across = [f"{left:.3f} {y:.3f} m {right:.3f} {y:.3f} l" for y in levels]
        down = [f"{x:.3f} {top:.3f} m {x:.3f} {levels[-1]:.3f} l" for x in inner]
        inset, height = PEN / 4, levels[-1] - top
        around = f"{left + inset:.3f} {top:.3f} {right - left - 2 * inset:.3f} {height:.3f} re S Q"
        return "\n".join([f"q {PEN:.3f} w 0 G", *across, *down, f"S {PEN / 2:.3f} w", around, ""])


def _refuse(row: Mapping[str, Any], key: str) -> None:
    who = str(row.get("name") or row.get("unit") or "")
    raise fonts.Unprintable(f"The {key} of {who} is too long for a page.", who=who)
