"""The logical structure of a PDF whose pages are written by hand: which content is a heading, which a cell of a table.

ISO 32000-1, 14.7 and 14.8. A page numbers its pieces of content; a tree of elements refers to them, page and number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar, NamedTuple, Protocol

import pydyf

NOWHERE = -1
SCOPES = {"TH": "/A<</O/Table/Scope/Column>>"}


class Tags(Protocol):
    """What a page is told about its content while it is written."""

    def begin(self) -> None:
        """The next page."""

    def node(self, parent: Any, tag: str) -> Any:
        """An element inside another; inside the document for None."""

    def content(self, parent: Any, tag: str, operators: str) -> str:
        """The operators of an element of its own."""

    def row(self, parent: Any, operators: Sequence[str]) -> str:
        """The operators of the cells of a row inside a table, in their order; a cell may be empty."""

    def artifact(self, operators: str) -> str:
        """Operators that mean nothing to somebody who listens: lines, page numbers, what is repeated."""


class Untagged:
    """For a document too long to be told element by element."""

    def begin(self) -> None:
        """Nothing to count."""

    def node(self, parent: Any, tag: str) -> None:
        """No element."""

    def content(self, parent: Any, tag: str, operators: str) -> str:
        """As they are."""
        return operators

    def row(self, parent: Any, operators: Sequence[str]) -> str:
        """As they are."""
        return "".join(operators)

    def artifact(self, operators: str) -> str:
        """As they are."""
        return operators


@dataclass(slots=True)
class Told:
    """An object of the file whose content is known, as the writer of the file asks for one."""

    number: int
    data: bytes
    generation: ClassVar[int] = 0
    compressible: ClassVar[bool] = True

    @property
    def reference(self) -> bytes:
        return b"%d 0 R" % self.number


class Element(NamedTuple):
    """An element of the tree: its place among all of them, its kind, the place of what it stands in.

    It is one piece of one page, or has children. A row is kept with the piece of each of its cells, NOWHERE for an
    empty one; they take the places behind it.
    """

    place: int
    tag: str
    parent: int
    page: int = NOWHERE
    piece: int = NOWHERE
    cells: Sequence[int] = ()


class Tagged:
    """Keeps the elements of one document, tens of thousands in a long roster, and gives its PDF the tree."""

    def __init__(self) -> None:
        self._elements = [Element(0, "Document", NOWHERE)]
        self._pages: list[list[int]] = []
        self._next = 1

    def begin(self) -> None:
        """The next page, none of whose content is numbered yet."""
        self._pages.append([])

    def node(self, parent: int | None, tag: str) -> int:
        """An element with children; its place among all of them."""
        return self._add(Element(self._next, tag, parent or 0))

    def content(self, parent: int, tag: str, operators: str) -> str:
        """One piece of the page, marked with its number."""
        pieces = self._pages[-1]
        piece = len(pieces)
        pieces.append(self._add(Element(self._next, tag, parent, len(self._pages) - 1, piece)))
        return f"/{tag}<</MCID {piece}>>BDC\n{operators}EMC\n"

    def row(self, parent: int, operators: Sequence[str]) -> str:
        """Cells that hold something are pieces of the page; the others stand in the row all the same."""
        pieces = self._pages[-1]
        numbers = count(len(pieces))
        cells = [next(numbers) if one else NOWHERE for one in operators]
        place = self._add(Element(self._next, "TR", parent, len(self._pages) - 1, cells=cells))
        pieces += [cell for cell, piece in enumerate(cells, place + 1) if piece != NOWHERE]
        marked = [f"/TD<</MCID {piece}>>BDC\n{one}EMC\n" for piece, one in zip(cells, operators, strict=True) if one]
        return "".join(marked)

    def _add(self, element: Element) -> int:
        self._elements.append(element)
        self._next += 1 + len(element.cells)
        return element.place

    def artifact(self, operators: str) -> str:
        """Marked as no part of what the document says."""
        return f"/Artifact BMC\n{operators}EMC\n"

    def finish(self, pdf: Any) -> None:
        """Give the PDF the tree, and each page the way from its pieces to their elements."""
        tree, leading = pydyf.Dictionary({"Type": "/StructTreeRoot"}), pydyf.Dictionary()
        for one in (tree, leading):
            pdf.add_object(one)
        first = len(pdf.objects)
        told = "\n".join(self._told(pdf, tree.number, first)).encode("ascii").split(b"\n")
        pdf.objects += [Told(number, one) for number, one in enumerate(told, first)]
        ways = [f"{at}[{_references(first, those)}]" for at, those in enumerate(self._pages)]
        tree |= {"K": pydyf.Array([pdf.objects[first].reference]), "ParentTree": leading.reference}
        tree["ParentTreeNextKey"], leading["Nums"] = len(self._pages), f"[{''.join(ways)}]"
        pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        pdf.catalog["StructTreeRoot"] = tree.reference
        for place, reference in enumerate(pdf.page_references):
            page = pdf.objects[int(reference.split()[0])]
            page["StructParents"], page["Tabs"] = place, "/S"

    def _told(self, pdf: Any, tree: int, first: int) -> Iterator[str]:
        """Each element as the file holds it: the number of the tree, and of the first element, which stands in it."""
        children: dict[int, list[int]] = {}
        for one in self._elements:
            children.setdefault(one.parent, []).append(one.place)
        pages = [reference.decode() for reference in pdf.page_references]
        for place, tag, parent, page, piece, cells in self._elements:
            above = first + parent if parent != NOWHERE else tree
            begun = f"<</S/{tag}{SCOPES.get(tag, '')}/P {above} 0 R"
            if piece != NOWHERE:
                yield f"{begun}/Pg {pages[page]}/K {piece}>>"
                continue
            kids = range(place + 1, place + 1 + len(cells)) if cells else children.get(place, ())
            yield f"{begun}/K[{_references(first, kids)}]>>"
            empty = f"<</S/TD/P {first + place} 0 R"
            filled = f"{empty}/Pg {pages[page]}/K " if cells else ""
            yield from [f"{empty}/K[]>>" if one == NOWHERE else f"{filled}{one}>>" for one in cells]


def _references(first: int, places: Iterable[int]) -> str:
    return " ".join([f"{first + place} 0 R" for place in places])
