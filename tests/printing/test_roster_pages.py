"""The pages of rosters: what they count, that nothing is lost, and that imprinted is where it would be laid out."""

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFilter

from bench.roster_lines import MARKS, URL, county
from registry.printing import COLUMNS, documents, fonts, print_roster
from registry.printing.rosters import cells, chosen, tables
from registry.printing.rosters.forms import lay_out
from registry.printing.rosters.paper import LINES
from registry.printing.rosters.plain import print_plainly
from registry.printing.rosters.planning import KEPT_TOGETHER, Room, spans, tally_of

pytestmark = pytest.mark.nodb

SPACES = " \r\n\u3000\ufffe"
WITHIN = 0.02  # of a point
BASE = 10.0
ROOM = Room(first=100.0, following=120.0, closing=45.0)
WORDS = ("合格", "暂缓", "不合格", "收回注销", "未审验")
AGAIN = (
    "import sys; from hashlib import sha256; from bench.roster_lines import MARKS, URL, county;"
    "from registry.printing import print_roster;"
    "sys.stdout.write(sha256(print_roster(county(45), MARKS, check_url=URL)).hexdigest())"
)

DARK, LIGHT = 90, 200  # of 255


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    read = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return read


def placed(pdf: bytes) -> list[list[tuple[str, float, float]]]:
    """Each character of each page with the point where it begins."""
    document = pypdfium2.PdfDocument(pdf)
    found = [sorted(_characters(page.get_textpage())) for page in document]
    document.close()
    return found


def _characters(page: Any) -> Iterator[tuple[str, float, float]]:
    x, y = ctypes.c_double(), ctypes.c_double()
    for place in range(page.count_chars()):
        character = chr(pypdfium2.raw.FPDFText_GetUnicode(page.raw, place))
        if character not in SPACES:
            pypdfium2.raw.FPDFText_GetCharOrigin(page.raw, place, x, y)
            yield character, round(y.value), x.value, y.value  # type: ignore[misc]


def hard() -> dict[str, Any]:
    """Two units with all that is hard: long words, smaller type, rare characters, Latin, spaces, and nobody."""
    data = county(76)
    data["is_demonstration"] = False
    first, second = data["sections"]
    lines = first["lines"]
    lines[0] |= {"name": "买买提·阿不都热合曼·伊斯拉木江", "remark": "暂缓审验待补训补考合格后再行审验" * 31}
    lines[1] |= {"name": "李豈", "number": "豫D-62-0371512345-9", "section": "Foo Bar Ltd. 执法队（驻冢头镇工作站）"}
    lines[2] |= {"name": "王嵐喆堃祎雷𥫗", "remark": "  两  个空格 and English words, AVAToTe fi (2021)——“引号”；"}
    first["unit"] = "平顶山市生态环境局郏县分局综合行政执法大队（平顶山市生态环境保护综合行政执法支队郏县大队）"
    second["lines"] = []
    return data


def test_every_character_stands_where_weasyprint_would_have_set_it() -> None:
    imprinted, laid_out = (placed(make(hard(), MARKS, check_url=URL)) for make in (print_roster, print_plainly))
    assert len(imprinted) == len(laid_out) > 3
    for ours, theirs in zip(imprinted, laid_out, strict=True):
        assert [one[0] for one in ours] == [one[0] for one in theirs]
        far = max(max(abs(a[2] - b[2]), abs(a[3] - b[3])) for a, b in zip(ours, theirs, strict=True))  # type: ignore[misc]
        assert far < WITHIN


def test_every_line_of_every_unit_is_read_back_in_its_order() -> None:
    data = county(160)
    whole = "".join(texts(print_roster(data, MARKS, check_url=URL)))
    place = 0
    for section in data["sections"]:
        for line in section["lines"]:
            words = "".join("".join(str(line[key]).split()) for key, *_ in COLUMNS)
            place = whole.index(words, place) + len(words)


def test_what_is_forgotten_on_the_way_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = print_roster(county(160), MARKS, check_url=URL)
    monkeypatch.setattr(cells, "REMEMBERED", 7)
    monkeypatch.setattr(tables, "KEPT_GRIDS", 2)
    assert print_roster(county(160), MARKS, check_url=URL) == whole


def test_each_page_says_what_it_counts_and_carries_it_forward() -> None:
    data = county(38)
    pages, findings = (
        texts(print_roster(data, MARKS, check_url=URL)),
        [one["finding"] for one in data["sections"][0]["lines"]],
    )
    before, first = [0] * len(WORDS), 1
    for number, page in enumerate(pages[:-1], 1):
        _, _, range_of = page.partition("本页第")
        begins, last = (int(one) for one in range_of.partition("行，共38行")[0].split("—"))
        own = [sum(column) for column in zip(*map(tally_of, findings[begins - 1 : last]), strict=True)]
        assert begins == first
        assert "".join(f"{word}{count}" for word, count in zip(WORDS, own, strict=True)) in range_of
        assert ("承前页" + "".join(f"{word}{n}" for word, n in zip(WORDS, before, strict=True)) in page) == (number > 1)
        before, first = [a + b for a, b in zip(before, own, strict=True)], last + 1
        label = "合计" if last == 38 else "过次页"
        assert label + "".join(f"{word}{count}" for word, count in zip(WORDS, before, strict=True)) in page
    assert first == 39


def test_a_row_is_as_high_as_its_lines_however_wide_a_character_is() -> None:
    texts = [character * count for character in "永W№⸺⸻ЩЮ" for count in range(1, 12)]
    with documents.layouts() as render:
        forms = lay_out(render, chosen(None), (), is_county=False)
        for cell in tables.tables_of(forms, cells.Faces())[LINES].columns.values():
            high = {text: sum(line.height for line in cell.fitted(text)[1]) + 2 * cells.PADDING for text in texts}
            of_one_line = cell.fitted("永")[1][0].height + 2 * cells.PADDING
            found = cell.high(texts)
            assert found == pytest.approx({text: high[text] for text in found})
            assert {text for text, height in high.items() if height > of_one_line} <= found.keys()


def test_the_wide_characters_are_those_of_the_fonts() -> None:
    wide = set()
    for path in fonts.FONT_FILES:
        with TTFont(path, lazy=True) as font:
            widths, size = font["hmtx"], font["head"].unitsPerEm
            wide |= {chr(code) for code, glyph in font.getBestCmap().items() if widths[glyph][0] > size}
    assert {chr(code) for code in range(0x20000) if cells.WIDE.fullmatch(chr(code))} == wide


def test_two_rosters_at_once_are_what_each_is_alone() -> None:
    wished = [(county(45), None), (hard(), ["number", "name", "remark"])] * 2
    alone = [print_roster(data, MARKS, check_url=URL, columns=columns) for data, columns in wished]
    with ThreadPoolExecutor(len(wished)) as threads:
        at_once = threads.map(lambda one: print_roster(one[0], MARKS, check_url=URL, columns=one[1]), wished)
    assert list(at_once) == alone


def test_a_unit_with_nobody_says_so_and_still_has_its_summary() -> None:
    (page, _) = texts(print_roster(nobody(), MARKS, check_url=URL))
    for words in ("本单位没有纳入本花名册的证件", "本页共0行", "应审0=合格0", "填报人："):
        assert words in page


def nobody() -> dict[str, Any]:
    data = county(1)
    zero = dict.fromkeys(data["summary"], 0)
    data["sections"][0] |= {"lines": [], "summary": zero}
    return {**data, "summary": zero}


def test_another_process_makes_the_same_bytes() -> None:
    here = sha256(print_roster(county(45), MARKS, check_url=URL)).hexdigest()
    there = subprocess.run([sys.executable, "-c", AGAIN], capture_output=True, text=True, check=True)
    assert there.stdout == here


@given(
    heights=st.lists(st.sampled_from([BASE, BASE, BASE, 14.0, 33.0]), max_size=60),
    closing=st.sampled_from([20.0, 45.0, 90.0]),
)
def test_no_row_is_lost_and_no_page_is_too_full(heights: list[float], closing: float) -> None:
    room = Room(first=ROOM.first, following=ROOM.following, closing=closing)
    found = spans(heights, [tally_of("合格")] * len(heights), room)
    assert [row for span in found for row in range(span.first, span.end)] == list(range(len(heights)))
    for place, span in enumerate(found):
        space = room.first if place == 0 else room.following
        taken = sum(heights[span.first : span.end]) + (closing if span is found[-1] else 0)
        assert taken <= space + 1e-3
    assert found[-1].total[0] == len(heights)


@pytest.mark.parametrize("count", [0, 1, 5, 6, 10, 11, 22, 30])
def test_the_summary_has_rows_above_it(count: int) -> None:
    last = spans([BASE] * count, [tally_of("")] * count, ROOM)[-1]
    assert last.end - last.first >= min(count, KEPT_TOGETHER)


def pictures(pdf: bytes) -> list[Image.Image]:
    """Every page, in grey, at 150 pixels an inch."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[place].render(scale=150 / 72).to_pil().convert("L") for place in range(len(document))]
    document.close()
    return pages


def test_every_page_bears_the_code_of_its_roster() -> None:
    found = [zxingcpp.read_barcodes(page) for page in pictures(print_roster(county(38), MARKS, check_url=URL))]
    assert len(found) > 3
    assert [[one.text for one in those] for those in found] == [[URL]] * len(found)


def dots(page: Image.Image, *, darker_than: int) -> Image.Image:
    return page.point(lambda grey: 255 if grey < darker_than else 0)


def lacks(page: Image.Image, other: Image.Image) -> object:
    """Where the other page is dark and this one has nothing even grey within a pixel; None when nowhere."""
    near = dots(page.filter(ImageFilter.MinFilter(3)), darker_than=LIGHT)
    return ImageChops.subtract(dots(other, darker_than=DARK), near).getbbox()


def test_a_page_looks_as_weasyprint_alone_would_have_made_it() -> None:
    imprinted, laid_out = (pictures(make(hard(), MARKS, check_url=URL)) for make in (print_roster, print_plainly))
    assert [lacks(*both) for both in zip(imprinted, laid_out, strict=True)] == [None] * len(imprinted)
    assert [lacks(*both) for both in zip(laid_out, imprinted, strict=True)] == [None] * len(imprinted)
