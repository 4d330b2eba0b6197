"""Papers of an exam day, read back from the PDF: slips four to a page, sheets by room, a record form a room."""

import io
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from registry.printing import print_record, print_sign_in, print_slips

pytestmark = pytest.mark.nodb

SITTING = {
    "title": "2026年度全县行政执法人员资格考试",
    "office": "郏县司法局",
    "is_demonstration": False,
    "subject": "公共法律知识",
    "day": "2026年12月19日",
    "starts": "9:00—11:00",
    "place": "郏县第一高级中学",
    "note": "请自带黑色签字笔。",
}
ROOM = {"heading": "考场", "name": "101"}


def candidate(place: int, **values: object) -> dict[str, Any]:
    known = {"name": f"王强{place}", "unit": "郏县水利局", "room": "101", "seat": place, "photo": ""}
    fixed = {"admission_number": f"2026012-{place:04}", "sex": "男", "identity": "4104**********1234"}
    return {**fixed, **known, **values}


def read(content: bytes) -> list[str]:
    """The text of each page without the spaces and breaks of the layout."""
    document = pypdfium2.PdfDocument(content)
    pages = ["".join(document[place].get_textpage().get_text_range().split()) for place in range(len(document))]
    document.close()
    return pages


def test_slips_say_who_where_and_when_four_to_a_page() -> None:
    heard: list[int] = []
    slips = [candidate(place) for place in range(1, 6)]

    first, second = read(print_slips(SITTING, slips, told=heard.append, a_part=4))

    assert heard == [4, 5]

    assert [f"2026012-000{place}" in first for place in range(1, 6)] == [True, True, True, True, False]
    assert first.count("准考证号") == 4
    for words in (
        "2026年度全县行政执法人员资格考试",
        "姓名王强5",
        "性别男",
        "身份证号4104**********1234",
        "单位郏县水利局",
        "考试科目公共法律知识",
        "考试时间2026年12月19日9:00—11:00",
        "考试地点郏县第一高级中学",
        "考场座位1015号",
        "照片",
        "备注：请自带黑色签字笔。",
        "郏县司法局",
    ):
        assert words in second


def test_a_photo_stands_in_its_frame() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (358, 441), "navy").save(picture, "JPEG")
    slips = [candidate(1, photo="7"), candidate(2)]

    content = print_slips(SITTING, slips, photos={"7": picture.getvalue()})

    (page,) = read(content)
    assert page.count("照片") == 1
    drawn = pypdfium2.PdfDocument(content)[0].render(scale=1).to_pil()
    red, _, blue = drawn.getpixel((240, 120))[:3]
    assert blue > 100 > red


def test_each_room_has_its_sign_in_sheet_that_counts_its_own_pages() -> None:
    other = {"heading": "考场", "name": "102", "lines": [candidate(31, room="102", seat=1)]}

    pages = read(print_sign_in(SITTING, [{**ROOM, "lines": [candidate(place) for place in range(1, 31)]}, other]))

    assert len(pages) == 3
    for words in ("考生签到表", "考点郏县第一高级中学", "考场101", "应考人数30实考人数缺考人数违纪人数"):
        assert words in pages[0]
    assert "序号准考证号姓名身份证号单位座位签名备注" in pages[1]
    assert ["第1页共2页" in pages[0], "第2页共2页" in pages[1], "第1页共1页" in pages[2]] == [True] * 3
    assert [words in pages[1] for words in ("监考（签名）：", "主考（签名）：")] == [True, True]
    assert "考场102" in pages[2]


def test_the_record_form_of_a_room_is_one_page() -> None:
    lines = [candidate(place) for place in range(1, 31)]

    (page,) = read(
        print_record({**SITTING, "place": "郏县第一高级中学（龙山大道校区）教学楼"}, [{**ROOM, "lines": lines}])
    )

    for words in (
        "考试情况登记表",
        "考号起止2026012-0001至2026012-0030",
        "应考人数30",
        "作弊人数",
        "一、缺考考生",
        "违纪代码",
        "三、作弊考生",
        "考点监考（签名）：",
        "审核人员（签名）：",
    ):
        assert words in page
