"""What a roster tells somebody who listens to it: units, headings, rows and cells, and nothing besides unmarked."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from bench.roster_lines import MARKS, URL, county
from registry.printing import COLUMNS, print_roster
from registry.printing.rosters import imprinting

pytestmark = pytest.mark.nodb

PAINTING = frozenset({"Tj", "TJ", "Do", "S", "f"})
LINES = 60


@pytest.fixture(scope="module")
def opened() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(print_roster(county(LINES), MARKS, check_url=URL))) as pdf:
        yield pdf


def below(element: Any, kind: str) -> Iterator[Any]:
    """The elements of a kind anywhere inside another."""
    for child in element.get("/K", []) if isinstance(element.get("/K"), pikepdf.Array) else []:
        if f"/{kind}" == child.S:
            yield child
        yield from below(child, kind)


def test_every_line_is_a_row_of_cells_under_headings(opened: pikepdf.Pdf) -> None:
    document = opened.Root.StructTreeRoot.K[0]
    *units, sums = below(document, "Sect")
    rows = [list(below(unit, "TR")) for unit in units]
    assert sum(len(of_unit) - 1 for of_unit in rows) == LINES
    for head, *lines in rows:
        assert [cell.S for cell in head.K] == ["/TH"] * len(COLUMNS)
        assert all([cell.S for cell in line.K] == ["/TD"] * len(COLUMNS) for line in lines)
    assert len(list(below(sums, "TR"))) == 1 + len(units) + 1
    assert [len(list(below(unit, "H1"))) for unit in units] == [1] * len(units)


def test_every_piece_of_a_page_leads_to_its_element_and_back(opened: pikepdf.Pdf) -> None:
    ways = opened.Root.StructTreeRoot.ParentTree.Nums
    for place, page in enumerate(opened.pages):
        assert page.StructParents == ways[2 * place] == place
        marked = [one.operands[1].MCID for one in operators_of(page) if str(one.operator) == "BDC"]
        assert marked == list(range(len(ways[2 * place + 1])))
        for piece, element in enumerate(ways[2 * place + 1]):
            assert (element.K, element.Pg.objgen, element.is_indirect) == (piece, page.objgen, True)


def test_nothing_is_painted_that_is_neither_content_nor_artifact(opened: pikepdf.Pdf) -> None:
    for page in opened.pages:
        depth = 0
        for one in operators_of(page):
            match str(one.operator):
                case "BDC" | "BMC":
                    depth += 1
                case "EMC":
                    depth -= 1
                case name:
                    assert depth == 1 or name not in PAINTING
        assert depth == 0


def operators_of(page: pikepdf.Page) -> list[Any]:
    return list(pikepdf.parse_content_stream(page))


def test_a_roster_too_long_for_tags_says_nothing_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imprinting, "MOST_TAGGED", LINES - 1)
    with pikepdf.open(io.BytesIO(print_roster(county(LINES), MARKS, check_url=URL))) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
        assert "/MarkInfo" not in pdf.Root
        assert not any(str(one.operator) in {"BDC", "BMC"} for page in pdf.pages for one in operators_of(page))
