"""Certificates on paper, read back from the PDF: words, codes, photos, places; the fast way held to the plain."""

import ctypes
import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pypdfium2
import pytest
import segno
import zxingcpp
from PIL import Image

from registry.printing import (
    SUPERVISION_ENGLISH,
    CardFace,
    Unprintable,
    print_cards,
    print_certificate,
    supervision_title,
)
from registry.printing.cards import places
from registry.printing.cards.plain import print_plainly
from registry.printing.codes import MASK, modules_of, path_of, version_of

pytestmark = pytest.mark.nodb

MILLIMETRES_PER_POINT = 25.4 / 72
NEAR = 0.02
SPACES = {9, 10, 13, 32, 0x3000}
LINK = "https://registry.example/verify/card#" + "k7Qm-x_T3vZ" * 32
UNKNOWN = "\U000323aa"


def photo(colour: str = "navy") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (358, 441), colour).save(drawn, "JPEG")
    return drawn.getvalue()


FACE = CardFace(
    number="16040000001",
    name="王建国",
    sex="男",
    unit="郏县市场监督管理局",
    field="市场监督管理",
    area="郏县",
    post="执法人员",
    valid_from="2021-01-01",
    valid_until="2025-12-31",
    qr_text=LINK,
    photo=photo(),
)
LONG = replace(
    FACE,
    number="1604-2021-000000001-0002",
    name="买买提·阿不都热合曼·伊斯拉木江·图尔荪托合提",
    unit="平顶山市生态环境局郏县分局综合行政执法大队（平顶山市生态环境保护综合行政执法支队郏县大队）",
    field="生态环境保护综合行政执法、自然资源和规划、住房和城乡建设、农业农村、交通运输",
    area="郏县（东城街道、龙山街道、安良镇、冢头镇、茨芭镇、堂街镇、长桥镇、薛店镇、渣园乡、白庙乡、黄道镇）",
    photo=None,
    mark="演示数据",
)
SUPERVISOR = replace(
    FACE, name="欧阳堃", title=supervision_title("河南省人民政府"), english=SUPERVISION_ENGLISH, qr_text=LINK[:-1]
)


ODD = replace(
    FACE,
    number="豫A-0012",
    name="阿卜䶶热合曼·麦麦提",  # the third character is in the second font only
    unit="郏县人民政府行政执法局",
    photo=photo("maroon"),
)
BATCH = [FACE, LONG, SUPERVISOR, ODD]


@cache
def single() -> bytes:
    """The batch, a side a page."""
    return print_cards(BATCH, layout="single")


@cache
def sheet() -> bytes:
    """The batch and others, on two sheets."""
    return print_cards(SHEETS, layout="sheet")


def numbered(count: int) -> list[CardFace]:
    return [replace(FACE, number=f"160400{place:05}", qr_text=f"{LINK}{place}") for place in range(1, count + 1)]


SHEETS = [*BATCH, *(replace(face, area=f"区域{face.number[-2:]}") for face in numbered(8))]


def read(content: bytes) -> list[str]:
    """The text of each page without the spaces and breaks of the layout."""
    with pypdfium2.PdfDocument(content) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def drawn(content: bytes, page: int, dpi: int = 300) -> Image.Image:
    with pypdfium2.PdfDocument(content) as document:
        return document[page].render(scale=dpi / 72).to_pil().convert("RGB")


def characters(content: bytes) -> list[tuple[int, str, float, float]]:
    """Page, character and the origin of its glyph in points, of all that can be seen."""
    found, x, y = [], ctypes.c_double(), ctypes.c_double()
    with pypdfium2.PdfDocument(content) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            for place in range(text.count_chars()):
                code = pypdfium2.raw.FPDFText_GetUnicode(text.raw, place)
                if code not in SPACES:
                    pypdfium2.raw.FPDFText_GetCharOrigin(text.raw, place, x, y)
                    found.append((number, chr(code), x.value, y.value))
    return sorted(found, key=lambda one: (one[0], one[1], round(one[3], 1), one[2]))


def codes_on(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def test_a_card_says_on_its_front_whose_it_is_and_on_its_back_what() -> None:
    front, back, *_ = read(single())

    for words in ("姓名", "王建国", "单位", "郏县市场监督管理局", "证号", "16040000001"):
        assert words in front
    for words in (
        "中华人民共和国",
        "行政执法证",
        "AdministrativeLawEnforcement",
        "CHINA",
        "执法类别",
        "市场监督管理",
        "执法区域",
        "河南省人民政府监制",
        "2021年01月01日—2025年12月31日",
    ):
        assert words in back


def test_a_supervisor_has_the_title_of_supervision() -> None:
    back = read(single())[2 * BATCH.index(SUPERVISOR) + 1]

    assert "河南省行政执法监督证" in back
    assert "中华人民共和国" not in back


@pytest.mark.parametrize(
    ("authority", "title"),
    [
        ("河南省人民政府", ("河南省", "行政执法监督证")),
        ("内蒙古自治区人民政府", ("内蒙古自治区", "行政执法监督证")),
        ("重庆市人民政府", ("重庆市", "行政执法监督证")),
        ("国务院", ("行政执法监督证",)),
    ],
)
def test_the_title_of_supervision_bears_the_province_of_the_authority(authority: str, title: tuple[str, ...]) -> None:
    assert supervision_title(authority) == title


@pytest.mark.parametrize("face", BATCH, ids=lambda face: face.name)
def test_the_place_of_the_emblem_on_the_back_stays_free(face: CardFace) -> None:
    back = drawn(single(), 2 * BATCH.index(face) + 1)
    across = back.width / 85.6
    middle, centre, reach = 42.8 * across, 7.65 * across, 4.5 * across

    inside = [
        back.getpixel((x, y))
        for x in range(round(middle - reach), round(middle + reach))
        for y in range(round(centre - reach), round(centre + reach))
        if (x - middle) ** 2 + (y - centre) ** 2 < reach**2
    ]

    assert set(inside) == {(255, 255, 255)}


def test_every_card_is_read_back_front_then_back() -> None:
    pages = read(single())

    assert len(pages) == 2 * len(BATCH)
    for place, face in enumerate(BATCH):
        for words in (face.name, face.unit, face.number, face.mark):
            assert words in pages[2 * place]
        for words in (face.field, face.area, face.validity):
            assert words in pages[2 * place + 1]


def test_a_card_has_the_size_of_a_card() -> None:
    with pypdfium2.PdfDocument(single()) as document:
        sizes = [round(side * MILLIMETRES_PER_POINT, 2) for side in document[0].get_size()]

    assert sizes == [85.6, 54.0]


def test_the_code_of_every_card_is_read_from_paper() -> None:
    assert [codes_on(drawn(single(), 2 * place)) for place in range(len(BATCH))] == [[face.qr_text] for face in BATCH]


def test_the_code_of_a_certificate_is_read_from_paper() -> None:
    assert codes_on(drawn(print_certificate(LONG), 0)) == [LINK]


def test_a_code_is_the_one_another_maker_draws() -> None:
    full = LINK.ljust(412, "x")  # as much as fits, since makers differ in how they fill what is left
    width, modules = modules_of(full)
    other = segno.make_qr(full, error="m", mask=MASK, boost_error=False)

    assert version_of(width) == other.version == 15
    assert modules == b"".join(bytes(row) for row in other.matrix)


def test_the_path_of_a_code_covers_its_dark_modules_once() -> None:
    width, modules = modules_of(LINK)
    covered = [0] * len(modules)
    for line in path_of(width, modules).splitlines():
        x, y, length, _, _ = line.split()
        for place in range(int(length)):
            covered[int(y) * width + int(x) + place] += 1

    assert bytes(covered) == modules


@pytest.mark.parametrize("layout", ["single", "sheet"])
def test_every_character_stands_where_a_plain_layout_puts_it(layout: str) -> None:
    content, faces = (single(), BATCH) if layout == "single" else (sheet(), SHEETS)

    ours, plain = characters(content), characters(print_plainly(faces, layout=layout))

    assert [one[:2] for one in ours] == [one[:2] for one in plain]
    for (_, _, x, y), (_, _, plain_x, plain_y) in zip(ours, plain, strict=True):
        assert (abs(x - plain_x) < NEAR, abs(y - plain_y) < NEAR) == (True, True)


def test_pictures_and_furniture_look_as_in_a_plain_layout() -> None:
    ours, plain = single(), print_plainly([FACE], layout="single")

    for page in (0, 1):
        image, other = drawn(ours, page, 150), drawn(plain, page, 150)
        code = (290, 110, 480, 310)
        for one in (image, other):
            one.paste("white", code)
        worst = max(abs(a - b) for a, b in zip(image.tobytes(), other.tobytes(), strict=True))
        assert worst < 40


def test_the_same_cards_are_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib\n"
        "from registry.printing import CardFace, print_cards\n"
        f"print(hashlib.sha256(print_cards({BATCH!r}, layout='single')).hexdigest())"
    )
    command, environment = [sys.executable, "-c", program], {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)

    assert single() == print_cards(BATCH, layout="single")
    assert done.stdout.strip() == hashlib.sha256(single()).hexdigest()


def test_a_photo_goes_in_as_it_is() -> None:
    assert single().count(photo()) == 2
    assert single().count(photo("maroon")) == 1
    assert drawn(single(), 0, 100).getpixel((60, 80))[2] > 100


def test_without_a_photo_a_frame_waits_for_one() -> None:
    assert ["照片" in page for page in read(single())[0::2]] == [face.photo is None for face in BATCH]


def test_ten_cards_fill_a_sheet() -> None:
    pages = read(sheet())

    assert [pages[0].count("姓名"), pages[1].count("有效期"), pages[2].count("姓名"), len(pages)] == [10, 10, 2, 4]
    assert "第1/2张正面第1—10证" in pages[0]
    assert "第2/2张背面第11—12证" in pages[3]
    assert sorted(codes_on(drawn(sheet(), 0))) == sorted(face.qr_text for face in SHEETS[:10])


def test_a_back_lies_behind_its_front() -> None:
    where = {(page, glyph): x for page, glyph, x, _ in characters(sheet())}
    apart = (places.LEFTS[1] - places.LEFTS[0]) / MILLIMETRES_PER_POINT

    front, back = (where[page, "8"] - where[page, "7"] for page in (2, 3))

    assert (front, back) == (pytest.approx(apart, abs=NEAR), pytest.approx(-apart, abs=NEAR))


def test_cut_marks_stand_outside_the_cards_at_their_edges() -> None:
    paper = drawn(sheet(), 0).convert("L")

    def is_dark(x: float, y: float) -> bool:
        across, down = (round(millimetres / 25.4 * 300) for millimetres in (x, y))
        return paper.crop((across - 2, down - 2, across + 3, down + 3)).getextrema()[0] < 160

    for top in places.TOPS:
        assert [is_dark(x, y) for x in (9, 201) for y in (top, top + places.HEIGHT)] == [True] * 4
        assert not is_dark(9, top + 20)
    for left in places.LEFTS:
        assert [is_dark(x, y) for x in (left, left + places.WIDTH) for y in (5.5, 291.5)] == [True] * 4


def test_long_words_are_set_closer_and_stay_in_their_places() -> None:
    place = 2 * BATCH.index(LONG)
    front = [
        (glyph, x * MILLIMETRES_PER_POINT, y * MILLIMETRES_PER_POINT)
        for page, glyph, x, y in characters(single())
        if page == place
    ]
    words = [(x, places.HEIGHT - y) for glyph, x, y in front if glyph in LONG.name + LONG.unit and x > 40]

    assert len({round(y, 2) for _, y in words}) == 5
    assert all(41 <= x < 80.6 and 6 < y < 19 for x, y in words)


def test_words_beyond_every_measure_stop_the_print_with_the_name() -> None:
    with pytest.raises(Unprintable, match="too long") as refused:
        print_cards([FACE, replace(FACE, name="李四", unit="局" * 200)], layout="single")

    assert refused.value.who == "李四"


@pytest.mark.parametrize("change", [{"name": f"李{UNKNOWN}"}, {"area": UNKNOWN}])
def test_a_character_no_font_has_stops_the_print_with_the_name(change: dict[str, str]) -> None:
    broken = replace(FACE, **change)

    for attempt in (lambda: print_cards([FACE, broken], layout="sheet"), lambda: print_certificate(broken)):
        with pytest.raises(Unprintable) as refused:
            attempt()
        assert (refused.value.who, refused.value.character) == (broken.name, UNKNOWN)


def test_a_photo_that_is_no_jpeg_stops_the_print_with_the_name() -> None:
    with pytest.raises(Unprintable, match="JPEG") as refused:
        print_cards([replace(FACE, photo=b"GIF89a")], layout="single")

    assert refused.value.who == "王建国"


@pytest.mark.parametrize(("layout", "heard"), [("single", list(range(1, 13))), ("sheet", [10, 12])])
def test_whoever_waits_hears_how_many_cards_are_done(layout: str, heard: list[int]) -> None:
    told: list[int] = []

    print_cards(numbered(12), layout=layout, told=told.append)

    assert told == heard


def test_the_certificate_says_everything_on_one_page() -> None:
    (page,) = read(print_certificate(LONG, organ="郏县司法局", issued_on="2021-01-01"))

    for words in (
        "中华人民共和国",
        "行政执法证",
        LONG.name,
        LONG.unit,
        LONG.number,
        "性别男",
        "职务执法人员",
        LONG.field,
        LONG.area,
        LONG.validity,
        "郏县司法局（盖章）2021年01月01日",
        "河南省人民政府监制",
        "照片",
        "演示数据",
    ):
        assert words in page


def test_the_same_certificate_is_the_same_bytes() -> None:
    assert print_certificate(FACE) == print_certificate(FACE)
    assert photo() in print_certificate(FACE)
