"""The logical structure of a PDF whose pages are written by hand: which content is a heading, which a cell of a table.

ISO 32000-1, 14.7 and 14.8. A page numbers its pieces of content; a tree of elements refers to them, page and number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

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

    def cells(self, parent: Any, operators: Iterable[str]) -> str:
        """The operators of a row's cells, in their order; a cell may be empty."""

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

    def cells(self, parent: Any, operators: Iterable[str]) -> str:
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


class Tagged:
    """Keeps the elements of one document, and writes them into its PDF at the end.

    An element is its kind, the place of what it stands in, and its page and piece, or NOWHERE when it has children: a
    long roster has tens of thousands, too many to be objects of their own.
    """

    def __init__(self) -> None:
        self._elements = [("Document", NOWHERE, NOWHERE, NOWHERE)]
        self._pages: list[list[int]] = []

    def begin(self) -> None:
        """The next page, none of whose content is numbered yet."""
        self._pages.append([])

    def node(self, parent: int | None, tag: str) -> int:
        """An element with children; its place among all of them."""
        self._elements.append((tag, parent or 0, NOWHERE, NOWHERE))
        return len(self._elements) - 1

    def content(self, parent: int, tag: str, operators: str) -> str:
        """One piece of the page, marked with its number."""
        pieces = self._pages[-1]
        self._elements.append((tag, parent, len(self._pages) - 1, len(pieces)))
        pieces.append(len(self._elements) - 1)
        return f"/{tag}<</MCID {len(pieces) - 1}>>BDC\n{operators}EMC\n"

    def cells(self, parent: int, operators: Iterable[str]) -> str:
        """Cells that hold something are pieces of the page; the others stand in the row all the same."""
        pieces, page, parts = self._pages[-1], len(self._pages) - 1, []
        for place, one in enumerate(operators, len(self._elements)):
            if one:
                parts.append(f"/TD<</MCID {len(pieces)}>>BDC\n{one}EMC\n")
                self._elements.append(("TD", parent, page, len(pieces)))
                pieces.append(place)
            else:
                self._elements.append(("TD", parent, NOWHERE, NOWHERE))
        return "".join(parts)

    def artifact(self, operators: str) -> str:
        """Marked as no part of what the document says."""
        return f"/Artifact BMC\n{operators}EMC\n"

    def finish(self, pdf: Any) -> None:
        """Give the PDF the tree, and each page the way from its pieces to their elements."""
        tree, leading = pydyf.Dictionary({"Type": "/StructTreeRoot"}), pydyf.Dictionary()
        for one in (tree, leading):
            pdf.add_object(one)
        first = len(pdf.objects)
        pdf.objects.extend(Told(first + at, told) for at, told in enumerate(self._told(pdf, tree.number, first)))
        ways = [f"{at}[{' '.join([f'{first + one} 0 R' for one in those])}]" for at, those in enumerate(self._pages)]
        tree |= {"K": pydyf.Array([pdf.objects[first].reference]), "ParentTree": leading.reference}
        tree["ParentTreeNextKey"], leading["Nums"] = len(self._pages), f"[{''.join(ways)}]"
        pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        pdf.catalog["StructTreeRoot"] = tree.reference
        for place, reference in enumerate(pdf.page_references):
            page = pdf.objects[int(reference.split()[0])]
            page["StructParents"], page["Tabs"] = place, "/S"

    def _told(self, pdf: Any, tree: int, first: int) -> Iterator[bytes]:
        """Each element as the file holds it: the number of the tree, and of the first element, which stands in it."""
        children: dict[int, list[str]] = {}
        for place, (_, parent, _, _) in enumerate(self._elements):
            children.setdefault(parent, []).append(f"{first + place} 0 R")
        pages = [reference.decode() for reference in pdf.page_references]
        kinds = {tag: f"<</S/{tag}{SCOPES.get(tag, '')}/P " for tag in {one[0] for one in self._elements}}
        for place, (tag, parent, page, piece) in enumerate(self._elements):
            above = first + parent if parent != NOWHERE else tree
            kids = f"/Pg {pages[page]}/K {piece}" if page != NOWHERE else f"/K[{' '.join(children.get(place, ()))}]"
            yield f"{kinds[tag]}{above} 0 R{kids}>>".encode("ascii")
