"""The press: the pages of a roster, written as operators of PDF pages onto forms painted once."""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from registry.printing.codes import modules_of, path_of
from registry.printing.imprint import Furniture, lines_drawn
from registry.printing.rosters import paper
from registry.printing.rosters.cells import Cell, Faces, spots
from registry.printing.rosters.forms import TALLY, Form, Forms, Frame
from registry.printing.rosters.paper import Paper, Part
from registry.printing.rosters.planning import Span
from registry.printing.rosters.tables import Table, tables_of
from registry.printing.tagging import Tags, Untagged

Rows: TypeAlias = Sequence[Mapping[str, Any]]


class Press:
    """Writes the pages of one roster into the streams of one PDF, which share their fonts and forms."""

    def __init__(self, forms: Forms, faces: Faces, sheet: Paper) -> None:
        self._forms, self._sheet, self._furniture = forms, sheet, Furniture()
        self.tags: Tags = Untagged()
        self._faces = faces
        self.tables, self._spots = tables_of(forms, faces), spots(forms, faces)
        self._code = ""
        self._latest: tuple[Part, Rows] | None = None
        self._headings: dict[int, list[str]] = {}
        self._section: Any = None
        self._table: Any = None
        for face in faces:
            face.begin()

    def plan(self, part: Part, rows: Rows) -> None:
        """Decide which of a part's rows stand on which page."""
        self.tables[part.table].plan(part, rows)

    def page(self, stream: Any, part: Part, span: Span, own: tuple[int, int], whole: tuple[int, int]) -> str:
        """One page: its number in the part and how many that has, the same in the whole; from the first to the last."""
        if whole[0] == 1:
            self._begin(stream)
        self.tags.begin()
        drawn = "".join(self._drawn(stream, part, span, own, whole))
        if whole[0] == whole[1]:
            for face in self._faces:
                face.finish(stream)
        return drawn

    def _begin(self, stream: Any) -> None:
        names = {id(face): face.name_in(stream) for face in self._faces}
        for cell in self._cells():
            cell.begin(stream, names[id(cell.face)])
        sheet = self._forms.document.pages[0]
        code = _code(self._forms.first.frames["code"], *modules_of(self._sheet.check_url))
        self._code = self._furniture.kept(stream, code, sheet.width, sheet.height)

    def _cells(self) -> Iterator[Cell]:
        for table in self.tables.values():
            yield from table.columns.values()
        for places in self._spots.values():
            yield from places.values()

    def _drawn(
        self, stream: Any, part: Part, span: Span, own: tuple[int, int], whole: tuple[int, int]
    ) -> Iterator[str]:
        table, is_first, heights = self.tables[part.table], own[0] == 1, part.heights[span.first : span.end]
        form, top = self._forms.page(is_first=is_first), self._forms.below_head(is_first=is_first)
        yield self.tags.artifact(self._furniture.drawn(stream, form.page))
        yield from self._head(stream, table, form, part, top, is_first=is_first)
        top += table.forms.heads.height
        if not is_first:
            carried = paper.tally_texts("carried", paper.CARRIED, span.carried)
            yield self._filled(stream, self._forms.carried, TALLY, carried, top)
            top += self._forms.carried.frames[TALLY].height
        yield from self._rows(table, part, span, top, heights)
        yield from self._below(stream, table, part, span, top + sum(heights), is_last=own[0] == own[1])
        if heights:
            yield self.tags.artifact(table.grid(top, heights))
        yield self.tags.artifact(self._texts(form, paper.foot_texts(self._sheet, own, whole)) + self._code)

    def _head(self, stream: Any, table: Table, form: Form, part: Part, top: float, *, is_first: bool) -> Iterator[str]:
        """What stands above the rows; a following page repeats title and headings for the eye alone."""
        texts, tags = paper.head_texts(self._sheet, part, is_first=is_first), self.tags
        down = top - table.forms.heads.y
        yield tags.artifact(_moved(down, self._furniture.drawn(stream, table.forms.grid.page)))
        headings = [_moved(down, heading) for heading in self._headed(stream, table.forms.grid)]
        if not is_first:
            yield tags.artifact(self._texts(form, texts) + "".join(headings))
            return
        self._section = tags.node(None, "Sect")
        for name, text in texts.items():
            yield tags.content(self._section, "H1" if name == "title" else "P", self._texts(form, {name: text}))
        self._table = tags.node(self._section, "Table")
        row = tags.node(self._table, "TR")
        for heading in headings:
            yield tags.content(row, "TH", heading)

    def _headed(self, stream: Any, form: Form) -> list[str]:
        """The heading of each column as WeasyPrint set it."""
        known = self._headings.get(id(form))
        if known is None:
            known = self._headings[id(form)] = [lines_drawn(stream, lines) for lines in form.headings.values()]
        return known

    def _below(
        self, stream: Any, table: Table, part: Part, span: Span, bottom: float, *, is_last: bool
    ) -> Iterator[str]:
        """What follows the rows: that there are none, the counts, and at the end the summary."""
        if not part.counted:
            yield self._filled(stream, self._forms.nobody, "nobody", {}, bottom)
            bottom += self._forms.nobody.frames["nobody"].height
        texts = paper.tally_texts("own", paper.own_label(part, span), span.own)
        texts |= paper.tally_texts("sum", paper.sum_label(is_last=is_last), span.total)
        yield self._filled(stream, self._forms.strip, "strip", texts, bottom)
        if is_last:
            bottom += self._forms.strip.frames["strip"].height
            yield self._filled(stream, table.forms.closing, "close", paper.closing_texts(part), bottom)

    def _read(self, part: Part) -> Rows:
        """The rows of a part, read once for all its pages."""
        if self._latest is None or self._latest[0] is not part:
            self._latest = part, part.read()
        return self._latest[1]

    def _filled(self, stream: Any, form: Form, name: str, texts: Mapping[str, str], y: float) -> str:
        """A block of a form moved to where it has to stand, with its texts."""
        furniture = self._furniture.drawn(stream, form.page)
        filled = _moved(y - form.frames[name].y, furniture + self._texts(form, texts))
        return self.tags.content(self._section, "P", filled)

    def _texts(self, form: Form, texts: Mapping[str, str]) -> str:
        places = self._spots[id(form)]
        return "".join([places[name][text] for name, text in texts.items() if text])

    def _rows(self, table: Table, part: Part, span: Span, top: float, heights: Sequence[float]) -> Iterator[str]:
        cells, texts_of = [table.columns[key] for key in part.keys], itemgetter(*part.keys)
        tags = self.tags
        yield f"q /{cells[0].font} 1 Tf\n"
        for row, height in zip(self._read(part)[span.first : span.end], heights, strict=True):
            written = tags.row(self._table, [cell[text] for cell, text in zip(cells, texts_of(row), strict=True)])
            yield f"q 1 0 0 1 0 {top + height / 2:.3f} cm BT\n{written}ET Q\n"
            top += height
        yield "Q\n"


def _moved(down: float, operators: str) -> str:
    return f"q 1 0 0 1 0 {down:.3f} cm\n{operators}Q\n"


def _code(frame: Frame, width: int, modules: bytes) -> str:
    """The QR code as one filled path, a unit a module."""
    unit = frame.width / width
    return f"q 0 0 0 rg {unit:f} 0 0 {unit:f} {frame.x:f} {frame.y:f} cm\n{path_of(width, modules).decode()}f Q\n"
