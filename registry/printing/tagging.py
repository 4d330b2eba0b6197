"""The logical structure of a PDF whose pages are written by hand: which content is a heading, which a cell of a table.

ISO 32000-1, 14.7 and 14.8. A page numbers its pieces of content; a tree of elements refers to them, page and number.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import pydyf


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


class Told(pydyf.Object):  # type: ignore[misc]
    """An object whose content is known."""

    data = b""


class Node(Told):
    """One element: its kind, what it stands in, its children or its piece of a page."""

    def __init__(self, tag: str, parent: "Node | None", page: int = -1, piece: int = -1) -> None:
        super().__init__()
        self.tag, self.parent, self.page, self.piece = tag, parent, page, piece
        self.children: list[Node] = []

    def told(self, above: int, page: str) -> bytes:
        """The element as the file holds it; the number of what it stands in, and the reference of its page."""
        scope = "/A<</O/Table/Scope/Column>>" if self.tag == "TH" else ""
        if self.piece >= 0:
            kids = f"/Pg {page}/K {self.piece}"
        else:
            kids = f"/K[{' '.join(f'{child.number} 0 R' for child in self.children)}]" if self.children else ""
        return f"<</S/{self.tag}/P {above} 0 R{scope}{kids}>>".encode("ascii")


class Tagged:
    """Keeps the elements of one document, and writes them into its PDF at the end."""

    def __init__(self) -> None:
        self._root = Node("Document", None)
        self._pages: list[list[Node]] = []

    def begin(self) -> None:
        """The next page, none of whose content is numbered yet."""
        self._pages.append([])

    def node(self, parent: Node | None, tag: str) -> Node:
        """An element with children."""
        above = parent or self._root
        made = Node(tag, above)
        above.children.append(made)
        return made

    def content(self, parent: Node, tag: str, operators: str) -> str:
        """One piece of the page, marked with its number."""
        pieces = self._pages[-1]
        made = Node(tag, parent, len(self._pages) - 1, len(pieces))
        parent.children.append(made)
        pieces.append(made)
        return f"/{tag}<</MCID {made.piece}>>BDC\n{operators}EMC\n"

    def cells(self, parent: Node, operators: Iterable[str]) -> str:
        """Cells that hold something are pieces of the page; the others stand in the row all the same."""
        parts = []
        for one in operators:
            if one:
                parts.append(self.content(parent, "TD", one))
            else:
                self.node(parent, "TD")
        return "".join(parts)

    def artifact(self, operators: str) -> str:
        """Marked as no part of what the document says."""
        return f"/Artifact BMC\n{operators}EMC\n"

    def finish(self, pdf: Any) -> None:
        """Give the PDF the tree, and each page the way from its pieces to their elements."""
        root, ways = Told(), Told()
        for one in (root, ways):
            pdf.add_object(one)
        told = self._add(pdf, self._root)
        pages = [reference.decode() for reference in pdf.page_references]
        for node in told:
            above = node.parent.number if node.parent else root.number
            node.data = node.told(above, pages[node.page] if node.page >= 0 else "")
        lists = [f"{at}[{' '.join(f'{one.number} 0 R' for one in those)}]" for at, those in enumerate(self._pages)]
        ways.data = f"<</Nums[{''.join(lists)}]>>".encode("ascii")
        root.data = (
            f"<</Type/StructTreeRoot/K[{self._root.number} 0 R]/ParentTree {ways.number} 0 R"
            f"/ParentTreeNextKey {len(self._pages)}>>"
        ).encode("ascii")
        pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
        pdf.catalog["StructTreeRoot"] = root.reference
        for place, reference in enumerate(pdf.page_references):
            page = pdf.objects[int(reference.split()[0])]
            page["StructParents"], page["Tabs"] = place, "/S"

    def _add(self, pdf: Any, node: Node) -> list[Node]:
        """The element and all below it, in their order, each an object of the PDF."""
        added, waiting = [], [node]
        while waiting:
            one = waiting.pop()
            pdf.add_object(one)
            added.append(one)
            waiting.extend(reversed(one.children))
        return added
