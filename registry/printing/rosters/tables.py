"""The tables of a roster: how high each row is, on which page it stands, and the lines between rows and columns."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

from registry.printing import fonts
from registry.printing.rosters.cells import Faces, column_cells
from registry.printing.rosters.forms import Forms, TableForms
from registry.printing.rosters.paper import LINES, Part
from registry.printing.rosters.planning import Room, spans

PEN = 0.5 * 96 / 72  # the borders of two neighbours together, in CSS pixels
KEPT_GRIDS = 256


def tables_of(forms: Forms, faces: Faces) -> dict[str, "Table"]:
    """The tables that the forms are for, by their names."""
    return {name: Table(those, faces, forms.room(those)) for name, those in forms.tables.items()}


class Table:
    """One kind of table: its forms and the cells of its columns."""

    def __init__(self, forms: TableForms, faces: Faces, room: Room) -> None:
        self.forms, self._room = forms, room
        self.columns = column_cells(forms.grid, faces)
        self._grids: dict[tuple[float, ...], str] = {}
        self._printable: set[str] = set()
        self._edges = forms.edges

    def plan(self, part: Part, rows: Sequence[Mapping[str, Any]]) -> None:
        """Decide which of these rows stand on which page."""
        part.heights[:] = self._heights(part.keys, rows)
        part.spans[:] = spans(part.heights, part.tallies(rows), self._room)
        part.counted = len(rows) if part.table == LINES else len(rows) - 1

    def _heights(self, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[float]:
        """Of each row, as its highest cell asks; column by column, since most columns ask for nothing."""
        heights = [self.forms.row_height] * len(rows)
        for key in keys:
            high = self.columns[key].high(map(itemgetter(key), rows))
            if high:
                heights = [max(height, high.get(row[key], 0.0)) for height, row in zip(heights, rows, strict=True)]
                if max(high.values()) > self._room.following:
                    _refuse(next(row for row in rows if high.get(row[key], 0.0) > self._room.following), key)
        self._refuse_missing(keys, rows)
        return heights

    def _refuse_missing(self, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Unprintable, naming the person of the first of these rows, for a character that no font has."""
        met = set[str]().union(*(self.columns[key].met for key in keys))
        if fonts.missing_in("".join(met - self._printable)):
            fonts.refuse_missing([{key: row[key] for key in keys} for row in rows])
        self._printable = met

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
        levels = [*accumulate(heights, initial=top)]
        begin, end, first, last = f"{left:.3f}", f"{right:.3f}", f"{top:.3f}", f"{levels[-1]:.3f}"
        across = [f"{begin} {y} m {end} {y} l" for y in [f"{level:.3f}" for level in levels]]
        down = [f"{x:.3f} {first} m {x:.3f} {last} l" for x in inner]
        inset, height = PEN / 4, levels[-1] - top
        around = f"{left + inset:.3f} {top:.3f} {right - left - 2 * inset:.3f} {height:.3f} re S Q"
        return "\n".join([f"q {PEN:.3f} w 0 G", *across, *down, f"S {PEN / 2:.3f} w", around, ""])


def _refuse(row: Mapping[str, Any], key: str) -> None:
    who = str(row.get("name") or row.get("unit") or "")
    raise fonts.Unprintable(f"The {key} of {who} is too long for a page.", who=who)
